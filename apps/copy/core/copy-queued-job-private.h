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

/* Of copy-problem-list.c: the problems of a job as a list model, to which any
 * thread adds and which grows when it is told to. */
#define COPY_TYPE_PROBLEM_LIST (copy_problem_list_get_type ())
G_DECLARE_FINAL_TYPE (CopyProblemList, copy_problem_list, COPY, PROBLEM_LIST, GObject)

CopyProblemList *copy_problem_list_new         (void);
void             copy_problem_list_add         (CopyProblemList  *self,
                                                const char       *path,
                                                const char       *reason);
void             copy_problem_list_update      (CopyProblemList  *self);
void             copy_problem_list_clear       (CopyProblemList  *self);
void             copy_problem_list_fill        (CopyProblemList  *self,
                                                const CopyReport *report);

G_END_DECLS
