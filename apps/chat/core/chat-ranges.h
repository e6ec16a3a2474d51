/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The numbers from @start up to, but not with, @end. */
typedef struct
{
  guint64 start;
  guint64 end;
} ChatRange;

/* A set of numbers, kept as ranges that are in order and do not touch. */
typedef struct
{
  GArray *array;
} ChatRanges;

void             chat_ranges_init       (ChatRanges       *self);
void             chat_ranges_clear      (ChatRanges       *self);
void             chat_ranges_set_empty  (ChatRanges       *self);
void             chat_ranges_add        (ChatRanges       *self,
                                         guint64           start,
                                         guint64           end);
void             chat_ranges_remove     (ChatRanges       *self,
                                         guint64           start,
                                         guint64           end);
void             chat_ranges_drop       (ChatRanges       *self,
                                         guint             n_ranges);
guint            chat_ranges_find       (const ChatRanges *self,
                                         guint64           number);

static inline guint
chat_ranges_get_length (const ChatRanges *self)
{
  return self->array->len;
}

static inline const ChatRange *
chat_ranges_get (const ChatRanges *self,
                 guint             index)
{
  return &g_array_index (self->array, ChatRange, index);
}

G_END_DECLS
