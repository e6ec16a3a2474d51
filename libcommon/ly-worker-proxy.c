/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-process-executor"

#include "ly-process-private.h"
#include "ly-unit-private.h"
#include "ly-worker-proxy.h"

/* A worker is sent tasks ahead, so that it need not wait for the next one
 * while its last result travels: about a millisecond's worth. If another falls
 * idle meanwhile, and this one is slower than it was, it has to give back what
 * it has not begun. */
#define AHEAD_US  1000
#define RECALL_US (5 * AHEAD_US)
#define MIN_AHEAD 2
#define MAX_AHEAD 256

/* How much the last task counts in the average of their durations. */
#define NEWEST_SHARE 0.125

/* Starts the worker process called "worker @number"; NULL with an error. */
LyWorkerProxy *
_ly_worker_proxy_start (guint                number,
                        const char * const  *argv,
                        GError             **error)
{
  g_autofree char *name = g_strdup_printf ("worker %u", number);
  g_autoptr (LyProcess) process = ly_process_new (name, argv);
  LyWorkerProxy *self;

  if (!ly_process_start (process, error))
    return NULL;

  self = g_new0 (LyWorkerProxy, 1);
  self->process = g_steal_pointer (&process);
  self->last_heard = g_get_monotonic_time ();
  g_queue_init (&self->calls);
  /* Until it is known better, tasks are taken for long. */
  self->task_us = AHEAD_US;

  return self;
}

/* Ends the process if it still runs. Its calls must have been taken away. */
void
_ly_worker_proxy_free (LyWorkerProxy *self)
{
  g_assert (g_queue_is_empty (&self->calls));

  g_clear_object (&self->process);
  g_free (self);
}

void
_ly_worker_proxy_tell (LyWorkerProxy       *self,
                       LyWorkerMessageKind  kind,
                       guint64              id)
{
  const LyWorkerMessage message = { .kind = kind, .id = id };

  _ly_worker_message_send (&message, ly_process_get_channel (self->process), TRUE, NULL);
}

/* The oldest call, if there is one, begins to run about now. */
static void
begin_oldest (LyWorkerProxy *self)
{
  LyCall *call = g_queue_peek_head (&self->calls);

  if (call != NULL && self->ready)
    _ly_executor_begin (call->executor, call);
}

/* Takes @call, unless it returns FALSE with @error set, because no worker could
 * be sent it. One that is merely beyond reach is soon found dead. */
gboolean
_ly_worker_proxy_run (LyWorkerProxy  *self,
                      LyCall         *call,
                      GError        **error)
{
  g_autoptr (GError) local_error = NULL;
  const LyWorkerMessage message = { LY_WORKER_RUN, call->id, call->task, call->attempt,
                                    call->args };

  _ly_worker_message_send (&message, ly_process_get_channel (self->process), TRUE, &local_error);
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE))
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local_error),
                                  "sending task “%s” to a worker: ", call->task);
      return FALSE;
    }

  /* The clock of an idle worker starts with its first task. */
  if (g_queue_is_empty (&self->calls))
    self->last_heard = self->last_result = g_get_monotonic_time ();

  g_queue_push_tail (&self->calls, call);
  if (self->calls.length == 1)
    begin_oldest (self);

  return TRUE;
}

/* How many more tasks the worker should be sent. */
guint
_ly_worker_proxy_get_room (LyWorkerProxy *self)
{
  guint ahead = (guint) CLAMP (AHEAD_US / MAX (self->task_us, 1), MIN_AHEAD, MAX_AHEAD);

  if (self->recalled)
    ahead = 1;

  return ahead - MIN (ahead, self->calls.length);
}

/* Whether it has work that others could have. */
gboolean
_ly_worker_proxy_has_excess (LyWorkerProxy *self)
{
  return self->ready && !self->recalled && self->calls.length > 1;
}

/* Asks for that, if the task at hand has kept it for long. */
void
_ly_worker_proxy_recall (LyWorkerProxy *self)
{
  if (!_ly_worker_proxy_has_excess (self) ||
      g_get_monotonic_time () - self->last_result < RECALL_US)
    return;

  self->recalled = TRUE;
  _ly_worker_proxy_tell (self, LY_WORKER_RECALL, 0);
}

/* Whether a worker that has work gave no sign of life for too long. */
gboolean
_ly_worker_proxy_has_stalled (LyWorkerProxy *self,
                              gint64         timeout_us)
{
  return !g_queue_is_empty (&self->calls) &&
         g_get_monotonic_time () - self->last_heard > timeout_us &&
         !_ly_process_waits_for_disk (ly_process_get_pid (self->process));
}

/* Whether the worker does not stop a task whose time is up. */
gboolean
_ly_worker_proxy_is_overdue (LyWorkerProxy *self,
                             LyExecutor    *executor)
{
  LyCall *call = self->ready ? g_queue_peek_head (&self->calls) : NULL;

  return call != NULL && !self->paused && _ly_executor_is_overdue (executor, call);
}

static GError *
read_error (GVariant *payload)
{
  const char *domain;
  const char *message;
  int code;

  if (payload == NULL || !g_variant_is_of_type (payload, G_VARIANT_TYPE ("(siay)")))
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                "worker sent an error of the wrong form");

  g_variant_get (payload, "(&si^&ay)", &domain, &code, &message);

  return g_error_new_literal (g_quark_from_string (domain), code, message);
}

static void
take_result (LyWorkerProxy         *self,
             LyExecutor            *executor,
             const LyWorkerMessage *message)
{
  LyCall *call = g_queue_pop_head (&self->calls);

  self->task_us += NEWEST_SHARE * ((double) (self->last_heard - self->last_result) - self->task_us);
  self->last_result = self->last_heard;
  self->recalled = FALSE;

  if (message->kind == LY_WORKER_VALUE)
    _ly_executor_complete (executor, call, message->payload, NULL);
  else
    _ly_executor_complete (executor, call, NULL, read_error (message->payload));

  begin_oldest (self);
}

static gboolean
take_back (LyWorkerProxy *self,
           guint64        id)
{
  LyCall *oldest = g_queue_peek_head (&self->calls);

  for (GList *l = self->calls.head; l != NULL; l = l->next)
    {
      LyCall *call = l->data;

      if (call->id != id)
        continue;

      call->cancel_sent = FALSE;
      g_queue_unlink (&self->calls, l);
      g_queue_push_tail_link (&self->returned, l);
      if (call == oldest)
        begin_oldest (self);

      return TRUE;
    }

  return FALSE;
}

static gboolean
take_news (LyExecutor *executor,
           LyCall     *call,
           GVariant   *payload)
{
  g_autoptr (GVariant) counted = NULL;
  const gint64 *counters;
  LyTaskNews news = { { 0 }, NULL };
  gsize n = 0;

  if (payload == NULL || !g_variant_is_of_type (payload, G_VARIANT_TYPE ("(axay)")))
    return FALSE;

  g_variant_get (payload, "(@ax^&ay)", &counted, &news.status);
  counters = g_variant_get_fixed_array (counted, &n, sizeof (gint64));
  if (n != G_N_ELEMENTS (news.counters))
    return FALSE;

  memcpy (news.counters, counters, sizeof news.counters);
  if (news.status[0] == '\0')
    news.status = NULL;

  _ly_executor_count (executor, call, &news);

  return TRUE;
}

/* Acts on one message; FALSE if no worker of ours would have sent it. */
static gboolean
handle (LyWorkerProxy         *self,
        LyExecutor            *executor,
        const LyWorkerMessage *message)
{
  LyCall *running = g_queue_peek_head (&self->calls);

  if (message->kind == LY_WORKER_HELLO)
    {
      self->ready = TRUE;
      begin_oldest (self);
      return TRUE;
    }

  if (message->kind == LY_WORKER_RETURN)
    return take_back (self, message->id);

  if (running == NULL || running->id != message->id)
    return FALSE;

  switch (message->kind)
    {
    case LY_WORKER_VALUE:
    case LY_WORKER_ERROR:
      take_result (self, executor, message);
      return TRUE;

    case LY_WORKER_NEWS:
      return take_news (executor, running, message->payload);

    case LY_WORKER_REPORT:
      _ly_executor_report (executor, message->payload != NULL ? message->payload : _ly_unit ());
      return TRUE;

    default:
      return FALSE;
    }
}

/* Acts on what the worker has sent, as far as it comes with one read, so that
 * one that says a lot holds up nobody; FALSE with @error set once it is of no
 * more use. What it said before is believed. */
gboolean
_ly_worker_proxy_receive (LyWorkerProxy  *self,
                          LyExecutor     *executor,
                          GError        **error)
{
  LyChannel *channel = ly_process_get_channel (self->process);
  g_autoptr (GError) local_error = NULL;
  const guint8 *bytes;
  gsize size;

  if (!_ly_channel_fill (channel, error))
    return FALSE;

  self->last_heard = g_get_monotonic_time ();

  while ((bytes = _ly_channel_take_bytes (channel, &size, &local_error)) != NULL)
    {
      LyWorkerMessage message;
      gboolean makes_sense = _ly_worker_message_read (&message, bytes, size);

      if (makes_sense)
        {
          makes_sense = handle (self, executor, &message);
          g_clear_pointer (&message.payload, g_variant_unref);
        }

      if (!makes_sense)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                               "sent a message that makes no sense");
          return FALSE;
        }
    }

  if (local_error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}
