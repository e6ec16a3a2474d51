/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-noise-private.h"

#include <sodium.h>
#include <string.h>

G_STATIC_ASSERT (CHAT_NOISE_KEY_SIZE == crypto_scalarmult_BYTES);
G_STATIC_ASSERT (CHAT_NOISE_KEY_SIZE == crypto_scalarmult_SCALARBYTES);

/* The Noise Protocol Framework, revision 34, https://noiseprotocol.org/noise.html */

void
chat_noise_key_pair_generate (ChatNoiseKeyPair *self)
{
  g_assert (sodium_init () >= 0);

  randombytes_buf (self->secret, sizeof self->secret);
  crypto_scalarmult_base (self->public, self->secret);
}

void
chat_noise_key_pair_set (ChatNoiseKeyPair *self,
                         const uint8_t    *secret)
{
  g_assert (sodium_init () >= 0);

  memcpy (self->secret, secret, sizeof self->secret);
  crypto_scalarmult_base (self->public, self->secret);
}

void
chat_noise_init (ChatNoise              *self,
                 gboolean                initiator,
                 const ChatNoiseKeyPair *local_static,
                 const uint8_t          *prologue,
                 gsize                   prologue_length)
{
  memset (self, 0, sizeof *self);
  chat_noise_symmetric_init (&self->symmetric, CHAT_NOISE_PROTOCOL);
  chat_noise_symmetric_mix_hash (&self->symmetric, prologue, prologue_length);
  self->local_static = local_static;
  self->initiator = initiator;
}

void
chat_noise_clear (ChatNoise *self)
{
  sodium_memzero (self, sizeof *self);
}

void
chat_noise_fix_ephemeral (ChatNoise     *self,
                          const uint8_t *secret)
{
  chat_noise_key_pair_set (&self->local_ephemeral, secret);
  self->has_local_ephemeral = TRUE;
}

/* Fails on a public key that makes any secret yield nothing but zeros. */
static gboolean
mix_dh (ChatNoise              *self,
        const ChatNoiseKeyPair *local,
        const uint8_t          *remote)
{
  uint8_t shared[CHAT_NOISE_KEY_SIZE];
  gboolean ok = crypto_scalarmult (shared, local->secret, remote) == 0;

  if (ok)
    chat_noise_symmetric_mix_key (&self->symmetric, shared, sizeof shared);
  sodium_memzero (shared, sizeof shared);

  return ok;
}

/* es is one side's ephemeral with the other's static key: the responder's
 * static one. */
static gboolean
mix_es (ChatNoise *self)
{
  if (self->initiator)
    return mix_dh (self, &self->local_ephemeral, self->remote_static);

  return mix_dh (self, self->local_static, self->remote_ephemeral);
}

static gboolean
mix_se (ChatNoise *self)
{
  if (self->initiator)
    return mix_dh (self, self->local_static, self->remote_ephemeral);

  return mix_dh (self, &self->local_ephemeral, self->remote_static);
}

static gboolean
mix_ee (ChatNoise *self)
{
  return mix_dh (self, &self->local_ephemeral, self->remote_ephemeral);
}

/* --- writing ----------------------------------------------------------------- */

static void
write_e (ChatNoise *self,
         uint8_t  **to)
{
  if (!self->has_local_ephemeral)
    chat_noise_key_pair_generate (&self->local_ephemeral);
  self->has_local_ephemeral = TRUE;

  memcpy (*to, self->local_ephemeral.public, CHAT_NOISE_KEY_SIZE);
  *to += CHAT_NOISE_KEY_SIZE;
  chat_noise_symmetric_mix_hash (&self->symmetric, self->local_ephemeral.public,
                                 CHAT_NOISE_KEY_SIZE);
}

static gboolean
write_s (ChatNoise *self,
         uint8_t  **to)
{
  if (!chat_noise_symmetric_seal (&self->symmetric, self->local_static->public,
                                  CHAT_NOISE_KEY_SIZE, *to))
    return FALSE;

  *to += CHAT_NOISE_KEY_SIZE + CHAT_NOISE_TAG_SIZE;

  return TRUE;
}

static gboolean
write_tokens (ChatNoise *self,
              uint8_t  **to)
{
  switch (self->next_message)
    {
    case 0:
      write_e (self, to);
      return TRUE;

    case 1:
      write_e (self, to);
      return mix_ee (self) && write_s (self, to) && mix_es (self);

    default:
      return write_s (self, to) && mix_se (self);
    }
}

static gsize
overhead (guint message)
{
  static const gsize overheads[CHAT_NOISE_MESSAGES] = {
    CHAT_NOISE_OVERHEAD_1, CHAT_NOISE_OVERHEAD_2, CHAT_NOISE_OVERHEAD_3,
  };

  return overheads[message];
}

/* Even messages are the initiator's. */
static gboolean
is_turn (const ChatNoise *self,
         gboolean         to_write)
{
  gboolean initiators = self->next_message % 2 == 0;

  return self->next_message < CHAT_NOISE_MESSAGES &&
         (initiators == self->initiator) == to_write;
}

/* If it fails, nothing has changed but what is in @message. */
gboolean
chat_noise_write (ChatNoise     *self,
                  const uint8_t *payload,
                  gsize          length,
                  uint8_t       *message,
                  gsize          size,
                  gsize         *message_length)
{
  uint8_t *to = message;
  ChatNoise trial;
  gboolean ok;

  g_return_val_if_fail (is_turn (self, TRUE), FALSE);

  size = MIN (size, CHAT_NOISE_MESSAGE_MAX);
  if (size < overhead (self->next_message) || length > size - overhead (self->next_message))
    return FALSE;

  trial = *self;
  ok = write_tokens (&trial, &to) &&
       chat_noise_symmetric_seal (&trial.symmetric, payload, length, to);
  if (ok)
    {
      *message_length = overhead (self->next_message) + length;
      trial.next_message++;
      *self = trial;
    }
  chat_noise_clear (&trial);

  return ok;
}

/* --- reading ----------------------------------------------------------------- */

static void
read_e (ChatNoise      *self,
        const uint8_t **from)
{
  memcpy (self->remote_ephemeral, *from, CHAT_NOISE_KEY_SIZE);
  *from += CHAT_NOISE_KEY_SIZE;
  chat_noise_symmetric_mix_hash (&self->symmetric, self->remote_ephemeral,
                                 CHAT_NOISE_KEY_SIZE);
}

static gboolean
read_s (ChatNoise      *self,
        const uint8_t **from)
{
  gsize length = CHAT_NOISE_KEY_SIZE + CHAT_NOISE_TAG_SIZE;

  if (!chat_noise_symmetric_open (&self->symmetric, *from, length, self->remote_static))
    return FALSE;

  *from += length;

  return TRUE;
}

static gboolean
read_tokens (ChatNoise      *self,
             const uint8_t **from)
{
  switch (self->next_message)
    {
    case 0:
      read_e (self, from);
      return TRUE;

    case 1:
      read_e (self, from);
      return mix_ee (self) && read_s (self, from) && mix_es (self);

    default:
      return read_s (self, from) && mix_se (self);
    }
}

/* All is done to a copy: a forged message leaves the handshake as it was, and
 * the true one can still come. */
gboolean
chat_noise_read (ChatNoise     *self,
                 const uint8_t *message,
                 gsize          length,
                 uint8_t       *payload,
                 gsize          size,
                 gsize         *payload_length)
{
  const uint8_t *from = message;
  ChatNoise trial;
  gsize rest;
  gboolean ok;

  g_return_val_if_fail (is_turn (self, FALSE), FALSE);

  if (length > CHAT_NOISE_MESSAGE_MAX || length < overhead (self->next_message) ||
      length - overhead (self->next_message) > size)
    return FALSE;

  trial = *self;
  ok = read_tokens (&trial, &from);
  rest = length - (from - message);
  ok = ok && chat_noise_symmetric_open (&trial.symmetric, from, rest, payload);
  if (ok)
    {
      *payload_length = length - overhead (self->next_message);
      trial.next_message++;
      *self = trial;
    }
  chat_noise_clear (&trial);

  return ok;
}

/* --- the end ----------------------------------------------------------------- */

gboolean
chat_noise_is_done (const ChatNoise *self)
{
  return self->next_message == CHAT_NOISE_MESSAGES;
}

/* What both sides have in common and nobody else; CHAT_NOISE_HASH_SIZE bytes. */
const uint8_t *
chat_noise_get_hash (const ChatNoise *self)
{
  g_return_val_if_fail (chat_noise_is_done (self), NULL);

  return self->symmetric.hash;
}

void
chat_noise_split (const ChatNoise *self,
                  ChatNoiseCipher *send,
                  ChatNoiseCipher *receive)
{
  g_return_if_fail (chat_noise_is_done (self));

  if (self->initiator)
    chat_noise_symmetric_split (&self->symmetric, send, receive);
  else
    chat_noise_symmetric_split (&self->symmetric, receive, send);
}
