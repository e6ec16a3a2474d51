/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-shared"

#include "ly-shared-call.h"

#include "ly-deadline-private.h"
#include "ly-lock.h"

/* One request of a thread: its turn, the way to the owner and back, and the
 * lock, which is a turn that is kept. */

/* Waits until no other thread of this process is using the connection. */
static gboolean
begin (LyShared  *self,
       gint64     deadline,
       GError   **error)
{
  GThread *thread = g_thread_self ();
  gboolean in_time = TRUE;
  gboolean closed;
  gboolean begun;

  g_mutex_lock (&self->mutex);

  while (!self->closed && self->turn != NULL && self->turn != thread && in_time)
    in_time = _ly_cond_wait (&self->changed, &self->mutex, deadline);

  closed = self->closed;
  begun = !closed && (self->turn == NULL || self->turn == thread);
  if (begun)
    self->turn = thread;

  g_mutex_unlock (&self->mutex);

  if (closed)
    g_propagate_error (error, _ly_shared_new_closed_error ());
  else if (!begun)
    g_propagate_error (error, _ly_shared_new_timeout_error ());

  return begun;
}

static void
end (LyShared *self,
     gboolean  locked)
{
  g_mutex_lock (&self->mutex);

  self->locked = locked;
  if (!locked)
    {
      self->turn = NULL;
      g_cond_signal (&self->changed);
    }

  g_mutex_unlock (&self->mutex);
}

/* Reads what the owner answered; FALSE if it makes no sense. */
static gboolean
read_answer (LySharedOp   op,
             GVariant    *answer,
             GVariant   **value,
             GError     **error)
{
  g_autoptr (GVariant) payload = NULL;
  const GVariantType *args_type;
  const GVariantType *value_type;
  const char *message;
  guchar kind;
  int code;

  if (!g_variant_is_of_type (answer, LY_SHARED_ANSWER_TYPE))
    return FALSE;

  g_variant_get (answer, "(yv)", &kind, &payload);
  _ly_shared_lookup_op ((char) op, &args_type, &value_type);

  if (kind == LY_SHARED_VALUE && g_variant_is_of_type (payload, value_type))
    {
      *value = g_steal_pointer (&payload);
      return TRUE;
    }

  if (kind != LY_SHARED_ERROR || !g_variant_is_of_type (payload, G_VARIANT_TYPE ("(is)")))
    return FALSE;

  g_variant_get (payload, "(i&s)", &code, &message);
  g_set_error_literal (error, G_IO_ERROR, code, message);

  return TRUE;
}

/* Sends a request to the owner and waits for its answer. */
static GVariant *
ask (LyShared    *self,
     LySharedOp   op,
     gint64       deadline,
     GVariant    *args,
     GError     **error)
{
  gint64 timeout_us = -1;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) local_error = NULL;
  GVariant *value = NULL;

  if (deadline != LY_NO_DEADLINE)
    timeout_us = MAX (deadline - g_get_monotonic_time (), 0);

  if (!ly_channel_send (self->channel,
                        g_variant_new (LY_SHARED_REQUEST_FORMAT, op, timeout_us,
                                       g_variant_new_variant (args)), &local_error) &&
      g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  if (local_error == NULL)
    answer = ly_channel_receive (self->channel, NULL);
  if (answer != NULL && read_answer (op, answer, &value, error))
    return value;

  ly_shared_close (self);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED,
                       "connection to the owner of the shared data was lost");

  return NULL;
}

static GVariant *
call (LyShared    *self,
      LySharedOp   op,
      gint64       timeout_us,
      GVariant    *args,
      GError     **error)
{
  g_autoptr (GVariant) owned_args = g_variant_ref_sink (args);
  gint64 deadline = _ly_deadline (timeout_us);
  gboolean locked;
  GVariant *value;

  if (!begin (self, deadline, error))
    return NULL;

  if (self->server != NULL)
    value = _ly_shared_server_call (self->server, op, deadline, args, error);
  else
    value = ask (self, op, deadline, args, error);

  /* Only this thread changes it now. */
  locked = self->locked;
  if (op == LY_SHARED_LOCK)
    locked = value != NULL;
  else if (op == LY_SHARED_UNLOCK)
    locked = FALSE;
  end (self, locked);

  return value;
}

GVariant *
_ly_shared_call (LyShared    *self,
                 LySharedOp   op,
                 GVariant    *args,
                 GError     **error)
{
  gint64 timeout_us;

  g_mutex_lock (&self->mutex);
  timeout_us = self->timeout_us;
  g_mutex_unlock (&self->mutex);

  return call (self, op, timeout_us, args, error);
}

/* What is closed has no lock that could be held. */
static gboolean
holds_lock (LyShared *self,
            gboolean  if_closed)
{
  gboolean holds;

  g_mutex_lock (&self->mutex);
  holds = self->closed ? if_closed : self->locked && self->turn == g_thread_self ();
  g_mutex_unlock (&self->mutex);

  return holds;
}

/**
 * ly_shared_lock:
 * @self: a `LyShared`
 * @timeout_us: how long to wait at most, in microseconds of monotonic time;
 *   -1 waits without end, 0 does not wait
 * @abandoned: (out) (optional): whether a client ended while it held the lock
 *   since it was last taken, so that the data may be half changed
 * @error: return location for %G_IO_ERROR_TIMED_OUT, %G_IO_ERROR_CLOSED, or
 *   %LY_LOCK_ERROR_DEADLOCK if this thread holds the lock already
 *
 * Locks all others out, of this process and of the others, until
 * [method@Shared.unlock]. Those who wait get the lock in the order in which
 * they came.
 *
 * Returns: %FALSE with @error set if the lock could not be taken
 */
gboolean
ly_shared_lock (LyShared  *self,
                gint64     timeout_us,
                gboolean  *abandoned,
                GError   **error)
{
  g_autoptr (GVariant) value = NULL;

  g_return_val_if_fail (LY_IS_SHARED (self), FALSE);

  if (holds_lock (self, FALSE))
    {
      g_set_error_literal (error, LY_LOCK_ERROR, LY_LOCK_ERROR_DEADLOCK,
                           "this thread holds the lock of the shared data already");
      return FALSE;
    }

  value = call (self, LY_SHARED_LOCK, timeout_us, g_variant_new ("()"), error);
  if (value != NULL && abandoned != NULL)
    *abandoned = g_variant_get_boolean (value);

  return value != NULL;
}

/**
 * ly_shared_unlock:
 * @self: a `LyShared` that this thread has locked
 * @error: return location for %G_IO_ERROR_CLOSED
 *
 * Lets the others go on.
 *
 * Returns: %FALSE with @error set if the lock was lost before, because the
 *   connection was
 */
gboolean
ly_shared_unlock (LyShared  *self,
                  GError   **error)
{
  g_autoptr (GVariant) value = NULL;

  g_return_val_if_fail (LY_IS_SHARED (self), FALSE);
  g_return_val_if_fail (holds_lock (self, TRUE), FALSE);

  value = call (self, LY_SHARED_UNLOCK, -1, g_variant_new ("()"), error);

  return value != NULL;
}
