/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-executor"

#include "ly-executor-private.h"

/**
 * LyExecutor:
 *
 * Runs tasks, which are named functions with `GVariant` arguments, and gives a
 * future for each.
 *
 * The backends differ in where a task runs: [class@ThreadExecutor],
 * [class@ProcessExecutor] and [class@AsyncExecutor]. At most as many tasks as
 * the capacity says are waiting at a time; beyond that, submitting blocks.
 *
 * An executor goes through three states. Open, it takes tasks. Closed, it
 * finishes what it has. Terminated, it cancels what it has. Join waits for the
 * end of the last two; dropping the last reference terminates and joins.
 *
 * Every method may be called from any thread but the executor's own.
 */

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (LyExecutor, ly_executor, G_TYPE_OBJECT)

LyExecutorPrivate *
_ly_executor_get_private (LyExecutor *self)
{
  return ly_executor_get_instance_private (self);
}

/* After the backend's, so no call is left on the clock. */
static void
ly_executor_dispose (GObject *object)
{
  g_clear_pointer (&PRIVATE (LY_EXECUTOR (object))->clock, _ly_task_clock_free);

  G_OBJECT_CLASS (ly_executor_parent_class)->dispose (object);
}

static void
ly_executor_finalize (GObject *object)
{
  LyExecutorPrivate *priv = PRIVATE (LY_EXECUTOR (object));

  _ly_room_clear (&priv->room);
  g_clear_object (&priv->progress);
  g_cond_clear (&priv->changed);
  g_mutex_clear (&priv->mutex);

  G_OBJECT_CLASS (ly_executor_parent_class)->finalize (object);
}

static void
ly_executor_class_init (LyExecutorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ly_executor_dispose;
  G_OBJECT_CLASS (klass)->finalize = ly_executor_finalize;
}

static void
ly_executor_init (LyExecutor *self)
{
  LyExecutorPrivate *priv = PRIVATE (self);

  _ly_room_init (&priv->room);
  g_mutex_init (&priv->mutex);
  g_cond_init (&priv->changed);
}

/* Called by a backend's constructor. @capacity tasks may wait beside one
 * running on each of @n_workers. */
void
_ly_executor_construct (LyExecutor *self,
                        guint       n_workers,
                        guint       capacity)
{
  LyExecutorPrivate *priv = PRIVATE (self);

  priv->n_workers = n_workers;
  priv->room.limit = n_workers + capacity;
}

/* Counts the new task in, once there is room for it. */
static gboolean
admit (LyExecutorPrivate  *priv,
       LyCall             *call,
       gboolean            may_block,
       GError            **error)
{
  switch (_ly_room_enter (&priv->room, may_block, &call->cancelled, &call->id))
    {
    case LY_ROOM_ENTERED:
      return TRUE;

    case LY_ROOM_CLOSED:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "executor is closed");
      return FALSE;

    case LY_ROOM_CANCELLED:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "task was cancelled");
      return FALSE;

    case LY_ROOM_FULL:
    default:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "executor is full");
      return FALSE;
    }
}

LyFuture *
_ly_executor_submit (LyExecutor     *self,
                     const char     *task,
                     GVariant       *args,
                     GCancellable   *cancellable,
                     LyCallOptions   options,
                     GError        **error)
{
  LyCall *call = _ly_call_new (self, task, args, cancellable);
  LyFuture *future;

  call->attempt = options.attempt;
  call->run_once = options.run_once;

  if (!admit (PRIVATE (self), call, options.may_block, error))
    {
      _ly_call_disconnect (call);
      _ly_call_unref (call);
      return NULL;
    }

  _ly_call_connect (call);
  future = g_object_ref (call->future);
  LY_EXECUTOR_GET_CLASS (self)->enqueue (self, call);

  return future;
}

/**
 * ly_executor_submit:
 * @self: a `LyExecutor`
 * @task: the name of a registered task
 * @args: (nullable): its arguments; a floating reference is sunk
 * @cancellable: (nullable): cancels this task, also while it runs
 * @error: return location for %G_IO_ERROR_CLOSED or %G_IO_ERROR_CANCELLED
 *
 * Submits a task, blocking while the executor has no room for it. Cancelling
 * the future cancels the task, as @cancellable does, but does not wait for it
 * to end.
 *
 * Returns: (transfer full): the task's result to be, or %NULL with @error set
 */
LyFuture *
ly_executor_submit (LyExecutor    *self,
                    const char    *task,
                    GVariant      *args,
                    GCancellable  *cancellable,
                    GError       **error)
{
  g_return_val_if_fail (LY_IS_EXECUTOR (self), NULL);
  g_return_val_if_fail (task != NULL, NULL);

  return _ly_executor_submit (self, task, args, cancellable,
                              (LyCallOptions) { .may_block = TRUE }, error);
}

/**
 * ly_executor_try_submit:
 * @self: a `LyExecutor`
 * @task: the name of a registered task
 * @args: (nullable): its arguments; a floating reference is sunk
 * @cancellable: (nullable): cancels this task, also while it runs
 * @error: return location for %G_IO_ERROR_WOULD_BLOCK, %G_IO_ERROR_CLOSED or
 *   %G_IO_ERROR_CANCELLED
 *
 * Submits a task if the executor has room for it now. Never blocks.
 *
 * Returns: (transfer full): the task's result to be, or %NULL with @error set
 */
LyFuture *
ly_executor_try_submit (LyExecutor    *self,
                        const char    *task,
                        GVariant      *args,
                        GCancellable  *cancellable,
                        GError       **error)
{
  g_return_val_if_fail (LY_IS_EXECUTOR (self), NULL);
  g_return_val_if_fail (task != NULL, NULL);

  return _ly_executor_submit (self, task, args, cancellable,
                              (LyCallOptions) { .may_block = FALSE }, error);
}

/**
 * ly_executor_submit_then:
 * @self: a `LyExecutor`
 * @task: the name of a registered task
 * @args: (nullable): its arguments; a floating reference is sunk
 * @cancellable: (nullable): cancels this task, also while it runs
 * @context: (nullable): where to call @func, as for [method@Future.then]
 * @func: (scope notified): what to call with the result
 * @user_data: passed to @func
 * @destroy: (nullable): frees @user_data after the call, or at once if the task
 *   is not accepted
 * @error: return location for %G_IO_ERROR_CLOSED or %G_IO_ERROR_CANCELLED
 *
 * Submits a task as [method@Executor.submit] does, and calls @func when it has
 * ended.
 *
 * Returns: %FALSE with @error set if the task was not accepted
 */
gboolean
ly_executor_submit_then (LyExecutor      *self,
                         const char      *task,
                         GVariant        *args,
                         GCancellable    *cancellable,
                         GMainContext    *context,
                         LyFutureFunc     func,
                         gpointer         user_data,
                         GDestroyNotify   destroy,
                         GError         **error)
{
  g_autoptr (LyFuture) future = NULL;

  g_return_val_if_fail (LY_IS_EXECUTOR (self), FALSE);
  g_return_val_if_fail (task != NULL, FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  future = ly_executor_submit (self, task, args, cancellable, error);
  if (future != NULL)
    ly_future_then (future, context, func, user_data, destroy);
  else if (destroy != NULL)
    destroy (user_data);

  return future != NULL;
}

/**
 * ly_executor_set_task_timeout:
 * @self: a `LyExecutor` that has not been given a task yet
 * @timeout_us: in microseconds; 0 is no limit, which is the default
 *
 * Limits for how long each task may run, from its beginning, pauses not
 * counted. The future of one that takes longer is rejected with
 * %G_IO_ERROR_TIMED_OUT at once, and the task is cancelled. It keeps its place
 * until it obeys; a worker process whose task has not done so within a second
 * is killed.
 */
void
ly_executor_set_task_timeout (LyExecutor *self,
                              gint64      timeout_us)
{
  LyExecutorPrivate *priv;

  g_return_if_fail (LY_IS_EXECUTOR (self));
  g_return_if_fail (timeout_us >= 0);

  priv = PRIVATE (self);
  g_clear_pointer (&priv->clock, _ly_task_clock_free);
  if (timeout_us > 0)
    priv->clock = _ly_task_clock_new (timeout_us, _ly_executor_expire);
}

static void
set_state (LyExecutor *self,
           int        *flag,
           gboolean    value)
{
  LyExecutorPrivate *priv = PRIVATE (self);

  g_mutex_lock (&priv->mutex);
  g_atomic_int_set (flag, value);
  g_cond_broadcast (&priv->changed);
  g_mutex_unlock (&priv->mutex);

  LY_EXECUTOR_GET_CLASS (self)->update (self);
}

/**
 * ly_executor_pause:
 * @self: a `LyExecutor`
 *
 * Holds running tasks at their next checkpoint and starts no new ones. Tasks
 * can still be submitted, as far as there is room.
 */
void
ly_executor_pause (LyExecutor *self)
{
  g_return_if_fail (LY_IS_EXECUTOR (self));

  if (PRIVATE (self)->clock != NULL)
    _ly_task_clock_set_paused (PRIVATE (self)->clock, TRUE);
  set_state (self, &PRIVATE (self)->paused, TRUE);
}

/**
 * ly_executor_resume:
 * @self: a `LyExecutor`
 *
 * Ends a pause.
 */
void
ly_executor_resume (LyExecutor *self)
{
  g_return_if_fail (LY_IS_EXECUTOR (self));

  set_state (self, &PRIVATE (self)->paused, FALSE);
  if (PRIVATE (self)->clock != NULL)
    _ly_task_clock_set_paused (PRIVATE (self)->clock, FALSE);
}

/**
 * ly_executor_close:
 * @self: a `LyExecutor`
 *
 * Refuses new tasks from now on, also those that are waiting for room, and
 * finishes the ones it has. Does not block; see [method@Executor.join].
 */
void
ly_executor_close (LyExecutor *self)
{
  g_return_if_fail (LY_IS_EXECUTOR (self));

  _ly_room_close (&PRIVATE (self)->room);
  LY_EXECUTOR_GET_CLASS (self)->update (self);
}

/**
 * ly_executor_terminate:
 * @self: a `LyExecutor`
 *
 * Closes the executor and ends every task at once with
 * %G_IO_ERROR_CANCELLED. Worker processes are killed; threads are stopped at
 * their next checkpoint. Does not block; see [method@Executor.join].
 */
void
ly_executor_terminate (LyExecutor *self)
{
  g_return_if_fail (LY_IS_EXECUTOR (self));

  set_state (self, &PRIVATE (self)->terminated, TRUE);
  ly_executor_close (self);
}

/**
 * ly_executor_join:
 * @self: a closed or terminated `LyExecutor`
 * @timeout_us: how long to wait at most, in microseconds of monotonic time;
 *   -1 waits without end
 *
 * Blocks until every task has ended and its future is done.
 *
 * Returns: %FALSE if that was not so in time
 */
gboolean
ly_executor_join (LyExecutor *self,
                  gint64      timeout_us)
{
  g_return_val_if_fail (LY_IS_EXECUTOR (self), FALSE);
  g_return_val_if_fail (_ly_room_is_closed (&PRIVATE (self)->room), FALSE);

  return _ly_room_join (&PRIVATE (self)->room, timeout_us);
}

/**
 * ly_executor_get_n_workers:
 * @self: a `LyExecutor`
 *
 * Tells how many workers the executor was made with.
 *
 * Returns: how many tasks run at the same time at most
 */
guint
ly_executor_get_n_workers (LyExecutor *self)
{
  g_return_val_if_fail (LY_IS_EXECUTOR (self), 0);

  return PRIVATE (self)->n_workers;
}

/**
 * ly_executor_get_stats:
 * @self: a `LyExecutor`
 * @stats: (out caller-allocates): where to put them
 *
 * Tells what the executor has done so far.
 */
void
ly_executor_get_stats (LyExecutor      *self,
                       LyExecutorStats *stats)
{
  LyExecutorPrivate *priv;

  g_return_if_fail (LY_IS_EXECUTOR (self));
  g_return_if_fail (stats != NULL);

  priv = PRIVATE (self);

  _ly_room_count (&priv->room, &stats->submitted, &stats->succeeded, &stats->failed);

  g_mutex_lock (&priv->mutex);
  stats->rerun = priv->n_rerun;
  stats->workers_started = priv->n_workers_started;
  stats->workers_lost = priv->n_workers_lost;
  g_mutex_unlock (&priv->mutex);
}

/**
 * ly_executor_get_progress:
 * @self: a `LyExecutor`
 *
 * Finds the counters that [method@Executor.set_progress] has chosen.
 *
 * Returns: (transfer none) (nullable): what tasks count on
 */
LyProgress *
ly_executor_get_progress (LyExecutor *self)
{
  g_return_val_if_fail (LY_IS_EXECUTOR (self), NULL);

  return PRIVATE (self)->progress;
}

/**
 * ly_executor_set_progress:
 * @self: a `LyExecutor` that has not been given a task yet
 * @progress: (nullable): what tasks shall count on
 *
 * Chooses the counters that [method@TaskContext.add_progress] adds to.
 */
void
ly_executor_set_progress (LyExecutor *self,
                          LyProgress *progress)
{
  g_return_if_fail (LY_IS_EXECUTOR (self));
  g_return_if_fail (progress == NULL || LY_IS_PROGRESS (progress));

  g_set_object (&PRIVATE (self)->progress, progress);
}

/**
 * ly_executor_set_report_func:
 * @self: a `LyExecutor` that has not been given a task yet
 * @func: (scope forever) (nullable): receives reports
 * @user_data: passed to @func
 *
 * Chooses who hears what tasks say with [method@TaskContext.report].
 */
void
ly_executor_set_report_func (LyExecutor   *self,
                             LyReportFunc  func,
                             gpointer      user_data)
{
  LyExecutorPrivate *priv;

  g_return_if_fail (LY_IS_EXECUTOR (self));

  priv = PRIVATE (self);
  priv->report_func = func;
  priv->report_data = user_data;
}
