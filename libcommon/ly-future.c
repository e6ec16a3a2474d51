/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-future"

#include "ly-deadline-private.h"
#include "ly-future-private.h"
#include "ly-unit-private.h"

/* One call of ly_future_then(), until it is made. It holds no reference to its
 * future while it waits for it, or one that is forgotten would never go away. */
typedef struct
{
  LyFuture       *future;     /* once it is on its way to a context */
  GMainContext   *context;
  LyFutureFunc    func;
  gpointer        user_data;
  GDestroyNotify  destroy;
} Continuation;

/**
 * LyFuture:
 *
 * A value or an error that is assigned once, by whoever computes it, and read
 * by any number of threads.
 *
 * Whoever wants the outcome no more may cancel the future, which then is done
 * at once, and tells the producer so. When the last reference to a future that
 * is not done is dropped, and so nobody is left who could complete it, its
 * continuations see it rejected with %G_IO_ERROR_CLOSED: none is ever leaked.
 *
 * Every method may be called from any thread. Continuations are called with
 * no lock held.
 */
struct _LyFuture
{
  GObject             parent_instance;

  /* Guarded by @mutex; @value and @error never change once @done is set, and
   * neither then stands for the unit value */
  GMutex              mutex;
  GCond               changed;
  guint               n_waiting;
  GQueue              continuations;
  GVariant           *value;
  GError             *error;
  gboolean            done;
  gboolean            cancelled;

  /* Guarded by @mutex: the ways to tell the producer, the first of which goes
   * once the future is done */
  LyFutureCancelFunc  cancel;
  gpointer            cancel_data;
  GDestroyNotify      cancel_destroy;
  GCancellable       *cancellable;
};

G_DEFINE_FINAL_TYPE (LyFuture, ly_future, G_TYPE_OBJECT)

static void
continuation_free (Continuation *self)
{
  if (self->destroy != NULL)
    self->destroy (self->user_data);

  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_object (&self->future);
  g_free (self);
}

static gboolean
continuation_dispatch (gpointer data)
{
  Continuation *self = data;

  self->func (self->future, self->user_data);

  return G_SOURCE_REMOVE;
}

/* Takes @self, which has no context: the call is made here and now. */
static void
continuation_run (Continuation *self,
                  LyFuture     *future)
{
  self->func (future, self->user_data);
  continuation_free (self);
}

/* Takes @self, which has a context: the call is always made from a later
 * iteration, never from inside this one. Returns the reference to the context,
 * which what is attached to it must not hold. */
static GMainContext *
continuation_attach (Continuation *self,
                     LyFuture     *future)
{
  GMainContext *context = g_steal_pointer (&self->context);
  g_autoptr (GSource) source = g_idle_source_new ();

  self->future = g_object_ref (future);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, continuation_dispatch, self,
                         (GDestroyNotify) continuation_free);
  g_source_attach (source, context);

  return context;
}

static gboolean complete (LyFuture *self,
                          GVariant *value,
                          GError   *error,
                          gboolean  cancelled);

/* Nobody is left who could complete it. What waits on a context brings it back
 * to life until it has been called. */
static void
ly_future_dispose (GObject *object)
{
  LyFuture *self = LY_FUTURE (object);

  if (!g_queue_is_empty (&self->continuations))
    complete (self, NULL,
              g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED,
                                   "nobody is left to complete the future"), FALSE);

  G_OBJECT_CLASS (ly_future_parent_class)->dispose (object);
}

static void
ly_future_finalize (GObject *object)
{
  LyFuture *self = LY_FUTURE (object);

  g_assert (g_queue_is_empty (&self->continuations));

  if (self->cancel_destroy != NULL)
    self->cancel_destroy (self->cancel_data);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->value, g_variant_unref);
  g_clear_error (&self->error);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (ly_future_parent_class)->finalize (object);
}

static void
ly_future_class_init (LyFutureClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ly_future_dispose;
  object_class->finalize = ly_future_finalize;
}

static void
ly_future_init (LyFuture *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
}

/**
 * ly_future_new:
 *
 * Creates a future that is not done yet.
 *
 * Returns: (transfer full): the future
 */
LyFuture *
ly_future_new (void)
{
  return g_object_new (LY_TYPE_FUTURE, NULL);
}

/* Runs the continuations that have no context, which are taken, and drops the
 * references to the contexts of the others. */
static void
run_continuations (LyFuture *self,
                   GQueue   *here,
                   GQueue   *contexts)
{
  Continuation *continuation;

  g_queue_clear_full (contexts, (GDestroyNotify) g_main_context_unref);

  while ((continuation = g_queue_pop_head (here)) != NULL)
    continuation_run (continuation, self);
}

/* Assigns the outcome unless there is one, and runs what waited for it. Takes
 * @value or @error; neither is the unit value. */
static gboolean
complete (LyFuture *self,
          GVariant *value,
          GError   *error,
          gboolean  cancelled)
{
  GQueue contexts = G_QUEUE_INIT;
  GQueue here = G_QUEUE_INIT;
  LyFutureCancelFunc cancel = NULL;
  GDestroyNotify cancel_destroy = NULL;
  gpointer cancel_data = NULL;
  g_autoptr (GCancellable) cancellable = NULL;
  g_autoptr (LyFuture) keep = NULL;
  Continuation *continuation;
  gboolean first;

  g_mutex_lock (&self->mutex);

  first = !self->done;
  if (first)
    {
      self->done = TRUE;
      self->cancelled = cancelled;
      self->value = g_steal_pointer (&value);
      self->error = g_steal_pointer (&error);
      cancel = g_steal_pointer (&self->cancel);
      cancel_destroy = g_steal_pointer (&self->cancel_destroy);
      cancel_data = self->cancel_data;

      /* GLib's asks the system even if nobody waits, and mostly nobody does. */
      if (self->n_waiting > 0)
        g_cond_broadcast (&self->changed);

      if (cancelled && self->cancellable != NULL)
        cancellable = g_object_ref (self->cancellable);

      /* They may drop the reference that our caller counts on. */
      if (!g_queue_is_empty (&self->continuations))
        keep = g_object_ref (self);

      /* Attached with the lock held, or one that is asked for just now could
       * overtake them. */
      while ((continuation = g_queue_pop_head (&self->continuations)) != NULL)
        if (continuation->context != NULL)
          g_queue_push_tail (&contexts, continuation_attach (continuation, self));
        else
          g_queue_push_tail (&here, continuation);
    }

  g_mutex_unlock (&self->mutex);

  g_clear_pointer (&value, g_variant_unref);
  g_clear_error (&error);

  if (cancelled && cancel != NULL)
    cancel (cancel_data);
  if (cancel_destroy != NULL)
    cancel_destroy (cancel_data);
  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);

  run_continuations (self, &here, &contexts);

  return first;
}

/**
 * ly_future_resolve:
 * @self: a `LyFuture`
 * @value: (nullable): the value; a floating reference is sunk, and %NULL
 *   stands for the unit value `()`
 *
 * Completes the future with a value. Continuations without a context run
 * inside this call.
 *
 * Returns: %FALSE if the future was done already, and nothing changed
 */
gboolean
ly_future_resolve (LyFuture *self,
                   GVariant *value)
{
  g_return_val_if_fail (LY_IS_FUTURE (self), FALSE);

  return complete (self, value != NULL ? g_variant_ref_sink (value) : NULL, NULL, FALSE);
}

/**
 * ly_future_reject:
 * @self: a `LyFuture`
 * @error: (transfer full): why there is no value
 *
 * Completes the future with an error. Continuations without a context run
 * inside this call.
 *
 * Returns: %FALSE if the future was done already, and nothing changed
 */
gboolean
ly_future_reject (LyFuture *self,
                  GError   *error)
{
  g_return_val_if_fail (LY_IS_FUTURE (self), FALSE);
  g_return_val_if_fail (error != NULL, FALSE);

  return complete (self, NULL, error, FALSE);
}

/**
 * ly_future_cancel:
 * @self: a `LyFuture`
 *
 * Gives the future up for all who wait for it: it is rejected at once with
 * %G_IO_ERROR_CANCELLED. Its producer is told, and may need a while to stop;
 * what it still comes up with is dropped. A task of an executor is cancelled, a
 * fiber unwinds, and an operation that was given
 * [method@Future.get_cancellable] ends. Continuations without a context run
 * inside this call.
 *
 * Returns: %FALSE if the future was done already, and nothing changed
 */
gboolean
ly_future_cancel (LyFuture *self)
{
  g_return_val_if_fail (LY_IS_FUTURE (self), FALSE);

  return complete (self, NULL,
                   g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "future was cancelled"),
                   TRUE);
}

/**
 * ly_future_get_cancellable:
 * @self: a `LyFuture`
 *
 * For the producer: what [method@Future.cancel] cancels. Cancelling it
 * directly stops the producer too, but does not complete the future.
 *
 * Returns: (transfer none): the cancellable, which lives as long as the future
 */
GCancellable *
ly_future_get_cancellable (LyFuture *self)
{
  GCancellable *cancellable;
  gboolean cancelled;

  g_return_val_if_fail (LY_IS_FUTURE (self), NULL);

  g_mutex_lock (&self->mutex);
  if (self->cancellable == NULL)
    self->cancellable = g_cancellable_new ();
  cancellable = self->cancellable;
  cancelled = self->cancelled;
  g_mutex_unlock (&self->mutex);

  /* It came too late to be told. */
  if (cancelled)
    g_cancellable_cancel (cancellable);

  return cancellable;
}

/* Chooses who is told that @self was cancelled: @cancel is called at most once,
 * from any thread, with no lock held, and @destroy when @self is done. To be
 * called by whoever creates @self, before it is shared. */
void
_ly_future_set_producer (LyFuture           *self,
                         LyFutureCancelFunc  cancel,
                         gpointer            user_data,
                         GDestroyNotify      destroy)
{
  g_assert (self->cancel == NULL);

  self->cancel = cancel;
  self->cancel_data = user_data;
  self->cancel_destroy = destroy;
}

/**
 * ly_future_is_done:
 * @self: a `LyFuture`
 *
 * Asks without waiting.
 *
 * Returns: whether the future has its value or error
 */
gboolean
ly_future_is_done (LyFuture *self)
{
  return ly_future_wait (self, 0);
}

/**
 * ly_future_wait:
 * @self: a `LyFuture`
 * @timeout_us: how long to wait at most, in microseconds of monotonic time;
 *   -1 waits without end, 0 does not wait
 *
 * Blocks until the future is done.
 *
 * Returns: %FALSE if it was not done in time
 */
gboolean
ly_future_wait (LyFuture *self,
                gint64    timeout_us)
{
  gint64 deadline = timeout_us > 0 ? _ly_deadline (timeout_us) : LY_NO_DEADLINE;
  gboolean in_time = timeout_us != 0;
  gboolean done;

  g_return_val_if_fail (LY_IS_FUTURE (self), FALSE);

  g_mutex_lock (&self->mutex);

  self->n_waiting++;
  while (!self->done && in_time)
    in_time = _ly_cond_wait (&self->changed, &self->mutex, deadline);
  self->n_waiting--;

  done = self->done;
  g_mutex_unlock (&self->mutex);

  return done;
}

/**
 * ly_future_get:
 * @self: a `LyFuture`
 * @timeout_us: as for [method@Future.wait]
 * @error: return location for the future's error, or %G_IO_ERROR_TIMED_OUT
 *
 * Blocks until the future is done and reads its outcome.
 *
 * Returns: (transfer full): the value, or %NULL with @error set
 */
GVariant *
ly_future_get (LyFuture  *self,
               gint64     timeout_us,
               GError   **error)
{
  g_return_val_if_fail (LY_IS_FUTURE (self), NULL);

  if (!ly_future_wait (self, timeout_us))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "result did not come in time");
      return NULL;
    }

  /* Done, hence immutable: no lock is needed to read it. */
  if (self->error != NULL)
    {
      if (error != NULL)
        *error = g_error_copy (self->error);
      return NULL;
    }

  return g_variant_ref (self->value != NULL ? self->value : _ly_unit ());
}

/**
 * ly_future_then:
 * @self: a `LyFuture`
 * @context: (nullable): where to call @func
 * @func: (scope notified): what to call
 * @user_data: passed to @func
 * @destroy: (nullable): frees @user_data after the call
 *
 * Calls @func once the future is done: from an iteration of @context or,
 * without one, in the thread that completes the future (in this call if it is
 * done already), where it must not block. Each call runs after those that
 * were asked for earlier on the same context. The future is alive while @func
 * runs, but to ask for the call does not keep it: if everybody else drops it,
 * it is rejected.
 */
void
ly_future_then (LyFuture       *self,
                GMainContext   *context,
                LyFutureFunc    func,
                gpointer        user_data,
                GDestroyNotify  destroy)
{
  Continuation *continuation;
  gboolean done;

  g_return_if_fail (LY_IS_FUTURE (self));
  g_return_if_fail (func != NULL);

  continuation = g_new0 (Continuation, 1);
  continuation->context = context != NULL ? g_main_context_ref (context) : NULL;
  continuation->func = func;
  continuation->user_data = user_data;
  continuation->destroy = destroy;

  g_mutex_lock (&self->mutex);
  done = self->done;
  if (!done)
    g_queue_push_tail (&self->continuations, continuation);
  g_mutex_unlock (&self->mutex);

  if (!done)
    return;

  if (context != NULL)
    g_main_context_unref (continuation_attach (continuation, self));
  else
    continuation_run (continuation, self);
}

/* Takes back one ly_future_then() that asked for this call. FALSE if that comes
 * too late, and the call was made or is about to be. */
gboolean
_ly_future_forget (LyFuture     *self,
                   LyFutureFunc  func,
                   gpointer      user_data)
{
  Continuation *found = NULL;

  g_mutex_lock (&self->mutex);

  for (GList *l = self->continuations.head; l != NULL; l = l->next)
    {
      Continuation *continuation = l->data;

      if (continuation->func == func && continuation->user_data == user_data)
        {
          found = continuation;
          g_queue_delete_link (&self->continuations, l);
          break;
        }
    }

  g_mutex_unlock (&self->mutex);

  if (found != NULL)
    continuation_free (found);

  return found != NULL;
}
