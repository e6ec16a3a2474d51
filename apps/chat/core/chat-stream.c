/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-stream.h"

#include <string.h>

#define BLOCK_SIZE 16384

void
chat_stream_init (ChatStream *self)
{
  *self = (ChatStream) { 0 };
  chat_deque_init (&self->blocks, sizeof (guint8 *));
}

static void
drop_first_block (ChatStream *self)
{
  guint8 *block = *(guint8 **) chat_deque_get (&self->blocks, 0);

  self->n_blocks -= block != NULL;
  g_free (block);
  chat_deque_pop (&self->blocks);
  self->first++;
}

/* Leaves it empty, fit for use, and at position 0. */
void
chat_stream_clear (ChatStream *self)
{
  while (self->blocks.length > 0)
    drop_first_block (self);

  chat_deque_clear (&self->blocks);
  chat_stream_init (self);
}

static guint8 *
ensure_block (ChatStream *self,
              guint64     number)
{
  guint8 **block;

  if (self->blocks.length == 0)
    self->first = self->start / BLOCK_SIZE;

  while (number - self->first >= self->blocks.length)
    chat_deque_push (&self->blocks);

  block = chat_deque_get (&self->blocks, (guint) (number - self->first));
  if (*block == NULL)
    {
      *block = g_malloc (BLOCK_SIZE);
      self->n_blocks++;
    }

  return *block;
}

/* Nothing may be written below what has been released. */
void
chat_stream_write (ChatStream   *self,
                   guint64       position,
                   const guint8 *bytes,
                   gsize         size)
{
  self->end = MAX (self->end, position + size);

  while (size > 0)
    {
      gsize at = position % BLOCK_SIZE;
      gsize n = MIN (size, BLOCK_SIZE - at);

      memcpy (ensure_block (self, position / BLOCK_SIZE) + at, bytes, n);
      position += n;
      bytes += n;
      size -= n;
    }
}

/* Only what was written can be read. */
void
chat_stream_read (const ChatStream *self,
                  guint64           position,
                  guint8           *bytes,
                  gsize             size)
{
  while (size > 0)
    {
      gsize at = position % BLOCK_SIZE;
      gsize n = MIN (size, BLOCK_SIZE - at);
      guint64 index = position / BLOCK_SIZE - self->first;
      guint8 *block = *(guint8 **) chat_deque_get (&self->blocks, (guint) index);

      memcpy (bytes, block + at, n);
      position += n;
      bytes += n;
      size -= n;
    }
}

/* Forgets what is below @position. */
void
chat_stream_release (ChatStream *self,
                     guint64     position)
{
  self->start = MAX (self->start, position);
  while (self->blocks.length > 0 &&
         (position >= self->end || position / BLOCK_SIZE > self->first))
    drop_first_block (self);
}

gsize
chat_stream_get_memory (const ChatStream *self)
{
  return self->n_blocks * BLOCK_SIZE;
}
