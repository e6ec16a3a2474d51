/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-executor"

#include "ly-executor-private.h"
#include "ly-future-private.h"
#include "ly-task-clock.h"

/* How long a task that is told to stop may take for that. */
#define OVERDUE_US G_USEC_PER_SEC

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
typedef struct
{
  /* Set once, before the first task */
  guint           n_workers;
  guint           limit;
  LyProgress     *progress;
  LyReportFunc    report_func;
  gpointer        report_data;
  LyTaskClock    *clock;        /* if tasks have a time limit */

  /* Guarded by @mutex */
  GMutex          mutex;
  GCond           changed;
  guint           outstanding;  /* those that take up room */
  guint           unsettled;    /* those and the ones just being completed */
  guint64         next_id;
  LyExecutorStats stats;

  /* Changed with @mutex held, read without */
  int             closed;
  int             paused;
  int             terminated;
} LyExecutorPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (LyExecutor, ly_executor, G_TYPE_OBJECT)

#define PRIVATE(self) ((LyExecutorPrivate *) ly_executor_get_instance_private (self))

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

  g_assert (priv->unsettled == 0);

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
  priv->limit = n_workers + capacity;
}

LyCall *
_ly_call_ref (LyCall *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
call_clear (gpointer data)
{
  LyCall *self = data;

  g_clear_object (&self->cancellable);
  g_clear_object (&self->future);
  g_clear_pointer (&self->args, g_variant_unref);
  g_clear_pointer (&self->task, g_free);
  g_mutex_clear (&self->mutex);
}

void
_ly_call_unref (LyCall *self)
{
  g_atomic_rc_box_release_full (self, call_clear);
}

static void
on_cancelled (GCancellable *cancellable,
              LyCall       *call)
{
  LyExecutorPrivate *priv = PRIVATE (call->executor);

  g_mutex_lock (&priv->mutex);
  g_atomic_int_set (&call->cancelled, TRUE);
  g_cond_broadcast (&priv->changed);
  g_mutex_unlock (&priv->mutex);

  LY_EXECUTOR_GET_CLASS (call->executor)->update (call->executor);
}

/* In whatever thread cancels the future, maybe just when the call ends and
 * its executor goes. */
static void
on_future_cancelled (gpointer user_data)
{
  LyCall *call = user_data;

  g_mutex_lock (&call->mutex);
  if (!call->settled)
    on_cancelled (NULL, call);
  g_mutex_unlock (&call->mutex);
}

static LyCall *
call_new (LyExecutor   *self,
          const char   *task,
          GVariant     *args,
          GCancellable *cancellable)
{
  LyCall *call = g_atomic_rc_box_new0 (LyCall);

  g_mutex_init (&call->mutex);
  call->executor = self;
  call->task = g_strdup (task);
  call->args = g_variant_ref (args);
  call->future = ly_future_new ();
  if (cancellable == NULL)
    return call;

  call->cancellable = g_object_ref (cancellable);
  call->cancel_handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled),
                                                _ly_call_ref (call),
                                                (GDestroyNotify) _ly_call_unref);

  return call;
}

static void
disconnect_cancellable (LyCall *call)
{
  if (call->cancel_handler != 0)
    g_cancellable_disconnect (call->cancellable, call->cancel_handler);
}

/* Counts the new task in, once there is room for it. */
static gboolean
admit (LyExecutorPrivate  *priv,
       LyCall             *call,
       gboolean            may_block,
       GError            **error)
{
  gboolean closed;
  gboolean cancelled;
  gboolean admitted;

  g_mutex_lock (&priv->mutex);

  while (may_block && !priv->closed && !call->cancelled && priv->outstanding >= priv->limit)
    g_cond_wait (&priv->changed, &priv->mutex);

  closed = priv->closed;
  cancelled = call->cancelled;
  admitted = !closed && !cancelled && priv->outstanding < priv->limit;
  if (admitted)
    {
      priv->outstanding++;
      priv->unsettled++;
      priv->stats.submitted++;
      call->id = ++priv->next_id;
    }

  g_mutex_unlock (&priv->mutex);

  if (closed)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "executor is closed");
  else if (cancelled)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "task was cancelled");
  else if (!admitted)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "executor is full");

  return admitted;
}

LyFuture *
_ly_executor_submit (LyExecutor     *self,
                     const char     *task,
                     GVariant       *args,
                     GCancellable   *cancellable,
                     LyCallOptions   options,
                     GError        **error)
{
  g_autoptr (GVariant) owned_args = NULL;
  LyFuture *future;
  LyCall *call;

  owned_args = g_variant_ref_sink (args != NULL ? args : g_variant_new ("()"));
  call = call_new (self, task, owned_args, cancellable);
  call->attempt = options.attempt;
  call->run_once = options.run_once;

  if (!admit (PRIVATE (self), call, options.may_block, error))
    {
      disconnect_cancellable (call);
      _ly_call_unref (call);
      return NULL;
    }

  _ly_future_set_producer (call->future, on_future_cancelled, _ly_call_ref (call),
                           (GDestroyNotify) _ly_call_unref);
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

guint
_ly_executor_get_limit (LyExecutor *self)
{
  return PRIVATE (self)->limit;
}

gboolean
_ly_executor_has_clock (LyExecutor *self)
{
  return PRIVATE (self)->clock != NULL;
}

void
_ly_executor_begin (LyExecutor *self,
                    LyCall     *call)
{
  LyTaskClock *clock = PRIVATE (self)->clock;

  if (clock != NULL)
    _ly_task_clock_begin (clock, call);
}

/* Whether @call goes on though it was told long ago that its time is up. */
gboolean
_ly_executor_is_overdue (LyExecutor *self,
                         LyCall     *call)
{
  gint64 expired;

  if (PRIVATE (self)->clock == NULL)
    return FALSE;

  g_mutex_lock (&call->mutex);
  expired = call->expired;
  g_mutex_unlock (&call->mutex);

  return expired != 0 && g_get_monotonic_time () - expired > OVERDUE_US;
}

static GError *
new_timeout_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "task took too long");
}

/* Ends a call: takes the backend's reference on @call and, of @value (which
 * may be floating) and @error, the one that is set. */
void
_ly_executor_complete (LyExecutor *self,
                       LyCall     *call,
                       GVariant   *value,
                       GError     *error)
{
  LyExecutorPrivate *priv = PRIVATE (self);
  g_autoptr (GError) timed_out = NULL;
  g_autoptr (GError) owned_error = error;
  gboolean succeeded;

  disconnect_cancellable (call);
  if (priv->clock != NULL)
    _ly_task_clock_end (priv->clock, call);

  g_mutex_lock (&call->mutex);
  call->settled = TRUE;
  if (call->expired != 0)
    timed_out = new_timeout_error ();
  g_mutex_unlock (&call->mutex);

  succeeded = error == NULL && timed_out == NULL;

  /* Before the result is known: whoever hears of it finds its place free. */
  g_mutex_lock (&priv->mutex);
  priv->outstanding--;
  if (succeeded)
    priv->stats.succeeded++;
  else
    priv->stats.failed++;
  g_cond_broadcast (&priv->changed);
  g_mutex_unlock (&priv->mutex);

  if (succeeded)
    ly_future_resolve (call->future, value);
  else
    ly_future_reject (call->future, timed_out != NULL ? g_steal_pointer (&timed_out)
                                                      : g_steal_pointer (&owned_error));

  _ly_call_unref (call);

  g_mutex_lock (&priv->mutex);
  if (--priv->unsettled == 0)
    g_cond_broadcast (&priv->changed);
  g_mutex_unlock (&priv->mutex);
}

/* In the clock's thread. */
static void
on_expired (LyCall *call)
{
  gboolean late;

  g_mutex_lock (&call->mutex);
  late = call->settled;
  if (!late)
    {
      call->expired = g_get_monotonic_time ();
      on_cancelled (NULL, call);
    }
  g_mutex_unlock (&call->mutex);

  if (!late)
    ly_future_reject (call->future, new_timeout_error ());
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
    priv->clock = _ly_task_clock_new (timeout_us, on_expired);
}

/* Adds what a call's task has counted to the progress, and remembers it. */
void
_ly_executor_count (LyExecutor       *self,
                    LyCall           *call,
                    const LyTaskNews *news)
{
  LyProgress *progress = PRIVATE (self)->progress;

  if (progress == NULL)
    return;

  for (guint i = 0; i < LY_PROGRESS_MAX_COUNTERS; i++)
    if (news->counters[i] != 0)
      {
        call->counted[i] += news->counters[i];
        ly_progress_add (progress, i, news->counters[i]);
      }

  if (news->status != NULL)
    ly_progress_set_status (progress, news->status);
}

/* Takes back what a call has counted, before its task runs again. */
void
_ly_executor_uncount (LyExecutor *self,
                      LyCall     *call)
{
  LyProgress *progress = PRIVATE (self)->progress;

  for (guint i = 0; i < LY_PROGRESS_MAX_COUNTERS; i++)
    if (call->counted[i] != 0)
      ly_progress_add (progress, i, -call->counted[i]);

  memset (call->counted, 0, sizeof call->counted);
}

void
_ly_executor_report (LyExecutor *self,
                     GVariant   *message)
{
  LyExecutorPrivate *priv = PRIVATE (self);

  if (priv->report_func != NULL)
    priv->report_func (self, message, priv->report_data);
}

gboolean
_ly_executor_is_paused (LyExecutor *self)
{
  return g_atomic_int_get (&PRIVATE (self)->paused);
}

gboolean
_ly_executor_is_terminated (LyExecutor *self)
{
  return g_atomic_int_get (&PRIVATE (self)->terminated);
}

/* Whether no task is left and none can come. */
gboolean
_ly_executor_is_drained (LyExecutor *self)
{
  LyExecutorPrivate *priv = PRIVATE (self);
  gboolean drained;

  g_mutex_lock (&priv->mutex);
  drained = priv->closed && priv->unsettled == 0;
  g_mutex_unlock (&priv->mutex);

  return drained;
}

static gboolean
call_is_cancelled (LyExecutorPrivate *priv,
                   LyCall            *call)
{
  return g_atomic_int_get (&call->cancelled) || g_atomic_int_get (&priv->terminated);
}

/* The checkpoint of a task in one of this process's threads. */
gboolean
_ly_executor_wait_resumed (LyExecutor  *self,
                           LyCall      *call,
                           GError     **error)
{
  LyExecutorPrivate *priv = PRIVATE (self);

  if (g_atomic_int_get (&priv->paused))
    {
      g_mutex_lock (&priv->mutex);
      while (priv->paused && !call_is_cancelled (priv, call))
        g_cond_wait (&priv->changed, &priv->mutex);
      g_mutex_unlock (&priv->mutex);
    }

  if (!call_is_cancelled (priv, call))
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "task was cancelled");
  return FALSE;
}

void
_ly_executor_note_worker (LyExecutor *self,
                          gboolean    lost)
{
  LyExecutorPrivate *priv = PRIVATE (self);

  g_mutex_lock (&priv->mutex);
  if (lost)
    priv->stats.workers_lost++;
  else
    priv->stats.workers_started++;
  g_mutex_unlock (&priv->mutex);
}

void
_ly_executor_note_rerun (LyExecutor *self)
{
  LyExecutorPrivate *priv = PRIVATE (self);

  g_mutex_lock (&priv->mutex);
  priv->stats.rerun++;
  g_mutex_unlock (&priv->mutex);
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

  set_state (self, &PRIVATE (self)->closed, TRUE);
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
  set_state (self, &PRIVATE (self)->closed, TRUE);
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
  LyExecutorPrivate *priv;
  gint64 end_time;
  gboolean drained;

  g_return_val_if_fail (LY_IS_EXECUTOR (self), FALSE);

  priv = PRIVATE (self);
  g_return_val_if_fail (g_atomic_int_get (&priv->closed), FALSE);

  end_time = g_get_monotonic_time () + CLAMP (timeout_us, 0, G_MAXINT64 / 2);

  g_mutex_lock (&priv->mutex);

  while (priv->unsettled > 0)
    {
      if (timeout_us < 0)
        g_cond_wait (&priv->changed, &priv->mutex);
      else if (!g_cond_wait_until (&priv->changed, &priv->mutex, end_time))
        break;
    }

  drained = priv->unsettled == 0;
  g_mutex_unlock (&priv->mutex);

  return drained;
}

/**
 * ly_executor_get_n_workers:
 * @self: a `LyExecutor`
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

  g_mutex_lock (&priv->mutex);
  *stats = priv->stats;
  g_mutex_unlock (&priv->mutex);
}

/**
 * ly_executor_get_progress:
 * @self: a `LyExecutor`
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
