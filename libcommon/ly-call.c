/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-call"

#include "ly-call.h"

#include "ly-executor-private.h"
#include "ly-future-private.h"

/* Of a call and the task's name behind it. */
static gsize
get_size (const char *task)
{
  return sizeof (LyCall) + strlen (task) + 1;
}

LyCall *
_ly_call_ref (LyCall *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
_ly_call_unref (LyCall *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_object (&self->cancellable);
  g_clear_object (&self->future);
  g_clear_pointer (&self->args, g_variant_unref);
  g_mutex_clear (&self->mutex);
  g_slice_free1 (get_size (self->task), self);
}

static void
on_cancelled (GCancellable *cancellable,
              LyCall       *self)
{
  _ly_executor_cancel (self->executor, self);
}

/* A call that @cancellable cancels, though it has not been submitted yet. */
LyCall *
_ly_call_new (LyExecutor   *executor,
              const char   *task,
              GVariant     *args,
              GCancellable *cancellable)
{
  /* Made by one thread and freed by another, which takes malloc() locks. */
  LyCall *self = g_slice_alloc0 (get_size (task));

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  self->executor = executor;
  strcpy (self->task, task);
  self->args = args != NULL ? g_variant_ref_sink (args) : NULL;
  self->future = ly_future_new ();
  if (cancellable == NULL)
    return self;

  self->cancellable = g_object_ref (cancellable);
  self->cancel_handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled),
                                                _ly_call_ref (self),
                                                (GDestroyNotify) _ly_call_unref);

  return self;
}

/* In whatever thread cancels the future, maybe just when the call ends and
 * its executor goes. */
static void
on_future_cancelled (gpointer user_data)
{
  LyCall *self = user_data;

  g_mutex_lock (&self->mutex);
  if (!self->settled)
    _ly_executor_cancel (self->executor, self);
  g_mutex_unlock (&self->mutex);
}

/* From now on, cancelling its future cancels the call. */
void
_ly_call_connect (LyCall *self)
{
  _ly_future_set_producer (self->future, on_future_cancelled, _ly_call_ref (self),
                           (GDestroyNotify) _ly_call_unref);
}

/* From now on, the user's cancellable does not reach the call any more. */
void
_ly_call_disconnect (LyCall *self)
{
  if (self->cancel_handler != 0)
    g_cancellable_disconnect (self->cancellable, self->cancel_handler);
}

/* Its task has ended: its future does not reach its executor any more. Returns
 * FALSE if its time was up before that. */
gboolean
_ly_call_settle (LyCall *self)
{
  gboolean in_time;

  g_mutex_lock (&self->mutex);
  self->settled = TRUE;
  in_time = self->expired == 0;
  g_mutex_unlock (&self->mutex);

  return in_time;
}

/* Its time is up: tells the task, unless it has just ended. */
gboolean
_ly_call_expire (LyCall *self)
{
  gboolean in_time;

  g_mutex_lock (&self->mutex);

  in_time = self->settled;
  if (!in_time)
    {
      self->expired = g_get_monotonic_time ();
      _ly_executor_cancel (self->executor, self);
    }

  g_mutex_unlock (&self->mutex);

  return !in_time;
}

/* When its time was up, or 0. */
gint64
_ly_call_get_expired (LyCall *self)
{
  gint64 expired;

  g_mutex_lock (&self->mutex);
  expired = self->expired;
  g_mutex_unlock (&self->mutex);

  return expired;
}
