/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-noise.h"

#include <string.h>

typedef struct
{
  ChatNoiseKeyPair keys[2];
  ChatNoise        sides[2];
  uint8_t          message[256];
  gsize            length;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  for (guint i = 0; i < 2; i++)
    {
      chat_noise_key_pair_generate (&fixture->keys[i]);
      chat_noise_init (&fixture->sides[i], i == 0, &fixture->keys[i],
                       (const uint8_t *) "both", 4);
    }
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  for (guint i = 0; i < 2; i++)
    chat_noise_clear (&fixture->sides[i]);
}

static void
write_next (Fixture *fixture,
            guint    number)
{
  g_assert_true (chat_noise_write (&fixture->sides[number % 2], (const uint8_t *) "hello", 5,
                                   fixture->message, sizeof fixture->message,
                                   &fixture->length));
}

static gboolean
read_next (Fixture *fixture,
           guint    number)
{
  uint8_t payload[64];
  gsize length;

  if (!chat_noise_read (&fixture->sides[1 - number % 2], fixture->message, fixture->length,
                        payload, sizeof payload, &length))
    return FALSE;

  g_assert_cmpmem (payload, length, "hello", 5);

  return TRUE;
}

static void
test_both_ways (Fixture       *fixture,
                gconstpointer  data)
{
  ChatNoiseCipher send[2], receive[2];

  for (guint i = 0; i < CHAT_NOISE_MESSAGES; i++)
    {
      write_next (fixture, i);
      g_assert_true (read_next (fixture, i));
    }

  g_assert_cmpmem (chat_noise_get_hash (&fixture->sides[0]), CHAT_NOISE_HASH_SIZE,
                   chat_noise_get_hash (&fixture->sides[1]), CHAT_NOISE_HASH_SIZE);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpmem (fixture->sides[i].remote_static, CHAT_NOISE_KEY_SIZE,
                       fixture->keys[1 - i].public, CHAT_NOISE_KEY_SIZE);
      chat_noise_split (&fixture->sides[i], &send[i], &receive[i]);
    }
  g_assert_cmpmem (send[0].key, sizeof send[0].key, receive[1].key, sizeof send[0].key);
  g_assert_cmpmem (send[1].key, sizeof send[1].key, receive[0].key, sizeof send[1].key);
  g_assert_true (memcmp (send[0].key, send[1].key, sizeof send[0].key) != 0);
}

/* Any changed bit is noticed, and does not keep the true message from being read. But
 * the first message is not authenticated by itself: it is by the next one. */
static void
test_altered (Fixture       *fixture,
              gconstpointer  data)
{
  write_next (fixture, 0);
  g_assert_true (read_next (fixture, 0));

  for (guint i = 1; i < CHAT_NOISE_MESSAGES; i++)
    {
      write_next (fixture, i);
      for (gsize bit = 0; bit < 8 * fixture->length; bit++)
        {
          /* X25519 ignores the highest bit of a key, but the hash does not. */
          fixture->message[bit / 8] ^= 1 << bit % 8;
          g_assert_false (read_next (fixture, i));
          fixture->message[bit / 8] ^= 1 << bit % 8;
        }
      g_assert_true (read_next (fixture, i));
    }
}

static void
test_cut (Fixture       *fixture,
          gconstpointer  data)
{
  for (guint i = 0; i < CHAT_NOISE_MESSAGES; i++)
    {
      gsize whole;

      write_next (fixture, i);
      whole = fixture->length;
      for (fixture->length = 0; fixture->length < whole; fixture->length++)
        if (i > 0 || fixture->length < CHAT_NOISE_OVERHEAD_1)
          g_assert_false (read_next (fixture, i));
      g_assert_true (read_next (fixture, i));
    }
}

static void
test_prologue (Fixture       *fixture,
               gconstpointer  data)
{
  chat_noise_init (&fixture->sides[1], FALSE, &fixture->keys[1], (const uint8_t *) "else", 4);

  write_next (fixture, 0);
  g_assert_true (read_next (fixture, 0));
  write_next (fixture, 1);
  g_assert_false (read_next (fixture, 1));
}

/* With such a key, everybody knows the secret: zero, one, and others of small order. */
static void
test_weak_keys (Fixture       *fixture,
                gconstpointer  data)
{
  static const uint8_t weak[][CHAT_NOISE_KEY_SIZE] = {
    { 0 },
    { 1 },
    { 0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4,
      0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49,
      0xb8, 0x00 },
    { 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0x7f },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (weak); i++)
    {
      ChatNoise responder = fixture->sides[1];
      uint8_t message[256];
      gsize length;

      g_assert_true (chat_noise_read (&responder, weak[i], sizeof weak[i], NULL, 0, &length));
      g_assert_false (chat_noise_write (&responder, NULL, 0, message, sizeof message, &length));
    }
}

static void
test_room (Fixture       *fixture,
           gconstpointer  data)
{
  uint8_t payload[4];
  gsize length;

  g_assert_false (chat_noise_write (&fixture->sides[0], NULL, 0, fixture->message,
                                    CHAT_NOISE_OVERHEAD_1 - 1, &length));
  write_next (fixture, 0);
  g_assert_false (chat_noise_read (&fixture->sides[1], fixture->message, fixture->length,
                                   payload, sizeof payload, &length));
  g_assert_true (read_next (fixture, 0));
}

static void
test_last_nonce (void)
{
  ChatNoiseCipher cipher = { .nonce = CHAT_NOISE_NONCE_END - 1, .has_key = TRUE };
  uint8_t sealed[CHAT_NOISE_TAG_SIZE];

  g_assert_true (chat_noise_cipher_seal (&cipher, NULL, 0, NULL, 0, sealed));
  g_assert_false (chat_noise_cipher_seal (&cipher, NULL, 0, NULL, 0, sealed));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/chat/noise/both-ways", test_both_ways);
  ADD ("/chat/noise/altered", test_altered);
  ADD ("/chat/noise/cut", test_cut);
  ADD ("/chat/noise/prologue", test_prologue);
  ADD ("/chat/noise/weak-keys", test_weak_keys);
  ADD ("/chat/noise/room", test_room);
#undef ADD
  g_test_add_func ("/chat/noise/last-nonce", test_last_nonce);

  return g_test_run ();
}
