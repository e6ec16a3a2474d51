/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-executor.h"
#include "ly-task-private.h"

G_BEGIN_DECLS

/* One submitted task on its way to a result. Reference-counted, because a
 * cancellable may hold on to it while a worker finishes it. */
struct _LyCall
{
  /* Set once */
  LyExecutor   *executor;   /* unowned: an executor outlives its calls */
  guint64       id;
  char         *task;
  GVariant     *args;
  LyFuture     *future;
  GCancellable *cancellable;
  gulong        cancel_handler;
  gboolean      run_once;     /* fail at once if the worker is lost */

  /* Atomic */
  int           cancelled;

  /* Guarded by @mutex */
  GMutex        mutex;
  gboolean      settled;    /* its future may not reach its executor any more */
  gint64        expired;    /* when it had run for too long, or 0 */

  /* Guarded by the clock's mutex */
  gint64        deadline;
  GList         clock_link; /* data is set while it is on the clock */

  /* Owned by the thread that runs or supervises the call */
  guint         attempt;
  gboolean      cancel_sent;
  gint64        counted[LY_PROGRESS_MAX_COUNTERS];
};

LyCall *_ly_call_ref   (LyCall *self);
void    _ly_call_unref (LyCall *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LyCall, _ly_call_unref)

/* How a task differs from what anybody may submit. */
typedef struct
{
  guint    attempt;
  gboolean run_once;
  gboolean may_block;
} LyCallOptions;

/* A backend implements two functions of LyExecutorClass. Neither is called with
 * the executor's lock held, and neither may block.
 *
 * enqueue: takes a call, which goes to _ly_executor_begin() whenever its task
 * begins to run, and to _ly_executor_complete() once.
 * update: something else changed: paused, closed, terminated, cancelled. */

void     _ly_executor_construct     (LyExecutor       *self,
                                     guint             n_workers,
                                     guint             capacity);
LyFuture *_ly_executor_submit       (LyExecutor       *self,
                                     const char       *task,
                                     GVariant         *args,
                                     GCancellable     *cancellable,
                                     LyCallOptions     options,
                                     GError          **error) G_GNUC_WARN_UNUSED_RESULT;
guint    _ly_executor_get_limit     (LyExecutor       *self);
gboolean _ly_executor_has_clock     (LyExecutor       *self);
void     _ly_executor_begin         (LyExecutor       *self,
                                     LyCall           *call);
gboolean _ly_executor_is_overdue    (LyExecutor       *self,
                                     LyCall           *call);
void     _ly_executor_complete      (LyExecutor       *self,
                                     LyCall           *call,
                                     GVariant         *value,
                                     GError           *error);
void     _ly_executor_count         (LyExecutor       *self,
                                     LyCall           *call,
                                     const LyTaskNews *news);
void     _ly_executor_uncount       (LyExecutor       *self,
                                     LyCall           *call);
void     _ly_executor_report        (LyExecutor       *self,
                                     GVariant         *message);
gboolean _ly_executor_is_paused     (LyExecutor       *self);
gboolean _ly_executor_is_terminated (LyExecutor       *self);
gboolean _ly_executor_is_drained    (LyExecutor       *self);
gboolean _ly_executor_wait_resumed  (LyExecutor       *self,
                                     LyCall           *call,
                                     GError          **error);
void     _ly_executor_note_worker   (LyExecutor       *self,
                                     gboolean          lost);
void     _ly_executor_note_rerun    (LyExecutor       *self);

G_END_DECLS
