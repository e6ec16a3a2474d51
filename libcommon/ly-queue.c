/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-queue"

#include "ly-queue.h"

/* How long an operation may block, beside any positive number of µs. */
#define WAIT_FOREVER (-1)
#define WAIT_NEVER   0

/**
 * LyQueue:
 *
 * A bounded first-in, first-out queue between threads.
 *
 * A full queue holds its producers back and an empty one its consumers, so
 * that neither side can outrun the other by more than the capacity. Every
 * method may be called from any thread.
 *
 * Closing is one-way: items already queued can still be taken, new ones are
 * refused, and every blocked thread wakes. Dropping the last reference frees
 * what is still queued.
 */
struct _LyQueue
{
  GObject         parent_instance;

  /* Set once, before the queue is shared */
  guint           capacity;
  GDestroyNotify  item_free;

  /* Guarded by @mutex */
  GMutex          mutex;
  GCond           not_empty;
  GCond           not_full;
  gpointer       *ring;
  guint           ring_size;
  guint           head;
  guint           length;
  guint           waiting_getters;
  guint           waiting_putters;
  gboolean        closed;
};

G_DEFINE_FINAL_TYPE (LyQueue, ly_queue, G_TYPE_OBJECT)

static void
ly_queue_finalize (GObject *object)
{
  LyQueue *self = LY_QUEUE (object);

  g_assert (self->waiting_getters == 0 && self->waiting_putters == 0);

  for (guint i = 0; i < self->length && self->item_free != NULL; i++)
    self->item_free (self->ring[(self->head + i) % self->ring_size]);

  g_free (self->ring);
  g_cond_clear (&self->not_full);
  g_cond_clear (&self->not_empty);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (ly_queue_parent_class)->finalize (object);
}

static void
ly_queue_class_init (LyQueueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ly_queue_finalize;
}

static void
ly_queue_init (LyQueue *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->not_empty);
  g_cond_init (&self->not_full);
}

/**
 * ly_queue_new:
 * @capacity: how many items fit, at least 1
 * @item_free: (nullable): frees an item that nobody took
 *
 * Creates an open, empty queue.
 *
 * Returns: (transfer full): the queue
 */
LyQueue *
ly_queue_new (guint          capacity,
              GDestroyNotify item_free)
{
  LyQueue *self;

  g_return_val_if_fail (capacity > 0, NULL);

  self = g_object_new (LY_TYPE_QUEUE, NULL);
  self->capacity = capacity;
  self->item_free = item_free;

  return self;
}

/* Waits on @cond until it is signalled; FALSE once the time is up. The end
 * of the wait is fixed on the first call, through @end_time. */
static gboolean
wait_on (LyQueue *self,
         GCond   *cond,
         guint   *waiting,
         gint64   timeout_us,
         gint64  *end_time)
{
  gboolean in_time = TRUE;

  if (timeout_us == WAIT_NEVER)
    return FALSE;

  (*waiting)++;

  if (timeout_us == WAIT_FOREVER)
    {
      g_cond_wait (cond, &self->mutex);
    }
  else
    {
      if (*end_time == 0)
        *end_time = g_get_monotonic_time () + MIN (timeout_us, G_MAXINT64 / 2);

      in_time = g_cond_wait_until (cond, &self->mutex, *end_time);
    }

  (*waiting)--;

  return in_time;
}

static void
set_blocked_error (GError     **error,
                   gint64       timeout_us,
                   const char  *state)
{
  if (timeout_us == WAIT_NEVER)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "queue is %s", state);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "queue stayed %s", state);
}

/* The ring starts small and doubles up to the capacity, so that a generous
 * bound costs nothing until it is needed. */
static void
grow_ring (LyQueue *self)
{
  guint size = CLAMP (self->ring_size * 2, MIN (16, self->capacity), self->capacity);
  gpointer *ring = g_new (gpointer, size);

  for (guint i = 0; i < self->length; i++)
    ring[i] = self->ring[(self->head + i) % self->ring_size];

  g_free (self->ring);
  self->ring = ring;
  self->ring_size = size;
  self->head = 0;
}

static void
push_locked (LyQueue  *self,
             gpointer  item)
{
  guint tail;

  if (self->length == self->ring_size)
    grow_ring (self);

  tail = self->head + self->length;
  if (tail >= self->ring_size)
    tail -= self->ring_size;

  self->ring[tail] = item;
  self->length++;
}

static gpointer
pop_locked (LyQueue *self)
{
  gpointer item = self->ring[self->head];

  if (++self->head == self->ring_size)
    self->head = 0;
  self->length--;

  return item;
}

static gboolean
put (LyQueue   *self,
     gpointer   item,
     gint64     timeout_us,
     GError   **error)
{
  gint64 end_time = 0;
  gboolean closed;
  gboolean done = FALSE;
  gboolean wake = FALSE;

  g_return_val_if_fail (LY_IS_QUEUE (self), FALSE);
  g_return_val_if_fail (item != NULL, FALSE);

  g_mutex_lock (&self->mutex);

  while (!self->closed && self->length == self->capacity)
    if (!wait_on (self, &self->not_full, &self->waiting_putters, timeout_us, &end_time))
      break;

  closed = self->closed;
  if (!closed && self->length < self->capacity)
    {
      push_locked (self, item);
      wake = self->waiting_getters > 0;
      done = TRUE;
    }

  g_mutex_unlock (&self->mutex);

  /* Signalled after unlocking, so that the woken thread finds the lock free. */
  if (wake)
    g_cond_signal (&self->not_empty);

  if (done)
    return TRUE;

  if (closed)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "queue is closed");
  else
    set_blocked_error (error, timeout_us, "full");

  return FALSE;
}

static gpointer
get (LyQueue  *self,
     gint64    timeout_us,
     GError  **error)
{
  gint64 end_time = 0;
  gpointer item = NULL;
  gboolean closed;
  gboolean wake = FALSE;

  g_return_val_if_fail (LY_IS_QUEUE (self), NULL);

  g_mutex_lock (&self->mutex);

  while (!self->closed && self->length == 0)
    if (!wait_on (self, &self->not_empty, &self->waiting_getters, timeout_us, &end_time))
      break;

  closed = self->closed;
  if (self->length > 0)
    {
      item = pop_locked (self);
      wake = self->waiting_putters > 0;
    }

  g_mutex_unlock (&self->mutex);

  if (wake)
    g_cond_signal (&self->not_full);

  if (item == NULL && closed)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "queue is closed");
  else if (item == NULL)
    set_blocked_error (error, timeout_us, "empty");

  return item;
}

/**
 * ly_queue_put:
 * @self: a `LyQueue`
 * @item: (transfer full): what to queue; on failure it stays the caller's
 * @error: return location for %G_IO_ERROR_CLOSED
 *
 * Queues @item, blocking while the queue is full. Closing the queue ends the
 * wait.
 *
 * Returns: %FALSE with @error set if the queue is closed
 */
gboolean
ly_queue_put (LyQueue   *self,
              gpointer   item,
              GError   **error)
{
  return put (self, item, WAIT_FOREVER, error);
}

/**
 * ly_queue_put_timed:
 * @self: a `LyQueue`
 * @item: (transfer full): what to queue; on failure it stays the caller's
 * @timeout_us: how long to wait at most, in microseconds of monotonic time
 * @error: return location for %G_IO_ERROR_CLOSED or %G_IO_ERROR_TIMED_OUT
 *
 * Queues @item, blocking for at most @timeout_us while the queue is full.
 *
 * Returns: %FALSE with @error set if the item was not queued
 */
gboolean
ly_queue_put_timed (LyQueue   *self,
                    gpointer   item,
                    gint64     timeout_us,
                    GError   **error)
{
  g_return_val_if_fail (timeout_us > 0, FALSE);

  return put (self, item, timeout_us, error);
}

/**
 * ly_queue_try_put:
 * @self: a `LyQueue`
 * @item: (transfer full): what to queue; on failure it stays the caller's
 * @error: return location for %G_IO_ERROR_CLOSED or %G_IO_ERROR_WOULD_BLOCK
 *
 * Queues @item if there is room now. Never blocks.
 *
 * Returns: %FALSE with @error set if the item was not queued
 */
gboolean
ly_queue_try_put (LyQueue   *self,
                  gpointer   item,
                  GError   **error)
{
  return put (self, item, WAIT_NEVER, error);
}

/**
 * ly_queue_get:
 * @self: a `LyQueue`
 * @error: return location for %G_IO_ERROR_CLOSED
 *
 * Takes the oldest item, blocking while the queue is empty.
 *
 * Returns: (transfer full): the item, or %NULL with @error set if the queue
 *   is closed and drained
 */
gpointer
ly_queue_get (LyQueue  *self,
              GError  **error)
{
  return get (self, WAIT_FOREVER, error);
}

/**
 * ly_queue_get_timed:
 * @self: a `LyQueue`
 * @timeout_us: how long to wait at most, in microseconds of monotonic time
 * @error: return location for %G_IO_ERROR_CLOSED or %G_IO_ERROR_TIMED_OUT
 *
 * Takes the oldest item, blocking for at most @timeout_us while the queue is
 * empty.
 *
 * Returns: (transfer full): the item, or %NULL with @error set
 */
gpointer
ly_queue_get_timed (LyQueue  *self,
                    gint64    timeout_us,
                    GError  **error)
{
  g_return_val_if_fail (timeout_us > 0, NULL);

  return get (self, timeout_us, error);
}

/**
 * ly_queue_try_get:
 * @self: a `LyQueue`
 * @error: return location for %G_IO_ERROR_CLOSED or %G_IO_ERROR_WOULD_BLOCK
 *
 * Takes the oldest item if there is one now. Never blocks.
 *
 * Returns: (transfer full): the item, or %NULL with @error set
 */
gpointer
ly_queue_try_get (LyQueue  *self,
                  GError  **error)
{
  return get (self, WAIT_NEVER, error);
}

/**
 * ly_queue_close:
 * @self: a `LyQueue`
 *
 * Refuses new items from now on and wakes every blocked thread. Queued items
 * can still be taken. Closing twice does nothing.
 */
void
ly_queue_close (LyQueue *self)
{
  g_return_if_fail (LY_IS_QUEUE (self));

  g_mutex_lock (&self->mutex);
  self->closed = TRUE;
  g_cond_broadcast (&self->not_empty);
  g_cond_broadcast (&self->not_full);
  g_mutex_unlock (&self->mutex);
}

/**
 * ly_queue_is_closed:
 * @self: a `LyQueue`
 *
 * Returns: whether [method@Queue.close] was called
 */
gboolean
ly_queue_is_closed (LyQueue *self)
{
  gboolean closed;

  g_return_val_if_fail (LY_IS_QUEUE (self), TRUE);

  g_mutex_lock (&self->mutex);
  closed = self->closed;
  g_mutex_unlock (&self->mutex);

  return closed;
}

/**
 * ly_queue_get_capacity:
 * @self: a `LyQueue`
 *
 * Returns: how many items fit
 */
guint
ly_queue_get_capacity (LyQueue *self)
{
  g_return_val_if_fail (LY_IS_QUEUE (self), 0);

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
  guint length;

  g_return_val_if_fail (LY_IS_QUEUE (self), 0);

  g_mutex_lock (&self->mutex);
  length = self->length;
  g_mutex_unlock (&self->mutex);

  return length;
}

/**
 * ly_queue_is_empty:
 * @self: a `LyQueue`
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
 * Returns: whether no room was left at the moment of asking
 */
gboolean
ly_queue_is_full (LyQueue *self)
{
  return ly_queue_get_length (self) == ly_queue_get_capacity (self);
}
