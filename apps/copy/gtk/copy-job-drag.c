/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-job-drag"

#include "copy-job-drag.h"

/* Of the row. */
typedef struct
{
  GtkListBoxRow *row;
  CopyQueue     *queue;
  CopyQueuedJob *job;
} Drag;

static GdkContentProvider *
on_prepare (GtkDragSource *source,
            double         x,
            double         y,
            Drag          *drag)
{
  return gdk_content_provider_new_typed (COPY_TYPE_QUEUED_JOB, drag->job);
}

static void
on_begin (GtkDragSource *source,
          GdkDrag       *unused,
          Drag          *drag)
{
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (GTK_WIDGET (drag->row));

  gtk_drag_source_set_icon (source, picture, 0, 0);
}

static void
mark (Drag     *drag,
      gboolean  marked)
{
  if (marked)
    gtk_widget_add_css_class (GTK_WIDGET (drag->row), "drop-before");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (drag->row), "drop-before");
}

static gboolean
on_drop (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         Drag          *drag)
{
  CopyQueuedJob *job = g_value_get_object (value);
  int position = gtk_list_box_row_get_index (drag->row);

  mark (drag, FALSE);
  if (job == drag->job || position < 0 ||
      copy_queue_find (drag->queue, copy_queued_job_get_id (job)) != job)
    return FALSE;

  copy_queue_move (drag->queue, job, (guint) position);

  return TRUE;
}

static GdkDragAction
on_enter (GtkDropTarget *target,
          double         x,
          double         y,
          Drag          *drag)
{
  mark (drag, TRUE);

  return GDK_ACTION_MOVE;
}

static void
on_leave (GtkDropTarget *target,
          Drag          *drag)
{
  mark (drag, FALSE);
}

void
copy_job_drag_add (GtkListBoxRow *row,
                   GtkWidget     *handle,
                   CopyQueue     *queue,
                   CopyQueuedJob *job)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (COPY_TYPE_QUEUED_JOB, GDK_ACTION_MOVE);
  Drag *drag = g_new (Drag, 1);

  *drag = (Drag) { row, queue, job };
  g_object_set_data_full (G_OBJECT (row), "copy-job-drag", drag, g_free);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect (source, "prepare", G_CALLBACK (on_prepare), drag);
  g_signal_connect (source, "drag-begin", G_CALLBACK (on_begin), drag);
  gtk_widget_add_controller (handle, GTK_EVENT_CONTROLLER (source));

  g_signal_connect (target, "drop", G_CALLBACK (on_drop), drag);
  g_signal_connect (target, "enter", G_CALLBACK (on_enter), drag);
  g_signal_connect (target, "leave", G_CALLBACK (on_leave), drag);
  gtk_widget_add_controller (GTK_WIDGET (row), GTK_EVENT_CONTROLLER (target));
}
