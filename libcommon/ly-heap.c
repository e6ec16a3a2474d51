/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-heap"

#include "ly-heap-private.h"

typedef struct
{
  gpointer item;
  gsize    sequence;
  int      priority;
} Entry;

/* A binary heap (Williams, "Algorithm 232: Heapsort", 1964): each entry comes
 * before its two children, which are at twice its index. A heap alone would
 * mix entries of one priority, so they are numbered as they arrive. */
struct _LyHeap
{
  GArray *entries;
  gsize   next_sequence;
};

LyHeap *
_ly_heap_new (void)
{
  LyHeap *self = g_new0 (LyHeap, 1);

  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));

  return self;
}

void
_ly_heap_free (LyHeap *self)
{
  g_array_unref (self->entries);
  g_free (self);
}

static gboolean
comes_before (const Entry *a,
              const Entry *b)
{
  if (a->priority != b->priority)
    return a->priority < b->priority;

  /* Of the difference, because the numbers may wrap. */
  return (gssize) (a->sequence - b->sequence) < 0;
}

void
_ly_heap_push (LyHeap   *self,
               gpointer  item,
               int       priority)
{
  Entry entry = { item, self->next_sequence++, priority };
  Entry *entries;
  guint i = self->entries->len;

  g_array_append_val (self->entries, entry);
  entries = (Entry *) self->entries->data;

  while (i > 0 && comes_before (&entry, &entries[(i - 1) / 2]))
    {
      entries[i] = entries[(i - 1) / 2];
      i = (i - 1) / 2;
    }

  entries[i] = entry;
}

gpointer
_ly_heap_pop (LyHeap *self)
{
  Entry *entries = (Entry *) self->entries->data;
  guint length;
  gpointer item;
  Entry last;
  guint i = 0;

  g_assert (self->entries->len > 0);

  length = self->entries->len - 1;
  item = entries[0].item;
  last = entries[length];
  g_array_set_size (self->entries, length);

  /* The last entry sinks from the top to where it belongs. */
  for (guint child = 1; child < length; child = 2 * i + 1)
    {
      if (child + 1 < length && comes_before (&entries[child + 1], &entries[child]))
        child++;
      if (comes_before (&last, &entries[child]))
        break;

      entries[i] = entries[child];
      i = child;
    }

  if (length > 0)
    entries[i] = last;

  return item;
}
