/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-key.h"

#include <sodium.h>
#include <string.h>

#define SAFETY_LABEL  "lanyard safety number 1"
#define SAFETY_ROUNDS 5200
#define SAFETY_GROUPS 6      /* for each of the two */
#define HALF_LENGTH   (SAFETY_GROUPS * 6)

/* The whole key in lower-case hexadecimal digits. It is not hashed: a key is not
 * longer, and whoever has the fingerprint can check it in his head. */
char *
chat_key_get_fingerprint (const uint8_t *key)
{
  char *text = g_malloc (CHAT_KEY_FINGERPRINT_LENGTH + 1);

  return sodium_bin2hex (text, CHAT_KEY_FINGERPRINT_LENGTH + 1, key, CHAT_KEY_SIZE);
}

gboolean
chat_key_from_fingerprint (const char *fingerprint,
                           uint8_t    *key)
{
  gsize length;

  return strlen (fingerprint) == CHAT_KEY_FINGERPRINT_LENGTH &&
         sodium_hex2bin (key, CHAT_KEY_SIZE, fingerprint, CHAT_KEY_FINGERPRINT_LENGTH,
                         NULL, &length, NULL) == 0 &&
         length == CHAT_KEY_SIZE;
}

/* Thirty digits in groups of five, a space after each. Made slowly: to find a key whose
 * digits resemble another's, all of this has to be done for each try. */
static void
format_half (const uint8_t *key,
             char           text[HALF_LENGTH + 1])
{
  uint8_t hash[crypto_generichash_BYTES_MAX];
  crypto_generichash_state state;

  crypto_generichash_init (&state, NULL, 0, sizeof hash);
  crypto_generichash_update (&state, (const uint8_t *) SAFETY_LABEL, strlen (SAFETY_LABEL));
  crypto_generichash_update (&state, key, CHAT_KEY_SIZE);
  crypto_generichash_final (&state, hash, sizeof hash);

  for (guint i = 0; i < SAFETY_ROUNDS; i++)
    {
      crypto_generichash_init (&state, NULL, 0, sizeof hash);
      crypto_generichash_update (&state, hash, sizeof hash);
      crypto_generichash_update (&state, key, CHAT_KEY_SIZE);
      crypto_generichash_final (&state, hash, sizeof hash);
    }

  for (guint i = 0; i < SAFETY_GROUPS; i++)
    {
      uint64_t number = 0;

      for (guint j = 0; j < 5; j++)
        number = number << 8 | hash[5 * i + j];
      g_snprintf (text + 6 * i, 7, "%05u ", (guint) (number % 100000));
    }
}

/* What two people read to each other to be sure that nobody is between them: sixty
 * digits, the same for both. Takes some milliseconds.
 *
 * The construction is that of Signal's safety numbers, with BLAKE2b. */
char *
chat_key_get_safety_number (const uint8_t *one,
                            const uint8_t *other)
{
  char halves[2][HALF_LENGTH + 1];
  gboolean turned;
  char *text;

  g_assert (sodium_init () >= 0);
  format_half (one, halves[0]);
  format_half (other, halves[1]);

  turned = strcmp (halves[0], halves[1]) > 0;
  text = g_strconcat (halves[turned], halves[!turned], NULL);

  return g_strchomp (text);
}

/* Keys are random enough to be their own hashes. */
guint
chat_key_hash (gconstpointer key)
{
  guint hash;

  memcpy (&hash, key, sizeof hash);

  return hash;
}

gboolean
chat_key_equal (gconstpointer one,
                gconstpointer other)
{
  return memcmp (one, other, CHAT_KEY_SIZE) == 0;
}
