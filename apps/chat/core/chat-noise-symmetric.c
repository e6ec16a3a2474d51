/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-noise-symmetric.h"

#include <sodium.h>
#include <string.h>

#define BLOCK_SIZE 128

G_STATIC_ASSERT (CHAT_NOISE_HASH_SIZE == crypto_generichash_BYTES_MAX);

static void
hash_two (uint8_t        out[CHAT_NOISE_HASH_SIZE],
          const uint8_t *first,
          gsize          first_length,
          const uint8_t *second,
          gsize          second_length)
{
  crypto_generichash_state state;

  crypto_generichash_init (&state, NULL, 0, CHAT_NOISE_HASH_SIZE);
  crypto_generichash_update (&state, first, first_length);
  crypto_generichash_update (&state, second, second_length);
  crypto_generichash_final (&state, out, CHAT_NOISE_HASH_SIZE);
  sodium_memzero (&state, sizeof state);
}

/* RFC 2104 over BLAKE2b, whose own keyed mode is something else. The key is
 * always a chaining key or made from one, so it is never longer than a block. */
static void
hmac (uint8_t        out[CHAT_NOISE_HASH_SIZE],
      const uint8_t  key[CHAT_NOISE_HASH_SIZE],
      const uint8_t *data,
      gsize          length)
{
  uint8_t pad[BLOCK_SIZE];
  uint8_t inner[CHAT_NOISE_HASH_SIZE];

  memset (pad, 0x36, sizeof pad);
  for (gsize i = 0; i < CHAT_NOISE_HASH_SIZE; i++)
    pad[i] ^= key[i];
  hash_two (inner, pad, sizeof pad, data, length);

  for (gsize i = 0; i < sizeof pad; i++)
    pad[i] ^= 0x36 ^ 0x5c;
  hash_two (out, pad, sizeof pad, inner, sizeof inner);

  sodium_memzero (pad, sizeof pad);
  sodium_memzero (inner, sizeof inner);
}

/* Noise's HKDF with two outputs. */
static void
hkdf (uint8_t        first[CHAT_NOISE_HASH_SIZE],
      uint8_t        second[CHAT_NOISE_HASH_SIZE],
      const uint8_t  chaining_key[CHAT_NOISE_HASH_SIZE],
      const uint8_t *input,
      gsize          length)
{
  uint8_t temporary[CHAT_NOISE_HASH_SIZE];
  uint8_t block[CHAT_NOISE_HASH_SIZE + 1];

  hmac (temporary, chaining_key, input, length);

  block[0] = 1;
  hmac (first, temporary, block, 1);

  memcpy (block, first, CHAT_NOISE_HASH_SIZE);
  block[CHAT_NOISE_HASH_SIZE] = 2;
  hmac (second, temporary, block, sizeof block);

  sodium_memzero (temporary, sizeof temporary);
  sodium_memzero (block, sizeof block);
}

/* A hash is longer than a key; Noise takes its beginning. */
static void
set_key (ChatNoiseCipher *cipher,
         const uint8_t    hash[CHAT_NOISE_HASH_SIZE])
{
  memcpy (cipher->key, hash, CHAT_NOISE_KEY_SIZE);
  cipher->nonce = 0;
  cipher->has_key = TRUE;
}

void
chat_noise_symmetric_init (ChatNoiseSymmetric *self,
                           const char         *protocol_name)
{
  gsize length = strlen (protocol_name);

  /* A longer name would have to be hashed; ours is not. */
  g_assert (length <= CHAT_NOISE_HASH_SIZE);
  g_assert (sodium_init () >= 0);

  memset (self, 0, sizeof *self);
  memcpy (self->hash, protocol_name, length);
  memcpy (self->chaining_key, self->hash, sizeof self->hash);
}

void
chat_noise_symmetric_mix_key (ChatNoiseSymmetric *self,
                              const uint8_t      *input,
                              gsize               length)
{
  uint8_t chaining_key[CHAT_NOISE_HASH_SIZE];
  uint8_t key[CHAT_NOISE_HASH_SIZE];

  hkdf (chaining_key, key, self->chaining_key, input, length);
  memcpy (self->chaining_key, chaining_key, sizeof chaining_key);
  set_key (&self->cipher, key);

  sodium_memzero (chaining_key, sizeof chaining_key);
  sodium_memzero (key, sizeof key);
}

void
chat_noise_symmetric_mix_hash (ChatNoiseSymmetric *self,
                               const uint8_t      *data,
                               gsize               length)
{
  hash_two (self->hash, self->hash, sizeof self->hash, data, length);
}

/* Noise's EncryptAndHash. @sealed is chat_noise_cipher_overhead() longer than
 * @plain, and must not overlap it. */
gboolean
chat_noise_symmetric_seal (ChatNoiseSymmetric *self,
                           const uint8_t      *plain,
                           gsize               length,
                           uint8_t            *sealed)
{
  gsize overhead = chat_noise_cipher_overhead (&self->cipher);

  if (!chat_noise_cipher_seal (&self->cipher, self->hash, sizeof self->hash,
                               plain, length, sealed))
    return FALSE;

  chat_noise_symmetric_mix_hash (self, sealed, length + overhead);

  return TRUE;
}

/* Noise's DecryptAndHash. */
gboolean
chat_noise_symmetric_open (ChatNoiseSymmetric *self,
                           const uint8_t      *sealed,
                           gsize               length,
                           uint8_t            *plain)
{
  if (!chat_noise_cipher_open (&self->cipher, self->hash, sizeof self->hash,
                               sealed, length, plain))
    return FALSE;

  chat_noise_symmetric_mix_hash (self, sealed, length);

  return TRUE;
}

/* The ciphers for what comes after the handshake: @first is for what the
 * initiator sends. */
void
chat_noise_symmetric_split (const ChatNoiseSymmetric *self,
                            ChatNoiseCipher          *first,
                            ChatNoiseCipher          *second)
{
  uint8_t one[CHAT_NOISE_HASH_SIZE];
  uint8_t two[CHAT_NOISE_HASH_SIZE];

  hkdf (one, two, self->chaining_key, NULL, 0);
  set_key (first, one);
  set_key (second, two);

  sodium_memzero (one, sizeof one);
  sodium_memzero (two, sizeof two);
}
