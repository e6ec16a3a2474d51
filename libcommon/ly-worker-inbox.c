/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-worker"

#include "ly-worker-private.h"
#include "ly-process-private.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/* What the parent says has to be heard also while a task is busy, which takes a
 * second thread, the listener. But to hand each order from one thread to the
 * other costs more than a short task does. So the running thread receives its
 * orders itself, and the listener only looks now and then whether a task is
 * taking long; then it receives until that task has ended. */

/* How often it looks, in milliseconds. */
#define LOOK_MS 5

/* After so many looks at a worker that does nothing it sleeps until woken. */
#define MAX_IDLE_LOOKS 20

/* Far above what an executor sends ahead; it only guards against one gone mad. */
#define MAX_ORDERS 4096

/* Nobody is left to work for. Leaves at once: what a task has begun is as safe
 * as if the machine had lost power, and nothing of it would be wanted. */
void
_ly_worker_abandon (void)
{
  _exit (0);
}

static void
order_free (LyWorkerOrder *self)
{
  g_clear_pointer (&self->args, g_variant_unref);
  g_free (self);
}

static void
update_attention_locked (LyWorker *self)
{
  g_atomic_int_set (&self->attention,
                    self->paused || g_hash_table_size (self->cancelled) > 0);
}

static void
take_order_locked (LyWorker              *self,
                   const LyWorkerMessage *message)
{
  gsize task_size = strlen (message->task) + 1;
  LyWorkerOrder *order;

  if (self->orders.length == MAX_ORDERS)
    _ly_worker_abandon ();

  order = g_malloc (sizeof *order + task_size);
  order->id = message->id;
  order->attempt = message->attempt;
  order->args = message->payload;
  memcpy (order->task, message->task, task_size);
  g_queue_push_tail (&self->orders, order);
}

/* Others have time for what waits here. With the mutex held, so that nothing is
 * begun, let alone done, before it is said what is returned. */
static void
give_back_locked (LyWorker *self)
{
  LyWorkerOrder *order;

  while ((order = g_queue_pop_head (&self->orders)) != NULL)
    {
      const LyWorkerMessage message = { .kind = LY_WORKER_RETURN, .id = order->id };

      if (!_ly_worker_message_send (&message, self->channel, FALSE, NULL))
        _ly_worker_abandon ();
      order_free (order);
    }
}

/* Takes the message's payload. */
static void
obey_locked (LyWorker              *self,
             const LyWorkerMessage *message)
{
  g_autoptr (GVariant) unwanted = message->kind != LY_WORKER_RUN ? message->payload : NULL;

  switch (message->kind)
    {
    case LY_WORKER_RUN:
      take_order_locked (self, message);
      return;

    case LY_WORKER_RECALL:
      give_back_locked (self);
      return;

    case LY_WORKER_CANCEL:
      g_hash_table_add (self->cancelled, g_memdup2 (&message->id, sizeof message->id));
      break;

    case LY_WORKER_PAUSE:
    case LY_WORKER_RESUME:
      self->paused = message->kind == LY_WORKER_PAUSE;
      break;

    default:
      _ly_worker_abandon ();
    }

  update_attention_locked (self);
}

/* Waits for the parent to say something, and obeys that and what came with it.
 * One thread at a time, with the mutex released meanwhile. */
static void
receive_locked (LyWorker *self)
{
  const guint8 *bytes;
  gsize size;

  self->receiving = TRUE;
  g_mutex_unlock (&self->mutex);
  bytes = _ly_channel_receive_bytes (self->channel, &size, NULL);
  g_mutex_lock (&self->mutex);

  do
    {
      LyWorkerMessage message;

      if (bytes == NULL || !_ly_worker_message_read (&message, bytes, size))
        _ly_worker_abandon ();

      obey_locked (self, &message);
      bytes = _ly_channel_take_bytes (self->channel, &size, NULL);
    }
  while (bytes != NULL);

  self->receiving = FALSE;
}

/* --- The running thread ---------------------------------------------------- */

static void
wake_listener_locked (LyWorker *self)
{
  const char byte = 0;

  if (!self->dozing)
    return;

  self->dozing = FALSE;
  while (write (self->wake_fds[1], &byte, 1) < 0 && errno == EINTR)
    ;
}

/* The next task to run, which is then being run. */
LyWorkerOrder *
_ly_worker_next_order (LyWorker *self)
{
  LyWorkerOrder *order;

  g_mutex_lock (&self->mutex);

  while ((order = g_queue_pop_head (&self->orders)) == NULL)
    if (self->receiving)
      g_cond_wait (&self->changed, &self->mutex);
    else
      receive_locked (self);

  self->running = order->id;
  self->n_begun++;
  wake_listener_locked (self);

  g_mutex_unlock (&self->mutex);

  return order;
}

/* Takes an order that was carried out and answered. */
void
_ly_worker_end_order (LyWorker      *self,
                      LyWorkerOrder *order)
{
  g_mutex_lock (&self->mutex);

  self->running = 0;

  /* With nothing waiting, whatever is still cancelled ended before the news of
   * it came. */
  if (g_hash_table_size (self->cancelled) > 0)
    {
      g_hash_table_remove (self->cancelled, &order->id);
      if (g_queue_is_empty (&self->orders))
        g_hash_table_remove_all (self->cancelled);
      update_attention_locked (self);
    }

  g_mutex_unlock (&self->mutex);

  order_free (order);
}

/* Blocks the running task as long as tasks are paused; TRUE if it was
 * cancelled. */
gboolean
_ly_worker_wait_resumed (LyWorker *self)
{
  gboolean cancelled;

  g_mutex_lock (&self->mutex);

  while (!(cancelled = g_hash_table_contains (self->cancelled, &self->running)) && self->paused)
    if (self->receiving)
      g_cond_wait (&self->changed, &self->mutex);
    else
      receive_locked (self);

  g_mutex_unlock (&self->mutex);

  return cancelled;
}

/* --- The listening thread -------------------------------------------------- */

/* Sleeps until it is time to look, or for a dozing listener until it is woken.
 * In either case the end of the channel is the end of the process: a task may
 * be too busy to notice. */
static void
sleep_locked (LyWorker *self,
              gboolean  doze)
{
  struct pollfd pollfds[] = {
    { .fd = ly_channel_get_fd (self->channel) },
    { .fd = self->wake_fds[0], .events = POLLIN },
  };
  char byte;

  self->dozing = doze;

  g_mutex_unlock (&self->mutex);
  if (poll (pollfds, G_N_ELEMENTS (pollfds), doze ? -1 : LOOK_MS) > 0 && pollfds[0].revents != 0)
    _ly_worker_abandon ();
  if (pollfds[1].revents != 0 && read (self->wake_fds[0], &byte, 1) < 0)
    _ly_worker_abandon ();
  g_mutex_lock (&self->mutex);

  self->dozing = FALSE;
}

/* The listening thread. It never returns. */
gpointer
_ly_worker_listen (gpointer worker)
{
  LyWorker *self = worker;
  guint64 seen = 0;
  guint n_idle_looks = 0;

  _ly_process_own_descriptors ();
  g_mutex_lock (&self->mutex);

  while (TRUE)
    {
      gboolean busy = self->running != 0;
      gboolean took_long = busy && self->n_begun == seen;

      seen = self->n_begun;
      n_idle_looks = busy ? 0 : n_idle_looks + 1;

      if (took_long && !self->receiving)
        {
          receive_locked (self);
          g_cond_signal (&self->changed);
        }
      else
        {
          sleep_locked (self, n_idle_looks >= MAX_IDLE_LOOKS);
        }
    }

  return NULL;
}
