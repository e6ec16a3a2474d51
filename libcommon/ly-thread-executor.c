/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-thread-executor"

#include "ly-executor-private.h"
#include "ly-queue.h"
#include "ly-thread-executor.h"

/* For how long a thread that has run out of tasks waits for more before it goes
 * back to GLib's pool. */
#define LINGER_US (G_USEC_PER_SEC / 5)

/**
 * LyThreadExecutor:
 *
 * Runs tasks on threads of this process, on GLib's own pool.
 *
 * The cheapest way to use several cores or to wait for slow calls. A task that
 * crashes takes the program with it; where that must not be, use a
 * [class@ProcessExecutor].
 */
struct _LyThreadExecutor
{
  LyExecutor   parent_instance;

  /* Set once */
  GThreadPool *pool;
  LyQueue     *calls;       /* of LyCall, which never fills up */

  /* Atomic */
  int          n_threads;   /* that run tasks or wait for some */
  int          missing;     /* the system refused to start one of these */
};

G_DEFINE_FINAL_TYPE (LyThreadExecutor, ly_thread_executor, LY_TYPE_EXECUTOR)

static void
host_flush (LyTaskContext    *context,
            const LyTaskNews *news)
{
  LyCall *call = context->host_data;

  _ly_executor_count (call->executor, call, news);
}

static void
host_report (LyTaskContext *context,
             GVariant      *message)
{
  LyCall *call = context->host_data;

  _ly_executor_report (call->executor, message);
}

static gboolean
host_checkpoint (LyTaskContext  *context,
                 GError        **error)
{
  LyCall *call = context->host_data;

  return _ly_executor_wait_resumed (call->executor, call, error);
}

static const LyTaskHost thread_host = { host_flush, host_report, host_checkpoint };

/* A call that was cancelled or whose executor was terminated while it waited
 * ends at this first checkpoint. */
static void
run_call (LyCall *call)
{
  LyExecutor *executor = call->executor;
  LyTaskContext context = { .host = &thread_host, .host_data = call };
  g_autoptr (GVariant) value = NULL;
  GError *error = NULL;

  _ly_executor_begin (executor, call);
  if (_ly_executor_wait_resumed (executor, call, &error))
    value = _ly_task_run (&context, call->task, call->args, &error);

  _ly_executor_complete (executor, call, value, error);
}

/* Takes a place among the threads, if there is one left. As long as there are
 * as many threads as calls, no call waits behind another. */
static gboolean
join_threads (LyThreadExecutor *self)
{
  LyExecutor *executor = LY_EXECUTOR (self);
  int n_threads = g_atomic_int_get (&self->n_threads);

  while (n_threads < (int) ly_executor_get_n_workers (executor) &&
         n_threads < (int) _ly_executor_get_n_unsettled (executor))
    if (g_atomic_int_compare_and_exchange (&self->n_threads, n_threads, n_threads + 1))
      return TRUE;
    else
      n_threads = g_atomic_int_get (&self->n_threads);

  return FALSE;
}

/* The pool's function: a thread runs calls as long as there are some. */
static void
run_calls (gpointer item,
           gpointer user_data)
{
  LyThreadExecutor *self = user_data;

  do
    {
      LyCall *call;

      while ((call = ly_queue_get_timed (self->calls, LINGER_US, NULL)) != NULL)
        run_call (call);

      g_atomic_int_add (&self->n_threads, -1);
    }
  /* Whoever came with one just now may have counted on this thread. */
  while (!ly_queue_is_empty (self->calls) && join_threads (self));
}

static void
ly_thread_executor_enqueue (LyExecutor *executor,
                            LyCall     *call)
{
  LyThreadExecutor *self = LY_THREAD_EXECUTOR (executor);
  gboolean started = TRUE;

  if (!ly_queue_put (self->calls, call, NULL))
    g_assert_not_reached ();

  if (join_threads (self))
    started = g_thread_pool_push (self->pool, self, NULL);
  else if (g_atomic_int_compare_and_exchange (&self->missing, TRUE, FALSE))
    started = g_thread_pool_set_max_threads (self->pool,
                                             (int) ly_executor_get_n_workers (executor), NULL);

  /* The threads that there are will run it; the pool has kept the place of the
   * other, and tries again to fill it. */
  if (!started)
    g_atomic_int_set (&self->missing, TRUE);
}

static void
ly_thread_executor_update (LyExecutor *executor)
{
  /* Tasks see every change at their checkpoints. */
}

static void
ly_thread_executor_dispose (GObject *object)
{
  LyThreadExecutor *self = LY_THREAD_EXECUTOR (object);

  if (self->pool != NULL)
    {
      ly_executor_terminate (LY_EXECUTOR (self));
      ly_executor_join (LY_EXECUTOR (self), -1);
      ly_queue_close (self->calls);
      g_thread_pool_free (g_steal_pointer (&self->pool), FALSE, TRUE);
      g_clear_object (&self->calls);
    }

  G_OBJECT_CLASS (ly_thread_executor_parent_class)->dispose (object);
}

static void
ly_thread_executor_class_init (LyThreadExecutorClass *klass)
{
  LyExecutorClass *executor_class = LY_EXECUTOR_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ly_thread_executor_dispose;
  executor_class->enqueue = ly_thread_executor_enqueue;
  executor_class->update = ly_thread_executor_update;
}

static void
ly_thread_executor_init (LyThreadExecutor *self)
{
}

/**
 * ly_thread_executor_new:
 * @n_workers: how many threads run tasks at the same time, at least 1
 * @capacity: how many tasks may wait beside those that run
 *
 * Creates an open executor. Threads are started when there is work for them.
 *
 * Returns: (transfer full): the executor
 */
LyExecutor *
ly_thread_executor_new (guint n_workers,
                        guint capacity)
{
  LyThreadExecutor *self;

  g_return_val_if_fail (n_workers > 0, NULL);

  self = g_object_new (LY_TYPE_THREAD_EXECUTOR, NULL);
  _ly_executor_construct (LY_EXECUTOR (self), n_workers, capacity);
  /* Without an error to return: threads that are shared are started later. */
  self->pool = g_thread_pool_new (run_calls, self, (int) n_workers, FALSE, NULL);
  self->calls = ly_queue_new (n_workers + capacity, NULL);

  return LY_EXECUTOR (self);
}
