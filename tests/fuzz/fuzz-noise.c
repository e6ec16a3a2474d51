/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-noise.h"
#include "fuzz.h"

#include <string.h>

/* The first byte tells which message of the handshake the rest stands for. After it,
 * whatever became of it, the true message is read as if nothing had been. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  ChatNoiseKeyPair keys[2];
  ChatNoise sides[2];
  uint8_t message[256];
  uint8_t payload[256];
  gsize length, payload_length;
  guint number;

  if (size == 0)
    return 0;

  fuzz_fix_random (1);
  number = data[0] % CHAT_NOISE_MESSAGES;
  for (guint i = 0; i < 2; i++)
    {
      chat_noise_key_pair_generate (&keys[i]);
      chat_noise_init (&sides[i], i == 0, &keys[i], NULL, 0);
    }

  for (guint i = 0; i <= number; i++)
    {
      ChatNoise *reader = &sides[1 - i % 2];

      g_assert (chat_noise_write (&sides[i % 2], NULL, 0, message, sizeof message, &length));
      if (i == number)
        {
          ChatNoise trial = *reader;
          gboolean read;

          read = chat_noise_read (&trial, data + 1, size - 1, payload, sizeof payload,
                                  &payload_length);
          g_assert (!read || i == 0 ||
                    (size - 1 == length && memcmp (data + 1, message, length) == 0));
          g_assert (read || memcmp (&trial, reader, sizeof trial) == 0);
        }
      g_assert (chat_noise_read (reader, message, length, payload, sizeof payload,
                                 &payload_length));
    }

  return 0;
}
