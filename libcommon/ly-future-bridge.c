/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-future"

#include "ly-future-bridge.h"
#include "ly-future-private.h"

/* An operation on its way to a future. */
typedef struct
{
  LyFuture           *future;
  LyFutureFinishFunc  finish;
} Ready;

/* A future on its way to a task: held by the continuation and by the source
 * that waits for the cancellable, both on the task's context, so that only one
 * thread uses it. */
typedef struct
{
  GTask    *task;
  GWeakRef  future;
  GSource  *cancel_source;
  gboolean  cancels;      /* the future, not only the wait */
  gboolean  returned;
} Delivery;

/**
 * ly_future_new_async: (constructor)
 * @finish: (scope forever): turns the operation's result into a value
 * @ready_data: (out): what to give to the operation beside
 *   [func@Future.async_ready]
 *
 * Creates a future for an asynchronous operation of GIO, which must be begun:
 *
 * ```c
 * future = ly_future_new_async (finish_load, &ready_data);
 * g_file_load_contents_async (file, ly_future_get_cancellable (future),
 *                             ly_future_async_ready, ready_data);
 * ```
 *
 * Cancelling the future then cancels the operation. It is completed on the
 * thread-default main context of the thread that begins the operation.
 *
 * Returns: (transfer full): the future
 */
LyFuture *
ly_future_new_async (LyFutureFinishFunc  finish,
                     gpointer           *ready_data)
{
  Ready *ready;
  LyFuture *future;

  g_return_val_if_fail (finish != NULL, NULL);
  g_return_val_if_fail (ready_data != NULL, NULL);

  future = ly_future_new ();

  ready = g_new0 (Ready, 1);
  ready->future = g_object_ref (future);
  ready->finish = finish;
  *ready_data = ready;

  return future;
}

/**
 * ly_future_async_ready:
 * @source: (nullable): the object of the operation
 * @result: its result
 * @ready_data: (transfer full): what [ctor@Future.new_async] gave
 *
 * The `GAsyncReadyCallback` of an operation that was begun for a future.
 */
void
ly_future_async_ready (GObject      *source,
                       GAsyncResult *result,
                       gpointer      ready_data)
{
  g_autofree Ready *ready = ready_data;
  g_autoptr (LyFuture) future = NULL;
  GError *error = NULL;
  GVariant *value;

  g_return_if_fail (G_IS_ASYNC_RESULT (result));
  g_return_if_fail (ready != NULL);

  future = ready->future;
  value = ready->finish (source, result, &error);

  if (value != NULL)
    g_variant_take_ref (value);

  if (error == NULL)
    ly_future_resolve (future, value);
  else
    ly_future_reject (future, error);

  g_clear_pointer (&value, g_variant_unref);
}

static void
delivery_clear (gpointer data)
{
  Delivery *self = data;

  g_weak_ref_clear (&self->future);
  g_clear_object (&self->task);
}

static void
delivery_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, delivery_clear);
}

static void
delivery_end (Delivery *self)
{
  self->returned = TRUE;

  if (self->cancel_source != NULL)
    {
      g_source_destroy (self->cancel_source);
      g_clear_pointer (&self->cancel_source, g_source_unref);
    }
}

static void
on_outcome (LyFuture *future,
            gpointer  user_data)
{
  Delivery *self = user_data;
  GError *error = NULL;
  GVariant *value;

  if (self->returned)
    return;

  delivery_end (self);

  value = ly_future_get (future, 0, &error);
  if (value != NULL)
    g_task_return_pointer (self->task, value, (GDestroyNotify) g_variant_unref);
  else
    g_task_return_error (self->task, error);
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  Delivery *self = user_data;
  g_autoptr (LyFuture) future = g_weak_ref_get (&self->future);

  if (self->returned)
    return G_SOURCE_REMOVE;

  if (self->cancels && future != NULL)
    {
      ly_future_cancel (future);
      return G_SOURCE_REMOVE;
    }

  delivery_end (self);
  g_task_return_new_error (self->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "wait was cancelled");
  if (future != NULL)
    _ly_future_forget (future, on_outcome, self);

  return G_SOURCE_REMOVE;
}

/* Takes @task. */
static void
deliver (LyFuture *self,
         GTask    *task,
         gboolean  cancels)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  GMainContext *context = g_task_get_context (task);
  g_autoptr (GSource) source = NULL;
  Delivery *delivery = g_atomic_rc_box_new0 (Delivery);

  delivery->task = task;
  delivery->cancels = cancels;
  g_weak_ref_init (&delivery->future, self);

  if (cancellable != NULL)
    {
      source = g_cancellable_source_new (cancellable);
      g_source_set_callback (source, G_SOURCE_FUNC (on_cancelled),
                             g_atomic_rc_box_acquire (delivery), delivery_unref);
      delivery->cancel_source = g_source_ref (source);
    }

  g_atomic_rc_box_acquire (delivery);
  ly_future_then (self, context, on_outcome, delivery, delivery_unref);

  /* Now that both are told, the context may begin with either. */
  if (source != NULL)
    g_source_attach (source, context);

  delivery_unref (delivery);
}

/**
 * ly_future_to_task:
 * @self: a `LyFuture`
 * @task: (transfer full): the task to complete, which takes a `GVariant`
 *
 * Lets the outcome of a future be that of a `GTask`, for an asynchronous
 * function that is made of futures: from its main context, the task returns
 * the value as a pointer that [method@Gio.Task.propagate_pointer] gives away,
 * or the error. The task stands for the future: cancelling its cancellable
 * cancels the future.
 *
 * To be called in the thread of the task's main context, and does not block.
 */
void
ly_future_to_task (LyFuture *self,
                   GTask    *task)
{
  g_return_if_fail (LY_IS_FUTURE (self));
  g_return_if_fail (G_IS_TASK (task));

  deliver (self, task, TRUE);
}

/**
 * ly_future_get_async:
 * @self: a `LyFuture`
 * @cancellable: (nullable): ends the wait, but does nothing to the future
 * @callback: (scope async): what to call once the future is done
 * @user_data: passed to @callback
 *
 * Waits for a future in the manner of GIO: @callback is called from the
 * thread-default main context of this thread, and then calls
 * [method@Future.get_finish]. Until then the future is kept alive, so one that
 * its producer forgets is not found out.
 */
void
ly_future_get_async (LyFuture            *self,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (LY_IS_FUTURE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ly_future_get_async);
  deliver (self, task, FALSE);
}

/**
 * ly_future_get_finish:
 * @self: a `LyFuture`
 * @result: what the callback was given
 * @error: return location for the future's error, or %G_IO_ERROR_CANCELLED if
 *   the wait was cancelled
 *
 * Reads what [method@Future.get_async] has waited for.
 *
 * Returns: (transfer full): the value, or %NULL with @error set
 */
GVariant *
ly_future_get_finish (LyFuture      *self,
                      GAsyncResult  *result,
                      GError       **error)
{
  g_return_val_if_fail (LY_IS_FUTURE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ly_future_get_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
