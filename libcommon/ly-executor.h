/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-future.h"
#include "ly-progress.h"
#include "ly-task.h"

G_BEGIN_DECLS

#define LY_TYPE_EXECUTOR (ly_executor_get_type ())

G_DECLARE_DERIVABLE_TYPE (LyExecutor, ly_executor, LY, EXECUTOR, GObject)

/**
 * LyCall: (skip)
 *
 * A task on its way through an executor: for the library's own backends.
 */
typedef struct _LyCall LyCall;

/**
 * LyExecutorClass:
 *
 * What a backend does. The functions are the library's own.
 */
struct _LyExecutorClass
{
  GObjectClass parent_class;

  /*< private >*/
  void (*enqueue) (LyExecutor *self,
                   LyCall     *call);
  void (*update)  (LyExecutor *self);
};

/**
 * LyReportFunc:
 * @executor: the executor
 * @message: what a running task said
 * @user_data: what was given to [method@Executor.set_report_func]
 *
 * Receives what running tasks say, in a thread of the executor, or in several
 * at the same time. It must not block for long: the executor waits for it.
 */
typedef void (*LyReportFunc) (LyExecutor *executor,
                              GVariant   *message,
                              gpointer    user_data);

/**
 * LyExecutorStats:
 * @submitted: tasks accepted
 * @succeeded: tasks that gave a value
 * @failed: tasks that ended with an error, cancelled ones among them
 * @rerun: tasks run again because their worker was lost
 * @workers_started: workers started, replacements included
 * @workers_lost: workers that died or were killed because they hung
 *
 * What an executor has done so far.
 */
typedef struct
{
  guint64 submitted;
  guint64 succeeded;
  guint64 failed;
  guint64 rerun;
  guint64 workers_started;
  guint64 workers_lost;
} LyExecutorStats;

LyFuture   *ly_executor_submit          (LyExecutor       *self,
                                         const char       *task,
                                         GVariant         *args,
                                         GCancellable     *cancellable,
                                         GError          **error) G_GNUC_WARN_UNUSED_RESULT;
LyFuture   *ly_executor_try_submit      (LyExecutor       *self,
                                         const char       *task,
                                         GVariant         *args,
                                         GCancellable     *cancellable,
                                         GError          **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean    ly_executor_submit_then     (LyExecutor       *self,
                                         const char       *task,
                                         GVariant         *args,
                                         GCancellable     *cancellable,
                                         GMainContext     *context,
                                         LyFutureFunc      func,
                                         gpointer          user_data,
                                         GDestroyNotify    destroy,
                                         GError          **error);
void        ly_executor_pause           (LyExecutor       *self);
void        ly_executor_resume          (LyExecutor       *self);
void        ly_executor_close           (LyExecutor       *self);
void        ly_executor_terminate       (LyExecutor       *self);
gboolean    ly_executor_join            (LyExecutor       *self,
                                         gint64            timeout_us);
guint       ly_executor_get_n_workers   (LyExecutor       *self);
void        ly_executor_get_stats       (LyExecutor       *self,
                                         LyExecutorStats  *stats);
LyProgress *ly_executor_get_progress    (LyExecutor       *self);
void        ly_executor_set_progress    (LyExecutor       *self,
                                         LyProgress       *progress);
void        ly_executor_set_task_timeout
                                        (LyExecutor       *self,
                                         gint64            timeout_us);
void        ly_executor_set_report_func (LyExecutor       *self,
                                         LyReportFunc      func,
                                         gpointer          user_data);

G_END_DECLS
