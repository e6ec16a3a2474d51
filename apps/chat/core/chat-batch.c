/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-batch.h"

#include "chat-wire.h"

/* What arrives may be of any size, and many datagrams at once. */
#define RECEIVE_ARENA_SIZE (32 * 65536)
#define SEND_ARENA_SIZE    (CHAT_BATCH_SEND_MAX * CHAT_DATAGRAM_BASE + CHAT_DATAGRAM_MAX)

static ChatBatch *
batch_new (guint n_max,
           gsize size)
{
  ChatBatch *self = g_new0 (ChatBatch, 1);

  self->datagrams = g_new (ChatDatagram, n_max);
  self->n_max = n_max;
  self->arena = g_malloc (size);
  self->size = size;

  return self;
}

ChatBatch *
chat_batch_new_to_send (void)
{
  return batch_new (CHAT_BATCH_SEND_MAX, SEND_ARENA_SIZE);
}

ChatBatch *
chat_batch_new_to_receive (void)
{
  return batch_new (CHAT_BATCH_RECEIVE_MAX, RECEIVE_ARENA_SIZE);
}

void
chat_batch_free (ChatBatch *self)
{
  g_free (self->datagrams);
  g_free (self->arena);
  g_free (self);
}

uint8_t *
chat_batch_reserve (ChatBatch *self,
                    gsize      length)
{
  if (self->n == self->n_max || self->size - self->used < length)
    return NULL;

  return self->arena + self->used;
}

void
chat_batch_add (ChatBatch         *self,
                const ChatAddress *to,
                guint              interface,
                gsize              length)
{
  g_assert (self->n < self->n_max && length <= self->size - self->used);

  self->datagrams[self->n++] = (ChatDatagram) {
    .address = *to,
    .interface = interface,
    .bytes = self->arena + self->used,
    .length = length,
  };
  self->used += length;
}
