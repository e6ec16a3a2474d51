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

  /* Atomic */
  int           cancelled;

  /* Owned by the thread that runs or supervises the call */
  guint         attempt;
  gboolean      cancel_sent;
  gint64        counted[LY_PROGRESS_MAX_COUNTERS];
};

LyCall *_ly_call_ref   (LyCall *self);
void    _ly_call_unref (LyCall *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LyCall, _ly_call_unref)

/* A backend implements two functions of LyExecutorClass. Neither is called with
 * the executor's lock held, and neither may block.
 *
 * enqueue: takes a call, which goes to _ly_executor_complete() once.
 * update: something else changed: paused, closed, terminated, cancelled. */

void     _ly_executor_construct     (LyExecutor       *self,
                                     guint             n_workers,
                                     guint             capacity);
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
