/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-fiber"

#include "ly-deadline-private.h"
#include "ly-fiber-await.h"
#include "ly-fiber-private.h"
#include "ly-future-private.h"

#include <errno.h>
#include <glib-unix.h>

/* Guards the results of operations that threads wait for without a loop. */
static GMutex async_mutex;
static GCond async_changed;

typedef gboolean (*IsDoneFunc) (gpointer data);

/* Suspends @root until @is_done says so. */
static gboolean
wait_for (LyFiber     *root,
          IsDoneFunc   is_done,
          gpointer     data,
          gint64       timeout_us,
          GError     **error)
{
  gint64 deadline = _ly_deadline (timeout_us);
  LyFiber *self = ly_fiber_get_current ();
  gboolean cancelled = FALSE;
  gboolean done = FALSE;

  if (timeout_us > 0)
    _ly_fiber_scheduler_set_timer (root->scheduler, root, deadline);

  while (!(cancelled = _ly_fiber_is_cancelled (self, error)) &&
         !(done = is_done (data)) &&
         (deadline == LY_NO_DEADLINE || g_get_monotonic_time () < deadline))
    _ly_fiber_suspend (root);

  _ly_fiber_scheduler_clear_timer (root->scheduler, root);

  if (!done && !cancelled)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "result did not come in time");

  return done;
}

/* For generators that wait with no loop below them. */
static gboolean
is_cancelled_here (GError **error)
{
  return _ly_fiber_is_cancelled (ly_fiber_get_current (), error);
}

static gboolean
future_is_done (gpointer data)
{
  return ly_future_is_done (data);
}

static void
on_future_done (LyFuture *future,
                gpointer  user_data)
{
  LyFiber *root = user_data;

  _ly_fiber_scheduler_wake (root->scheduler, root);
}

/**
 * ly_fiber_await:
 * @future: what to wait for
 * @timeout_us: how long to wait at most, in microseconds of monotonic time;
 *   -1 waits without end, 0 does not wait
 * @error: return location for the future's error, %G_IO_ERROR_TIMED_OUT, or
 *   %G_IO_ERROR_CANCELLED if the fiber was cancelled
 *
 * Waits for a future, and reads its outcome. In a started fiber, its main
 * context goes on meanwhile; anywhere else this blocks, as
 * [method@Future.get] does, so that the same code runs in both.
 *
 * That waiting has ended early does nothing to @future; who wants it no more
 * calls [method@Future.cancel].
 *
 * Returns: (transfer full): the value, or %NULL with @error set
 */
GVariant *
ly_fiber_await (LyFuture  *future,
                gint64     timeout_us,
                GError   **error)
{
  LyFiber *root = _ly_fiber_get_root ();
  gboolean done;

  g_return_val_if_fail (LY_IS_FUTURE (future), NULL);

  if (root == NULL)
    return is_cancelled_here (error) ? NULL : ly_future_get (future, timeout_us, error);

  ly_future_then (future, NULL, on_future_done, g_object_ref (root), g_object_unref);
  done = wait_for (root, future_is_done, future, timeout_us, error);

  if (done)
    return ly_future_get (future, 0, error);

  _ly_future_forget (future, on_future_done, root);

  return NULL;
}

/**
 * ly_fiber_join:
 * @fiber: another fiber, which was started
 * @timeout_us: as for [func@Fiber.await]
 * @error: return location for the error that @fiber ended with, or those of
 *   [func@Fiber.await]
 *
 * Waits until a fiber has ended, and reads its result. May be called where
 * [func@Fiber.await] may, and in any thread.
 *
 * Returns: (transfer full): the result, or %NULL with @error set
 */
GVariant *
ly_fiber_join (LyFiber  *fiber,
               gint64    timeout_us,
               GError  **error)
{
  g_return_val_if_fail (LY_IS_FIBER (fiber), NULL);
  g_return_val_if_fail (fiber != ly_fiber_get_current (), NULL);

  return ly_fiber_await (ly_fiber_get_future (fiber), timeout_us, error);
}

/**
 * ly_fiber_run:
 * @self: a `LyFiber` that was neither started nor resumed
 * @error: return location for the error that the fiber ended with
 *
 * Starts a fiber on the thread's default main context, iterates that until the
 * fiber has ended, and reads its result: the way in for a program, or a thread,
 * that is made of fibers. Those that it started in turn, and did not join, are
 * left where they are.
 *
 * Not to be called from a fiber, nor from a source of that context.
 *
 * Returns: (transfer full): the result, or %NULL with @error set
 */
GVariant *
ly_fiber_run (LyFiber  *self,
              GError  **error)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  g_return_val_if_fail (LY_IS_FIBER (self), NULL);
  g_return_val_if_fail (ly_fiber_get_current () == NULL, NULL);

  ly_fiber_start (self, context);
  while (!ly_fiber_is_done (self))
    g_main_context_iteration (context, TRUE);

  return ly_fiber_get_result (self, error);
}

static gboolean
never (gpointer data)
{
  return FALSE;
}

/**
 * ly_fiber_sleep:
 * @duration_us: for how long, in microseconds of monotonic time
 * @error: return location for %G_IO_ERROR_CANCELLED
 *
 * Lets time pass. In a started fiber, its main context goes on meanwhile, and
 * looks at the clock in milliseconds; anywhere else this blocks.
 *
 * Returns: %FALSE with @error set if the fiber was cancelled
 */
gboolean
ly_fiber_sleep (gint64    duration_us,
                GError  **error)
{
  LyFiber *root = _ly_fiber_get_root ();
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (duration_us >= 0, FALSE);

  if (root == NULL)
    {
      if (is_cancelled_here (error))
        return FALSE;

      g_usleep ((gulong) duration_us);
      return TRUE;
    }

  wait_for (root, never, NULL, duration_us, &local_error);
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

/**
 * ly_fiber_pass:
 * @error: return location for %G_IO_ERROR_CANCELLED
 *
 * In a started fiber: lets the others that are ready, and the other sources of
 * the main context, have their turn. Anywhere else this does nothing.
 *
 * Returns: %FALSE with @error set if the fiber was cancelled
 */
gboolean
ly_fiber_pass (GError **error)
{
  LyFiber *root = _ly_fiber_get_root ();

  if (root != NULL && !g_atomic_int_get (&root->cancelled))
    _ly_fiber_pass (root);

  return !is_cancelled_here (error);
}

static gboolean
block_on_fd (int            fd,
             GIOCondition   condition,
             gint64         timeout_us,
             GError       **error)
{
  GPollFD pollfd = { .fd = fd, .events = (gushort) condition };
  gint64 deadline = _ly_deadline (timeout_us);
  int n;

  do
    {
      gint64 left = MAX (deadline - g_get_monotonic_time (), 0);

      if (is_cancelled_here (error))
        return FALSE;

      n = g_poll (&pollfd, 1, timeout_us < 0 ? -1 : (int) MIN ((left + 999) / 1000, G_MAXINT));
    }
  while (n < 0 && errno == EINTR);

  if (n > 0)
    return TRUE;

  if (n == 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "result did not come in time");
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                 "waiting for a descriptor: %s", g_strerror (errno));

  return FALSE;
}

typedef struct
{
  LyFiber  *root;
  gboolean  ready;
} FdWait;

static gboolean
on_fd_ready (int          fd,
             GIOCondition condition,
             gpointer     user_data)
{
  FdWait *wait = user_data;

  wait->ready = TRUE;
  _ly_fiber_scheduler_wake (wait->root->scheduler, wait->root);

  return G_SOURCE_REMOVE;
}

static gboolean
fd_is_ready (gpointer data)
{
  return ((FdWait *) data)->ready;
}

/**
 * ly_fiber_await_fd:
 * @fd: a descriptor that can be polled
 * @condition: what to wait for; errors and the end are always waited for
 * @timeout_us: as for [func@Fiber.await]
 * @error: return location for %G_IO_ERROR_TIMED_OUT or %G_IO_ERROR_CANCELLED
 *
 * Waits until a descriptor can be read or written. In a started fiber, its
 * main context goes on meanwhile; anywhere else this blocks.
 *
 * Returns: %FALSE with @error set if that did not come about
 */
gboolean
ly_fiber_await_fd (int            fd,
                   GIOCondition   condition,
                   gint64         timeout_us,
                   GError       **error)
{
  LyFiber *root = _ly_fiber_get_root ();
  FdWait wait = { root, FALSE };
  g_autoptr (GSource) source = NULL;
  gboolean ready;

  g_return_val_if_fail (fd >= 0, FALSE);

  if (root == NULL)
    return block_on_fd (fd, condition, timeout_us, error);

  source = g_unix_fd_source_new (fd, condition);
  g_source_set_callback (source, G_SOURCE_FUNC (on_fd_ready), &wait, NULL);
  g_source_attach (source, _ly_fiber_scheduler_get_context (root->scheduler));

  ready = wait_for (root, fd_is_ready, &wait, timeout_us, error);
  g_source_destroy (source);

  return ready;
}

/**
 * ly_fiber_get_cancellable:
 *
 * What is cancelled with the fiber that runs: to be given to the operations
 * that it awaits, so that cancelling the fiber ends them. In a generator it is
 * that of the started fiber below it.
 *
 * Returns: (transfer none) (nullable): the cancellable; %NULL outside of any
 *   fiber
 */
GCancellable *
ly_fiber_get_cancellable (void)
{
  LyFiber *fiber = _ly_fiber_get_root ();
  GCancellable *cancellable;

  if (fiber == NULL)
    fiber = ly_fiber_get_current ();
  if (fiber == NULL)
    return NULL;

  cancellable = g_atomic_pointer_get (&fiber->cancellable);
  if (cancellable != NULL)
    return cancellable;

  cancellable = g_cancellable_new ();
  g_atomic_pointer_set (&fiber->cancellable, cancellable);

  /* One who cancelled just before did not see it. */
  if (g_atomic_int_get (&fiber->cancelled))
    g_cancellable_cancel (cancellable);

  return cancellable;
}

/**
 * ly_fiber_async_ready:
 * @source: (nullable): the object of the operation
 * @result: its result
 * @async: (type LyFiberAsync): what will be awaited
 *
 * The `GAsyncReadyCallback` of an operation that is awaited by
 * [func@Fiber.await_async].
 */
void
ly_fiber_async_ready (GObject      *source,
                      GAsyncResult *result,
                      gpointer      async)
{
  LyFiberAsync *self = async;
  LyFiber *fiber;

  g_return_if_fail (G_IS_ASYNC_RESULT (result));
  g_return_if_fail (self != NULL && self->result == NULL);

  g_mutex_lock (&async_mutex);
  self->result = g_object_ref (result);
  fiber = self->fiber;
  g_cond_broadcast (&async_changed);
  g_mutex_unlock (&async_mutex);

  /* @self may be gone, unless a fiber waits, which runs in this thread. */
  if (fiber != NULL)
    _ly_fiber_scheduler_wake (fiber->scheduler, fiber);
}

static void
block_on_async (LyFiberAsync *async)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  if (g_main_context_acquire (context))
    {
      while (async->result == NULL)
        g_main_context_iteration (context, TRUE);

      g_main_context_release (context);
      return;
    }

  g_mutex_lock (&async_mutex);
  while (async->result == NULL)
    g_cond_wait (&async_changed, &async_mutex);
  g_mutex_unlock (&async_mutex);
}

/**
 * ly_fiber_await_async:
 * @async: what [func@FiberAsync.ready] was given for the operation
 *
 * Waits until an asynchronous operation of GIO is done:
 *
 * ```c
 * LyFiberAsync async = LY_FIBER_ASYNC_INIT;
 * g_autoptr (GAsyncResult) result = NULL;
 *
 * g_input_stream_read_async (stream, buffer, size, G_PRIORITY_DEFAULT,
 *                            ly_fiber_get_cancellable (), ly_fiber_async_ready, &async);
 * result = ly_fiber_await_async (&async);
 * n = g_input_stream_read_finish (stream, result, error);
 * ```
 *
 * The operation must have been begun by the same fiber. In a started fiber, its
 * main context goes on meanwhile. Anywhere else this blocks: it iterates the
 * thread's default context or, if another thread does that, waits for it.
 *
 * It always waits to the end. Cancelling the fiber ends an operation that was
 * given [func@Fiber.get_cancellable], and then its finish function says so. For
 * an operation with a time limit see [ctor@Future.new_async].
 *
 * Returns: (transfer full): the operation's result
 */
GAsyncResult *
ly_fiber_await_async (LyFiberAsync *async)
{
  LyFiber *root = _ly_fiber_get_root ();

  g_return_val_if_fail (async != NULL, NULL);

  if (root == NULL)
    {
      block_on_async (async);
      return g_steal_pointer (&async->result);
    }

  async->fiber = root;
  while (async->result == NULL)
    _ly_fiber_suspend (root);

  return g_steal_pointer (&async->result);
}
