/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-queued-job"

#include "copy-queued-job-private.h"

/* A queued job while it runs: its thread, and what the main context makes of it. */

/* The window hears of a job this often at most. */
#define TICK_US (G_USEC_PER_SEC / 10)

static CopyFigures
read_figures (CopyQueuedJob *self)
{
  LyProgress *progress = copy_job_get_progress (self->job);
  CopyFigures figures = {
    .bytes = ly_progress_get (progress, COPY_COUNT_BYTES) +
             ly_progress_get (progress, COPY_COUNT_PASSED_BYTES),
    .total_bytes = ly_progress_get_total (progress, COPY_COUNT_BYTES),
    .items = ly_progress_get (progress, COPY_COUNT_ITEMS),
    .total_items = ly_progress_get_total (progress, COPY_COUNT_ITEMS),
    .files = ly_progress_get (progress, COPY_COUNT_FILES),
    .totals_known = ly_progress_get (progress, COPY_COUNT_SCANNED) > 0,
    .rate = ly_progress_get_rate (progress, COPY_COUNT_BYTES),
    .eta = -1,
    .seconds = (double) (g_get_monotonic_time () - self->began) / G_USEC_PER_SEC,
  };
  gint64 left = MAX (figures.total_bytes - figures.bytes, 0);

  if (figures.totals_known && figures.rate >= 1 && left / figures.rate < G_MAXINT32)
    figures.eta = (gint64) (left / figures.rate * G_USEC_PER_SEC);

  return figures;
}

/* What it is while its thread runs. */
static CopyJobState
get_active_state (CopyQueuedJob *self)
{
  if (copy_job_is_paused (self->job))
    return COPY_JOB_PAUSED;

  return self->n_questions > 0 ? COPY_JOB_ASKING : COPY_JOB_RUNNING;
}

static void
update (CopyQueuedJob *self)
{
  g_autoptr (GPtrArray) questions = copy_job_list_questions (self->job);
  CopyFigures figures = read_figures (self);

  copy_problem_list_update (self->problems);
  _copy_queued_job_set_n_questions (self, questions->len);
  _copy_queued_job_set_state (self, get_active_state (self));
  _copy_queued_job_set_current_item (self,
                                     ly_progress_dup_status (copy_job_get_progress (self->job)));
  _copy_queued_job_set_figures (self, &figures);
}

static void
stop_ticking (CopyQueuedJob *self)
{
  if (self->tick != NULL)
    g_source_destroy (self->tick);
  g_clear_pointer (&self->tick, g_source_unref);
}

static gboolean
is_working (CopyQueuedJob *self)
{
  g_autoptr (GPtrArray) workers = copy_queued_job_list_workers (self);

  for (guint i = 0; i < workers->len; i++)
    if (((CopyWorkerState *) g_ptr_array_index (workers, i))->path != NULL)
      return TRUE;

  return FALSE;
}

static gboolean
on_tick (gpointer data)
{
  g_autoptr (CopyQueuedJob) self = g_object_ref (data);

  g_clear_pointer (&self->tick, g_source_unref);
  self->last_tick = g_get_monotonic_time ();
  update (self);

  /* Nothing tells that the last worker has nothing left to do but wait for an answer. */
  if (self->n_questions > 0 && is_working (self))
    _copy_queued_job_request_tick (self);

  return G_SOURCE_REMOVE;
}

/* Something has changed: looks at it as soon as the last look is long enough
 * ago. */
void
_copy_queued_job_request_tick (CopyQueuedJob *self)
{
  gint64 wait = self->last_tick + TICK_US - g_get_monotonic_time ();

  if (self->tick != NULL || self->job == NULL)
    return;

  self->tick = g_timeout_source_new ((guint) (CLAMP (wait, 0, TICK_US) / 1000));
  g_source_set_priority (self->tick, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->tick, on_tick, self, NULL);
  g_source_attach (self->tick, self->context);
}

/* --- the job's thread ------------------------------------------------------------ */

static gboolean
on_wake (gpointer data)
{
  CopyQueuedJob *self = data;

  g_atomic_int_set (&self->wake_pending, FALSE);
  _copy_queued_job_request_tick (self);

  return G_SOURCE_REMOVE;
}

static void
invoke (CopyQueuedJob *self,
        GSourceFunc    func)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->context);
}

static void
wake (CopyQueuedJob *self)
{
  if (g_atomic_int_compare_and_exchange (&self->wake_pending, FALSE, TRUE))
    invoke (self, on_wake);
}

static char *
get_note_name (CopyQueuedJob *self)
{
  return g_strdup_printf ("begun-%" G_GUINT64_FORMAT, self->record.id);
}

/* Nothing is made yet. If the program is killed from now on, who goes on with
 * the job has to know where everything was to go. */
static void
on_started (guint       n_workers,
            const char *target,
            gpointer    user_data)
{
  CopyQueuedJob *self = user_data;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *name = get_note_name (self);
  g_autofree char *text = NULL;

  copy_job_record_set_report (file, "job", copy_job_get_report (self->job));
  text = g_key_file_to_data (file, NULL, NULL);
  if (!copy_queue_store_put_note (self->store, name, text, &error))
    g_debug ("cannot note that a job has begun: %s", error->message);
}

static void
on_problem (const char *path,
            const char *reason,
            gpointer    user_data)
{
  CopyQueuedJob *self = user_data;

  copy_problem_list_add (self->problems, path, reason);
  wake (self);
}

static void
on_conflict (CopyQuestion *question,
             gpointer      user_data)
{
  wake (user_data);
}

static const CopyObserver observer = {
  .started = on_started,
  .problem = on_problem,
  .conflict = on_conflict,
};

/* On the main context, after the thread. */
static gboolean
on_ended (gpointer data)
{
  _copy_queued_job_join (data);

  return G_SOURCE_REMOVE;
}

static gpointer
run (gpointer data)
{
  CopyQueuedJob *self = data;

  copy_queue_store_wait (self->store, self->start_number);
  self->started = copy_job_run (self->job, &self->start_error);
  invoke (self, on_ended);

  return NULL;
}

/* --- what the queue does ----------------------------------------------------------- */

/* Its turn has come: what it was before is forgotten. */
void
_copy_queued_job_prepare (CopyQueuedJob *self)
{
  const CopyFigures none = { .eta = -1 };

  g_assert (self->job == NULL);

  self->running = copy_request_copy (self->record.next != NULL ? self->record.next
                                     : self->record.request);
  g_strfreev ((char **) self->running->worker_argv);
  self->running->worker_argv = (const char * const *) g_strdupv (self->worker_argv);
  self->running->dry_run = FALSE;

  g_clear_pointer (&self->record.report, copy_report_free);
  copy_problem_list_clear (self->problems);
  _copy_queued_job_set_error (self, NULL);
  _copy_queued_job_set_figures (self, &none);

  self->began = g_get_monotonic_time ();
  self->end_state = COPY_JOB_CANCELLED;
  self->job = copy_job_new (self->running, &observer, self);
  g_signal_connect_object (copy_job_get_progress (self->job), "changed",
                           G_CALLBACK (_copy_queued_job_request_tick), self, G_CONNECT_SWAPPED);
  _copy_queued_job_set_state (self, COPY_JOB_RUNNING);
}

void
_copy_queued_job_start (CopyQueuedJob *self,
                        guint64        number)
{
  self->start_number = number;
  self->thread = g_thread_new ("job", run, self);
}

/* Ends it early, as @state; at once if it is not active, and else when it has
 * cleaned up. */
void
_copy_queued_job_end (CopyQueuedJob *self,
                      CopyJobState   state)
{
  if (self->job != NULL)
    {
      self->end_state = state;
      copy_job_cancel (self->job);
    }
  else if (_copy_queued_job_set_state (self, state))
    {
      _copy_queued_job_tell_queue (self, FALSE);
    }
}

static CopyJobState
judge_end (CopyQueuedJob *self)
{
  if (!self->started)
    return COPY_JOB_FAILED;
  if (self->record.report->interrupted)
    return self->end_state;

  return self->record.report->n_problems > 0 ? COPY_JOB_FAILED : COPY_JOB_DONE;
}

/* Takes what the thread has left, waiting for it if need be. Does nothing if
 * that has been done. */
void
_copy_queued_job_join (CopyQueuedJob *self)
{
  g_autoptr (CopyQueuedJob) alive = g_object_ref (self);
  g_autofree char *note = get_note_name (self);
  CopyFigures figures;

  if (self->thread == NULL)
    return;

  g_clear_pointer (&self->thread, g_thread_join);
  stop_ticking (self);
  copy_problem_list_update (self->problems);
  _copy_queued_job_set_n_questions (self, 0);
  _copy_queued_job_set_current_item (self, NULL);

  figures = read_figures (self);
  figures.rate = 0;
  figures.eta = -1;
  _copy_queued_job_set_figures (self, &figures);

  if (self->started)
    self->record.report = copy_job_steal_report (self->job);

  g_signal_handlers_disconnect_by_data (copy_job_get_progress (self->job), self);
  g_clear_object (&self->job);
  g_clear_pointer (&self->running, copy_request_free);
  _copy_queued_job_set_error (self, g_steal_pointer (&self->start_error));
  _copy_queued_job_set_state (self, judge_end (self));
  copy_queue_store_drop_note (self->store, note);
  _copy_queued_job_tell_queue (self, TRUE);
}

gboolean
_copy_queued_job_pause (CopyQueuedJob *self)
{
  if (self->record.state != COPY_JOB_WAITING && self->record.state != COPY_JOB_RUNNING &&
      self->record.state != COPY_JOB_ASKING)
    return FALSE;

  if (self->job != NULL)
    copy_job_pause (self->job);
  _copy_queued_job_set_state (self, COPY_JOB_PAUSED);
  _copy_queued_job_tell_queue (self, FALSE);

  return TRUE;
}

/* Replaces what is left to be done. Takes @next. */
static void
wait_with (CopyQueuedJob *self,
           CopyRequest   *next)
{
  g_clear_pointer (&self->record.next, copy_request_free);
  self->record.next = next;
  _copy_queued_job_set_state (self, COPY_JOB_WAITING);
  _copy_queued_job_tell_queue (self, FALSE);
}

gboolean
_copy_queued_job_resume (CopyQueuedJob *self)
{
  const CopyRequest *last = self->record.next != NULL ? self->record.next : self->record.request;
  CopyRequest *next = NULL;

  switch (self->record.state)
    {
    case COPY_JOB_PAUSED:
      if (self->job != NULL)
        copy_job_resume (self->job);
      _copy_queued_job_set_state (self, self->job != NULL ? get_active_state (self)
                                  : COPY_JOB_WAITING);
      _copy_queued_job_tell_queue (self, FALSE);
      return TRUE;

    case COPY_JOB_CANCELLED:
    case COPY_JOB_INTERRUPTED:
      if (self->job != NULL)
        return FALSE;
      if (self->record.report != NULL)
        next = copy_request_new_retry (last, self->record.report);
      if (next == NULL)
        next = copy_request_copy (last);
      next->options.resume = TRUE;
      wait_with (self, next);
      return TRUE;

    default:
      return FALSE;
    }
}

gboolean
_copy_queued_job_retry (CopyQueuedJob *self)
{
  const CopyRequest *last = self->record.next != NULL ? self->record.next : self->record.request;
  CopyRequest *next;

  if (self->record.state != COPY_JOB_FAILED)
    return FALSE;

  next = self->record.report != NULL ? copy_request_new_retry (last, self->record.report)
         : copy_request_copy (last);
  if (next == NULL)
    return FALSE;

  wait_with (self, next);

  return TRUE;
}
