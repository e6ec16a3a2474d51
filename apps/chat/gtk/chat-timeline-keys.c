/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-timeline"

#include "chat-timeline-private.h"

/* How one goes through a conversation by the keyboard. */

static int
find_focus (ChatTimeline *self)
{
  GtkWidget *focus = gtk_widget_get_focus_child (GTK_WIDGET (self));

  for (guint i = 0; focus != NULL && i < self->rows->len; i++)
    if (GTK_WIDGET (g_array_index (self->rows, ChatTimelineRow, i).widget) == focus)
      return (int) i;

  return -1;
}

/* So that all of the row is seen, or its beginning. */
static void
show_row (ChatTimeline          *self,
          const ChatTimelineRow *row)
{
  GtkAdjustment *adjustment = self->adjustments[GTK_ORIENTATION_VERTICAL];
  double below = row->y + row->height - gtk_widget_get_height (GTK_WIDGET (self));
  double by = row->y < 0 ? row->y : below > 0 ? MIN (below, row->y) : 0;

  if (by != 0)
    gtk_adjustment_set_value (adjustment, self->value + by);
}

/* From the row at @index to the next one that is there; whether there is one. */
static gboolean
step_from (ChatTimeline *self,
           int           index,
           int           step)
{
  for (index += step; index >= 0 && index < (int) self->rows->len; index += step)
    {
      GtkWidget *row = GTK_WIDGET (g_array_index (self->rows, ChatTimelineRow, index).widget);

      if (gtk_widget_get_visible (row))
        return gtk_widget_grab_focus (row);
    }

  return FALSE;
}

/* Tab goes to the row that was last and on from it; arrows go from row to row. */
static gboolean
chat_timeline_focus (GtkWidget        *widget,
                     GtkDirectionType  direction)
{
  ChatTimeline *self = CHAT_TIMELINE (widget);
  int index = find_focus (self);
  int height = gtk_widget_get_height (widget);

  if (index >= 0 && (direction == GTK_DIR_UP || direction == GTK_DIR_DOWN))
    return step_from (self, index, direction == GTK_DIR_UP ? -1 : 1);

  if (index >= 0)
    {
      GtkWidget *row = GTK_WIDGET (g_array_index (self->rows, ChatTimelineRow, index).widget);

      return gtk_widget_child_focus (row, direction);
    }

  for (guint i = self->rows->len; i > 0; i--)
    {
      const ChatTimelineRow *row = &g_array_index (self->rows, ChatTimelineRow, i - 1);

      if (row->y < height && gtk_widget_get_visible (GTK_WIDGET (row->widget)))
        return gtk_widget_grab_focus (GTK_WIDGET (row->widget));
    }

  return FALSE;
}

static void
chat_timeline_set_focus_child (GtkWidget *widget,
                               GtkWidget *child)
{
  ChatTimeline *self = CHAT_TIMELINE (widget);
  int index;

  GTK_WIDGET_CLASS (g_type_class_peek (GTK_TYPE_WIDGET))->set_focus_child (widget, child);

  index = find_focus (self);
  if (index >= 0)
    show_row (self, &g_array_index (self->rows, ChatTimelineRow, index));
}

static void
on_step (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  ChatTimeline *self = CHAT_TIMELINE (widget);
  int index = find_focus (self);

  if (index < 0)
    chat_timeline_focus (widget, GTK_DIR_TAB_FORWARD);
  else
    step_from (self, index, g_variant_get_int32 (parameter));
}

static void
on_edge (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  ChatTimeline *self = CHAT_TIMELINE (widget);

  if (g_variant_get_boolean (parameter))
    chat_timeline_scroll_to_end (self);
  else
    chat_timeline_scroll_to (self, 0, 0);
}

void
_chat_timeline_install_keys (GtkWidgetClass *widget_class)
{
  widget_class->focus = chat_timeline_focus;
  widget_class->set_focus_child = chat_timeline_set_focus_child;

  gtk_widget_class_install_action (widget_class, "timeline.step", "i", on_step);
  gtk_widget_class_install_action (widget_class, "timeline.edge", "b", on_edge);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, 0, "timeline.step", "i", -1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, 0, "timeline.step", "i", 1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Home, 0, "timeline.edge", "b", FALSE);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_End, 0, "timeline.edge", "b", TRUE);
}
