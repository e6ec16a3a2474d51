/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-executor"

#include "ly-executor-private.h"

/* What the backends of LyExecutor call on. */

/* How long a task that is told to stop may take for that. */
#define OVERDUE_US G_USEC_PER_SEC

/* Nobody wants @call any more, wherever it is. */
void
_ly_executor_cancel (LyExecutor *self,
                     LyCall     *call)
{
  LyExecutorPrivate *priv = PRIVATE (self);

  g_mutex_lock (&priv->mutex);
  g_atomic_int_set (&call->cancelled, TRUE);
  g_cond_broadcast (&priv->changed);
  g_mutex_unlock (&priv->mutex);

  _ly_room_wake (&priv->room);
  LY_EXECUTOR_GET_CLASS (self)->update (self);
}

guint
_ly_executor_get_limit (LyExecutor *self)
{
  return PRIVATE (self)->room.limit;
}

/* How many tasks were submitted whose results are not known everywhere yet. */
guint
_ly_executor_get_n_unsettled (LyExecutor *self)
{
  return _ly_room_get_unsettled (&PRIVATE (self)->room);
}

gboolean
_ly_executor_has_clock (LyExecutor *self)
{
  return PRIVATE (self)->clock != NULL;
}

void
_ly_executor_begin (LyExecutor *self,
                    LyCall     *call)
{
  LyTaskClock *clock = PRIVATE (self)->clock;

  if (clock != NULL)
    _ly_task_clock_begin (clock, call);
}

/* Whether @call goes on though it was told long ago that its time is up. */
gboolean
_ly_executor_is_overdue (LyExecutor *self,
                         LyCall     *call)
{
  gint64 expired = PRIVATE (self)->clock != NULL ? _ly_call_get_expired (call) : 0;

  return expired != 0 && g_get_monotonic_time () - expired > OVERDUE_US;
}

static GError *
new_timeout_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "task took too long");
}

/* In the clock's thread. */
void
_ly_executor_expire (LyCall *call)
{
  if (_ly_call_expire (call))
    ly_future_reject (call->future, new_timeout_error ());
}

/* Ends a call: takes the backend's reference on @call and, of @value (which
 * may be floating) and @error, the one that is set. */
void
_ly_executor_complete (LyExecutor *self,
                       LyCall     *call,
                       GVariant   *value,
                       GError     *error)
{
  LyExecutorPrivate *priv = PRIVATE (self);

  _ly_call_disconnect (call);
  if (priv->clock != NULL)
    _ly_task_clock_end (priv->clock, call);

  if (!_ly_call_settle (call))
    {
      g_clear_error (&error);
      error = new_timeout_error ();
    }

  /* Whoever hears of the result shall find its place free. */
  _ly_room_leave (&priv->room, error == NULL);

  if (error == NULL)
    ly_future_resolve (call->future, value);
  else
    ly_future_reject (call->future, error);

  _ly_call_unref (call);

  /* Whoever joins now drops the executor only when the backend's thread, which
   * is this one, has ended. */
  _ly_room_settle (&priv->room);
}

/* Adds what a call's task has counted to the progress, and remembers it. */
void
_ly_executor_count (LyExecutor       *self,
                    LyCall           *call,
                    const LyTaskNews *news)
{
  LyProgress *progress = PRIVATE (self)->progress;

  if (progress == NULL)
    return;

  for (guint i = 0; i < LY_PROGRESS_MAX_COUNTERS; i++)
    if (news->counters[i] != 0)
      {
        call->counted[i] += news->counters[i];
        ly_progress_add (progress, i, news->counters[i]);
      }

  if (news->status != NULL)
    ly_progress_set_status (progress, news->status);
}

/* Takes back what a call has counted, before its task runs again. */
void
_ly_executor_uncount (LyExecutor *self,
                      LyCall     *call)
{
  LyProgress *progress = PRIVATE (self)->progress;

  for (guint i = 0; i < LY_PROGRESS_MAX_COUNTERS; i++)
    if (call->counted[i] != 0)
      ly_progress_add (progress, i, -call->counted[i]);

  memset (call->counted, 0, sizeof call->counted);
}

void
_ly_executor_report (LyExecutor *self,
                     GVariant   *message)
{
  LyExecutorPrivate *priv = PRIVATE (self);

  if (priv->report_func != NULL)
    priv->report_func (self, message, priv->report_data);
}

gboolean
_ly_executor_is_paused (LyExecutor *self)
{
  return g_atomic_int_get (&PRIVATE (self)->paused);
}

gboolean
_ly_executor_is_terminated (LyExecutor *self)
{
  return g_atomic_int_get (&PRIVATE (self)->terminated);
}

/* Whether no task is left and none can come. */
gboolean
_ly_executor_is_drained (LyExecutor *self)
{
  return _ly_room_is_drained (&PRIVATE (self)->room);
}

static gboolean
call_is_cancelled (LyExecutorPrivate *priv,
                   LyCall            *call)
{
  return g_atomic_int_get (&call->cancelled) || g_atomic_int_get (&priv->terminated);
}

/* The checkpoint of a task in one of this process's threads. */
gboolean
_ly_executor_wait_resumed (LyExecutor  *self,
                           LyCall      *call,
                           GError     **error)
{
  LyExecutorPrivate *priv = PRIVATE (self);

  if (g_atomic_int_get (&priv->paused))
    {
      g_mutex_lock (&priv->mutex);
      while (priv->paused && !call_is_cancelled (priv, call))
        g_cond_wait (&priv->changed, &priv->mutex);
      g_mutex_unlock (&priv->mutex);
    }

  if (!call_is_cancelled (priv, call))
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "task was cancelled");
  return FALSE;
}

void
_ly_executor_note_worker (LyExecutor *self,
                          gboolean    lost)
{
  LyExecutorPrivate *priv = PRIVATE (self);

  g_mutex_lock (&priv->mutex);
  if (lost)
    priv->n_workers_lost++;
  else
    priv->n_workers_started++;
  g_mutex_unlock (&priv->mutex);
}

void
_ly_executor_note_rerun (LyExecutor *self)
{
  LyExecutorPrivate *priv = PRIVATE (self);

  g_mutex_lock (&priv->mutex);
  priv->n_rerun++;
  g_mutex_unlock (&priv->mutex);
}

