/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-process-executor"

#include "ly-process-executor-private.h"

#include "ly-executor-private.h"
#include "ly-worker-proxy.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <unistd.h>

/**
 * LyProcessExecutor:
 *
 * Runs tasks in worker processes.
 *
 * Workers are fresh programs that call [func@worker_main], started when there
 * is work for them. A worker that dies, hangs or talks nonsense loses only
 * itself: the task it ran is run again, once, by another worker, and then
 * fails alone with %G_IO_ERROR_FAILED and a message that says how its worker
 * died. No worker outlives the executor or its process.
 *
 * One thread of the executor, its supervisor, starts the workers, talks to
 * them all, and completes the futures.
 */
G_DEFINE_FINAL_TYPE (LyProcessExecutor, ly_process_executor, LY_TYPE_EXECUTOR)

static void
wake_supervisor_locked (LyProcessExecutor *self)
{
  const char byte = 0;

  if (self->awake)
    return;

  self->awake = TRUE;
  while (write (self->wake_fds[1], &byte, 1) < 0 && errno == EINTR)
    ;
}

static void
ensure_supervisor_locked (LyProcessExecutor *self)
{
  if (self->supervisor == NULL)
    self->supervisor = g_thread_new ("supervisor", _ly_process_executor_supervise, self);
}

static void
ly_process_executor_enqueue (LyExecutor *executor,
                             LyCall     *call)
{
  LyProcessExecutor *self = LY_PROCESS_EXECUTOR (executor);

  g_mutex_lock (&self->mutex);

  ensure_supervisor_locked (self);
  g_queue_push_tail (&self->inbox, call);
  wake_supervisor_locked (self);

  g_mutex_unlock (&self->mutex);
}

static void
ly_process_executor_update (LyExecutor *executor)
{
  LyProcessExecutor *self = LY_PROCESS_EXECUTOR (executor);

  g_mutex_lock (&self->mutex);
  wake_supervisor_locked (self);
  g_mutex_unlock (&self->mutex);
}

static void
ly_process_executor_dispose (GObject *object)
{
  LyProcessExecutor *self = LY_PROCESS_EXECUTOR (object);
  GThread *supervisor;

  ly_executor_terminate (LY_EXECUTOR (self));
  ly_executor_join (LY_EXECUTOR (self), -1);

  g_mutex_lock (&self->mutex);
  self->stopping = TRUE;
  supervisor = g_steal_pointer (&self->supervisor);
  wake_supervisor_locked (self);
  g_mutex_unlock (&self->mutex);

  if (supervisor != NULL)
    g_thread_join (supervisor);

  G_OBJECT_CLASS (ly_process_executor_parent_class)->dispose (object);
}

static void
ly_process_executor_finalize (GObject *object)
{
  LyProcessExecutor *self = LY_PROCESS_EXECUTOR (object);

  g_assert (g_queue_is_empty (&self->inbox) && g_queue_is_empty (&self->pending));

  g_ptr_array_unref (self->workers);
  g_clear_error (&self->start_error);
  g_strfreev (self->worker_argv);
  close (self->wake_fds[0]);
  close (self->wake_fds[1]);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (ly_process_executor_parent_class)->finalize (object);
}

static void
ly_process_executor_class_init (LyProcessExecutorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  LyExecutorClass *executor_class = LY_EXECUTOR_CLASS (klass);

  object_class->dispose = ly_process_executor_dispose;
  object_class->finalize = ly_process_executor_finalize;
  executor_class->enqueue = ly_process_executor_enqueue;
  executor_class->update = ly_process_executor_update;
}

static void
ly_process_executor_init (LyProcessExecutor *self)
{
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->mutex);
  self->stall_timeout = LY_PROCESS_STALL_TIMEOUT_US;
  self->workers = g_ptr_array_new_with_free_func ((GDestroyNotify) _ly_worker_proxy_free);

  /* As GLib does when it cannot make the descriptors of a main context. */
  if (!g_unix_open_pipe (self->wake_fds, FD_CLOEXEC, &error))
    g_error ("making a pipe: %s", error->message);

  for (guint i = 0; i < 2; i++)
    g_unix_set_fd_nonblocking (self->wake_fds[i], TRUE, NULL);
}

/**
 * ly_process_executor_new:
 * @n_workers: how many worker processes there may be, at least 1
 * @capacity: how many tasks may wait beside those that run
 * @worker_argv: (array zero-terminated=1): the program and arguments that make
 *   a worker, which calls [func@worker_main]; see [func@Process.dup_self_path]
 *
 * Creates an open executor. Workers are started when there is work for them.
 *
 * Returns: (transfer full): the executor
 */
LyExecutor *
ly_process_executor_new (guint               n_workers,
                         guint               capacity,
                         const char * const *worker_argv)
{
  LyProcessExecutor *self;

  g_return_val_if_fail (n_workers > 0, NULL);
  g_return_val_if_fail (worker_argv != NULL && worker_argv[0] != NULL, NULL);

  self = g_object_new (LY_TYPE_PROCESS_EXECUTOR, NULL);
  _ly_executor_construct (LY_EXECUTOR (self), n_workers, capacity);
  self->worker_argv = g_strdupv ((char **) worker_argv);

  return LY_EXECUTOR (self);
}

/**
 * ly_process_executor_prestart:
 * @self: a `LyProcessExecutor`
 *
 * Starts the workers now instead of with the first tasks, for who knows that
 * there will be some. Does not wait for them.
 */
void
ly_process_executor_prestart (LyProcessExecutor *self)
{
  g_return_if_fail (LY_IS_PROCESS_EXECUTOR (self));

  g_mutex_lock (&self->mutex);
  ensure_supervisor_locked (self);
  self->prestart = TRUE;
  wake_supervisor_locked (self);
  g_mutex_unlock (&self->mutex);
}

/**
 * ly_process_executor_set_stall_timeout:
 * @self: a `LyProcessExecutor` that has not been given a task yet
 * @timeout_us: in microseconds; 0 waits for ever
 *
 * Chooses after how long without a sign of life, which every checkpoint of a
 * task is, a worker counts as hung and is killed. A worker that the system
 * says is waiting for a disk is given all the time it needs. The default is 20
 * seconds.
 */
void
ly_process_executor_set_stall_timeout (LyProcessExecutor *self,
                                       gint64             timeout_us)
{
  g_return_if_fail (LY_IS_PROCESS_EXECUTOR (self));
  g_return_if_fail (timeout_us >= 0);

  self->stall_timeout = timeout_us;
}
