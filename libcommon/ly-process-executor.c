/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-process-executor"

#include "ly-process-executor.h"
#include "ly-worker-protocol.h"
#include "ly-worker-proxy.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <unistd.h>

#define DEFAULT_STALL_TIMEOUT_US (20 * G_USEC_PER_SEC)
#define POLL_MS 1000

/* A task that was running when its worker died is run this often in all. */
#define MAX_ATTEMPTS 2

/* Workers that die before they are ready are a fault of the program, not of a
 * task; after so many in a row nothing would be gained by starting more. */
#define MAX_FAILED_STARTS 3

/* How long a worker whose channel broke gets to end by itself. */
#define END_GRACE_US (100 * 1000)

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
struct _LyProcessExecutor
{
  LyExecutor   parent_instance;

  /* Set once */
  char       **worker_argv;
  gint64       stall_timeout;
  int          wake_fds[2];

  /* Guarded by @mutex */
  GMutex       mutex;
  GThread     *supervisor;
  GQueue       inbox;           /* of LyCall */
  gboolean     stopping;
  gboolean     prestart;        /* start workers before there is work */
  gboolean     awake;           /* will look at the above before it sleeps */

  /* Supervisor only */
  GQueue       pending;         /* of LyCall */
  GPtrArray   *workers;         /* of LyWorkerProxy */
  guint        n_started;
  guint        failed_starts;
  GError      *start_error;
};

G_DEFINE_FINAL_TYPE (LyProcessExecutor, ly_process_executor, LY_TYPE_EXECUTOR)

static void
complete_cancelled (LyProcessExecutor *self,
                    LyCall            *call)
{
  _ly_executor_complete (LY_EXECUTOR (self), call, NULL,
                         g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                              "task was cancelled"));
}

/* Decides what becomes of the call that a lost worker ran. */
static void
retry_or_fail (LyProcessExecutor *self,
               LyCall            *call,
               const char        *how)
{
  call->cancel_sent = FALSE;
  _ly_executor_uncount (LY_EXECUTOR (self), call);

  if (g_atomic_int_get (&call->cancelled))
    {
      complete_cancelled (self, call);
      return;
    }

  if (++call->attempt < MAX_ATTEMPTS && !call->run_once)
    {
      _ly_executor_note_rerun (LY_EXECUTOR (self));
      g_queue_push_head (&self->pending, call);
      return;
    }

  _ly_executor_complete (LY_EXECUTOR (self), call, NULL,
                         g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED,
                                      "the task was run %d times, and each time its %s",
                                      MAX_ATTEMPTS, how));
}

/* How a worker that is of no more use came to its end. */
static char *
end_worker (LyWorkerProxy *worker,
            const char    *reason)
{
  g_autofree char *end = NULL;

  if (!ly_process_join (worker->process, END_GRACE_US))
    {
      ly_process_kill (worker->process);
      ly_process_join (worker->process, -1);

      return g_strdup_printf ("worker was killed: %s", reason);
    }

  end = ly_process_describe_end (worker->process);

  return g_strdup_printf ("worker %s", end);
}

/* Buries the worker at @index, which came to its end as @how says, and takes
 * its calls back. */
static void
lose_worker (LyProcessExecutor *self,
             guint              index,
             const char        *how)
{
  LyWorkerProxy *worker = g_ptr_array_index (self->workers, index);
  LyCall *running = worker->ready ? g_queue_pop_head (&worker->calls) : NULL;
  LyCall *call;

  g_debug ("%s: %s", ly_process_get_name (worker->process), how);
  _ly_executor_note_worker (LY_EXECUTOR (self), TRUE);

  /* What it had not begun is nobody's fault, and keeps its turn. */
  while ((call = g_queue_pop_tail (&worker->calls)) != NULL)
    {
      call->cancel_sent = FALSE;
      g_queue_push_head (&self->pending, call);
    }

  if (running != NULL)
    retry_or_fail (self, running, how);

  if (worker->ready)
    self->failed_starts = 0;
  else if (++self->failed_starts == MAX_FAILED_STARTS)
    g_set_error (&self->start_error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 "no worker process can be started: the last %s", how);

  g_ptr_array_remove_index_fast (self->workers, index);
}

/* Starts another worker if there is work and room for it. */
static LyWorkerProxy *
start_worker (LyProcessExecutor *self)
{
  g_autoptr (GError) error = NULL;
  LyWorkerProxy *worker;

  if (self->workers->len == ly_executor_get_n_workers (LY_EXECUTOR (self)) ||
      self->start_error != NULL)
    return NULL;

  worker = _ly_worker_proxy_start (++self->n_started,
                                   (const char * const *) self->worker_argv, &error);
  if (worker == NULL)
    {
      /* Those that run already may still do it. */
      if (self->workers->len == 0)
        self->start_error = g_steal_pointer (&error);
      return NULL;
    }

  _ly_executor_note_worker (LY_EXECUTOR (self), FALSE);
  g_ptr_array_add (self->workers, worker);

  return worker;
}

/* The worker that the next task should go to: an idle one, a new one, or the
 * one with the most room. */
static LyWorkerProxy *
choose_worker (LyProcessExecutor *self)
{
  LyWorkerProxy *best = NULL;
  guint best_room = 0;

  for (guint i = 0; i < self->workers->len; i++)
    {
      LyWorkerProxy *worker = g_ptr_array_index (self->workers, i);
      guint room = _ly_worker_proxy_get_room (worker);

      if (g_queue_is_empty (&worker->calls))
        return worker;

      if (room > best_room)
        {
          best = worker;
          best_room = room;
        }
    }

  return start_worker (self) ?: best;
}

static void
run_call (LyProcessExecutor *self,
          LyWorkerProxy     *worker,
          LyCall            *call)
{
  GError *error = NULL;

  if (!_ly_worker_proxy_run (worker, call, &error))
    _ly_executor_complete (LY_EXECUTOR (self), call, NULL, error);
}

static void
assign_calls (LyProcessExecutor *self)
{
  while (!g_queue_is_empty (&self->pending))
    {
      LyCall *call = g_queue_peek_head (&self->pending);
      LyWorkerProxy *worker;

      if (g_atomic_int_get (&call->cancelled))
        {
          complete_cancelled (self, g_queue_pop_head (&self->pending));
          continue;
        }

      if (_ly_executor_is_paused (LY_EXECUTOR (self)))
        return;

      worker = choose_worker (self);
      if (worker != NULL)
        run_call (self, worker, g_queue_pop_head (&self->pending));
      else if (self->start_error == NULL || self->workers->len > 0)
        return;
      else
        _ly_executor_complete (LY_EXECUTOR (self), g_queue_pop_head (&self->pending), NULL,
                               g_error_copy (self->start_error));
    }
}

/* Brings pauses and cancellations to the workers. */
static void
update_worker (LyProcessExecutor *self,
               LyWorkerProxy     *worker)
{
  gboolean paused = _ly_executor_is_paused (LY_EXECUTOR (self));

  if (worker->paused != paused)
    {
      worker->paused = paused;
      worker->last_heard = g_get_monotonic_time ();
      _ly_worker_proxy_tell (worker, paused ? LY_WORKER_PAUSE : LY_WORKER_RESUME, 0);
    }

  for (GList *l = worker->calls.head; l != NULL; l = l->next)
    {
      LyCall *call = l->data;

      if (g_atomic_int_get (&call->cancelled) && !call->cancel_sent)
        {
          call->cancel_sent = TRUE;
          _ly_worker_proxy_tell (worker, LY_WORKER_CANCEL, call->id);
        }
    }
}

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

/* Moves what was submitted to the supervisor's side. Returns FALSE if there
 * was nothing, so that it may sleep. */
static gboolean
take_inbox (LyProcessExecutor *self,
            gboolean          *prestart,
            gboolean          *stopping)
{
  gboolean found;
  LyCall *call;

  g_mutex_lock (&self->mutex);

  found = !g_queue_is_empty (&self->inbox);
  while ((call = g_queue_pop_head (&self->inbox)) != NULL)
    g_queue_push_tail (&self->pending, call);

  *prestart = self->prestart;
  self->prestart = FALSE;
  *stopping = self->stopping;
  self->awake = found;

  g_mutex_unlock (&self->mutex);

  return found;
}

/* How often to look for workers that hang, in milliseconds. */
static gint64
get_poll_interval (LyProcessExecutor *self)
{
  if (self->stall_timeout == 0)
    return POLL_MS;

  return CLAMP (self->stall_timeout / 1000 / 4, 1, POLL_MS);
}

/* Sleeps until a worker speaks, one can be written to, or somebody wakes us.
 * The workers' descriptors come after our own, in their order. */
static void
wait_for_news (LyProcessExecutor *self,
               GArray            *pollfds,
               gboolean           may_sleep)
{
  struct pollfd wake = { .fd = self->wake_fds[0], .events = POLLIN };
  gint64 interval = get_poll_interval (self);
  char bytes[64];
  gint64 asleep_since;
  gint64 overslept;

  g_array_set_size (pollfds, 0);
  g_array_append_val (pollfds, wake);

  for (guint i = 0; i < self->workers->len; i++)
    {
      LyWorkerProxy *worker = g_ptr_array_index (self->workers, i);
      LyChannel *channel = ly_process_get_channel (worker->process);
      struct pollfd pollfd = { .fd = ly_channel_get_fd (channel), .events = POLLIN };

      if (ly_channel_has_posted (channel))
        pollfd.events |= POLLOUT;

      g_array_append_val (pollfds, pollfd);
    }

  asleep_since = g_get_monotonic_time ();
  if (poll (&g_array_index (pollfds, struct pollfd, 0), pollfds->len,
            may_sleep ? (int) interval : 0) < 0)
    for (guint i = 0; i < pollfds->len; i++)
      g_array_index (pollfds, struct pollfd, i).revents = 0;

  while (read (self->wake_fds[0], bytes, sizeof bytes) > 0)
    ;

  /* Whoever stopped this process for a while stopped the workers as well: that
   * time is not held against them. */
  overslept = g_get_monotonic_time () - asleep_since - interval * 1000;
  if (overslept > interval * 1000)
    for (guint i = 0; i < self->workers->len; i++)
      {
        LyWorkerProxy *worker = g_ptr_array_index (self->workers, i);

        worker->last_heard += overslept;
      }
}

static gboolean
has_stalled (LyProcessExecutor *self,
             LyWorkerProxy     *worker)
{
  gint64 timeout = self->stall_timeout;

  if (timeout == 0 || worker->paused)
    return FALSE;

  /* How long a start takes is up to the machine, not to any task. */
  if (!worker->ready)
    timeout = MAX (timeout, DEFAULT_STALL_TIMEOUT_US);

  return _ly_worker_proxy_has_stalled (worker, timeout);
}

/* Backwards, since a lost worker's place is taken by the last one. */
static void
serve_workers (LyProcessExecutor *self,
               GArray            *pollfds)
{
  for (guint i = pollfds->len - 1; i-- > 0;)
    {
      LyWorkerProxy *worker = g_ptr_array_index (self->workers, i);
      short revents = g_array_index (pollfds, struct pollfd, i + 1).revents;
      g_autoptr (GError) error = NULL;

      if (revents & POLLOUT)
        ly_channel_flush (ly_process_get_channel (worker->process), NULL);

      if (revents & (POLLIN | POLLHUP | POLLERR) &&
          !_ly_worker_proxy_receive (worker, LY_EXECUTOR (self), &error))
        {
          g_autofree char *how = end_worker (worker, error->message);

          lose_worker (self, i, how);
        }
      else if (has_stalled (self, worker))
        {
          ly_process_kill (worker->process);
          ly_process_join (worker->process, -1);
          lose_worker (self, i, "worker was killed: it gave no sign of life any more");
        }
      else if (_ly_worker_proxy_is_overdue (worker, LY_EXECUTOR (self)))
        {
          ly_process_kill (worker->process);
          ly_process_join (worker->process, -1);
          lose_worker (self, i, "worker was killed: its task took too long");
        }
      else
        {
          update_worker (self, worker);
        }
    }
}

static void
cancel_everything (LyProcessExecutor *self)
{
  LyCall *call;

  for (guint i = 0; i < self->workers->len; i++)
    {
      LyWorkerProxy *worker = g_ptr_array_index (self->workers, i);

      ly_process_kill (worker->process);
      while ((call = g_queue_pop_head (&worker->calls)) != NULL)
        g_queue_push_tail (&self->pending, call);
    }

  /* Joined before anybody hears of it, so that "cancelled" means stopped. */
  g_ptr_array_set_size (self->workers, 0);

  while ((call = g_queue_pop_head (&self->pending)) != NULL)
    complete_cancelled (self, call);
}

static gpointer
supervise (gpointer data)
{
  LyProcessExecutor *self = data;
  g_autoptr (GArray) pollfds = g_array_new (FALSE, FALSE, sizeof (struct pollfd));
  gboolean stopping = FALSE;

  while (!stopping)
    {
      gboolean prestart;
      gboolean found = take_inbox (self, &prestart, &stopping);

      while (prestart && start_worker (self) != NULL)
        ;

      if (_ly_executor_is_terminated (LY_EXECUTOR (self)))
        cancel_everything (self);

      assign_calls (self);
      wait_for_news (self, pollfds, !found && !stopping);
      serve_workers (self, pollfds);

      /* Idle workers end as soon as no more tasks can come. */
      if (_ly_executor_is_drained (LY_EXECUTOR (self)))
        g_ptr_array_set_size (self->workers, 0);
    }

  return NULL;
}

static void
ensure_supervisor_locked (LyProcessExecutor *self)
{
  if (self->supervisor == NULL)
    self->supervisor = g_thread_new ("supervisor", supervise, self);
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
  self->stall_timeout = DEFAULT_STALL_TIMEOUT_US;
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
