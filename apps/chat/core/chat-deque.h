/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Items of one size, in a row that grows at its tail and shrinks at its head.
 * A pointer to one is good until the next is pushed. */
typedef struct
{
  guint8 *items;
  gsize   item_size;
  guint   head;
  guint   length;
  guint   capacity;  /* a power of two, or none */
} ChatDeque;

void     chat_deque_init      (ChatDeque *self,
                               gsize      item_size);
void     chat_deque_clear     (ChatDeque *self);
gpointer chat_deque_push      (ChatDeque *self);
void     chat_deque_pop       (ChatDeque *self);

static inline gpointer
chat_deque_get (const ChatDeque *self,
                guint            index)
{
  return self->items + ((self->head + index) & (self->capacity - 1)) * self->item_size;
}

G_END_DECLS
