/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-semaphore"

#include "ly-semaphore.h"

#include "ly-deadline-private.h"

/**
 * LySemaphore:
 *
 * A number of places that threads occupy and give back.
 *
 * To acquire takes one place and blocks while there is none; to release gives
 * one back, which any thread may do. The semaphore knows how many places there
 * are at most, so a release too many is an error and not a place out of thin
 * air. Places are not kept for those who waited longest. Every method may be
 * called from any thread.
 */
struct _LySemaphore
{
  GObject parent_instance;

  /* Set once, before the semaphore is shared */
  guint   bound;

  /* Guarded by @mutex */
  GMutex  mutex;
  GCond   released;
  guint   value;
  guint   n_waiting;
};

G_DEFINE_FINAL_TYPE (LySemaphore, ly_semaphore, G_TYPE_OBJECT)

static void
ly_semaphore_finalize (GObject *object)
{
  LySemaphore *self = LY_SEMAPHORE (object);

  g_assert (self->n_waiting == 0);

  g_cond_clear (&self->released);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (ly_semaphore_parent_class)->finalize (object);
}

static void
ly_semaphore_class_init (LySemaphoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ly_semaphore_finalize;
}

static void
ly_semaphore_init (LySemaphore *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->released);
}

/**
 * ly_semaphore_new:
 * @initial: how many places are free at first, at most @bound
 * @bound: how many places there are, at least 1; %G_MAXUINT is as good as no
 *   bound
 *
 * Creates a semaphore.
 *
 * Returns: (transfer full): the semaphore
 */
LySemaphore *
ly_semaphore_new (guint initial,
                  guint bound)
{
  LySemaphore *self;

  g_return_val_if_fail (bound > 0, NULL);
  g_return_val_if_fail (initial <= bound, NULL);

  self = g_object_new (LY_TYPE_SEMAPHORE, NULL);
  self->bound = bound;
  self->value = initial;

  return self;
}

/**
 * ly_semaphore_acquire:
 * @self: a `LySemaphore`
 * @timeout_us: how long to wait at most, in microseconds of monotonic time;
 *   -1 waits without end, 0 does not wait
 *
 * Takes a place, blocking while none is free.
 *
 * Returns: %FALSE if none became free in time
 */
gboolean
ly_semaphore_acquire (LySemaphore *self,
                      gint64       timeout_us)
{
  gboolean in_time = timeout_us != 0;
  gboolean acquired;
  gint64 deadline;

  g_return_val_if_fail (LY_IS_SEMAPHORE (self), FALSE);

  deadline = _ly_deadline (timeout_us);

  g_mutex_lock (&self->mutex);

  self->n_waiting++;
  while (in_time && self->value == 0)
    in_time = _ly_cond_wait (&self->released, &self->mutex, deadline);
  self->n_waiting--;

  acquired = self->value > 0;
  if (acquired)
    self->value--;

  g_mutex_unlock (&self->mutex);

  return acquired;
}

/**
 * ly_semaphore_release:
 * @self: a `LySemaphore`
 * @error: return location for %G_IO_ERROR_INVALID_ARGUMENT
 *
 * Gives a place back, and lets a thread have it that waits for one. Never
 * blocks.
 *
 * Returns: %FALSE with @error set, and nothing changed, if all places are free
 *   already
 */
gboolean
ly_semaphore_release (LySemaphore  *self,
                      GError      **error)
{
  gboolean released;
  gboolean wake;

  g_return_val_if_fail (LY_IS_SEMAPHORE (self), FALSE);

  g_mutex_lock (&self->mutex);

  released = self->value < self->bound;
  if (released)
    self->value++;
  wake = released && self->n_waiting > 0;

  g_mutex_unlock (&self->mutex);

  if (wake)
    g_cond_signal (&self->released);

  if (!released)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "semaphore was released more often than acquired: its bound is %u", self->bound);

  return released;
}

/**
 * ly_semaphore_get_bound:
 * @self: a `LySemaphore`
 *
 * Tells what [ctor@Semaphore.new] was given.
 *
 * Returns: how many places there are
 */
guint
ly_semaphore_get_bound (LySemaphore *self)
{
  g_return_val_if_fail (LY_IS_SEMAPHORE (self), 0);

  return self->bound;
}

/**
 * ly_semaphore_get_value:
 * @self: a `LySemaphore`
 *
 * The number may be out of date as soon as it is known.
 *
 * Returns: how many places are free
 */
guint
ly_semaphore_get_value (LySemaphore *self)
{
  guint value;

  g_return_val_if_fail (LY_IS_SEMAPHORE (self), 0);

  g_mutex_lock (&self->mutex);
  value = self->value;
  g_mutex_unlock (&self->mutex);

  return value;
}
