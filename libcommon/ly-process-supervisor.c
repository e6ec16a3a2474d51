/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-process-executor"

#include "ly-process-executor-private.h"
#include "ly-worker-proxy.h"

#include <poll.h>
#include <unistd.h>

/* The one thread of a process executor that has to do with its workers. */

#define POLL_MS 1000
#define BALANCE_MS 5

/* A task that was running when its worker died is run this often in all. */
#define MAX_ATTEMPTS 2

/* Workers that die before they are ready are a fault of the program, not of a
 * task; after so many in a row nothing would be gained by starting more. */
#define MAX_FAILED_STARTS 3

/* How long a worker whose channel broke gets to end by itself. */
#define END_GRACE_US (100 * 1000)

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

static int
compare_calls (gconstpointer a,
               gconstpointer b,
               gpointer      user_data)
{
  const LyCall *one = a;
  const LyCall *other = b;

  return (one->id > other->id) - (one->id < other->id);
}

/* What a worker gave back keeps its turn. */
static void
take_returned (LyProcessExecutor *self,
               LyWorkerProxy     *worker)
{
  LyCall *call;

  while ((call = g_queue_pop_head (&worker->returned)) != NULL)
    g_queue_insert_sorted (&self->pending, call, compare_calls, NULL);
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

  take_returned (self, worker);

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

/* Whether a worker has nothing to do, or one more could be started. */
static gboolean
has_spare_worker (LyProcessExecutor *self)
{
  for (guint i = 0; i < self->workers->len; i++)
    if (g_queue_is_empty (&((LyWorkerProxy *) g_ptr_array_index (self->workers, i))->calls))
      return TRUE;

  return self->start_error == NULL &&
         self->workers->len < ly_executor_get_n_workers (LY_EXECUTOR (self));
}

/* A task may turn out to be long after others were sent to wait behind it.
 * Recalls them for those who have nothing to do; TRUE if that may become
 * necessary soon. */
static gboolean
balance (LyProcessExecutor *self)
{
  gboolean has_excess = FALSE;

  if (!g_queue_is_empty (&self->pending) || !has_spare_worker (self))
    return FALSE;

  for (guint i = 0; i < self->workers->len; i++)
    {
      LyWorkerProxy *worker = g_ptr_array_index (self->workers, i);

      _ly_worker_proxy_recall (worker);
      has_excess |= _ly_worker_proxy_has_excess (worker);
    }

  return has_excess;
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
  gint64 interval = balance (self) ? BALANCE_MS : get_poll_interval (self);
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

      /* What there is to say goes out at once, and in one go. One that is beyond
       * reach is soon found dead. */
      if (ly_channel_has_posted (channel))
        ly_channel_flush (channel, NULL);
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
    timeout = MAX (timeout, LY_PROCESS_STALL_TIMEOUT_US);

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
          take_returned (self, worker);
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

gpointer
_ly_process_executor_supervise (gpointer data)
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
