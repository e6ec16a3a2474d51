/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-queue"

#include "ly-queue-private.h"

#include "ly-deadline-private.h"

#define MIN_RING_SIZE 16

/**
 * LyQueue:
 *
 * A bounded queue between threads: first in, first out; or last in, first
 * out; or by priority.
 *
 * A full queue holds its producers back and an empty one its consumers, so
 * that neither side can outrun the other by more than the capacity. Every
 * method may be called from any thread.
 *
 * Closing is one-way: items already queued can still be taken, new ones are
 * refused, and every blocked thread wakes. Dropping the last reference frees
 * what is still queued.
 *
 * Who wants to know when all work is done, and not just taken, lets consumers
 * call [method@Queue.task_done] for each item and waits in
 * [method@Queue.join]. Who doesn't need not call either.
 *
 * Producers and consumers have a lock each (Michael and Scott, "Simple, Fast,
 * and Practical Non-Blocking and Blocking Concurrent Queue Algorithms", 1996).
 */
G_DEFINE_FINAL_TYPE (LyQueue, ly_queue, G_TYPE_OBJECT)

/* A final type has just one class: to compare it is to check the type, and
 * costs next to nothing. */
static gpointer queue_class;

#define IS_QUEUE(self) ((self) != NULL && ((GTypeInstance *) (self))->g_class == queue_class)

static void
end_clear (LyQueueEnd *end)
{
  g_assert (end->n_asleep == 0 && end->n_woken == 0);

  g_cond_clear (&end->cond);
  g_mutex_clear (&end->mutex);
}

static void
ly_queue_finalize (GObject *object)
{
  LyQueue *self = LY_QUEUE (object);

  g_assert (self->n_joining == 0);

  while (self->out.count != self->in.count)
    {
      gpointer item = _ly_queue_pop_locked (self);

      if (self->item_free != NULL)
        self->item_free (item);
    }

  g_clear_pointer (&self->heap, _ly_heap_free);
  g_clear_pointer (&self->stack, g_ptr_array_unref);
  g_free (self->ring);
  end_clear (&self->in);
  end_clear (&self->out);
  g_cond_clear (&self->all_done);
  g_mutex_clear (&self->done_mutex);

  G_OBJECT_CLASS (ly_queue_parent_class)->finalize (object);
}

static void
ly_queue_class_init (LyQueueClass *klass)
{
  queue_class = klass;
  G_OBJECT_CLASS (klass)->finalize = ly_queue_finalize;
}

static void
ly_queue_init (LyQueue *self)
{
  g_mutex_init (&self->in.mutex);
  g_cond_init (&self->in.cond);
  g_mutex_init (&self->out.mutex);
  g_cond_init (&self->out.cond);
  g_mutex_init (&self->done_mutex);
  g_cond_init (&self->all_done);
}

static LyQueue *
new_with_order (LyQueueOrder   order,
                guint          capacity,
                GDestroyNotify item_free)
{
  LyQueue *self;

  g_return_val_if_fail (capacity > 0, NULL);

  self = g_object_new (LY_TYPE_QUEUE, NULL);
  self->order = order;
  self->capacity = capacity;
  self->item_free = item_free;

  switch (order)
    {
    case LY_QUEUE_FIFO:
      self->ring = g_new (gpointer, MIN_RING_SIZE);
      self->ring_mask = MIN_RING_SIZE - 1;
      break;
    case LY_QUEUE_LIFO:
      self->stack = g_ptr_array_new ();
      break;
    case LY_QUEUE_PRIORITY:
      self->heap = _ly_heap_new ();
      break;
    default:
      g_assert_not_reached ();
    }

  return self;
}

/**
 * ly_queue_new:
 * @capacity: how many items fit, at least 1
 * @item_free: (nullable): frees an item that nobody took
 *
 * Creates an open, empty queue that gives its items out in the order in which
 * they came.
 *
 * Returns: (transfer full): the queue
 */
LyQueue *
ly_queue_new (guint          capacity,
              GDestroyNotify item_free)
{
  return new_with_order (LY_QUEUE_FIFO, capacity, item_free);
}

/**
 * ly_queue_new_lifo:
 * @capacity: how many items fit, at least 1
 * @item_free: (nullable): frees an item that nobody took
 *
 * Creates an open, empty queue that gives out the newest item first.
 *
 * Returns: (transfer full): the queue
 */
LyQueue *
ly_queue_new_lifo (guint          capacity,
                   GDestroyNotify item_free)
{
  return new_with_order (LY_QUEUE_LIFO, capacity, item_free);
}

/**
 * ly_queue_new_priority:
 * @capacity: how many items fit, at least 1
 * @item_free: (nullable): frees an item that nobody took
 *
 * Creates an open, empty queue that gives out the item with the lowest number
 * first, and those with the same number in the order in which they came. The
 * number is given with [method@Queue.put_with_priority].
 *
 * Returns: (transfer full): the queue
 */
LyQueue *
ly_queue_new_priority (guint          capacity,
                       GDestroyNotify item_free)
{
  return new_with_order (LY_QUEUE_PRIORITY, capacity, item_free);
}

/**
 * ly_queue_put:
 * @self: a `LyQueue`
 * @item: (transfer full): what to queue; on failure it stays the caller's
 * @error: return location for %G_IO_ERROR_CLOSED
 *
 * Queues @item, blocking while the queue is full. Closing the queue ends the
 * wait. In a priority queue the item has priority 0.
 *
 * Returns: %FALSE with @error set if the queue is closed
 */
gboolean
ly_queue_put (LyQueue   *self,
              gpointer   item,
              GError   **error)
{
  g_return_val_if_fail (IS_QUEUE (self), FALSE);
  g_return_val_if_fail (item != NULL, FALSE);

  return _ly_queue_put (self, item, G_PRIORITY_DEFAULT, LY_QUEUE_WAIT_FOREVER, error);
}

/**
 * ly_queue_put_timed:
 * @self: a `LyQueue`
 * @item: (transfer full): what to queue; on failure it stays the caller's
 * @timeout_us: how long to wait at most, in microseconds of monotonic time
 * @error: return location for %G_IO_ERROR_CLOSED or %G_IO_ERROR_TIMED_OUT
 *
 * Queues @item, blocking for at most @timeout_us while the queue is full.
 * Closing the queue ends the wait. In a priority queue the item has priority 0.
 *
 * Returns: %FALSE with @error set if the item was not queued
 */
gboolean
ly_queue_put_timed (LyQueue   *self,
                    gpointer   item,
                    gint64     timeout_us,
                    GError   **error)
{
  g_return_val_if_fail (IS_QUEUE (self), FALSE);
  g_return_val_if_fail (item != NULL, FALSE);
  g_return_val_if_fail (timeout_us > 0, FALSE);

  return _ly_queue_put (self, item, G_PRIORITY_DEFAULT, timeout_us, error);
}

/**
 * ly_queue_try_put:
 * @self: a `LyQueue`
 * @item: (transfer full): what to queue; on failure it stays the caller's
 * @error: return location for %G_IO_ERROR_CLOSED or %G_IO_ERROR_WOULD_BLOCK
 *
 * Queues @item if there is room now. Never blocks. In a priority queue the
 * item has priority 0.
 *
 * Returns: %FALSE with @error set if the item was not queued
 */
gboolean
ly_queue_try_put (LyQueue   *self,
                  gpointer   item,
                  GError   **error)
{
  g_return_val_if_fail (IS_QUEUE (self), FALSE);
  g_return_val_if_fail (item != NULL, FALSE);

  return _ly_queue_put (self, item, G_PRIORITY_DEFAULT, LY_QUEUE_WAIT_NEVER, error);
}

/**
 * ly_queue_put_with_priority:
 * @self: a `LyQueue` made by [ctor@Queue.new_priority]
 * @item: (transfer full): what to queue; on failure it stays the caller's
 * @priority: lower numbers are given out sooner
 * @error: return location for %G_IO_ERROR_CLOSED
 *
 * Queues @item, blocking while the queue is full, whatever the priority.
 * Closing the queue ends the wait.
 *
 * Returns: %FALSE with @error set if the queue is closed
 */
gboolean
ly_queue_put_with_priority (LyQueue   *self,
                            gpointer   item,
                            int        priority,
                            GError   **error)
{
  g_return_val_if_fail (IS_QUEUE (self) && self->order == LY_QUEUE_PRIORITY, FALSE);
  g_return_val_if_fail (item != NULL, FALSE);

  return _ly_queue_put (self, item, priority, LY_QUEUE_WAIT_FOREVER, error);
}

/**
 * ly_queue_put_with_priority_timed:
 * @self: a `LyQueue` made by [ctor@Queue.new_priority]
 * @item: (transfer full): what to queue; on failure it stays the caller's
 * @priority: lower numbers are given out sooner
 * @timeout_us: how long to wait at most, in microseconds of monotonic time
 * @error: return location for %G_IO_ERROR_CLOSED or %G_IO_ERROR_TIMED_OUT
 *
 * Queues @item, blocking for at most @timeout_us while the queue is full.
 * Closing the queue ends the wait.
 *
 * Returns: %FALSE with @error set if the item was not queued
 */
gboolean
ly_queue_put_with_priority_timed (LyQueue   *self,
                                  gpointer   item,
                                  int        priority,
                                  gint64     timeout_us,
                                  GError   **error)
{
  g_return_val_if_fail (IS_QUEUE (self) && self->order == LY_QUEUE_PRIORITY, FALSE);
  g_return_val_if_fail (item != NULL, FALSE);
  g_return_val_if_fail (timeout_us > 0, FALSE);

  return _ly_queue_put (self, item, priority, timeout_us, error);
}

/**
 * ly_queue_try_put_with_priority:
 * @self: a `LyQueue` made by [ctor@Queue.new_priority]
 * @item: (transfer full): what to queue; on failure it stays the caller's
 * @priority: lower numbers are given out sooner
 * @error: return location for %G_IO_ERROR_CLOSED or %G_IO_ERROR_WOULD_BLOCK
 *
 * Queues @item if there is room now. Never blocks.
 *
 * Returns: %FALSE with @error set if the item was not queued
 */
gboolean
ly_queue_try_put_with_priority (LyQueue   *self,
                                gpointer   item,
                                int        priority,
                                GError   **error)
{
  g_return_val_if_fail (IS_QUEUE (self) && self->order == LY_QUEUE_PRIORITY, FALSE);
  g_return_val_if_fail (item != NULL, FALSE);

  return _ly_queue_put (self, item, priority, LY_QUEUE_WAIT_NEVER, error);
}

/**
 * ly_queue_get:
 * @self: a `LyQueue`
 * @error: return location for %G_IO_ERROR_CLOSED
 *
 * Takes the item that is next, blocking while the queue is empty. Closing the
 * queue ends the wait.
 *
 * Returns: (transfer full): the item, or %NULL with @error set if the queue
 *   is closed and drained
 */
gpointer
ly_queue_get (LyQueue  *self,
              GError  **error)
{
  g_return_val_if_fail (IS_QUEUE (self), NULL);

  return _ly_queue_get (self, LY_QUEUE_WAIT_FOREVER, error);
}

/**
 * ly_queue_get_timed:
 * @self: a `LyQueue`
 * @timeout_us: how long to wait at most, in microseconds of monotonic time
 * @error: return location for %G_IO_ERROR_CLOSED or %G_IO_ERROR_TIMED_OUT
 *
 * Takes the item that is next, blocking for at most @timeout_us while the
 * queue is empty. Closing the queue ends the wait.
 *
 * Returns: (transfer full): the item, or %NULL with @error set
 */
gpointer
ly_queue_get_timed (LyQueue  *self,
                    gint64    timeout_us,
                    GError  **error)
{
  g_return_val_if_fail (IS_QUEUE (self), NULL);
  g_return_val_if_fail (timeout_us > 0, NULL);

  return _ly_queue_get (self, timeout_us, error);
}

/**
 * ly_queue_try_get:
 * @self: a `LyQueue`
 * @error: return location for %G_IO_ERROR_CLOSED or %G_IO_ERROR_WOULD_BLOCK
 *
 * Takes the item that is next if there is one now. Never blocks.
 *
 * Returns: (transfer full): the item, or %NULL with @error set
 */
gpointer
ly_queue_try_get (LyQueue  *self,
                  GError  **error)
{
  g_return_val_if_fail (IS_QUEUE (self), NULL);

  return _ly_queue_get (self, LY_QUEUE_WAIT_NEVER, error);
}

/**
 * ly_queue_task_done:
 * @self: a `LyQueue`
 * @error: return location for %G_IO_ERROR_INVALID_ARGUMENT
 *
 * Says that the work on one item that was taken is done. Once that was said of
 * every item that was put, [method@Queue.join] returns. Never blocks.
 *
 * Returns: %FALSE with @error set if it was said more often than there were
 *   items put
 */
gboolean
ly_queue_task_done (LyQueue  *self,
                    GError  **error)
{
  gboolean known;

  g_return_val_if_fail (IS_QUEUE (self), FALSE);

  g_mutex_lock (&self->done_mutex);

  known = self->n_done != _ly_queue_count (&self->in);
  if (known && ++self->n_done == _ly_queue_count (&self->in))
    g_cond_broadcast (&self->all_done);

  g_mutex_unlock (&self->done_mutex);

  if (!known)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         "task was said to be done more often than items were put in the queue");

  return known;
}

/**
 * ly_queue_join:
 * @self: a `LyQueue`
 * @timeout_us: how long to wait at most, in microseconds of monotonic time;
 *   -1 waits without end, 0 does not wait
 *
 * Blocks until [method@Queue.task_done] was called for every item that was
 * put. Closing the queue does not end the wait, since what is queued can still
 * be taken.
 *
 * Returns: %FALSE if that was not so in time
 */
gboolean
ly_queue_join (LyQueue *self,
               gint64   timeout_us)
{
  gint64 deadline = _ly_deadline (timeout_us);
  gboolean in_time = timeout_us != 0;
  gboolean joined;

  g_return_val_if_fail (IS_QUEUE (self), FALSE);

  g_mutex_lock (&self->done_mutex);

  self->n_joining++;
  while (in_time && self->n_done != _ly_queue_count (&self->in))
    in_time = _ly_cond_wait (&self->all_done, &self->done_mutex, deadline);
  self->n_joining--;

  joined = self->n_done == _ly_queue_count (&self->in);
  g_mutex_unlock (&self->done_mutex);

  return joined;
}

/**
 * ly_queue_close:
 * @self: a `LyQueue`
 *
 * Refuses new items from now on and wakes every blocked thread. Queued items
 * can still be taken. Closing twice does nothing. Never blocks.
 */
void
ly_queue_close (LyQueue *self)
{
  g_return_if_fail (IS_QUEUE (self));

  g_mutex_lock (&self->in.mutex);
  g_mutex_lock (&self->out.mutex);
  g_atomic_int_set (&self->closed, TRUE);
  g_cond_broadcast (&self->in.cond);
  g_cond_broadcast (&self->out.cond);
  g_mutex_unlock (&self->out.mutex);
  g_mutex_unlock (&self->in.mutex);
}

/**
 * ly_queue_is_closed:
 * @self: a `LyQueue`
 *
 * Asks without waiting. What is queued may still be there to be taken.
 *
 * Returns: whether [method@Queue.close] was called
 */
gboolean
ly_queue_is_closed (LyQueue *self)
{
  g_return_val_if_fail (IS_QUEUE (self), TRUE);

  return g_atomic_int_get (&self->closed);
}

/**
 * ly_queue_get_capacity:
 * @self: a `LyQueue`
 *
 * Tells what the queue was made for.
 *
 * Returns: how many items fit
 */
guint
ly_queue_get_capacity (LyQueue *self)
{
  g_return_val_if_fail (IS_QUEUE (self), 0);

  return self->capacity;
}

/**
 * ly_queue_get_length:
 * @self: a `LyQueue`
 *
 * The number may be out of date as soon as it is known; it is a hint for
 * display and statistics, never a reason to expect that a put or get succeeds.
 *
 * Returns: how many items are queued
 */
guint
ly_queue_get_length (LyQueue *self)
{
  gsize n_in;
  gsize n_out;

  g_return_val_if_fail (IS_QUEUE (self), 0);

  /* If nothing was taken meanwhile, that was the length at one moment. */
  do
    {
      n_out = _ly_queue_count (&self->out);
      n_in = _ly_queue_count (&self->in);
    }
  while (n_out != _ly_queue_count (&self->out));

  return (guint) (n_in - n_out);
}

/**
 * ly_queue_is_empty:
 * @self: a `LyQueue`
 *
 * Asks without waiting; a hint, as [method@Queue.get_length] is.
 *
 * Returns: whether nothing was queued at the moment of asking
 */
gboolean
ly_queue_is_empty (LyQueue *self)
{
  return ly_queue_get_length (self) == 0;
}

/**
 * ly_queue_is_full:
 * @self: a `LyQueue`
 *
 * Asks without waiting; a hint, as [method@Queue.get_length] is.
 *
 * Returns: whether no room was left at the moment of asking
 */
gboolean
ly_queue_is_full (LyQueue *self)
{
  return ly_queue_get_length (self) == ly_queue_get_capacity (self);
}
