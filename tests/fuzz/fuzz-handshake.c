/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-handshake.h"
#include "fuzz.h"

#include <string.h>

#define N_NODES 2

/* The input is a script for two nodes and the network between them, which may do what
 * it likes: lose, repeat, alter and make up datagrams, and let time pass. Whoever has a
 * session in the end has it with the other one. */

typedef struct
{
  const uint8_t *data;
  gsize          size;
} Script;

typedef struct
{
  ChatIdentity  *identity;
  ChatHandshake *handshake;
  ChatAddress    address;
  ChatSession   *session;

  /* The last that it sent */
  gsize          length;
  uint8_t        sent[CHAT_DATAGRAM_BASE];
} Node;

static uint8_t
next_byte (Script *script)
{
  if (script->size == 0)
    return 0;

  script->size--;

  return *script->data++;
}

static void
take_events (Node *nodes,
             guint i)
{
  ChatHandshakeEvent event;

  while (chat_handshake_next_event (nodes[i].handshake, &event))
    {
      if (event.session != NULL)
        {
          const uint8_t *other = chat_identity_get_public (nodes[1 - i].identity);

          g_assert (memcmp (chat_session_get_peer (event.session), other,
                            CHAT_NOISE_KEY_SIZE) == 0);
          g_clear_pointer (&nodes[i].session, chat_session_unref);
          nodes[i].session = chat_session_ref (event.session);
        }
      chat_handshake_event_clear (&event);
    }
}

static void
deliver (Node          *nodes,
         guint          to,
         gint64         now,
         const uint8_t *bytes,
         gsize          length)
{
  g_autofree uint8_t *copy = g_memdup2 (bytes, length);

  chat_handshake_receive (nodes[to].handshake, now, &nodes[1 - to].address, copy, length);
  take_events (nodes, to);
}

static void
deliver_altered (Node   *nodes,
                 guint   to,
                 gint64  now,
                 Script *script)
{
  Node *from = &nodes[1 - to];
  gsize place = next_byte (script);

  if (from->length == 0)
    return;

  /* What matters is at the beginning, and the cookie at the end. */
  if (place >= 128)
    place = from->length - 1 - place % 16;
  from->sent[place % from->length] ^= next_byte (script);
  deliver (nodes, to, now, from->sent, from->length);
}

static void
inject (Node   *nodes,
        guint   to,
        gint64  now,
        Script *script)
{
  gsize length = MIN (script->size, (gsize) next_byte (script) * 5);

  length = MIN (length, script->size);
  deliver (nodes, to, now, script->data, length);
  script->data += length;
  script->size -= length;
}

static void
step (Node   *nodes,
      gint64 *now,
      Script *script)
{
  uint8_t code = next_byte (script);
  guint i = code >> 7;
  Node *node = &nodes[i];
  ChatAddress to;
  gsize length;

  switch (code & 0x07)
    {
    case 0:
      chat_handshake_start (node->handshake, *now, &nodes[1 - i].address,
                            code & 0x40 ? chat_identity_get_public (nodes[1 - i].identity) : NULL);
      return;

    case 1:
    case 2:
      length = chat_handshake_next_datagram (node->handshake, &to, node->sent);
      node->length = length > 0 ? length : node->length;
      if ((code & 0x07) == 1 && length > 0)
        deliver (nodes, 1 - i, *now, node->sent, length);
      return;

    case 3:
      deliver (nodes, 1 - i, *now, node->sent, node->length);
      return;

    case 4:
      deliver_altered (nodes, i, *now, script);
      return;

    case 5:
      inject (nodes, i, *now, script);
      return;

    case 6:
      if (node->session != NULL)
        chat_handshake_start_rekey (node->handshake, *now, &nodes[1 - i].address, node->session);
      return;

    default:
      *now += (gint64) next_byte (script) * next_byte (script) * 1000;
      chat_handshake_tick (node->handshake, *now);
      take_events (nodes, i);
      return;
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  /* Few without a cookie, so that there are cookies. */
  ChatHandshakeLimits limits = { .unproven_rate = 1, .unproven_burst = 2, .pending_max = 3 };
  Script script = { data, size };
  Node *nodes = g_new0 (Node, N_NODES);
  gint64 now = 0;

  fuzz_fix_random (1);
  for (guint i = 0; i < N_NODES; i++)
    {
      nodes[i].identity = chat_identity_new ();
      nodes[i].handshake = chat_handshake_new (nodes[i].identity, &limits);
      nodes[i].address.port = (uint16_t) (1 + i);
    }

  for (guint i = 0; i < 200 && script.size > 0; i++)
    step (nodes, &now, &script);

  for (guint i = 0; i < N_NODES; i++)
    {
      g_clear_pointer (&nodes[i].session, chat_session_unref);
      chat_handshake_free (nodes[i].handshake);
      chat_identity_free (nodes[i].identity);
    }
  g_free (nodes);

  return 0;
}
