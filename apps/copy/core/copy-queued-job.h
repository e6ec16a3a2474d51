/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-job.h"

G_BEGIN_DECLS

/**
 * CopyJobState:
 * @COPY_JOB_WAITING: it has not begun, and will when its turn comes
 * @COPY_JOB_RUNNING: its workers copy
 * @COPY_JOB_PAUSED: it is held, begun or not (see copy_queued_job_has_begun())
 * @COPY_JOB_ASKING: it runs, and has questions open
 * @COPY_JOB_DONE: everything is copied
 * @COPY_JOB_FAILED: it could not start (there is an error), or some items were
 *   not copied (the report tells which)
 * @COPY_JOB_CANCELLED: the user ended it early
 * @COPY_JOB_INTERRUPTED: the program ended while it ran, or was stopped
 *
 * Where a job of a queue is.
 */
typedef enum
{
  COPY_JOB_WAITING,
  COPY_JOB_RUNNING,
  COPY_JOB_PAUSED,
  COPY_JOB_ASKING,
  COPY_JOB_DONE,
  COPY_JOB_FAILED,
  COPY_JOB_CANCELLED,
  COPY_JOB_INTERRUPTED,
} CopyJobState;

#define COPY_TYPE_JOB_STATE (copy_job_state_get_type ())
GType copy_job_state_get_type (void);

/**
 * CopyFigures:
 * @bytes: bytes done, those of skipped and failed items among them
 * @total_bytes: of so many
 * @items: items done, of all kinds and in any way
 * @total_items: of so many
 * @files: regular files copied
 * @totals_known: whether the scan has come to its end, so that the totals stay
 * @rate: bytes a second now; 0 unless it runs
 * @eta: microseconds left; -1 while that cannot be told
 * @seconds: how long it has run, pauses included
 *
 * How far a job is. What is not known yet is 0.
 */
typedef struct
{
  gint64   bytes;
  gint64   total_bytes;
  gint64   items;
  gint64   total_items;
  gint64   files;
  gboolean totals_known;
  double   rate;
  gint64   eta;
  double   seconds;
} CopyFigures;

#define COPY_TYPE_QUEUED_JOB (copy_queued_job_get_type ())

/**
 * CopyQueuedJob:
 *
 * A job of a [class@CopyQueue], for the main context alone.
 *
 * Properties, all read-only and notified, none of them more than ten times a
 * second: "id" (uint64), "sources" (strv), "dest" (string or %NULL), "state"
 * (CopyJobState), "error" (GError: why it could not start), "n-questions"
 * (uint), "bytes", "total-bytes", "items", "total-items" (int64),
 * "totals-known" (boolean), "fraction" (double, 0 to 1; by bytes, or by items
 * where there are none), "rate" (double), "eta" (int64), "current-item" (string
 * or %NULL, as the worker told it, in any encoding).
 *
 * Signal "progress", without arguments: the figures have changed, ten times a
 * second at most. It comes before the notifications, and is cheaper to follow.
 *
 * Sources and destination are absolute paths in bytes.
 */
G_DECLARE_FINAL_TYPE (CopyQueuedJob, copy_queued_job, COPY, QUEUED_JOB, GObject)

guint64            copy_queued_job_get_id           (CopyQueuedJob       *self);
const CopyRequest *copy_queued_job_get_request      (CopyQueuedJob       *self);
CopyJobState       copy_queued_job_get_state        (CopyQueuedJob       *self);
gboolean           copy_queued_job_is_active        (CopyQueuedJob       *self);
gboolean           copy_queued_job_has_begun        (CopyQueuedJob       *self);
gboolean           copy_queued_job_has_ended        (CopyQueuedJob       *self);
const GError      *copy_queued_job_get_error        (CopyQueuedJob       *self);
const CopyFigures *copy_queued_job_get_figures      (CopyQueuedJob       *self);
const char        *copy_queued_job_get_current_item (CopyQueuedJob       *self);

/* How it ended; NULL until then, or if it could not start. A report that was
 * kept over a restart names fewer items, see COPY_QUEUE_KEPT_PATHS. */
const CopyReport  *copy_queued_job_get_report       (CopyQueuedJob       *self);

/* The problems so far, a list of CopyProblem that grows while the job runs, ten
 * times a second at most. At most COPY_REPORT_MAX_PATHS; more are only counted,
 * by the report. */
GListModel        *copy_queued_job_get_problems     (CopyQueuedJob       *self);

/* What its workers do, see copy_job_list_workers(); empty unless it runs. */
GPtrArray         *copy_queued_job_list_workers     (CopyQueuedJob       *self);

/* The open questions, the oldest first (transfer full: unref the array), and
 * the answer to one; see copy_job_answer(). "n-questions" tells of changes. */
GPtrArray         *copy_queued_job_list_questions   (CopyQueuedJob       *self);
gboolean           copy_queued_job_answer           (CopyQueuedJob       *self,
                                                     const CopyQuestion  *question,
                                                     CopyConflict         answer,
                                                     gboolean             for_all);

#define COPY_TYPE_PROBLEM (copy_problem_get_type ())
G_DECLARE_FINAL_TYPE (CopyProblem, copy_problem, COPY, PROBLEM, GObject)

const char *copy_problem_get_path   (CopyProblem *self);
const char *copy_problem_get_reason (CopyProblem *self);

G_END_DECLS
