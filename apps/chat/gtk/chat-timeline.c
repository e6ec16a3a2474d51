/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-timeline"

#include "chat-timeline-private.h"

enum { ROW_MADE, MOVED, N_SIGNALS };

static guint signals[N_SIGNALS];

enum { PROP_0, PROP_HADJUSTMENT, PROP_VADJUSTMENT, PROP_HSCROLL_POLICY, PROP_VSCROLL_POLICY };

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatTimeline, chat_timeline, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

/* What is laid out before there is a size: a screen of a usual window. */
#define LIKELY_WIDTH  620
#define LIKELY_HEIGHT 700

/* For making rows in one frame, in microseconds. The rest comes with the next ones, so
 * that who drags the slider over everything is not held up. */
#define FRAME_BUDGET 6000

/* --- scrolling --- */

static void
configure (ChatTimeline *self,
           int           width,
           int           height)
{
  double lower, upper;

  _chat_timeline_get_range (self, height, &lower, &upper);
  self->value += self->correction;
  self->correction = 0;
  self->configuring = TRUE;
  gtk_adjustment_configure (self->adjustments[GTK_ORIENTATION_HORIZONTAL], 0, 0, width, 0, 0,
                            width);
  gtk_adjustment_configure (self->adjustments[GTK_ORIENTATION_VERTICAL], self->value, lower, upper,
                            height * 0.1, height * 0.9, height);
  self->configuring = FALSE;
  self->value = gtk_adjustment_get_value (self->adjustments[GTK_ORIENTATION_VERTICAL]);
}

/* However often something changes in a frame, there is time for so many rows only. */
static void
begin_frame (ChatTimeline *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));
  gint64 frame = clock != NULL ? gdk_frame_clock_get_frame_counter (clock) : -1;

  if (frame >= 0 && frame == self->frame)
    return;

  self->frame = frame;
  self->deadline = g_get_monotonic_time () + FRAME_BUDGET;
}

static gboolean on_fill (GtkWidget     *widget,
                         GdkFrameClock *clock,
                         gpointer       user_data);

/* Makes the rows that are needed and says how far it goes now, so that allocating has
 * nothing left to do but that: a scroll bar that is told meanwhile never hears of it
 * (GTK 4.8). */
static void
refresh (ChatTimeline *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));

  begin_frame (self);
  _chat_timeline_arrange (self, width > 0 ? width : LIKELY_WIDTH,
                          width > 0 ? height : LIKELY_HEIGHT);
  if (width > 0)
    configure (self, width, height);

  if (!_chat_timeline_is_filled (self, height) && self->filling == 0)
    self->filling = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_fill, NULL, NULL);

  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static gboolean
on_fill (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  CHAT_TIMELINE (widget)->filling = 0;
  refresh (CHAT_TIMELINE (widget));

  return G_SOURCE_REMOVE;
}

static void
on_value_changed (GtkAdjustment *adjustment,
                  ChatTimeline  *self)
{
  double value = gtk_adjustment_get_value (adjustment);

  if (self->configuring || value == self->value)
    return;

  self->anchor_y -= value - self->value;
  self->value = value;
  self->at_end = FALSE;
  self->fraction = -1;
  refresh (self);
}

static void
set_adjustment (ChatTimeline   *self,
                GtkOrientation  orientation,
                GtkAdjustment  *adjustment)
{
  GtkAdjustment **place = &self->adjustments[orientation];

  if (adjustment == NULL)
    adjustment = gtk_adjustment_new (0, 0, 0, 0, 0, 0);

  if (*place != NULL)
    g_signal_handlers_disconnect_by_func (*place, on_value_changed, self);
  g_clear_object (place);
  *place = g_object_ref_sink (adjustment);

  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      self->value = gtk_adjustment_get_value (adjustment);
      g_signal_connect (adjustment, "value-changed", G_CALLBACK (on_value_changed), self);
    }

  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/* --- the widget --- */

static void
chat_timeline_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 200 : 0;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 400 : 0;
}

static void
chat_timeline_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  ChatTimeline *self = CHAT_TIMELINE (widget);

  if (!_chat_timeline_place (self, width, height) && self->filling == 0)
    self->filling = gtk_widget_add_tick_callback (widget, on_fill, NULL, NULL);

  for (guint i = 0; i < self->rows->len; i++)
    {
      const ChatTimelineRow *row = &g_array_index (self->rows, ChatTimelineRow, i);
      GtkAllocation allocation = { 0, (int) row->y, width, row->height };

      if (gtk_widget_should_layout (GTK_WIDGET (row->widget)))
        gtk_widget_size_allocate (GTK_WIDGET (row->widget), &allocation, -1);
    }

  configure (self, width, height);
  g_signal_emit (self, signals[MOVED], 0);
}

/* --- the history --- */

static void
on_items_changed (GListModel   *model,
                  guint         position,
                  guint         removed,
                  guint         added,
                  ChatTimeline *self)
{
  guint end = self->first + self->rows->len;
  guint from = CLAMP (position, self->first, end) - self->first;
  guint to = CLAMP (position + removed, self->first, end) - self->first;

  if (position + removed <= self->first && (removed > 0 || position <= self->first))
    {
      self->first += added - removed;
    }
  else if (position < end)
    {
      guint first = MIN (self->first, position);

      /* What is added in the middle has no rows yet, so that those after it are no neighbours. */
      _chat_timeline_drop_rows (self, from, added > 0 ? self->rows->len : to);
      if (from == 0)
        self->first = first;
    }

  if (self->anchor >= position + removed)
    self->anchor += added - removed;
  else if (self->anchor > position)
    self->anchor = position;

  refresh (self);
}

/* Shows @history, or nothing if it is NULL, from its end on. */
void
chat_timeline_set_history (ChatTimeline *self,
                           ChatHistory  *history)
{
  _chat_timeline_drop_rows (self, 0, self->rows->len);
  if (self->history != NULL)
    g_signal_handlers_disconnect_by_func (self->history, on_items_changed, self);

  g_set_object (&self->history, history);
  if (history != NULL)
    g_signal_connect (history, "items-changed", G_CALLBACK (on_items_changed), self);

  chat_timeline_scroll_to_end (self);
}

/* --- where it stands --- */

void
chat_timeline_scroll_to_end (ChatTimeline *self)
{
  self->at_end = TRUE;
  refresh (self);
}

/* Goes to the message in @position, with @fraction of the room that it leaves above it. */
void
chat_timeline_scroll_to (ChatTimeline *self,
                         guint         position,
                         double        fraction)
{
  self->anchor = position;
  self->fraction = fraction;
  self->at_end = FALSE;
  refresh (self);
}

gboolean
chat_timeline_is_at_end (ChatTimeline *self)
{
  return self->at_end;
}

void
chat_timeline_get_place (ChatTimeline      *self,
                         ChatTimelinePlace *place)
{
  g_autoptr (ChatItem) item = NULL;

  if (self->rows->len > 0)
    item = chat_history_get (self->history, self->anchor);

  *place = (ChatTimelinePlace) { item != NULL ? chat_item_get_id (item) : 0, self->anchor_y,
                                 self->at_end || item == NULL };
}

void
chat_timeline_set_place (ChatTimeline            *self,
                         const ChatTimelinePlace *place)
{
  self->at_end = place->at_end || !chat_history_find (self->history, place->id, &self->anchor);
  self->anchor_y = place->offset;
  self->fraction = -1;
  refresh (self);
}

/* The last message of which something is seen, or NULL. */
ChatItem *
chat_timeline_get_last_seen (ChatTimeline *self)
{
  int height = gtk_widget_get_height (GTK_WIDGET (self));

  for (guint i = self->rows->len; i > 0; i--)
    {
      const ChatTimelineRow *row = &g_array_index (self->rows, ChatTimelineRow, i - 1);

      if (row->y < height - 8)
        return chat_message_row_get_item (row->widget);
    }

  return NULL;
}

void
chat_timeline_foreach_row (ChatTimeline *self,
                           GFunc         func,
                           gpointer      user_data)
{
  for (guint i = 0; i < self->rows->len; i++)
    func (g_array_index (self->rows, ChatTimelineRow, i).widget, user_data);
}

/* --- life --- */

static void
chat_timeline_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  ChatTimeline *self = CHAT_TIMELINE (object);

  if (id == PROP_HADJUSTMENT || id == PROP_VADJUSTMENT)
    g_value_set_object (value, self->adjustments[id - PROP_HADJUSTMENT]);
  else
    g_value_set_enum (value, (int) self->policies[id - PROP_HSCROLL_POLICY]);
}

static void
chat_timeline_set_property (GObject      *object,
                            guint         id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  ChatTimeline *self = CHAT_TIMELINE (object);

  if (id == PROP_HADJUSTMENT || id == PROP_VADJUSTMENT)
    set_adjustment (self, id == PROP_HADJUSTMENT ? GTK_ORIENTATION_HORIZONTAL
                                                 : GTK_ORIENTATION_VERTICAL,
                    g_value_get_object (value));
  else
    self->policies[id - PROP_HSCROLL_POLICY] = (guint) g_value_get_enum (value);
}

static void
chat_timeline_dispose (GObject *object)
{
  ChatTimeline *self = CHAT_TIMELINE (object);
  GtkWidget *child;

  if (self->history != NULL)
    g_signal_handlers_disconnect_by_func (self->history, on_items_changed, self);
  g_clear_object (&self->history);

  for (guint i = 0; i < G_N_ELEMENTS (self->adjustments); i++)
    if (self->adjustments[i] != NULL)
      g_signal_handlers_disconnect_by_func (self->adjustments[i], on_value_changed, self);

  g_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->spare, 0);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (chat_timeline_parent_class)->dispose (object);
}

static void
chat_timeline_finalize (GObject *object)
{
  ChatTimeline *self = CHAT_TIMELINE (object);

  g_clear_object (&self->adjustments[0]);
  g_clear_object (&self->adjustments[1]);
  g_array_unref (self->rows);
  g_ptr_array_unref (self->spare);

  G_OBJECT_CLASS (chat_timeline_parent_class)->finalize (object);
}

static void
chat_timeline_class_init (ChatTimelineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = chat_timeline_get_property;
  object_class->set_property = chat_timeline_set_property;
  object_class->dispose = chat_timeline_dispose;
  object_class->finalize = chat_timeline_finalize;
  widget_class->measure = chat_timeline_measure;
  widget_class->size_allocate = chat_timeline_size_allocate;

  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");

  signals[ROW_MADE] = g_signal_new ("row-made", CHAT_TYPE_TIMELINE, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 1, CHAT_TYPE_MESSAGE_ROW);
  signals[MOVED] = g_signal_new ("moved", CHAT_TYPE_TIMELINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);

  _chat_timeline_install_keys (widget_class);
  gtk_widget_class_set_css_name (widget_class, "timeline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST);
}

static void
chat_timeline_init (ChatTimeline *self)
{
  self->rows = g_array_new (FALSE, FALSE, sizeof (ChatTimelineRow));
  self->spare = g_ptr_array_new ();
  self->fraction = -1;
  self->at_end = TRUE;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  set_adjustment (self, GTK_ORIENTATION_HORIZONTAL, NULL);
  set_adjustment (self, GTK_ORIENTATION_VERTICAL, NULL);
}
