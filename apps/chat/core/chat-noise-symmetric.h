/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-noise-cipher.h"

G_BEGIN_DECLS

#define CHAT_NOISE_HASH_SIZE 64

/* Noise's SymmetricState with BLAKE2b: what both sides have said and computed
 * so far, as a hash and as a key. */
typedef struct
{
  ChatNoiseCipher cipher;
  uint8_t         chaining_key[CHAT_NOISE_HASH_SIZE];
  uint8_t         hash[CHAT_NOISE_HASH_SIZE];
} ChatNoiseSymmetric;

void     chat_noise_symmetric_init     (ChatNoiseSymmetric       *self,
                                        const char               *protocol_name);
void     chat_noise_symmetric_mix_key  (ChatNoiseSymmetric       *self,
                                        const uint8_t            *input,
                                        gsize                     length);
void     chat_noise_symmetric_mix_hash (ChatNoiseSymmetric       *self,
                                        const uint8_t            *data,
                                        gsize                     length);
gboolean chat_noise_symmetric_seal     (ChatNoiseSymmetric       *self,
                                        const uint8_t            *plain,
                                        gsize                     length,
                                        uint8_t                  *sealed)
                                       G_GNUC_WARN_UNUSED_RESULT;
gboolean chat_noise_symmetric_open     (ChatNoiseSymmetric       *self,
                                        const uint8_t            *sealed,
                                        gsize                     length,
                                        uint8_t                  *plain)
                                       G_GNUC_WARN_UNUSED_RESULT;
void     chat_noise_symmetric_split    (const ChatNoiseSymmetric *self,
                                        ChatNoiseCipher          *first,
                                        ChatNoiseCipher          *second);

G_END_DECLS
