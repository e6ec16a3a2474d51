/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-worker"

#include "ly-process.h"
#include "ly-process-private.h"
#include "ly-task-private.h"
#include "ly-worker-private.h"
#include "ly-worker.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>

/* FALSE with @error set if the message is too large to be told. */
static gboolean
tell (LyWorker            *self,
      LyWorkerMessageKind  kind,
      guint64              id,
      GVariant            *payload,
      GError             **error)
{
  const LyWorkerMessage message = { .kind = kind, .id = id, .payload = payload };
  g_autoptr (GError) local_error = NULL;

  if (_ly_worker_message_send (&message, self->channel, FALSE, &local_error))
    return TRUE;

  if (!g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE))
    _ly_worker_abandon ();

  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

static void
host_flush (LyTaskContext    *context,
            const LyTaskNews *news)
{
  LyWorker *self = context->host_data;
  g_autoptr (GVariant) payload = NULL;
  GVariant *counted;

  counted = g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, news->counters,
                                       G_N_ELEMENTS (news->counters), sizeof (gint64));
  payload = g_variant_new ("(@ax^ay)", counted, news->status != NULL ? news->status : "");
  g_variant_ref_sink (payload);

  tell (self, LY_WORKER_NEWS, self->running, payload, NULL);
}

static void
host_report (LyTaskContext *context,
             GVariant      *message)
{
  LyWorker *self = context->host_data;
  g_autoptr (GError) error = NULL;

  if (!tell (self, LY_WORKER_REPORT, self->running, message, &error))
    g_warning ("dropping a report: %s", error->message);
}

static gboolean
host_checkpoint (LyTaskContext  *context,
                 GError        **error)
{
  LyWorker *self = context->host_data;
  gboolean cancelled;

  if (!g_atomic_int_get (&self->attention))
    return TRUE;

  cancelled = _ly_worker_wait_resumed (self);
  if (cancelled)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "task was cancelled");

  return !cancelled;
}

static const LyTaskHost worker_host = { host_flush, host_report, host_checkpoint };

static void
run_order (LyWorker            *self,
           const LyWorkerOrder *order)
{
  LyTaskContext context = { .host = &worker_host, .host_data = self, .attempt = order->attempt };
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GVariant) payload = NULL;
  g_autoptr (GError) error = NULL;

  if (host_checkpoint (&context, &error))
    value = _ly_task_run (&context, order->task, order->args, &error);

  if (error == NULL && !tell (self, LY_WORKER_VALUE, order->id, value, &error))
    g_prefix_error (&error, "returning the value of task “%s”: ", order->task);
  if (error == NULL)
    return;

  payload = g_variant_new ("(si^ay)", g_quark_to_string (error->domain), error->code,
                           error->message);
  g_variant_ref_sink (payload);
  tell (self, LY_WORKER_ERROR, order->id, payload, NULL);
}

/**
 * ly_worker_main:
 *
 * The whole life of a worker process of a [class@ProcessExecutor]. A program
 * registers its tasks and calls this where it would otherwise go to work, when
 * started with the arguments the executor was given.
 *
 * A worker leaves an interrupt from the terminal to its parent, and ends with
 * it. Tasks run in the thread that calls this, and there should be no other yet.
 *
 * Returns: the process's exit status, if it was not started by an executor;
 *   otherwise it does not return
 */
int
ly_worker_main (void)
{
  g_autoptr (GError) error = NULL;
  LyWorker self = { 0 };

  self.channel = ly_process_inherit_channel (&error);
  if (self.channel == NULL || !g_unix_open_pipe (self.wake_fds, FD_CLOEXEC, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }

  signal (SIGINT, SIG_IGN);
  signal (SIGPIPE, SIG_IGN);

  g_mutex_init (&self.mutex);
  g_cond_init (&self.changed);
  self.cancelled = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  tell (&self, LY_WORKER_HELLO, 0, NULL, NULL);
  g_thread_unref (g_thread_new ("listener", _ly_worker_listen, &self));

  while (TRUE)
    {
      LyWorkerOrder *order = _ly_worker_next_order (&self);

      run_order (&self, order);
      _ly_worker_end_order (&self, order);
    }
}
