/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-ranges.h"

void
chat_ranges_init (ChatRanges *self)
{
  self->array = g_array_new (FALSE, FALSE, sizeof (ChatRange));
}

void
chat_ranges_clear (ChatRanges *self)
{
  g_clear_pointer (&self->array, g_array_unref);
}

void
chat_ranges_set_empty (ChatRanges *self)
{
  g_array_set_size (self->array, 0);
}

/* Finds the first range that ends above @number: the one that has it, or else
 * the next one. */
guint
chat_ranges_find (const ChatRanges *self,
                  guint64           number)
{
  guint low = 0;
  guint high = self->array->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (chat_ranges_get (self, middle)->end > number)
        high = middle;
      else
        low = middle + 1;
    }

  return low;
}

void
chat_ranges_add (ChatRanges *self,
                 guint64     start,
                 guint64     end)
{
  ChatRange range = { start, end };
  ChatRange *joined;
  guint first;
  guint after;

  if (start >= end)
    return;

  /* One that ends at @start touches, and is joined as well. */
  first = chat_ranges_find (self, start > 0 ? start - 1 : 0);

  for (after = first; after < self->array->len; after++)
    {
      const ChatRange *other = chat_ranges_get (self, after);

      if (other->start > end)
        break;

      range.start = MIN (range.start, other->start);
      range.end = MAX (range.end, other->end);
    }

  if (after == first)
    {
      g_array_insert_val (self->array, first, range);
      return;
    }

  joined = &g_array_index (self->array, ChatRange, first);
  joined->start = range.start;
  joined->end = range.end;

  if (after - first > 1)
    g_array_remove_range (self->array, first + 1, after - first - 1);
}

void
chat_ranges_remove (ChatRanges *self,
                    guint64     start,
                    guint64     end)
{
  guint first = chat_ranges_find (self, start);
  guint after = first;

  if (start >= end)
    return;

  for (; after < self->array->len && chat_ranges_get (self, after)->start < end; after++)
    {
      ChatRange *range = &g_array_index (self->array, ChatRange, after);
      ChatRange above = { end, range->end };

      if (range->start < start)
        {
          range->end = start;
          first = after + 1;
          if (above.start < above.end)
            g_array_insert_val (self->array, first, above);
        }
      else if (range->end > end)
        {
          range->start = end;
          break;
        }
    }

  if (after > first)
    g_array_remove_range (self->array, first, after - first);
}

/* Forgets the lowest ranges. */
void
chat_ranges_drop (ChatRanges *self,
                  guint       n_ranges)
{
  if (n_ranges > 0)
    g_array_remove_range (self->array, 0, n_ranges);
}
