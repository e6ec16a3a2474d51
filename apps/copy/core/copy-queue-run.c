/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-queue-run"

#include "copy-queue-private.h"

#include "copy-queued-job-private.h"

/* Which jobs of a queue run, and that it is kept. */

guint
copy_queue_get_n_active (CopyQueue *self)
{
  guint n = self->leaving->len;

  for (guint i = 0; i < self->jobs->len; i++)
    n += copy_queued_job_is_active (g_ptr_array_index (self->jobs, i));

  return n;
}

static gboolean
is_waiting (CopyQueuedJob *job)
{
  return copy_queued_job_get_state (job) == COPY_JOB_WAITING && !copy_queued_job_is_active (job);
}

guint
copy_queue_get_n_waiting (CopyQueue *self)
{
  guint n = 0;

  for (guint i = 0; i < self->jobs->len; i++)
    n += is_waiting (g_ptr_array_index (self->jobs, i));

  return n;
}

guint64
_copy_queue_save (CopyQueue *self)
{
  GString *text = copy_queue_file_begin (&self->file);

  for (guint i = 0; i < self->jobs->len; i++)
    g_string_append_printf (text, "\n%s",
                            _copy_queued_job_get_text (g_ptr_array_index (self->jobs, i)));

  return copy_queue_store_save (self->store, g_string_free (text, FALSE));
}

/* Those whose turn it is, made ready to start. */
static GPtrArray *
prepare_jobs (CopyQueue *self)
{
  GPtrArray *starting = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_running = self->leaving->len;

  for (guint i = 0; i < self->jobs->len; i++)
    {
      CopyQueuedJob *job = g_ptr_array_index (self->jobs, i);

      n_running += copy_queued_job_is_active (job) &&
                   copy_queued_job_get_state (job) != COPY_JOB_PAUSED;
    }

  for (guint i = 0; i < self->jobs->len && self->open && n_running < self->file.max_running; i++)
    {
      CopyQueuedJob *job = g_ptr_array_index (self->jobs, i);

      if (is_waiting (job))
        {
          g_ptr_array_add (starting, g_object_ref (job));
          n_running++;
        }
    }

  for (guint i = 0; i < starting->len; i++)
    _copy_queued_job_prepare (g_ptr_array_index (starting, i));

  return starting;
}

static gboolean
on_settle (gpointer data)
{
  g_autoptr (CopyQueue) self = g_object_ref (data);
  g_autoptr (GPtrArray) starting = NULL;
  guint64 number;

  g_clear_pointer (&self->settle, g_source_unref);
  starting = prepare_jobs (self);
  number = _copy_queue_save (self);

  for (guint i = 0; i < starting->len; i++)
    _copy_queued_job_start (g_ptr_array_index (starting, i), number);

  if (starting->len > 0)
    g_object_notify (G_OBJECT (self), "n-active");

  return G_SOURCE_REMOVE;
}

/* Something has changed that is kept, or that lets a job start: sees to both when
 * the main context comes to it, once for all that has changed until then. */
void
_copy_queue_settle (CopyQueue *self)
{
  if (self->settle != NULL || self->disposed)
    return;

  self->settle = g_idle_source_new ();
  g_source_set_priority (self->settle, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->settle, on_settle, self, NULL);
  g_source_attach (self->settle, self->context);
}

/* What each job of the queue calls. */
void
_copy_queue_on_job_changed (CopyQueuedJob *job,
                            gboolean       ended,
                            gpointer       user_data)
{
  g_autoptr (CopyQueue) self = g_object_ref (user_data);
  g_autoptr (CopyQueuedJob) alive = g_object_ref (job);

  if (ended)
    {
      gboolean is_listed = !g_ptr_array_remove (self->leaving, job);

      g_object_notify (G_OBJECT (self), "n-active");
      if (is_listed)
        g_signal_emit_by_name (self, "ended", job);
    }

  _copy_queue_settle (self);
}
