/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-fiber"

#include "ly-fiber-private.h"
#include "ly-unit-private.h"

/* How fibers get to run, and how they stop. */

/* The fiber that runs in this thread. */
static LY_FIBER_THREAD_LOCAL LyFiber *current;

/* What yields without a value, and fibers without a result, give. */
static GVariant *
ref_unit (void)
{
  return g_variant_ref (_ly_unit ());
}

static GVariant *
own (GVariant *value)
{
  return value != NULL ? g_variant_ref_sink (value) : ref_unit ();
}

static LyFiberContext *
get_context (LyFiber *fiber)
{
  return fiber != NULL ? &fiber->context : _ly_fiber_context_get_thread ();
}

static void
set_cancelled_error (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "fiber was cancelled");
}

/* The first function on every stack. It never returns, hence nothing of what
 * it holds may need cleaning up. */
static void
fiber_main (void *data)
{
  LyFiber *self = data;
  GVariant *value;

  _ly_fiber_context_enter (&self->context);

  value = self->func (self->user_data, &self->error);
  if (value == NULL)
    value = ref_unit ();
  self->value = g_variant_take_ref (value);

  self->state = LY_FIBER_ENDED;
  _ly_fiber_context_leave (&self->context, get_context (self->resumer));
}

/* After the end, on another stack. */
static void
finish (LyFiber *self)
{
  g_autoptr (LyFuture) future = NULL;

  if (self->thread != NULL)
    _ly_fiber_context_close (&self->context);

  if (self->destroy != NULL)
    self->destroy (self->user_data);

  g_mutex_lock (&self->mutex);
  g_atomic_int_set (&self->done, TRUE);
  if (self->future != NULL)
    future = g_object_ref (self->future);
  g_mutex_unlock (&self->mutex);

  if (future != NULL)
    _ly_fiber_complete_future (self, future);
}

/* Ends a fiber that has not begun. */
void
_ly_fiber_finish_unborn (LyFiber *self)
{
  self->state = LY_FIBER_ENDED;
  set_cancelled_error (&self->error);
  finish (self);
}

static void
begin (LyFiber *self)
{
  self->thread = g_thread_self ();
  self->state = LY_FIBER_ACTIVE;
  self->innermost = self;
  _ly_fiber_context_open (&self->context, self->stack_size, fiber_main, self);
}

/* Runs @target, which is @self or was resumed from there, until control comes
 * back to us. */
void
_ly_fiber_switch_to (LyFiber *self,
                     LyFiber *target)
{
  LyFiber *before = current;

  self->resumer = before;
  current = target;
  _ly_fiber_context_switch (get_context (before), &target->context);
  current = before;

  if (self->state == LY_FIBER_ENDED)
    finish (self);
}

/* The started fiber in which we are, itself or below generators; NULL if there
 * is none, and hence no loop to go back to. */
LyFiber *
_ly_fiber_get_root (void)
{
  LyFiber *fiber = current;

  while (fiber != NULL && fiber->scheduler == NULL)
    fiber = fiber->resumer;

  return fiber;
}

/* Whether @self, which is active, or one that resumed it is to unwind. */
gboolean
_ly_fiber_is_cancelled (LyFiber  *self,
                        GError  **error)
{
  for (LyFiber *fiber = self; fiber != NULL; fiber = fiber->resumer)
    {
      if (g_atomic_int_get (&fiber->cancelled))
        {
          set_cancelled_error (error);
          return TRUE;
        }

      if (fiber->scheduler != NULL)
        break;
    }

  return FALSE;
}

/* Runs a started fiber until it waits or ends, in which case the reference that
 * it had to itself is dropped. */
void
_ly_fiber_run (LyFiber *self)
{
  if (self->state == LY_FIBER_NEW && g_atomic_int_get (&self->cancelled))
    {
      _ly_fiber_finish_unborn (self);
    }
  else
    {
      if (self->state == LY_FIBER_NEW)
        begin (self);

      /* Stacks do not travel: whatever is on them may be the thread's own. */
      if (self->thread != g_thread_self ())
        g_error ("the main context of a fiber is iterated by another thread than before");

      _ly_fiber_switch_to (self, self->innermost);
    }

  if (self->state == LY_FIBER_ENDED)
    g_object_unref (self);
}

/* Goes back to the loop until @root, in which we are, is woken. That may be for
 * no reason, so callers look again. */
void
_ly_fiber_suspend (LyFiber *root)
{
  if (!_ly_fiber_scheduler_may_wait (root->scheduler, root))
    return;

  root->innermost = current;
  _ly_fiber_context_switch (&current->context, get_context (root->resumer));
}

/* Goes back to the loop and is ready at once: others have their turn. */
void
_ly_fiber_pass (LyFiber *root)
{
  while (!_ly_fiber_scheduler_may_wait (root->scheduler, root))
    ;
  _ly_fiber_scheduler_wake (root->scheduler, root);

  root->innermost = current;
  _ly_fiber_context_switch (&current->context, get_context (root->resumer));
}

/**
 * ly_fiber_resume:
 * @self: a `LyFiber` that was not started
 * @value: (nullable): what the yield that the fiber is in shall return; a
 *   floating reference is sunk, and %NULL stands for the unit value `()`. The
 *   first call begins the function, where nothing takes it.
 * @error: return location for the error that the fiber ended with, or
 *   %G_IO_ERROR_CLOSED if it had ended before
 *
 * Runs the fiber until it yields or ends. To be called in one thread only, from
 * outside the fiber.
 *
 * Returns: (transfer full) (nullable): what the fiber yielded; %NULL if it has
 *   ended, with @error set if that was an error. See
 *   [method@Fiber.get_result].
 */
GVariant *
ly_fiber_resume (LyFiber   *self,
                 GVariant  *value,
                 GError   **error)
{
  g_autoptr (GVariant) passed = NULL;

  g_return_val_if_fail (LY_IS_FIBER (self), NULL);
  g_return_val_if_fail (self->scheduler == NULL, NULL);
  g_return_val_if_fail (self->state != LY_FIBER_ACTIVE, NULL);
  g_return_val_if_fail (self->thread == NULL || self->thread == g_thread_self (), NULL);

  passed = own (value);

  if (self->state == LY_FIBER_ENDED)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "fiber has ended");
      return NULL;
    }

  if (self->state == LY_FIBER_NEW)
    begin (self);
  else
    self->transfer = g_steal_pointer (&passed);

  self->state = LY_FIBER_ACTIVE;
  _ly_fiber_switch_to (self, self);

  if (self->state == LY_FIBER_ENDED && self->error != NULL && error != NULL)
    *error = g_error_copy (self->error);

  return g_steal_pointer (&self->transfer);
}

/**
 * ly_fiber_get_current:
 *
 * Finds out who runs, in any thread.
 *
 * Returns: (transfer none) (nullable): the fiber that runs in this thread;
 *   %NULL outside of any
 */
LyFiber *
ly_fiber_get_current (void)
{
  return current;
}

/**
 * ly_fiber_yield:
 * @value: (nullable): what the resume that runs this fiber shall return; a
 *   floating reference is sunk, and %NULL stands for the unit value `()`
 * @error: return location for %G_IO_ERROR_CANCELLED
 *
 * In a generator: stops, and gives a value to whoever resumed it, until it is
 * resumed again.
 *
 * Returns: (transfer full): what was given to that resume; %NULL with @error
 *   set if the generator was cancelled or dropped, and should return
 */
GVariant *
ly_fiber_yield (GVariant  *value,
                GError   **error)
{
  g_autoptr (GVariant) passed = NULL;
  LyFiber *self = current;

  g_return_val_if_fail (self != NULL && self->scheduler == NULL, NULL);

  passed = own (value);

  if (_ly_fiber_is_cancelled (self, error))
    return NULL;

  self->transfer = g_steal_pointer (&passed);
  self->state = LY_FIBER_YIELDED;
  _ly_fiber_context_switch (&self->context, get_context (self->resumer));

  if (_ly_fiber_is_cancelled (self, error))
    {
      g_clear_pointer (&self->transfer, g_variant_unref);
      return NULL;
    }

  return g_steal_pointer (&self->transfer);
}
