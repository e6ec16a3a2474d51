/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-async-executor"

#include "ly-async-executor.h"
#include "ly-executor-private.h"
#include "ly-fiber-await.h"
#include "ly-fiber-private.h"

/**
 * LyAsyncExecutor:
 *
 * Runs tasks as fibers on one main context, all in one thread.
 *
 * The way to wait for many things at a time: a task that waits by
 * [func@Fiber.await] and its kin costs a stack and no thread, and tasks change
 * only where they wait or pass a checkpoint, so they need no locks among
 * themselves. A task that is busy, or that blocks in a system call, holds up all
 * the others until its next checkpoint; where that must not be, use a
 * [class@ThreadExecutor] or a [class@ProcessExecutor].
 *
 * At a checkpoint a task lets others go first if any is ready, or if a
 * millisecond has passed in which the main context could not look for events.
 * The context is the thread's default one, so that operations of GIO that a
 * task begins come back to it. Cancelling a task cancels its fiber.
 */
struct _LyAsyncExecutor
{
  LyExecutor    parent_instance;

  /* Set once */
  GMainContext *context;
  gsize         stack_size;

  /* Guarded by @mutex */
  GMutex        mutex;
  GThread      *thread;
  GQueue        inbox;      /* of LyCall */
  gboolean      updated;
  gboolean      stopping;
  gboolean      awake;      /* will look at the above before it sleeps */

  /* Only in @thread */
  GQueue        pending;    /* of LyCall */
  GQueue        running;    /* of Run, each by its link */
};

G_DEFINE_FINAL_TYPE (LyAsyncExecutor, ly_async_executor, LY_TYPE_EXECUTOR)

/* A call on its fiber. Only in the executor's thread. */
typedef struct
{
  LyAsyncExecutor *executor;
  LyCall          *call;
  LyFiber         *fiber;
  gboolean         began;
  GVariant        *value;
  GError          *error;
  GList            link;
} Run;

static void
set_cancelled_error (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "task was cancelled");
}

static gboolean
is_cancelled (LyAsyncExecutor *self,
              LyCall          *call)
{
  return g_atomic_int_get (&call->cancelled) || _ly_executor_is_terminated (LY_EXECUTOR (self));
}

static void
host_flush (LyTaskContext    *context,
            const LyTaskNews *news)
{
  Run *run = context->host_data;

  _ly_executor_count (LY_EXECUTOR (run->executor), run->call, news);
}

static void
host_report (LyTaskContext *context,
             GVariant      *message)
{
  Run *run = context->host_data;

  _ly_executor_report (LY_EXECUTOR (run->executor), message);
}

static gboolean
host_checkpoint (LyTaskContext  *context,
                 GError        **error)
{
  Run *run = context->host_data;
  LyFiber *fiber = run->fiber;

  if (_ly_fiber_scheduler_is_wanted (fiber->scheduler, context->now))
    _ly_fiber_pass (fiber);

  while (_ly_executor_is_paused (LY_EXECUTOR (run->executor)) &&
         !is_cancelled (run->executor, run->call))
    _ly_fiber_suspend (fiber);

  if (!is_cancelled (run->executor, run->call))
    return TRUE;

  set_cancelled_error (error);
  return FALSE;
}

static const LyTaskHost async_host = { host_flush, host_report, host_checkpoint };

/* The fiber's function. */
static GVariant *
run_call (gpointer   user_data,
          GError   **error)
{
  Run *run = user_data;
  LyTaskContext context = { .host = &async_host, .host_data = run };

  run->began = TRUE;
  _ly_executor_begin (LY_EXECUTOR (run->executor), run->call);
  if (host_checkpoint (&context, &run->error))
    run->value = _ly_task_run (&context, run->call->task, run->call->args, &run->error);

  return NULL;
}

/* Called on the thread's own stack when the fiber has ended, run or not. */
static void
end_run (gpointer data)
{
  Run *run = data;

  if (!run->began)
    set_cancelled_error (&run->error);

  g_queue_unlink (&run->executor->running, &run->link);
  _ly_executor_complete (LY_EXECUTOR (run->executor), run->call, run->value, run->error);
  g_clear_pointer (&run->value, g_variant_unref);
  g_object_unref (run->fiber);
  g_free (run);
}

static void
start_run (LyAsyncExecutor *self,
           LyCall          *call)
{
  Run *run = g_new0 (Run, 1);

  run->executor = self;
  run->call = call;
  run->fiber = ly_fiber_new_with_stack (run_call, run, end_run, self->stack_size);
  run->link.data = run;
  g_queue_push_tail_link (&self->running, &run->link);

  ly_fiber_start (run->fiber, self->context);
}

/* Starts what there is work and room for. */
static void
start_calls (LyAsyncExecutor *self)
{
  guint n_workers = ly_executor_get_n_workers (LY_EXECUTOR (self));

  while (self->running.length < n_workers && !g_queue_is_empty (&self->pending) &&
         !_ly_executor_is_paused (LY_EXECUTOR (self)))
    start_run (self, g_queue_pop_head (&self->pending));
}

/* Ends what was cancelled before it began. */
static void
cancel_pending (LyAsyncExecutor *self)
{
  GList *next;

  for (GList *l = self->pending.head; l != NULL; l = next)
    {
      LyCall *call = l->data;
      GError *error = NULL;

      next = l->next;
      if (!is_cancelled (self, call))
        continue;

      g_queue_delete_link (&self->pending, l);
      set_cancelled_error (&error);
      _ly_executor_complete (LY_EXECUTOR (self), call, NULL, error);
    }
}

/* Brings pauses and cancellations to those that wait. */
static void
update_runs (LyAsyncExecutor *self)
{
  for (GList *l = self->running.head; l != NULL; l = l->next)
    {
      Run *run = l->data;

      if (is_cancelled (self, run->call))
        ly_fiber_cancel (run->fiber);
      else
        _ly_fiber_scheduler_wake (run->fiber->scheduler, run->fiber);
    }
}

static void
wake_locked (LyAsyncExecutor *self)
{
  if (self->awake)
    return;

  self->awake = TRUE;
  g_main_context_wakeup (self->context);
}

/* Moves what was submitted to the thread's side, and sees what else is new. */
static void
take_inbox (LyAsyncExecutor *self,
            gboolean        *updated,
            gboolean        *stopping)
{
  LyCall *call;

  g_mutex_lock (&self->mutex);

  while ((call = g_queue_pop_head (&self->inbox)) != NULL)
    g_queue_push_tail (&self->pending, call);

  *updated = self->updated;
  *stopping = self->stopping;
  self->updated = FALSE;
  self->awake = FALSE;

  g_mutex_unlock (&self->mutex);
}

static gpointer
run_loop (gpointer data)
{
  LyAsyncExecutor *self = data;
  LyFiberScheduler *scheduler = _ly_fiber_scheduler_acquire (self->context);
  gboolean stopping = FALSE;

  g_main_context_push_thread_default (self->context);

  while (TRUE)
    {
      gboolean updated;

      take_inbox (self, &updated, &stopping);
      if (stopping)
        break;

      if (updated)
        {
          cancel_pending (self);
          update_runs (self);
        }

      start_calls (self);
      g_main_context_iteration (self->context, TRUE);
    }

  g_main_context_pop_thread_default (self->context);
  _ly_fiber_scheduler_release (scheduler);

  return NULL;
}

static void
ly_async_executor_enqueue (LyExecutor *executor,
                           LyCall     *call)
{
  LyAsyncExecutor *self = LY_ASYNC_EXECUTOR (executor);

  g_mutex_lock (&self->mutex);

  if (self->thread == NULL)
    self->thread = g_thread_new ("fibers", run_loop, self);

  g_queue_push_tail (&self->inbox, call);
  wake_locked (self);

  g_mutex_unlock (&self->mutex);
}

static void
ly_async_executor_update (LyExecutor *executor)
{
  LyAsyncExecutor *self = LY_ASYNC_EXECUTOR (executor);

  g_mutex_lock (&self->mutex);
  self->updated = TRUE;
  wake_locked (self);
  g_mutex_unlock (&self->mutex);
}

static void
ly_async_executor_dispose (GObject *object)
{
  LyAsyncExecutor *self = LY_ASYNC_EXECUTOR (object);
  GThread *thread;

  ly_executor_terminate (LY_EXECUTOR (self));
  ly_executor_join (LY_EXECUTOR (self), -1);

  g_mutex_lock (&self->mutex);
  self->stopping = TRUE;
  thread = g_steal_pointer (&self->thread);
  wake_locked (self);
  g_mutex_unlock (&self->mutex);

  if (thread != NULL)
    g_thread_join (thread);

  G_OBJECT_CLASS (ly_async_executor_parent_class)->dispose (object);
}

static void
ly_async_executor_finalize (GObject *object)
{
  LyAsyncExecutor *self = LY_ASYNC_EXECUTOR (object);

  g_assert (g_queue_is_empty (&self->inbox) && g_queue_is_empty (&self->pending));
  g_assert (g_queue_is_empty (&self->running));

  g_main_context_unref (self->context);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (ly_async_executor_parent_class)->finalize (object);
}

static void
ly_async_executor_class_init (LyAsyncExecutorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  LyExecutorClass *executor_class = LY_EXECUTOR_CLASS (klass);

  object_class->dispose = ly_async_executor_dispose;
  object_class->finalize = ly_async_executor_finalize;
  executor_class->enqueue = ly_async_executor_enqueue;
  executor_class->update = ly_async_executor_update;
}

static void
ly_async_executor_init (LyAsyncExecutor *self)
{
  g_mutex_init (&self->mutex);
  self->context = g_main_context_new ();
  self->stack_size = LY_ASYNC_EXECUTOR_STACK_SIZE;
}

/**
 * ly_async_executor_new:
 * @n_workers: how many tasks run at the same time, taking turns, at least 1
 * @capacity: how many tasks may wait beside those that run
 *
 * Creates an open executor. Its thread is started by the first task, and ends
 * with the executor. It must not be dropped by one of its own tasks.
 *
 * Returns: (transfer full): the executor
 */
LyExecutor *
ly_async_executor_new (guint n_workers,
                       guint capacity)
{
  LyAsyncExecutor *self;

  g_return_val_if_fail (n_workers > 0, NULL);

  self = g_object_new (LY_TYPE_ASYNC_EXECUTOR, NULL);
  _ly_executor_construct (LY_EXECUTOR (self), n_workers, capacity);

  return LY_EXECUTOR (self);
}

/**
 * ly_async_executor_set_stack_size:
 * @self: a `LyAsyncExecutor` that has not been given a task yet
 * @stack_size: in bytes, as for [ctor@Fiber.new_with_stack]
 *
 * Chooses how much stack each task has. The default is
 * %LY_ASYNC_EXECUTOR_STACK_SIZE.
 */
void
ly_async_executor_set_stack_size (LyAsyncExecutor *self,
                                  gsize            stack_size)
{
  g_return_if_fail (LY_IS_ASYNC_EXECUTOR (self));
  g_return_if_fail (stack_size >= 16 * 1024);

  self->stack_size = stack_size;
}
