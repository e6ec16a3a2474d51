/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-question.h"
#include "copy-report.h"
#include "copy-request.h"
#include "copy-workers.h"
#include "lanyard-common.h"

G_BEGIN_DECLS

/* What a dry run says that would happen. */
typedef enum
{
  COPY_ACTION_CREATE_DIRECTORY,
  COPY_ACTION_COPY,
  COPY_ACTION_REPLACE,
  COPY_ACTION_LINK,
  COPY_ACTION_SKIP,
  COPY_ACTION_DELETE,
  COPY_ACTION_ASK,     /* something is in the way, and the owner would be asked */
} CopyAction;

/* Who hears of a job while it runs, in the job's thread. Every function is
 * optional. Paths are bytes.
 *
 * conflict: with COPY_CONFLICT_ASK, an item was set aside until the owner calls
 * copy_job_answer(), from there or later from any thread. Where nobody hears of
 * them, conflicts are problems. */
typedef struct
{
  void (*started)  (guint         n_workers,
                    const char   *target,
                    gpointer      user_data);
  void (*problem)  (const char   *path,
                    const char   *reason,
                    gpointer      user_data);
  void (*action)   (CopyAction    action,
                    const char   *from,
                    const char   *to,
                    gpointer      user_data);
  void (*conflict) (CopyQuestion *question,
                    gpointer      user_data);
} CopyObserver;

#define COPY_TYPE_JOB (copy_job_get_type ())

G_DECLARE_FINAL_TYPE (CopyJob, copy_job, COPY, JOB, GObject)

CopyJob          *copy_job_new            (const CopyRequest   *request,
                                           const CopyObserver  *observer,
                                           gpointer             user_data);
gboolean          copy_job_run            (CopyJob             *self,
                                           GError             **error);
void              copy_job_pause          (CopyJob             *self);
void              copy_job_resume         (CopyJob             *self);
gboolean          copy_job_is_paused      (CopyJob             *self);
void              copy_job_cancel         (CopyJob             *self);
LyProgress       *copy_job_get_progress   (CopyJob             *self);
const CopyReport *copy_job_get_report     (CopyJob             *self);

/* Takes the report away (transfer full), once, after copy_job_run(). */
CopyReport       *copy_job_steal_report   (CopyJob             *self);

/**
 * copy_job_answer:
 * @question: an open question of the job
 * @answer: what to do; anything but %COPY_CONFLICT_ASK
 * @for_all: whether it holds for all conflicts from now on, also those that are
 *   open or set aside
 *
 * Answers a question, from any thread, without waiting. Directories stay
 * incomplete and the job does not end until all are answered or it is cancelled.
 *
 * Returns: %FALSE if the question is no longer open, or if %COPY_CONFLICT_RENAME
 *   is no answer to it
 */
gboolean          copy_job_answer         (CopyJob             *self,
                                           const CopyQuestion  *question,
                                           CopyConflict         answer,
                                           gboolean             for_all);

/**
 * copy_job_list_questions:
 *
 * Returns: (transfer full): the open questions, a #GPtrArray of #CopyQuestion,
 *   the oldest first; from any thread
 */
GPtrArray        *copy_job_list_questions (CopyJob             *self);

/**
 * copy_job_list_workers:
 *
 * Returns: (transfer full): what each worker that has been heard of does, a
 *   #GPtrArray of #CopyWorkerState by number; empty when the job does not run;
 *   from any thread. It changes ten times a second at most.
 */
GPtrArray        *copy_job_list_workers   (CopyJob             *self);

G_END_DECLS
