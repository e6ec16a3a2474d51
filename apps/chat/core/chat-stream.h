/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-deque.h"

G_BEGIN_DECLS

/* A stretch of an endless row of bytes. Only the blocks that something was
 * written to take memory, so one that is idle takes none. */
typedef struct
{
  ChatDeque blocks;   /* of pointers, NULL where nothing was written yet */
  guint64   first;    /* the number of the first of them */
  guint64   start;    /* below it, all is released */
  guint64   end;      /* above all that was written */
  gsize     n_blocks; /* that take memory */
} ChatStream;

void  chat_stream_init       (ChatStream       *self);
void  chat_stream_clear      (ChatStream       *self);
void  chat_stream_write      (ChatStream       *self,
                              guint64           position,
                              const guint8     *bytes,
                              gsize             size);
void  chat_stream_read       (const ChatStream *self,
                              guint64           position,
                              guint8           *bytes,
                              gsize             size);
void  chat_stream_release    (ChatStream       *self,
                              guint64           position);
gsize chat_stream_get_memory (const ChatStream *self);

G_END_DECLS
