/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-session.h"
#include "fuzz.h"

#include <string.h>

#define N_DATAGRAMS 4
#define SIZE        256

/* The input is a datagram, and then, xored on it, a change to a true one. Only what was
 * sealed is opened, and only once. */

static ChatSession *
make_session (gboolean receiver)
{
  static const uint8_t key[CHAT_NOISE_KEY_SIZE] = "a key";
  ChatSessionKeys keys = { .local_index = receiver, .remote_index = !receiver };

  memcpy (keys.send, key, sizeof key);
  memcpy (keys.receive, key, sizeof key);

  return chat_session_new (key, &keys, 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (ChatSession) sender = make_session (FALSE);
  g_autoptr (ChatSession) receiver = make_session (TRUE);
  g_autofree uint8_t *copy = g_memdup2 (data, size);
  ChatOpened opened;

  g_assert (!chat_session_open (receiver, 0, copy, size, &opened));

  for (guint i = 0; i < N_DATAGRAMS; i++)
    {
      uint8_t datagram[SIZE] = { 0 };
      uint8_t changed[SIZE];
      gsize length;
      gboolean same;

      length = chat_session_seal (sender, 0, chat_session_take_number (sender), datagram,
                                  i * 30, sizeof datagram);
      memcpy (changed, datagram, length);
      for (gsize j = 0; j < size; j++)
        changed[j % length] ^= data[j];
      same = memcmp (changed, datagram, length) == 0;

      g_assert (chat_session_open (receiver, 0, changed, length, &opened) == same);
      g_assert (chat_session_open (receiver, 0, datagram, length, &opened) == !same);
    }

  return 0;
}
