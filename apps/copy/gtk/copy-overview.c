/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-overview"

#include "copy-overview.h"

struct _CopyOverview
{
  GObject    parent_instance;

  CopyQueue *queue;
  GPtrArray *jobs;       /* what we listen to, in the queue's order */
  guint      idle;

  guint      n_running;
  guint      n_ended;
  guint      n_questions;
  double     fraction;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CopyOverview, copy_overview, G_TYPE_OBJECT)

static void
count (CopyOverview  *self,
       CopyQueuedJob *job,
       double        *done,
       double        *all)
{
  CopyJobState state = copy_queued_job_get_state (job);
  const CopyFigures *figures = copy_queued_job_get_figures (job);
  guint n_questions = 0;

  g_object_get (job, "n-questions", &n_questions, NULL);
  self->n_questions += n_questions;
  self->n_running += state == COPY_JOB_RUNNING || state == COPY_JOB_ASKING;
  self->n_ended += state == COPY_JOB_DONE || state == COPY_JOB_FAILED ||
                   state == COPY_JOB_CANCELLED;

  if (!copy_queued_job_is_active (job))
    return;

  /* An item weighs something as well, for jobs of many small or empty ones. */
  *done += (double) figures->bytes + 4096.0 * (double) figures->items;
  *all += (double) figures->total_bytes + 4096.0 * (double) figures->total_items;
}

static gboolean
on_idle (gpointer user_data)
{
  CopyOverview *self = user_data;
  double done = 0;
  double all = 0;

  self->idle = 0;
  self->n_running = self->n_ended = self->n_questions = 0;
  for (guint i = 0; i < self->jobs->len; i++)
    count (self, g_ptr_array_index (self->jobs, i), &done, &all);
  self->fraction = all > 0 ? CLAMP (done / all, 0, 1) : 0;

  g_signal_emit (self, signals[CHANGED], 0);

  return G_SOURCE_REMOVE;
}

static void
look_again (CopyOverview *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add_full (G_PRIORITY_DEFAULT, on_idle, self, NULL);
}

static void
listen_to (CopyOverview  *self,
           CopyQueuedJob *job)
{
  static const char * const signal_names[] = { "progress", "notify::state",
                                               "notify::n-questions" };

  for (guint i = 0; i < G_N_ELEMENTS (signal_names); i++)
    g_signal_connect_object (job, signal_names[i], G_CALLBACK (look_again), self,
                             G_CONNECT_SWAPPED);
}

static void
on_items_changed (CopyOverview *self,
                  guint         position,
                  guint         removed,
                  guint         added,
                  GListModel   *queue)
{
  for (guint i = 0; i < removed; i++)
    {
      g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->jobs, position), self);
      g_ptr_array_remove_index (self->jobs, position);
    }

  for (guint i = 0; i < added; i++)
    {
      CopyQueuedJob *job = g_list_model_get_item (queue, position + i);

      listen_to (self, job);
      g_ptr_array_insert (self->jobs, (int) (position + i), job);
    }

  look_again (self);
}

static void
copy_overview_finalize (GObject *object)
{
  CopyOverview *self = COPY_OVERVIEW (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_pointer (&self->jobs, g_ptr_array_unref);
  g_clear_object (&self->queue);

  G_OBJECT_CLASS (copy_overview_parent_class)->finalize (object);
}

static void
copy_overview_class_init (CopyOverviewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = copy_overview_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
copy_overview_init (CopyOverview *self)
{
  self->jobs = g_ptr_array_new_with_free_func (g_object_unref);
}

CopyOverview *
copy_overview_new (CopyQueue *queue)
{
  CopyOverview *self = g_object_new (COPY_TYPE_OVERVIEW, NULL);

  self->queue = g_object_ref (queue);
  g_signal_connect_object (queue, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
  on_items_changed (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (queue)),
                    G_LIST_MODEL (queue));

  return self;
}

/* How many jobs copy now; paused ones do not. */
guint
copy_overview_get_n_running (CopyOverview *self)
{
  return self->n_running;
}

/* How many are done with: done, failed or cancelled. */
guint
copy_overview_get_n_ended (CopyOverview *self)
{
  return self->n_ended;
}

guint
copy_overview_get_n_questions (CopyOverview *self)
{
  return self->n_questions;
}

/* How far all active jobs are together. */
double
copy_overview_get_fraction (CopyOverview *self)
{
  return self->fraction;
}
