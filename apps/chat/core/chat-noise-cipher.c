/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-noise-cipher.h"

#include <sodium.h>
#include <string.h>

G_STATIC_ASSERT (CHAT_NOISE_KEY_SIZE == crypto_aead_chacha20poly1305_ietf_KEYBYTES);
G_STATIC_ASSERT (CHAT_NOISE_TAG_SIZE == crypto_aead_chacha20poly1305_ietf_ABYTES);

#define NONCE_SIZE crypto_aead_chacha20poly1305_ietf_NPUBBYTES

/* Four zero bytes, then the number, little-endian. */
static void
encode_nonce (uint8_t  bytes[NONCE_SIZE],
              uint64_t nonce)
{
  uint64_t little = GUINT64_TO_LE (nonce);

  memset (bytes, 0, NONCE_SIZE - sizeof little);
  memcpy (bytes + NONCE_SIZE - sizeof little, &little, sizeof little);
}

void
chat_noise_aead_seal (const uint8_t *key,
                      uint64_t       nonce,
                      const uint8_t *ad,
                      gsize          ad_length,
                      const uint8_t *plain,
                      gsize          length,
                      uint8_t       *sealed)
{
  uint8_t bytes[NONCE_SIZE];

  encode_nonce (bytes, nonce);
  crypto_aead_chacha20poly1305_ietf_encrypt (sealed, NULL, plain, length, ad, ad_length,
                                             NULL, bytes, key);
}

gboolean
chat_noise_aead_open (const uint8_t *key,
                      uint64_t       nonce,
                      const uint8_t *ad,
                      gsize          ad_length,
                      const uint8_t *sealed,
                      gsize          length,
                      uint8_t       *plain)
{
  uint8_t bytes[NONCE_SIZE];

  if (length < CHAT_NOISE_TAG_SIZE)
    return FALSE;

  encode_nonce (bytes, nonce);

  return crypto_aead_chacha20poly1305_ietf_decrypt (plain, NULL, NULL, sealed, length,
                                                    ad, ad_length, bytes, key) == 0;
}

/* What sealing adds to the length. */
gsize
chat_noise_cipher_overhead (const ChatNoiseCipher *self)
{
  return self->has_key ? CHAT_NOISE_TAG_SIZE : 0;
}

gboolean
chat_noise_cipher_seal (ChatNoiseCipher *self,
                        const uint8_t   *ad,
                        gsize            ad_length,
                        const uint8_t   *plain,
                        gsize            length,
                        uint8_t         *sealed)
{
  if (!self->has_key)
    {
      if (length > 0)
        memmove (sealed, plain, length);
      return TRUE;
    }

  if (self->nonce == CHAT_NOISE_NONCE_END)
    return FALSE;

  chat_noise_aead_seal (self->key, self->nonce++, ad, ad_length, plain, length, sealed);

  return TRUE;
}

/* What does not open leaves the nonce where it was. */
gboolean
chat_noise_cipher_open (ChatNoiseCipher *self,
                        const uint8_t   *ad,
                        gsize            ad_length,
                        const uint8_t   *sealed,
                        gsize            length,
                        uint8_t         *plain)
{
  if (!self->has_key)
    {
      if (length > 0)
        memmove (plain, sealed, length);
      return TRUE;
    }

  if (self->nonce == CHAT_NOISE_NONCE_END ||
      !chat_noise_aead_open (self->key, self->nonce, ad, ad_length, sealed, length, plain))
    return FALSE;

  self->nonce++;

  return TRUE;
}

void
chat_noise_cipher_clear (ChatNoiseCipher *self)
{
  sodium_memzero (self, sizeof *self);
}
