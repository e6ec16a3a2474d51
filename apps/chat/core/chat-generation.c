/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-generation.h"

#include <sodium.h>

ChatGeneration *
chat_generation_new (const ChatSessionKeys *keys,
                     gint64                 now)
{
  ChatGeneration *self = g_new0 (ChatGeneration, 1);

  self->refs = 1;
  self->keys = *keys;
  self->made = now;

  return self;
}

ChatGeneration *
chat_generation_ref (ChatGeneration *self)
{
  g_atomic_int_inc (&self->refs);

  return self;
}

void
chat_generation_unref (ChatGeneration *self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;

  sodium_memzero (self, sizeof *self);
  g_free (self);
}

/* Whether the keys are good for nothing any more. */
gboolean
chat_generation_is_old (const ChatGeneration *self,
                        gint64                now)
{
  return self->spent || now - self->made >= CHAT_REJECT_AFTER;
}

gboolean
chat_generation_can_seal (const ChatGeneration *self,
                          gint64                now)
{
  return !chat_generation_is_old (self, now) && self->n_sealed < CHAT_REJECT_AFTER_COUNT;
}

/* Puts a husk in its place. Who is using the keys has them until he is done. */
void
chat_generation_spend (ChatGeneration **self)
{
  ChatSessionKeys keys = (*self)->keys;
  ChatGeneration *husk;

  sodium_memzero (keys.send, sizeof keys.send);
  sodium_memzero (keys.receive, sizeof keys.receive);
  husk = chat_generation_new (&keys, (*self)->made);
  husk->spent = TRUE;
  chat_generation_unref (*self);
  *self = husk;
}
