/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

#define CHAT_NOISE_KEY_SIZE 32
#define CHAT_NOISE_TAG_SIZE 16

/* Noise keeps the last nonce for itself. */
#define CHAT_NOISE_NONCE_END UINT64_MAX

/* Noise's CipherState with ChaChaPoly: a key, or none yet, and the next nonce. */
typedef struct
{
  uint8_t  key[CHAT_NOISE_KEY_SIZE];
  uint64_t nonce;
  gboolean has_key;
} ChatNoiseCipher;

/* With the nonce given, for datagrams that come in any order. @sealed is
 * CHAT_NOISE_TAG_SIZE longer than @plain, and may begin at the same place. */
void     chat_noise_aead_seal (const uint8_t *key,
                               uint64_t       nonce,
                               const uint8_t *ad,
                               gsize          ad_length,
                               const uint8_t *plain,
                               gsize          length,
                               uint8_t       *sealed);
gboolean chat_noise_aead_open (const uint8_t *key,
                               uint64_t       nonce,
                               const uint8_t *ad,
                               gsize          ad_length,
                               const uint8_t *sealed,
                               gsize          length,
                               uint8_t       *plain) G_GNUC_WARN_UNUSED_RESULT;

/* In order. Without a key they copy, as Noise has it. */
gsize    chat_noise_cipher_overhead (const ChatNoiseCipher *self);
gboolean chat_noise_cipher_seal     (ChatNoiseCipher       *self,
                                     const uint8_t         *ad,
                                     gsize                  ad_length,
                                     const uint8_t         *plain,
                                     gsize                  length,
                                     uint8_t               *sealed) G_GNUC_WARN_UNUSED_RESULT;
gboolean chat_noise_cipher_open     (ChatNoiseCipher       *self,
                                     const uint8_t         *ad,
                                     gsize                  ad_length,
                                     const uint8_t         *sealed,
                                     gsize                  length,
                                     uint8_t               *plain) G_GNUC_WARN_UNUSED_RESULT;
void     chat_noise_cipher_clear    (ChatNoiseCipher       *self);

G_END_DECLS
