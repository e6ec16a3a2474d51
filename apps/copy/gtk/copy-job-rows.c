/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-job-rows"

#include "copy-job-rows.h"

#include "copy-job-row.h"

struct _CopyJobRows
{
  /* Set once */
  CopyQueue  *queue;
  GtkListBox *list;
  gulong      handler;

  GHashTable *rows;        /* of each job */
  GHashTable *positions;   /* of each job in the queue */
  guint       forget_idle;
};

/* Takes out the rows whose jobs have left the list, and not only for a moment. */
static gboolean
forget_rows (gpointer user_data)
{
  CopyJobRows *self = user_data;
  GHashTableIter iter;
  gpointer job;
  gpointer row;

  self->forget_idle = 0;
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &job, &row))
    if (!g_hash_table_contains (self->positions, job))
      {
        g_hash_table_iter_remove (&iter);
        gtk_list_box_remove (self->list, row);
      }

  return G_SOURCE_REMOVE;
}

static void
add_row (CopyJobRows   *self,
         CopyQueuedJob *job)
{
  CopyJobRow *row = copy_job_row_new (self->queue, job);

  g_hash_table_insert (self->rows, job, row);
  gtk_list_box_append (self->list, GTK_WIDGET (row));
}

/* A job that is moved leaves the list and comes again at once; its row stays where it is
 * until it is sorted, so that it keeps the focus, and its buttons the window's actions. */
static void
show_jobs (CopyJobRows *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->queue));

  g_hash_table_remove_all (self->positions);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CopyQueuedJob) job = g_list_model_get_item (G_LIST_MODEL (self->queue), i);

      g_hash_table_insert (self->positions, job, GUINT_TO_POINTER (i));
      if (!g_hash_table_contains (self->rows, job))
        add_row (self, job);
    }

  gtk_list_box_invalidate_sort (self->list);
  if (self->forget_idle == 0)
    self->forget_idle = g_idle_add_full (G_PRIORITY_DEFAULT, forget_rows, self, NULL);
}

static guint
get_position (CopyJobRows   *self,
              GtkListBoxRow *row)
{
  gpointer position;

  if (g_hash_table_lookup_extended (self->positions, copy_job_row_get_job (COPY_JOB_ROW (row)),
                                    NULL, &position))
    return GPOINTER_TO_UINT (position);

  return G_MAXUINT;
}

static int
compare_rows (GtkListBoxRow *a,
              GtkListBoxRow *b,
              gpointer       user_data)
{
  guint position_a = get_position (user_data, a);
  guint position_b = get_position (user_data, b);

  return (position_a > position_b) - (position_a < position_b);
}

CopyJobRows *
copy_job_rows_new (CopyQueue  *queue,
                   GtkListBox *list)
{
  CopyJobRows *self = g_new0 (CopyJobRows, 1);

  self->queue = g_object_ref (queue);
  self->list = g_object_ref (list);
  self->rows = g_hash_table_new (NULL, NULL);
  self->positions = g_hash_table_new (NULL, NULL);
  self->handler = g_signal_connect_swapped (queue, "items-changed", G_CALLBACK (show_jobs), self);
  gtk_list_box_set_sort_func (list, compare_rows, self, NULL);
  show_jobs (self);

  return self;
}

void
copy_job_rows_free (CopyJobRows *self)
{
  g_clear_handle_id (&self->forget_idle, g_source_remove);
  g_clear_signal_handler (&self->handler, self->queue);
  gtk_list_box_set_sort_func (self->list, NULL, NULL, NULL);
  g_hash_table_unref (self->rows);
  g_hash_table_unref (self->positions);
  g_object_unref (self->list);
  g_object_unref (self->queue);
  g_free (self);
}

void
copy_job_rows_focus (CopyJobRows *self,
                     guint64      id)
{
  CopyQueuedJob *job = copy_queue_find (self->queue, id);
  GtkWidget *row = job != NULL ? g_hash_table_lookup (self->rows, job) : NULL;

  if (row != NULL)
    gtk_widget_grab_focus (row);
}
