/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-job"

#include "copy-job.h"

#include "copy-run.h"

static const CopyObserver nobody = { NULL, NULL, NULL, NULL };

/* A copy from start to report. It is run by one thread, and may be watched,
 * paused and cancelled from any other. */
struct _CopyJob
{
  GObject             parent_instance;

  /* Set once */
  const CopyRequest  *request;
  const CopyObserver *observer;
  gpointer            user_data;
  LyProgress         *progress;
  GCancellable       *cancellable;
  CopyReport         *report;
  CopyAsks           *asks;
  CopyWorkers        *workers;

  /* Guarded by @mutex */
  GMutex              mutex;
  LyExecutor         *executor;  /* while it runs */
  gboolean            paused;
};

G_DEFINE_FINAL_TYPE (CopyJob, copy_job, G_TYPE_OBJECT)

static void
copy_job_finalize (GObject *object)
{
  CopyJob *self = COPY_JOB (object);

  g_assert (self->executor == NULL);

  copy_report_free (self->report);
  copy_asks_free (self->asks);
  copy_workers_free (self->workers);
  g_object_unref (self->cancellable);
  g_object_unref (self->progress);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (copy_job_parent_class)->finalize (object);
}

static void
copy_job_class_init (CopyJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = copy_job_finalize;
}

static void
copy_job_init (CopyJob *self)
{
  g_mutex_init (&self->mutex);
  self->progress = ly_progress_new (COPY_N_COUNTERS);
  self->cancellable = g_cancellable_new ();
  self->report = copy_report_new ();
  self->asks = copy_asks_new ();
  self->workers = copy_workers_new ();
}

/* Prepares a job. @request and @observer (NULL for nobody) stay the caller's
 * and must outlive it. */
CopyJob *
copy_job_new (const CopyRequest  *request,
              const CopyObserver *observer,
              gpointer            user_data)
{
  CopyJob *self = g_object_new (COPY_TYPE_JOB, NULL);

  self->request = request;
  self->observer = observer != NULL ? observer : &nobody;
  self->user_data = user_data;

  return self;
}

static void
set_executor (LyExecutor *executor,
              gpointer    job)
{
  CopyJob *self = job;

  g_mutex_lock (&self->mutex);
  g_set_object (&self->executor, executor);
  if (executor != NULL && self->paused)
    ly_executor_pause (executor);
  g_mutex_unlock (&self->mutex);
}

/* Runs the job to its end, in this thread, which it blocks. Once. FALSE with
 * @error set if it could not start and nothing was changed; otherwise the
 * report tells how it ended. */
gboolean
copy_job_run (CopyJob  *self,
              GError  **error)
{
  g_auto (CopyRun) run = {
    .request = self->request,
    .observer = self->observer,
    .user_data = self->user_data,
    .progress = self->progress,
    .report = self->report,
    .asks = self->asks,
    .workers = self->workers,
    .cancellable = self->cancellable,
    .ready = G_QUEUE_INIT,
    .aside = G_QUEUE_INIT,
  };
  gboolean started = copy_run (&run, set_executor, self, error);

  set_executor (NULL, self);
  copy_workers_reset (self->workers, 0);

  return started;
}

static void
set_paused (CopyJob  *self,
            gboolean  paused)
{
  g_mutex_lock (&self->mutex);

  self->paused = paused;
  if (self->executor != NULL && paused)
    ly_executor_pause (self->executor);
  else if (self->executor != NULL)
    ly_executor_resume (self->executor);

  g_mutex_unlock (&self->mutex);
}

/* Holds the workers, at the next file or quarter of a megabyte. */
void
copy_job_pause (CopyJob *self)
{
  set_paused (self, TRUE);
}

void
copy_job_resume (CopyJob *self)
{
  set_paused (self, FALSE);
}

gboolean
copy_job_is_paused (CopyJob *self)
{
  gboolean paused;

  g_mutex_lock (&self->mutex);
  paused = self->paused;
  g_mutex_unlock (&self->mutex);

  return paused;
}

/* Ends the job early: what is whole stays, what is not is removed. Does not
 * wait for that. */
void
copy_job_cancel (CopyJob *self)
{
  g_cancellable_cancel (self->cancellable);
  /* Workers that are held could not clean up. */
  set_paused (self, FALSE);
}

/* The counters, see CopyCounter; may be read from any thread. */
LyProgress *
copy_job_get_progress (CopyJob *self)
{
  return self->progress;
}

/* How it ended. Only after copy_job_run(). */
const CopyReport *
copy_job_get_report (CopyJob *self)
{
  return self->report;
}

CopyReport *
copy_job_steal_report (CopyJob *self)
{
  CopyReport *report = self->report;

  self->report = copy_report_new ();

  return report;
}

gboolean
copy_job_answer (CopyJob            *self,
                 const CopyQuestion *question,
                 CopyConflict        answer,
                 gboolean            for_all)
{
  return copy_asks_answer (self->asks, question, answer, for_all);
}

GPtrArray *
copy_job_list_questions (CopyJob *self)
{
  return copy_asks_list (self->asks);
}

GPtrArray *
copy_job_list_workers (CopyJob *self)
{
  return copy_workers_list (self->workers);
}
