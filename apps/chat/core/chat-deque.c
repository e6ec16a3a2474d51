/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-deque.h"

#include <string.h>

#define FIRST_CAPACITY 8

/* What an empty deque may keep. */
#define KEPT_BYTES 4096

void
chat_deque_init (ChatDeque *self,
                 gsize      item_size)
{
  *self = (ChatDeque) { .item_size = item_size };
}

/* Leaves it empty, and fit for use. */
void
chat_deque_clear (ChatDeque *self)
{
  g_free (self->items);
  chat_deque_init (self, self->item_size);
}

static void
grow (ChatDeque *self)
{
  guint capacity = MAX (FIRST_CAPACITY, self->capacity * 2);
  guint8 *items = g_malloc_n (capacity, self->item_size);
  guint until_wrap = self->capacity - self->head;

  if (self->length > 0)
    {
      memcpy (items, chat_deque_get (self, 0), until_wrap * self->item_size);
      memcpy (items + until_wrap * self->item_size, self->items, self->head * self->item_size);
    }

  g_free (self->items);
  self->items = items;
  self->head = 0;
  self->capacity = capacity;
}

/* Adds an item, and returns it to be filled; its bytes are zero. */
gpointer
chat_deque_push (ChatDeque *self)
{
  if (self->length == self->capacity)
    grow (self);

  return memset (chat_deque_get (self, self->length++), 0, self->item_size);
}

void
chat_deque_pop (ChatDeque *self)
{
  g_assert (self->length > 0);

  self->head = (self->head + 1) & (self->capacity - 1);
  self->length--;

  if (self->length == 0 && self->capacity * self->item_size > KEPT_BYTES)
    chat_deque_clear (self);
}
