/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-thread-executor"

#include "ly-executor-private.h"
#include "ly-thread-executor.h"

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

/* The pool's function. A call that was cancelled or whose executor was
 * terminated while it waited ends at this first checkpoint. */
static void
run_call (gpointer data,
          gpointer user_data)
{
  LyCall *call = data;
  LyExecutor *executor = call->executor;
  LyTaskContext context = { .host = &thread_host, .host_data = call };
  g_autoptr (GVariant) value = NULL;
  GError *error = NULL;

  _ly_executor_begin (executor, call);
  if (_ly_executor_wait_resumed (executor, call, &error))
    value = _ly_task_run (&context, call->task, call->args, &error);

  _ly_executor_complete (executor, call, value, error);
}

static void
ly_thread_executor_enqueue (LyExecutor *executor,
                            LyCall     *call)
{
  LyThreadExecutor *self = LY_THREAD_EXECUTOR (executor);

  /* An error only means that no further thread could be started; the call is
   * queued all the same and the threads that there are will run it. */
  g_thread_pool_push (self->pool, call, NULL);
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
      g_thread_pool_free (g_steal_pointer (&self->pool), FALSE, TRUE);
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
  self->pool = g_thread_pool_new (run_call, self, (int) n_workers, FALSE, NULL);

  return LY_EXECUTOR (self);
}
