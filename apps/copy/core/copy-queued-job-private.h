/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-job-record.h"
#include "copy-queue-store.h"

G_BEGIN_DECLS

/* What a queue does with its jobs, on the main context. */

/* Something that is kept has changed; @ended: the job's thread has come to its
 * end. */
typedef void (*CopyQueuedJobFunc) (CopyQueuedJob *job,
                                   gboolean       ended,
                                   gpointer       user_data);

/* Of copy-problem-list.c: the problems of a job as a list model, to which any
 * thread adds and which grows when it is told to. */
#define COPY_TYPE_PROBLEM_LIST (copy_problem_list_get_type ())
G_DECLARE_FINAL_TYPE (CopyProblemList, copy_problem_list, COPY, PROBLEM_LIST, GObject)

struct _CopyQueuedJob
{
  GObject            parent_instance;

  /* Set once */
  CopyQueueStore    *store;
  char             **worker_argv;
  GMainContext      *context;
  CopyProblemList   *problems;

  /* Main context only */
  CopyJobRecord      record;
  char              *text;          /* what is kept of the record, or NULL if that has changed */
  CopyQueuedJobFunc  func;
  gpointer           user_data;
  CopyJob           *job;           /* while it is active */
  CopyRequest       *running;       /* what @job does */
  GThread           *thread;
  gint64             began;
  CopyJobState       end_state;     /* what being cancelled means */
  guint              n_questions;
  char              *current_item;
  GSource           *tick;
  gint64             last_tick;

  /* For @thread: set before it starts */
  guint64            start_number;

  /* Given by @thread, taken after it */
  gboolean           started;
  GError            *start_error;

  int                wake_pending;  /* atomic: the main context has been told to look */
};

CopyQueuedJob *_copy_queued_job_new         (CopyJobRecord        *record,
                                             CopyQueueStore       *store,
                                             const char * const   *worker_argv,
                                             CopyQueuedJobFunc     func,
                                             gpointer              user_data);
void           _copy_queued_job_detach      (CopyQueuedJob        *self);
const char    *_copy_queued_job_get_text    (CopyQueuedJob        *self);

/* The job's thread runs it as soon as what was saved as @number is on the disk. */
void           _copy_queued_job_prepare     (CopyQueuedJob        *self);
void           _copy_queued_job_start       (CopyQueuedJob        *self,
                                             guint64               number);
void           _copy_queued_job_end         (CopyQueuedJob        *self,
                                             CopyJobState          state);
void           _copy_queued_job_join        (CopyQueuedJob        *self);
gboolean       _copy_queued_job_pause       (CopyQueuedJob        *self);
gboolean       _copy_queued_job_resume      (CopyQueuedJob        *self);
gboolean       _copy_queued_job_retry       (CopyQueuedJob        *self);
void           _copy_queued_job_set_request (CopyQueuedJob        *self,
                                             const CopyRequest    *request);

/* Between copy-queued-job.c, which keeps and tells what is known of a job, and
 * copy-queued-job-run.c, which makes it so. */
gboolean       _copy_queued_job_set_state        (CopyQueuedJob     *self,
                                                  CopyJobState       state);
void           _copy_queued_job_set_error        (CopyQueuedJob     *self,
                                                  GError            *error);
void           _copy_queued_job_set_figures      (CopyQueuedJob     *self,
                                                  const CopyFigures *figures);
void           _copy_queued_job_set_current_item (CopyQueuedJob     *self,
                                                  char              *item);
void           _copy_queued_job_set_n_questions  (CopyQueuedJob     *self,
                                                  guint              n);
void           _copy_queued_job_tell_queue       (CopyQueuedJob     *self,
                                                  gboolean           ended);
void           _copy_queued_job_request_tick     (CopyQueuedJob     *self);

CopyProblemList *copy_problem_list_new         (void);
void             copy_problem_list_add         (CopyProblemList  *self,
                                                const char       *path,
                                                const char       *reason);
void             copy_problem_list_update      (CopyProblemList  *self);
void             copy_problem_list_clear       (CopyProblemList  *self);
void             copy_problem_list_fill        (CopyProblemList  *self,
                                                const CopyReport *report);

G_END_DECLS
