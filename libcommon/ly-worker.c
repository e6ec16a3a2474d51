/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-worker"

#include "ly-process.h"
#include "ly-process-private.h"
#include "ly-queue.h"
#include "ly-task-private.h"
#include "ly-worker-protocol.h"
#include "ly-worker.h"

#include <signal.h>
#include <unistd.h>

/* Far above what an executor sends ahead; it only guards against one gone mad. */
#define INBOX_CAPACITY 4096

/* A worker process: this thread runs tasks, one other listens to the parent,
 * so that a pause or a cancellation reaches a task that is busy. */
typedef struct
{
  LyChannel  *channel;
  LyQueue    *inbox;      /* of messages of the kind LY_WORKER_RUN */
  guint64     running;    /* Changed with @mutex held, by the running thread */

  /* Guarded by @mutex */
  GMutex      mutex;
  GCond       changed;
  gboolean    paused;
  GHashTable *cancelled;  /* set of call ids that are still to end */

  /* Changed with @mutex held, read without: any of the above is not as usual */
  int         attention;
} Worker;

/* Nobody is left to work for. Leaves at once: what a task has begun is as safe
 * as if the machine had lost power, and nothing of it would be wanted. */
G_NORETURN static void
abandon (void)
{
  _exit (0);
}

/* FALSE with @error set if @payload is too large to be told. */
static gboolean
tell (Worker    *self,
      char       kind,
      guint64    id,
      GVariant  *payload,
      GError   **error)
{
  g_autoptr (GError) local_error = NULL;
  GVariant *message;

  message = g_variant_new (LY_WORKER_MESSAGE_FORMAT, kind, id, g_variant_new_variant (payload));
  if (ly_channel_send (self->channel, message, &local_error))
    return TRUE;

  if (!g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE))
    abandon ();

  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

static void
host_flush (LyTaskContext    *context,
            const LyTaskNews *news)
{
  Worker *self = context->host_data;
  GVariant *counted;

  counted = g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, news->counters,
                                       G_N_ELEMENTS (news->counters), sizeof (gint64));
  tell (self, LY_WORKER_NEWS, self->running,
        g_variant_new ("(@ax^ay)", counted, news->status != NULL ? news->status : ""), NULL);
}

static void
host_report (LyTaskContext *context,
             GVariant      *message)
{
  Worker *self = context->host_data;
  g_autoptr (GError) error = NULL;

  if (!tell (self, LY_WORKER_REPORT, self->running, message, &error))
    g_warning ("dropping a report: %s", error->message);
}

static gboolean
host_checkpoint (LyTaskContext  *context,
                 GError        **error)
{
  Worker *self = context->host_data;
  gboolean cancelled;

  if (!g_atomic_int_get (&self->attention))
    return TRUE;

  g_mutex_lock (&self->mutex);
  while (self->paused && !g_hash_table_contains (self->cancelled, &self->running))
    g_cond_wait (&self->changed, &self->mutex);
  cancelled = g_hash_table_contains (self->cancelled, &self->running);
  g_mutex_unlock (&self->mutex);

  if (cancelled)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "task was cancelled");

  return !cancelled;
}

static const LyTaskHost worker_host = { host_flush, host_report, host_checkpoint };

static void
run_task (Worker   *self,
          guint64   id,
          GVariant *payload)
{
  g_autoptr (GVariant) args = NULL;
  g_autoptr (GError) error = NULL;
  LyTaskContext context = { .host = &worker_host, .host_data = self };
  g_autoptr (GVariant) value = NULL;
  const char *name;

  g_mutex_lock (&self->mutex);
  self->running = id;
  g_mutex_unlock (&self->mutex);

  g_variant_get (payload, "(&suv)", &name, &context.attempt, &args);

  if (host_checkpoint (&context, &error))
    value = _ly_task_run (&context, name, args, &error);

  if (error == NULL && !tell (self, LY_WORKER_VALUE, id, value, &error))
    g_prefix_error (&error, "returning the value of task “%s”: ", name);
  if (error != NULL)
    tell (self, LY_WORKER_ERROR, id,
          g_variant_new ("(si^ay)", g_quark_to_string (error->domain), error->code,
                         error->message), NULL);

  /* With nothing waiting, whatever is still cancelled ended before the news
   * of it came. */
  g_mutex_lock (&self->mutex);
  g_hash_table_remove (self->cancelled, &id);
  if (ly_queue_is_empty (self->inbox))
    g_hash_table_remove_all (self->cancelled);
  g_atomic_int_set (&self->attention,
                    self->paused || g_hash_table_size (self->cancelled) > 0);
  g_mutex_unlock (&self->mutex);
}

static void
obey (Worker  *self,
      char     kind,
      guint64  id)
{
  g_mutex_lock (&self->mutex);

  if (kind == LY_WORKER_CANCEL)
    g_hash_table_add (self->cancelled, g_memdup2 (&id, sizeof id));
  else
    self->paused = kind == LY_WORKER_PAUSE;

  g_atomic_int_set (&self->attention,
                    self->paused || g_hash_table_size (self->cancelled) > 0);
  g_cond_broadcast (&self->changed);

  g_mutex_unlock (&self->mutex);
}

/* Others have time for what waits here. With the mutex held, so that nothing is
 * begun, let alone done, before it is said what is returned. */
static void
give_back (Worker *self)
{
  g_autoptr (GVariant) message = NULL;

  g_mutex_lock (&self->mutex);

  while ((message = ly_queue_try_get (self->inbox, NULL)) != NULL)
    {
      guint64 id;

      g_variant_get (message, "(ytv)", NULL, &id, NULL);
      tell (self, LY_WORKER_RETURN, id, g_variant_new ("()"), NULL);
      g_clear_pointer (&message, g_variant_unref);
    }

  g_mutex_unlock (&self->mutex);
}

/* The listening thread. It never returns: the end of the channel is the end
 * of the process. */
static gpointer
listen_to_parent (gpointer data)
{
  Worker *self = data;

  _ly_process_own_descriptors ();

  while (TRUE)
    {
      g_autoptr (GVariant) message = ly_channel_receive (self->channel, NULL);
      guchar kind;
      guint64 id;

      if (message == NULL || !g_variant_is_of_type (message, LY_WORKER_MESSAGE_TYPE))
        abandon ();

      g_variant_get (message, "(ytv)", &kind, &id, NULL);

      if (kind == LY_WORKER_RECALL)
        give_back (self);
      else if (kind != LY_WORKER_RUN)
        obey (self, (char) kind, id);
      else if (ly_queue_put (self->inbox, message, NULL))
        g_steal_pointer (&message);
    }

  return NULL;
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
  Worker self = { 0 };

  self.channel = ly_process_inherit_channel (&error);
  if (self.channel == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }

  signal (SIGINT, SIG_IGN);
  signal (SIGPIPE, SIG_IGN);

  g_mutex_init (&self.mutex);
  g_cond_init (&self.changed);
  self.cancelled = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self.inbox = ly_queue_new (INBOX_CAPACITY, (GDestroyNotify) g_variant_unref);

  tell (&self, LY_WORKER_HELLO, 0, g_variant_new ("()"), NULL);
  g_thread_unref (g_thread_new ("listener", listen_to_parent, &self));

  while (TRUE)
    {
      g_autoptr (GVariant) message = ly_queue_get (self.inbox, NULL);
      g_autoptr (GVariant) payload = NULL;
      guint64 id;

      g_variant_get (message, "(ytv)", NULL, &id, &payload);
      if (!g_variant_is_of_type (payload, G_VARIANT_TYPE ("(suv)")))
        abandon ();

      run_task (&self, id, payload);
    }
}
