/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-call.h"
#include "ly-room-private.h"
#include "ly-task-clock.h"
#include "ly-task-private.h"

G_BEGIN_DECLS

typedef struct
{
  /* Set once, before the first task */
  guint           n_workers;
  guint           limit;
  LyProgress     *progress;
  LyReportFunc    report_func;
  gpointer        report_data;
  LyTaskClock    *clock;        /* if tasks have a time limit */

  /* Those that were submitted and have not ended */
  LyRoom          room;

  /* Guarded by @mutex */
  GMutex          mutex;
  GCond           changed;
  guint64         n_rerun;
  guint64         n_workers_started;
  guint64         n_workers_lost;

  /* Changed with @mutex held, read without */
  int             paused;
  int             terminated;
} LyExecutorPrivate;

#define PRIVATE(self) (_ly_executor_get_private (self))

LyExecutorPrivate *_ly_executor_get_private (LyExecutor *self);

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
void     _ly_executor_cancel        (LyExecutor       *self,
                                     LyCall           *call);
guint    _ly_executor_get_limit     (LyExecutor       *self);
guint    _ly_executor_get_n_unsettled
                                    (LyExecutor       *self);
gboolean _ly_executor_has_clock     (LyExecutor       *self);
void     _ly_executor_begin         (LyExecutor       *self,
                                     LyCall           *call);
gboolean _ly_executor_is_overdue    (LyExecutor       *self,
                                     LyCall           *call);
void     _ly_executor_expire        (LyCall           *call);
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
