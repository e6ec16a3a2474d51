/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-event"

#include "ly-event.h"

#include "ly-deadline-private.h"

/* A thread that waits, on its own stack. Each has its own condition, so that
 * nobody but who is released is woken. */
typedef struct
{
  GList    link;
  GCond    cond;
  gboolean released;
} Waiter;

/**
 * LyEvent:
 *
 * A flag that threads wait for.
 *
 * Setting an event with manual reset releases every thread that waits, and who
 * comes later passes too until it is reset. Setting one with automatic reset
 * releases a single thread: the one that has waited longest or, if none waits,
 * the next one that comes.
 *
 * A thread is released by the call of [method@Event.set] itself: it will not
 * miss the event if that is reset before it gets to run. Every method may be
 * called from any thread.
 */
struct _LyEvent
{
  GObject  parent_instance;

  /* Set once, before the event is shared */
  gboolean auto_reset;

  /* Guarded by @mutex */
  GMutex   mutex;
  GQueue   waiters;   /* the oldest first */
  gboolean is_set;    /* nobody waits as long as it is */
};

G_DEFINE_FINAL_TYPE (LyEvent, ly_event, G_TYPE_OBJECT)

static void
ly_event_finalize (GObject *object)
{
  LyEvent *self = LY_EVENT (object);

  g_assert (g_queue_is_empty (&self->waiters));

  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (ly_event_parent_class)->finalize (object);
}

static void
ly_event_class_init (LyEventClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ly_event_finalize;
}

static void
ly_event_init (LyEvent *self)
{
  g_mutex_init (&self->mutex);
}

/**
 * ly_event_new:
 *
 * Creates an event with manual reset, which is not set.
 *
 * Returns: (transfer full): the event
 */
LyEvent *
ly_event_new (void)
{
  return g_object_new (LY_TYPE_EVENT, NULL);
}

/**
 * ly_event_new_auto_reset:
 *
 * Creates an event with automatic reset, which is not set.
 *
 * Returns: (transfer full): the event
 */
LyEvent *
ly_event_new_auto_reset (void)
{
  LyEvent *self = g_object_new (LY_TYPE_EVENT, NULL);

  self->auto_reset = TRUE;

  return self;
}

/* Signalled with the lock held: once it is not, the waiter may be gone. */
static void
release_oldest_locked (LyEvent *self)
{
  Waiter *waiter = g_queue_pop_head_link (&self->waiters)->data;

  waiter->released = TRUE;
  g_cond_signal (&waiter->cond);
}

/**
 * ly_event_set:
 * @self: a `LyEvent`
 *
 * Sets the event and releases who waits for it: all threads, or the one that
 * has waited longest if the reset is automatic. In the latter case the event
 * stays set only if none waits. To set an event that is set changes nothing.
 * Never blocks.
 */
void
ly_event_set (LyEvent *self)
{
  g_return_if_fail (LY_IS_EVENT (self));

  g_mutex_lock (&self->mutex);

  if (self->auto_reset && !g_queue_is_empty (&self->waiters))
    {
      release_oldest_locked (self);
    }
  else
    {
      self->is_set = TRUE;
      while (!g_queue_is_empty (&self->waiters))
        release_oldest_locked (self);
    }

  g_mutex_unlock (&self->mutex);
}

/**
 * ly_event_reset:
 * @self: a `LyEvent`
 *
 * From now on threads that wait for the event are held up until it is set
 * again. Those that were released already are not called back. Never blocks.
 */
void
ly_event_reset (LyEvent *self)
{
  g_return_if_fail (LY_IS_EVENT (self));

  g_mutex_lock (&self->mutex);
  self->is_set = FALSE;
  g_mutex_unlock (&self->mutex);
}

/**
 * ly_event_is_set:
 * @self: a `LyEvent`
 *
 * Looks without waiting, and without resetting an event that resets itself.
 *
 * Returns: whether the event was set at the moment of asking
 */
gboolean
ly_event_is_set (LyEvent *self)
{
  gboolean is_set;

  g_return_val_if_fail (LY_IS_EVENT (self), FALSE);

  g_mutex_lock (&self->mutex);
  is_set = self->is_set;
  g_mutex_unlock (&self->mutex);

  return is_set;
}

/* Waits for being released. */
static gboolean
wait_locked (LyEvent *self,
             gint64   timeout_us)
{
  gint64 deadline = _ly_deadline (timeout_us);
  Waiter waiter = { .released = FALSE };
  gboolean in_time = TRUE;

  waiter.link.data = &waiter;
  g_cond_init (&waiter.cond);
  g_queue_push_tail_link (&self->waiters, &waiter.link);

  while (in_time && !waiter.released)
    in_time = _ly_cond_wait (&waiter.cond, &self->mutex, deadline);

  if (!waiter.released)
    g_queue_unlink (&self->waiters, &waiter.link);

  g_cond_clear (&waiter.cond);

  return waiter.released;
}

/**
 * ly_event_wait:
 * @self: a `LyEvent`
 * @timeout_us: how long to wait at most, in microseconds of monotonic time;
 *   -1 waits without end, 0 does not wait
 *
 * Blocks until the event is set. An event with automatic reset is reset by
 * the one wait that it ends.
 *
 * Returns: %FALSE if it was not set in time
 */
gboolean
ly_event_wait (LyEvent *self,
               gint64   timeout_us)
{
  gboolean passed;

  g_return_val_if_fail (LY_IS_EVENT (self), FALSE);

  g_mutex_lock (&self->mutex);

  passed = self->is_set;
  if (self->auto_reset)
    self->is_set = FALSE;

  if (!passed && timeout_us != 0)
    passed = wait_locked (self, timeout_us);

  g_mutex_unlock (&self->mutex);

  return passed;
}
