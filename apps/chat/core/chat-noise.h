/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-noise-symmetric.h"

G_BEGIN_DECLS

#define CHAT_NOISE_PROTOCOL    "Noise_XX_25519_ChaChaPoly_BLAKE2b"
#define CHAT_NOISE_MESSAGES    3
#define CHAT_NOISE_MESSAGE_MAX 65535

/* What each message is longer than its payload. */
#define CHAT_NOISE_OVERHEAD_1 CHAT_NOISE_KEY_SIZE
#define CHAT_NOISE_OVERHEAD_2 (2 * CHAT_NOISE_KEY_SIZE + 2 * CHAT_NOISE_TAG_SIZE)
#define CHAT_NOISE_OVERHEAD_3 (CHAT_NOISE_KEY_SIZE + 2 * CHAT_NOISE_TAG_SIZE)

/* X25519 */
typedef struct
{
  uint8_t secret[CHAT_NOISE_KEY_SIZE];
  uint8_t public[CHAT_NOISE_KEY_SIZE];
} ChatNoiseKeyPair;

void chat_noise_key_pair_generate (ChatNoiseKeyPair *self);
void chat_noise_key_pair_set      (ChatNoiseKeyPair *self,
                                   const uint8_t    *secret);

/* Noise's HandshakeState for XX, as one side sees it:
 *
 *   → e
 *   ← e, ee, s, es
 *   → s, se
 *
 * A plain value, so that it can be copied; chat_noise_clear() wipes it. The static
 * key is only pointed to: there is one of it, well kept, and it has to outlive this. */
typedef struct
{
  const ChatNoiseKeyPair *local_static;

  ChatNoiseSymmetric symmetric;
  ChatNoiseKeyPair   local_ephemeral;
  uint8_t            remote_static[CHAT_NOISE_KEY_SIZE];
  uint8_t            remote_ephemeral[CHAT_NOISE_KEY_SIZE];
  gboolean           initiator;
  gboolean           has_local_ephemeral;
  guint              next_message;
} ChatNoise;

void           chat_noise_init     (ChatNoise              *self,
                                    gboolean                initiator,
                                    const ChatNoiseKeyPair *local_static,
                                    const uint8_t          *prologue,
                                    gsize                   prologue_length);
void           chat_noise_clear    (ChatNoise              *self);
gboolean       chat_noise_write    (ChatNoise              *self,
                                    const uint8_t          *payload,
                                    gsize                   length,
                                    uint8_t                *message,
                                    gsize                   size,
                                    gsize                  *message_length)
                                   G_GNUC_WARN_UNUSED_RESULT;
gboolean       chat_noise_read     (ChatNoise              *self,
                                    const uint8_t          *message,
                                    gsize                   length,
                                    uint8_t                *payload,
                                    gsize                   size,
                                    gsize                  *payload_length)
                                   G_GNUC_WARN_UNUSED_RESULT;
gboolean       chat_noise_is_done  (const ChatNoise        *self);
const uint8_t *chat_noise_get_hash (const ChatNoise        *self);
void           chat_noise_split    (const ChatNoise        *self,
                                    ChatNoiseCipher        *send,
                                    ChatNoiseCipher        *receive);

G_END_DECLS
