/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-queue"

#include "ly-queue-private.h"

#include "ly-deadline-private.h"
#include "ly-spin-private.h"

/* An item has passed, which the other end may see from now on. */
static inline void
add_to_count (LyQueueEnd *end)
{
  __atomic_store_n (&end->count, end->count + 1, __ATOMIC_SEQ_CST);
}

/* The other end is asked only if what is known of it does not suffice: to look
 * there takes far longer than everything else. */
static inline gboolean
has_room (LyQueue *self)
{
  LyQueueEnd *in = &self->in;

  if (in->count - in->seen >= self->capacity)
    in->seen = _ly_queue_count (&self->out);

  return in->count - in->seen < self->capacity;
}

static inline gboolean
has_item (LyQueue *self)
{
  LyQueueEnd *out = &self->out;

  if (out->count == out->seen)
    out->seen = _ly_queue_count (&self->in);

  return out->count != out->seen;
}

static gboolean
is_ready (LyQueue          *self,
          const LyQueueEnd *end)
{
  return end == &self->in ? has_room (self) : has_item (self);
}

/* As is_ready(), for one who holds no lock: a guess. */
static gboolean
looks_ready (LyQueue          *self,
             const LyQueueEnd *end)
{
  gsize length = _ly_queue_count (&self->in) - _ly_queue_count (&self->out);

  return end == &self->in ? length < self->capacity : length > 0;
}

static void
spin_at (LyQueue    *self,
         LyQueueEnd *end)
{
  g_mutex_unlock (&end->mutex);

  for (guint i = 0; i < LY_SPIN_LOOKS && !looks_ready (self, end); i++)
    {
      if (g_atomic_int_get (&self->closed))
        break;
      _ly_spin ();
    }

  g_mutex_lock (&end->mutex);
}

/* FALSE once the time is up. */
static gboolean
sleep_at (LyQueue    *self,
          LyQueueEnd *end,
          gint64      deadline)
{
  gboolean in_time = TRUE;

  /* First told, then looked: the other end first lets an item pass and then
   * looks for sleepers, so one of the two sees the other. */
  __atomic_store_n (&end->n_asleep, end->n_asleep + 1, __ATOMIC_SEQ_CST);

  if (!is_ready (self, end))
    in_time = _ly_cond_wait (&end->cond, &end->mutex, deadline);

  if (end->n_woken > 0)
    end->n_woken--;
  else
    __atomic_store_n (&end->n_asleep, end->n_asleep - 1, __ATOMIC_SEQ_CST);

  return in_time;
}

/* Waits until an item can pass @end, whose lock is held, or never will, or the
 * time is up. */
static void
wait_at (LyQueue    *self,
         LyQueueEnd *end,
         gint64      timeout_us)
{
  gint64 deadline = _ly_deadline (timeout_us);
  gboolean in_time = TRUE;

  spin_at (self, end);

  while (in_time && !self->closed && !is_ready (self, end))
    in_time = sleep_at (self, end, deadline);
}

/* Each sleeper is signalled once, however many items pass until it runs. */
static void
wake_one (LyQueueEnd *end)
{
  gboolean wake;

  g_mutex_lock (&end->mutex);

  wake = end->n_asleep > 0;
  if (wake)
    {
      __atomic_store_n (&end->n_asleep, end->n_asleep - 1, __ATOMIC_SEQ_CST);
      end->n_woken++;
    }

  g_mutex_unlock (&end->mutex);

  /* Signalled after unlocking, so that the woken thread finds the lock free. */
  if (wake)
    g_cond_signal (&end->cond);
}

static inline void
wake_one_asleep (LyQueueEnd *end)
{
  if (G_UNLIKELY (__atomic_load_n (&end->n_asleep, __ATOMIC_SEQ_CST) > 0))
    wake_one (end);
}

/* The ring starts small and doubles up to the capacity, so that a generous
 * bound costs nothing until it is needed. */
static void
grow_ring_locked (LyQueue *self)
{
  gsize size = 2 * (self->ring_mask + 1);
  gpointer *ring = g_new (gpointer, size);

  g_mutex_lock (&self->out.mutex);

  for (gsize i = self->out.count; i != self->in.count; i++)
    ring[i & (size - 1)] = self->ring[i & self->ring_mask];

  g_free (self->ring);
  self->ring = ring;
  self->ring_mask = size - 1;

  g_mutex_unlock (&self->out.mutex);
}

static inline void
push_to_ring_locked (LyQueue  *self,
                     gpointer  item)
{
  LyQueueEnd *in = &self->in;

  if (G_UNLIKELY (in->count - in->seen > self->ring_mask))
    {
      in->seen = _ly_queue_count (&self->out);
      if (in->count - in->seen > self->ring_mask)
        grow_ring_locked (self);
    }

  self->ring[in->count & self->ring_mask] = item;
}

static void
push_locked (LyQueue  *self,
             gpointer  item,
             int       priority)
{
  if (G_LIKELY (self->order == LY_QUEUE_FIFO))
    {
      push_to_ring_locked (self, item);
    }
  else
    {
      g_mutex_lock (&self->out.mutex);
      if (self->order == LY_QUEUE_LIFO)
        g_ptr_array_add (self->stack, item);
      else
        _ly_heap_push (self->heap, item, priority);
      g_mutex_unlock (&self->out.mutex);
    }

  add_to_count (&self->in);
}

gpointer
_ly_queue_pop_locked (LyQueue *self)
{
  LyQueueEnd *out = &self->out;
  gpointer item;

  if (G_LIKELY (self->order == LY_QUEUE_FIFO))
    item = self->ring[out->count & self->ring_mask];
  else if (self->order == LY_QUEUE_LIFO)
    item = g_ptr_array_steal_index (self->stack, self->stack->len - 1);
  else
    item = _ly_heap_pop (self->heap);

  add_to_count (out);

  return item;
}

static void
set_error (GError     **error,
           gboolean     closed,
           gint64       timeout_us,
           const char  *state)
{
  if (closed)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "queue is closed");
  else if (timeout_us == LY_QUEUE_WAIT_NEVER)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "queue is %s", state);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "queue stayed %s", state);
}

gboolean
_ly_queue_put (LyQueue   *self,
               gpointer   item,
               int        priority,
               gint64     timeout_us,
               GError   **error)
{
  gboolean closed;
  gboolean done;

  g_mutex_lock (&self->in.mutex);

  if (timeout_us != LY_QUEUE_WAIT_NEVER && !self->closed && !has_room (self))
    wait_at (self, &self->in, timeout_us);

  closed = self->closed;
  done = !closed && has_room (self);
  if (done)
    push_locked (self, item, priority);

  g_mutex_unlock (&self->in.mutex);

  if (done)
    wake_one_asleep (&self->out);
  else
    set_error (error, closed, timeout_us, "full");

  return done;
}

gpointer
_ly_queue_get (LyQueue  *self,
               gint64    timeout_us,
               GError  **error)
{
  gpointer item = NULL;
  gboolean closed;

  g_mutex_lock (&self->out.mutex);

  if (timeout_us != LY_QUEUE_WAIT_NEVER && !self->closed && !has_item (self))
    wait_at (self, &self->out, timeout_us);

  closed = self->closed;
  if (has_item (self))
    item = _ly_queue_pop_locked (self);

  g_mutex_unlock (&self->out.mutex);

  if (item != NULL)
    wake_one_asleep (&self->in);
  else
    set_error (error, closed, timeout_us, "empty");

  return item;
}
