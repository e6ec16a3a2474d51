/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-queued-job.h"

G_BEGIN_DECLS

#define COPY_QUEUE_ERROR (copy_queue_error_quark ())

/**
 * CopyQueueError:
 * @COPY_QUEUE_ERROR_FAILED: the system would not
 * @COPY_QUEUE_ERROR_IN_USE: another program has the queue
 */
typedef enum
{
  COPY_QUEUE_ERROR_FAILED,
  COPY_QUEUE_ERROR_IN_USE,
} CopyQueueError;

GQuark copy_queue_error_quark (void);

/* How many of the last destinations are remembered. */
#define COPY_QUEUE_MAX_RECENT 10

/* How many failed items of a job are remembered over a restart. */
#define COPY_QUEUE_KEPT_PATHS 1000

/* How many jobs may run at the same time, at most. */
#define COPY_QUEUE_MAX_RUNNING 8

#define COPY_TYPE_QUEUE (copy_queue_get_type ())

/**
 * CopyQueue:
 *
 * Jobs that wait, run and have ended: a #GListModel of #CopyQueuedJob in the
 * order in which they start, for the main context alone. No function blocks,
 * but for copy_queue_new(), which reads one small file, and dropping the last
 * reference while jobs run.
 *
 * A job runs in a thread of its own, with worker processes. It starts when its
 * turn has come and that is safely on the disk: whatever ends the program, a
 * job that had begun comes back as %COPY_JOB_INTERRUPTED, and
 * copy_queue_resume() goes on with it. A paused job gives its turn to the next
 * one, and goes on at once when it is resumed.
 *
 * The queue is kept in the file "queue" in its folder, written anew a moment
 * after each change in a thread. A file that cannot be understood, or comes
 * from a newer version, is renamed and never overwritten: "set-aside". One
 * program at a time holds the folder, by the lock of the file "lock".
 *
 * Properties: "max-running" (uint, read and write, kept; 1 at first), "n-active"
 * (uint, notified: jobs whose threads run; paused ones among them), "recent"
 * (strv, notified: the last destinations, the newest first), "set-aside"
 * (string or %NULL: the path of a file that was set aside at the start),
 * "trouble" (string or %NULL, notified: why the queue cannot be saved now).
 *
 * Signal "ended" (CopyQueuedJob): a job has come to its end in any way, after
 * its state has changed.
 */
G_DECLARE_FINAL_TYPE (CopyQueue, copy_queue, COPY, QUEUE, GObject)

/* @folder: is made if need be; NULL for the user's own. @worker_argv: as in
 * CopyRequest, copied; NULL runs jobs on threads. NULL with @error set to one
 * of CopyQueueError. Nothing starts before copy_queue_start(). */
CopyQueue     *copy_queue_new            (const char           *folder,
                                          const char * const   *worker_argv,
                                          GError              **error) G_GNUC_WARN_UNUSED_RESULT;

/* Lets jobs start, in their order; those that were interrupted wait to be
 * resumed. */
void           copy_queue_start          (CopyQueue            *self);

/* Lets no more jobs start and ends those that run: they become interrupted.
 * "n-active" is 0 once all have cleaned up; dropping the queue then only waits
 * until it is on the disk. */
void           copy_queue_stop           (CopyQueue            *self);

/* Adds a job at the end, from a copy of @request; its worker_argv is the
 * queue's, and its paths are made absolute. Dry runs are for CopyPreview. Its
 * destination becomes the most recent one. Returns: (transfer none) */
CopyQueuedJob *copy_queue_add            (CopyQueue            *self,
                                          const CopyRequest    *request);

/* Changes what a job is to do that is not active; FALSE if it is. One that had
 * ended waits again. */
gboolean       copy_queue_change         (CopyQueue            *self,
                                          CopyQueuedJob        *job,
                                          const CopyRequest    *request);

/* Takes a job out, cancelling it if it is active; then it goes when it has
 * cleaned up. Files stay as they are. */
void           copy_queue_remove         (CopyQueue            *self,
                                          CopyQueuedJob        *job);

/* Moves a job to @position in the list, or to its end if that is too far. */
void           copy_queue_move           (CopyQueue            *self,
                                          CopyQueuedJob        *job,
                                          guint                 position);

/* Holds a job that waits or runs; lets it go on; ends it early. Each is FALSE if
 * the job is in no state for that. An interrupted or cancelled job is resumed
 * from where it was: it waits for its turn. */
gboolean       copy_queue_pause          (CopyQueue            *self,
                                          CopyQueuedJob        *job);
gboolean       copy_queue_resume         (CopyQueue            *self,
                                          CopyQueuedJob        *job);
gboolean       copy_queue_cancel         (CopyQueue            *self,
                                          CopyQueuedJob        *job);

/* Runs a failed job again, when its turn comes: only what failed, if it had
 * started (see copy_request_new_retry()). FALSE if nothing failed. */
gboolean       copy_queue_retry          (CopyQueue            *self,
                                          CopyQueuedJob        *job);

/* Takes out all jobs that are done, failed or cancelled. */
void           copy_queue_clear_ended    (CopyQueue            *self);

CopyQueuedJob *copy_queue_find           (CopyQueue            *self,
                                          guint64               id);
guint          copy_queue_get_max_running
                                         (CopyQueue            *self);
void           copy_queue_set_max_running
                                         (CopyQueue            *self,
                                          guint                 max_running);
guint          copy_queue_get_n_active   (CopyQueue            *self);
guint          copy_queue_get_n_waiting  (CopyQueue            *self);
const char * const *
               copy_queue_get_recent     (CopyQueue            *self);
const char    *copy_queue_get_set_aside  (CopyQueue            *self);
const char    *copy_queue_get_trouble    (CopyQueue            *self);

G_END_DECLS
