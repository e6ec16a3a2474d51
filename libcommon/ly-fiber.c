/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-fiber"

#include "ly-fiber-private.h"
#include "ly-future-private.h"

/* Less than this and not even a message could be printed. */
#define MIN_STACK_SIZE (16 * 1024)

/**
 * LyFiber:
 *
 * A function with a stack of its own, which can stop in the middle and go on
 * later: a stackful coroutine.
 *
 * There are two ways to use one. As a *generator* it is driven by hand:
 * [method@Fiber.resume] runs it until it gives a value to
 * [func@Fiber.yield], back and forth. *Started* on a main context by
 * [method@Fiber.start] or [method@Fiber.run], it runs by itself, and wherever
 * it awaits something, the context goes on with other things: see
 * [func@Fiber.await]. A generator may await, too: what waits then is the
 * started fiber from which it was resumed.
 *
 * Switching takes some nanoseconds and no system call. A stack has 64 KiB
 * unless it is given another size, takes only the memory that was touched, and
 * lies behind a page that may not be: overflowing it ends the program with
 * SIGSEGV. So no big arrays, and no deep recursion.
 *
 * All fibers of a thread run in turn, and change only where one resumes,
 * yields or awaits. Neither a lock nor a pushed thread-default context may be
 * held across these, and the thread's own loop must not be run from a fiber. A
 * fiber stays in the thread in which it first ran.
 *
 * Cancelling a fiber unwinds it: whatever it waits in returns
 * %G_IO_ERROR_CANCELLED, as does whatever it waits in later, so that it comes
 * to its end by returning early. Nothing is taken from under its feet. The same
 * happens to a generator that is dropped before its end. A started fiber keeps
 * itself and its context alive until it has ended.
 *
 * The idea is Conway's ("Design of a Separable Transition-Diagram Compiler",
 * 1963); generators that are called like functions, and asymmetric ones, are
 * as de Moura and Ierusalimschy describe ("Revisiting Coroutines", 2009).
 */
G_DEFINE_FINAL_TYPE (LyFiber, ly_fiber, G_TYPE_OBJECT)

/* Gives @future what the fiber has ended with. */
void
_ly_fiber_complete_future (LyFiber  *self,
                           LyFuture *future)
{
  if (self->error != NULL)
    ly_future_reject (future, g_error_copy (self->error));
  else
    ly_future_resolve (future, self->value);
}

static void
ly_fiber_dispose (GObject *object)
{
  LyFiber *self = LY_FIBER (object);

  if (self->state == LY_FIBER_NEW || self->state == LY_FIBER_YIELDED)
    ly_fiber_cancel (self);

  G_OBJECT_CLASS (ly_fiber_parent_class)->dispose (object);
}

static void
ly_fiber_finalize (GObject *object)
{
  LyFiber *self = LY_FIBER (object);

  g_assert (self->state == LY_FIBER_ENDED && self->timer == NULL);

  g_clear_pointer (&self->transfer, g_variant_unref);
  g_clear_pointer (&self->value, g_variant_unref);
  g_clear_error (&self->error);
  g_clear_object (&self->future);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->scheduler, _ly_fiber_scheduler_release);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (ly_fiber_parent_class)->finalize (object);
}

static void
ly_fiber_class_init (LyFiberClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ly_fiber_dispose;
  object_class->finalize = ly_fiber_finalize;
}

static void
ly_fiber_init (LyFiber *self)
{
  g_mutex_init (&self->mutex);
  self->link.data = self;
}

/**
 * ly_fiber_new:
 * @func: (scope notified): what to do
 * @user_data: passed to @func
 * @destroy: (nullable): frees @user_data once the fiber has ended
 *
 * Creates a fiber with a stack of %LY_FIBER_STACK_SIZE, which does nothing yet.
 *
 * Returns: (transfer full): the fiber
 */
LyFiber *
ly_fiber_new (LyFiberFunc    func,
              gpointer       user_data,
              GDestroyNotify destroy)
{
  return ly_fiber_new_with_stack (func, user_data, destroy, LY_FIBER_STACK_SIZE);
}

/**
 * ly_fiber_new_with_stack:
 * @func: (scope notified): what to do
 * @user_data: passed to @func
 * @destroy: (nullable): frees @user_data once the fiber has ended
 * @stack_size: how many bytes of stack it needs, at least 16384; rounded up to
 *   whole pages
 *
 * Creates a fiber, which does nothing yet. A thread keeps up to 64 stacks of
 * the size that it used last for its next fibers. If there is no memory for the
 * stack when the fiber begins to run, the program is ended.
 *
 * Returns: (transfer full): the fiber
 */
LyFiber *
ly_fiber_new_with_stack (LyFiberFunc    func,
                         gpointer       user_data,
                         GDestroyNotify destroy,
                         gsize          stack_size)
{
  LyFiber *self;

  g_return_val_if_fail (func != NULL, NULL);
  g_return_val_if_fail (stack_size >= MIN_STACK_SIZE && stack_size <= G_MAXSSIZE, NULL);

  self = g_object_new (LY_TYPE_FIBER, NULL);
  self->func = func;
  self->user_data = user_data;
  self->destroy = destroy;
  self->stack_size = stack_size;

  return self;
}

/**
 * ly_fiber_start:
 * @self: a `LyFiber` that was neither started nor resumed
 * @context: (nullable): where to run it; %NULL is the default main context
 *
 * Lets the fiber run by itself, from an iteration of @context, which must
 * always be iterated by the same thread. Inside the fiber, @context is the
 * thread's default one. May be called from any thread and does not block.
 *
 * The fiber keeps itself and @context alive until it has ended. One that was
 * cancelled before is not run at all.
 */
void
ly_fiber_start (LyFiber      *self,
                GMainContext *context)
{
  g_return_if_fail (LY_IS_FIBER (self));
  g_return_if_fail (self->scheduler == NULL);
  g_return_if_fail (self->state == LY_FIBER_NEW || self->state == LY_FIBER_ENDED);

  if (self->state == LY_FIBER_ENDED)
    return;

  if (context == NULL)
    context = g_main_context_default ();

  g_object_ref (self);
  self->waiting = TRUE;
  self->scheduler = _ly_fiber_scheduler_acquire (context);
  _ly_fiber_scheduler_wake (self->scheduler, self);
}

/**
 * ly_fiber_cancel:
 * @self: a `LyFiber`
 *
 * Makes the fiber unwind: what it waits in, now or later, returns
 * %G_IO_ERROR_CANCELLED. One that has not begun is not run any more. Cancelling
 * one that has ended changes nothing.
 *
 * A started fiber may be cancelled from any thread, and unwinds when its
 * context is iterated. A generator may only be cancelled in its own thread; if
 * it is at a yield, it unwinds inside this call.
 */
void
ly_fiber_cancel (LyFiber *self)
{
  GCancellable *cancellable;

  g_return_if_fail (LY_IS_FIBER (self));
  g_return_if_fail (self->scheduler != NULL || self->thread == NULL ||
                    self->thread == g_thread_self ());

  if (g_atomic_int_get (&self->done) || g_atomic_int_exchange (&self->cancelled, TRUE))
    return;

  cancellable = g_atomic_pointer_get (&self->cancellable);
  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);

  if (self->scheduler != NULL)
    {
      _ly_fiber_scheduler_wake (self->scheduler, self);
    }
  else if (self->state == LY_FIBER_NEW)
    {
      _ly_fiber_finish_unborn (self);
    }
  else if (self->state == LY_FIBER_YIELDED)
    {
      g_autoptr (LyFiber) keep = g_object_ref (self);

      self->state = LY_FIBER_ACTIVE;
      _ly_fiber_switch_to (self, self);
    }
  else if (self->state == LY_FIBER_ACTIVE)
    {
      LyFiber *root = self;

      while (root != NULL && root->scheduler == NULL)
        root = root->resumer;
      if (root != NULL)
        _ly_fiber_scheduler_wake (root->scheduler, root);
    }
}

/**
 * ly_fiber_is_done:
 * @self: a `LyFiber`
 *
 * May be called from any thread.
 *
 * Returns: whether the fiber has ended
 */
gboolean
ly_fiber_is_done (LyFiber *self)
{
  g_return_val_if_fail (LY_IS_FIBER (self), FALSE);

  return g_atomic_int_get (&self->done);
}

/**
 * ly_fiber_get_result:
 * @self: a `LyFiber`
 * @error: return location for the error that the fiber ended with, or
 *   %G_IO_ERROR_PENDING if it has not ended
 *
 * Reads what the fiber's function returned. May be called from any thread and
 * does not block; see [method@Fiber.join] for a way to wait.
 *
 * Returns: (transfer full): the result, or %NULL with @error set
 */
GVariant *
ly_fiber_get_result (LyFiber  *self,
                     GError  **error)
{
  g_return_val_if_fail (LY_IS_FIBER (self), NULL);

  if (!g_atomic_int_get (&self->done))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING, "fiber has not ended");
      return NULL;
    }

  if (self->error != NULL)
    {
      if (error != NULL)
        *error = g_error_copy (self->error);
      return NULL;
    }

  return g_variant_ref (self->value);
}

static void
on_future_cancelled (gpointer user_data)
{
  g_autoptr (LyFiber) self = g_weak_ref_get (user_data);

  if (self != NULL)
    ly_fiber_cancel (self);
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/**
 * ly_fiber_get_future:
 * @self: a `LyFiber`
 *
 * The fiber's result as a future. Cancelling that cancels the fiber. May be
 * called from any thread.
 *
 * Returns: (transfer none): the future, which is done when the fiber is
 */
LyFuture *
ly_fiber_get_future (LyFiber *self)
{
  gboolean late = FALSE;
  LyFuture *future;

  g_return_val_if_fail (LY_IS_FIBER (self), NULL);

  g_mutex_lock (&self->mutex);

  if (self->future == NULL)
    {
      GWeakRef *weak = g_new0 (GWeakRef, 1);

      /* Weak, or a generator that is dropped would never go away. */
      g_weak_ref_init (weak, self);
      self->future = ly_future_new ();
      _ly_future_set_producer (self->future, on_future_cancelled, weak, weak_ref_free);
      late = self->done;
    }

  future = self->future;
  g_mutex_unlock (&self->mutex);

  if (late)
    _ly_fiber_complete_future (self, future);

  return future;
}
