/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-timeline"

#include "chat-timeline-private.h"

/* Which messages have rows, and where. */

/* Rows are there a little before they are seen. */
#define MARGIN 100

/* Beyond so many screens the way is not walked. */
#define MAX_SCREENS 3

#define MAX_SPARE 16

/* --- rows --- */

static ChatMessageRow *
make_row (ChatTimeline *self)
{
  ChatMessageRow *row;

  if (self->spare->len > 0)
    {
      row = g_ptr_array_steal_index (self->spare, self->spare->len - 1);
      if (!gtk_widget_get_child_visible (GTK_WIDGET (row)))
        gtk_widget_set_child_visible (GTK_WIDGET (row), TRUE);
      return row;
    }

  row = CHAT_MESSAGE_ROW (chat_message_row_new ());
  gtk_widget_set_parent (GTK_WIDGET (row), GTK_WIDGET (self));
  g_signal_emit_by_name (self, "row-made", row);

  return row;
}

static void
spare_row (ChatTimeline   *self,
           ChatMessageRow *row)
{
  GtkWidget *widget = GTK_WIDGET (row);

  /* The focus must not vanish with it. */
  if (gtk_widget_get_focus_child (GTK_WIDGET (self)) == widget)
    gtk_widget_grab_focus (GTK_WIDGET (self));

  if (self->spare->len == MAX_SPARE)
    {
      gtk_widget_unparent (widget);
      return;
    }

  chat_message_row_set_item (row, NULL);
  g_ptr_array_add (self->spare, row);
}

/* Lets go of the rows from the one @begin on, and before the one @end. */
void
_chat_timeline_drop_rows (ChatTimeline *self,
                          guint         begin,
                          guint         end)
{
  if (begin >= end)
    return;

  for (guint i = begin; i < end; i++)
    spare_row (self, g_array_index (self->rows, ChatTimelineRow, i).widget);

  g_array_remove_range (self->rows, begin, end - begin);
  if (begin == 0)
    self->first += end - begin;
}

static ChatTimelineRow
build_row (ChatTimeline *self,
           guint         position)
{
  g_autoptr (ChatItem) item = chat_history_get (self->history, position);
  ChatTimelineRow row = { make_row (self), 0, 0 };

  chat_message_row_set_item (row.widget, item);

  return row;
}

static ChatTimelineRow *
append_row (ChatTimeline *self)
{
  ChatTimelineRow row = build_row (self, self->first + self->rows->len);

  g_array_append_val (self->rows, row);

  return &g_array_index (self->rows, ChatTimelineRow, self->rows->len - 1);
}

static ChatTimelineRow *
prepend_row (ChatTimeline *self)
{
  ChatTimelineRow row = build_row (self, --self->first);

  g_array_prepend_val (self->rows, row);

  return &g_array_index (self->rows, ChatTimelineRow, 0);
}

static void
measure_row (ChatTimelineRow *row,
             int              width)
{
  gtk_widget_measure (GTK_WIDGET (row->widget), GTK_ORIENTATION_VERTICAL, width, NULL, &row->height,
                      NULL, NULL);
}

/* --- where they are --- */

/* The row of the anchor, without any that are not its neighbours. */
static ChatTimelineRow *
get_anchor_row (ChatTimeline *self)
{
  if (self->anchor < self->first || self->anchor >= self->first + self->rows->len)
    {
      _chat_timeline_drop_rows (self, 0, self->rows->len);
      self->first = self->anchor;
      append_row (self);
    }

  return &g_array_index (self->rows, ChatTimelineRow, self->anchor - self->first);
}

/* What is very far away is where it is likely to be. */
static void
guess_anchor (ChatTimeline *self,
              guint         n_items,
              int           height)
{
  double position;

  if (ABS (self->anchor_y) <= MAX_SCREENS * (double) MAX (height, 500) || self->average <= 0)
    return;

  position = CLAMP (self->anchor - self->anchor_y / self->average, 0, n_items - 1);
  self->anchor_y += (position - self->anchor) * self->average;
  self->anchor = (guint) position;
  self->anchor_y = CLAMP (self->anchor_y, -height, height);
}

static void
place_anchor (ChatTimeline *self,
              guint         n_items,
              int           width,
              int           height)
{
  ChatTimelineRow *row;

  if (self->at_end)
    self->anchor = n_items - 1;
  self->anchor = MIN (self->anchor, n_items - 1);
  if (!self->at_end && self->fraction < 0)
    guess_anchor (self, n_items, height);

  row = get_anchor_row (self);
  measure_row (row, width);
  if (self->at_end)
    self->anchor_y = height - row->height;
  else if (self->fraction >= 0)
    self->anchor_y = self->fraction * MAX (0, height - row->height);

  self->fraction = -1;
  row->y = self->anchor_y;
}

/* Whether there is time for one more row in this frame. */
static gboolean
has_time (ChatTimeline *self)
{
  return g_get_monotonic_time () < self->deadline;
}

/* Places the rows below and above the anchor, as far as they are seen, and makes those
 * that are missing, as long as there is time. */
static void
fill (ChatTimeline *self,
      guint         n_items,
      int           width,
      int           height)
{
  guint index = self->anchor - self->first;
  double y = self->anchor_y;
  guint i = index;

  for (; y < height + MARGIN && self->first + i < n_items &&
         (i < self->rows->len || has_time (self)); i++)
    {
      ChatTimelineRow *row = i < self->rows->len
        ? &g_array_index (self->rows, ChatTimelineRow, i) : append_row (self);

      measure_row (row, width);
      row->y = y;
      y += row->height;
    }
  _chat_timeline_drop_rows (self, MAX (i, index + 1), self->rows->len);

  y = self->anchor_y;
  while (y > -MARGIN && (index > 0 || (self->first > 0 && has_time (self))))
    {
      ChatTimelineRow *row = index > 0
        ? &g_array_index (self->rows, ChatTimelineRow, --index) : prepend_row (self);

      measure_row (row, width);
      y -= row->height;
      row->y = y;
    }
  _chat_timeline_drop_rows (self, 0, index);
}

static ChatTimelineRow *
get_row (ChatTimeline *self,
         guint         index)
{
  return &g_array_index (self->rows, ChatTimelineRow, index);
}

static double
get_bottom (ChatTimeline *self)
{
  const ChatTimelineRow *last = get_row (self, self->rows->len - 1);

  return last->y + last->height;
}

/* There is nothing above the first message, and nothing below the last one. */
static double
get_excess (ChatTimeline *self,
            guint         n_items,
            int           height)
{
  gboolean has_first = self->first == 0;
  gboolean has_last = self->first + self->rows->len == n_items;
  double top = get_row (self, 0)->y;
  double bottom = get_bottom (self);

  if (has_last && (bottom < height || (has_first && bottom - top < height)))
    return bottom - height;

  return has_first && top > 0 ? top : 0;
}

/* What is seen first holds on to its place. */
static void
choose_anchor (ChatTimeline *self)
{
  guint i = 0;

  while (i + 1 < self->rows->len && get_row (self, i)->y + get_row (self, i)->height <= 0)
    i++;

  self->anchor = self->first + i;
  self->anchor_y = get_row (self, i)->y;
}

static void
learn_average (ChatTimeline *self)
{
  double average = (get_bottom (self) - get_row (self, 0)->y) / self->rows->len;

  self->average = self->average <= 0 ? average : 0.95 * self->average + 0.05 * average;
}

static guint
count_items (ChatTimeline *self)
{
  return self->history != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->history)) : 0;
}

static void
move (ChatTimeline *self,
      double        by)
{
  self->anchor_y += by;
  self->correction -= by;
}

/* Most are needed again at once, so this comes last. */
static void
hide_spare_rows (ChatTimeline *self)
{
  for (guint i = 0; i < self->spare->len; i++)
    if (gtk_widget_get_child_visible (self->spare->pdata[i]))
      gtk_widget_set_child_visible (self->spare->pdata[i], FALSE);
}

/* Makes the rows that are needed, and finds out where all are. */
void
_chat_timeline_arrange (ChatTimeline *self,
                        int           width,
                        int           height)
{
  guint n_items = count_items (self);

  if (n_items == 0)
    {
      _chat_timeline_drop_rows (self, 0, self->rows->len);
      hide_spare_rows (self);
      self->first = self->anchor = 0;
      self->at_end = TRUE;
      return;
    }

  place_anchor (self, n_items, width, height);

  /* To be moved may show others, which rarely takes more than once more. */
  for (guint i = 0; i < 4; i++)
    {
      double excess;

      fill (self, n_items, width, height);
      excess = get_excess (self, n_items, height);
      if (excess == 0)
        break;
      move (self, -excess);
    }

  self->at_end = self->first + self->rows->len == n_items && get_bottom (self) <= height + 0.01;
  hide_spare_rows (self);
  learn_average (self);
  choose_anchor (self);
}

/* Whether there is a row for all that is seen. */
gboolean
_chat_timeline_is_filled (ChatTimeline *self,
                          int           height)
{
  guint n_items = count_items (self);

  if (self->rows->len == 0)
    return n_items == 0;

  return (self->first == 0 || get_row (self, 0)->y <= 0) &&
         (self->first + self->rows->len == n_items || get_bottom (self) >= height);
}

static void
stack (ChatTimeline *self)
{
  guint index = self->anchor - self->first;
  double y = self->anchor_y;

  for (guint i = index; i < self->rows->len; i++)
    {
      get_row (self, i)->y = y;
      y += get_row (self, i)->height;
    }

  y = self->anchor_y;
  for (guint i = index; i > 0; i--)
    {
      y -= get_row (self, i - 1)->height;
      get_row (self, i - 1)->y = y;
    }
}

/* The same with the rows that are there: while the window is laid out, none may be made.
 *
 * Returns: whether they are enough */
gboolean
_chat_timeline_place (ChatTimeline *self,
                      int           width,
                      int           height)
{
  guint n_items = count_items (self);
  guint end = self->first + self->rows->len;

  if (self->rows->len == 0)
    return n_items == 0;

  for (guint i = 0; i < self->rows->len; i++)
    measure_row (get_row (self, i), width);

  if (self->anchor < self->first || self->anchor >= end || self->fraction >= 0)
    return FALSE;

  stack (self);
  if (self->at_end)
    move (self, height - get_bottom (self));
  else
    move (self, -get_excess (self, n_items, height));
  stack (self);
  choose_anchor (self);

  return _chat_timeline_is_filled (self, height);
}

/* From where to where the value can go. */
void
_chat_timeline_get_range (ChatTimeline *self,
                          int           height,
                          double       *lower,
                          double       *upper)
{
  guint n_items = count_items (self);
  double value = self->value + self->correction;

  *lower = value;
  if (self->rows->len > 0)
    {
      *lower = MIN (value, value + get_row (self, 0)->y - self->first * self->average);
      *upper = value + get_bottom (self)
               + (n_items - self->first - self->rows->len) * self->average;
    }

  *upper = MAX (self->rows->len > 0 ? *upper : value, value + height);
}
