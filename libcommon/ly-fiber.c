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

/* The fiber that runs in this thread. */
static LY_FIBER_THREAD_LOCAL LyFiber *current;

/* What yields without a value, and fibers without a result, give. */
static GVariant *
ref_unit (void)
{
  static GVariant *unit;

  if (g_once_init_enter (&unit))
    g_once_init_leave (&unit, g_variant_ref_sink (g_variant_new ("()")));

  return g_variant_ref (unit);
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

static void
complete_future (LyFiber  *self,
                 LyFuture *future)
{
  if (self->error != NULL)
    ly_future_reject (future, g_error_copy (self->error));
  else
    ly_future_resolve (future, self->value);
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
    complete_future (self, future);
}

/* Ends a fiber that has not begun. */
static void
finish_unborn (LyFiber *self)
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
static void
switch_to (LyFiber *self,
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
      finish_unborn (self);
    }
  else
    {
      if (self->state == LY_FIBER_NEW)
        begin (self);

      /* Stacks do not travel: whatever is on them may be the thread's own. */
      if (self->thread != g_thread_self ())
        g_error ("the main context of a fiber is iterated by another thread than before");

      switch_to (self, self->innermost);
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
  switch_to (self, self);

  if (self->state == LY_FIBER_ENDED && self->error != NULL && error != NULL)
    *error = g_error_copy (self->error);

  return g_steal_pointer (&self->transfer);
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
      finish_unborn (self);
    }
  else if (self->state == LY_FIBER_YIELDED)
    {
      g_autoptr (LyFiber) keep = g_object_ref (self);

      self->state = LY_FIBER_ACTIVE;
      switch_to (self, self);
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
    complete_future (self, future);

  return future;
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
