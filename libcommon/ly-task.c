/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-task"

#include "ly-task-private.h"
#include "ly-unit-private.h"

/* Progress is passed on this often at most. At checkpoints something is, if
 * only as a sign of life: an executor can then tell a slow task from a hung
 * one, however short its patience. */
#define FLUSH_INTERVAL_US (G_USEC_PER_SEC / 10)

/* Tasks are few, looked up for each run, and never forgotten: a list that only
 * grows at its head can be read without a lock. */
typedef struct Registration
{
  struct Registration *next;
  LyTaskFunc           func;
  char                 name[];
} Registration;

static Registration *registry;    /* atomic; the newest first */

/* When this thread last passed on anything, and what it is at. Tasks share it,
 * or those that are shorter than the interval would never be seen. */
static _Thread_local gint64 last_flush;
static _Thread_local gint64 last_status;

/**
 * ly_task_register:
 * @name: the task's name, as [method@Executor.submit] takes it
 * @func: (scope forever): what it does
 *
 * Gives a function a name by which any executor can run it. A program and its
 * worker processes must register the same tasks: call this early in main(),
 * before either of them starts. Registering a name again replaces it. May be
 * called from any thread, and never blocks.
 */
void
ly_task_register (const char *name,
                  LyTaskFunc  func)
{
  Registration *added;
  gsize name_size;

  g_return_if_fail (name != NULL);
  g_return_if_fail (func != NULL);

  name_size = strlen (name) + 1;
  added = g_malloc (sizeof *added + name_size);
  added->func = func;
  memcpy (added->name, name, name_size);

  do
    added->next = g_atomic_pointer_get (&registry);
  while (!g_atomic_pointer_compare_and_exchange (&registry, added->next, added));
}

/**
 * ly_task_lookup:
 * @name: a task's name
 * @error: return location for %G_IO_ERROR_NOT_FOUND
 *
 * Finds a task by its name, as executors do. May be called from any thread, and
 * never blocks.
 *
 * Returns: (skip): the function registered under @name, or %NULL with @error set
 */
LyTaskFunc
ly_task_lookup (const char  *name,
                GError     **error)
{
  g_return_val_if_fail (name != NULL, NULL);

  for (Registration *r = g_atomic_pointer_get (&registry); r != NULL; r = r->next)
    if (g_str_equal (r->name, name))
      return r->func;

  if (g_str_equal (name, LY_TASK_CHUNK))
    return _ly_task_run_chunk;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no task is registered as “%s”", name);

  return NULL;
}

static void
flush (LyTaskContext *self)
{
  self->last_flush = last_flush = self->now;
  self->host->flush (self, &self->news);
  memset (&self->news, 0, sizeof self->news);
}

static gboolean
has_counted (const LyTaskNews *news)
{
  for (guint i = 0; i < LY_PROGRESS_MAX_COUNTERS; i++)
    if (news->counters[i] != 0)
      return TRUE;

  return FALSE;
}

/* Runs the task @name to its end. Its result is the caller's; NULL without an
 * error is the unit value, as it is for @args. */
GVariant *
_ly_task_run (LyTaskContext  *context,
              const char     *name,
              GVariant       *args,
              GError        **error)
{
  LyTaskFunc func = ly_task_lookup (name, error);
  GError *task_error = NULL;
  GVariant *result;

  if (func == NULL)
    return NULL;

  /* Tasks that are too short to pass a checkpoint do not need to know the time. */
  context->now = context->last_flush = last_flush;
  result = func (context, args != NULL ? args : _ly_unit (), &task_error);
  if (has_counted (&context->news))
    flush (context);

  if (result != NULL)
    g_variant_take_ref (result);

  if (task_error != NULL)
    {
      g_clear_pointer (&result, g_variant_unref);
      g_propagate_error (error, task_error);
    }

  return result;
}

/**
 * ly_task_context_checkpoint:
 * @self: the running task's context
 * @error: return location for %G_IO_ERROR_CANCELLED
 *
 * Tells the executor that the task is alive and what it has counted, blocks
 * while the executor is paused, and says whether to go on. A task should pass
 * here between any two steps that take long: every file, every megabyte, every
 * second.
 *
 * Returns: %FALSE with @error set if the task should clean up and return
 */
gboolean
ly_task_context_checkpoint (LyTaskContext  *self,
                            GError        **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  self->now = g_get_monotonic_time ();
  if (self->now - self->last_flush >= FLUSH_INTERVAL_US)
    flush (self);

  return self->host->checkpoint (self, error);
}

/**
 * ly_task_context_get_attempt:
 * @self: the running task's context
 *
 * Tells a task whether somebody was here before it.
 *
 * Returns: 0 at the first run; 1 when the task is run again because its
 *   worker died, and what the first run did may be half done
 */
guint
ly_task_context_get_attempt (LyTaskContext *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->attempt;
}

/**
 * ly_task_context_add_progress:
 * @self: the running task's context
 * @counter: a counter of the executor's [class@Progress]
 * @delta: what to add
 *
 * Counts. It costs next to nothing: it is passed on by checkpoints, ten times
 * a second at most, and when the task ends. What a task had counted is taken
 * back if its worker dies.
 */
void
ly_task_context_add_progress (LyTaskContext *self,
                              guint          counter,
                              gint64         delta)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (counter < LY_PROGRESS_MAX_COUNTERS);

  self->news.counters[counter] += delta;
}

/**
 * ly_task_context_set_status:
 * @self: the running task's context
 * @status: what the task is at, in any encoding
 *
 * Says what the task is at, if at the last checkpoint it was time to pass that
 * on. It costs next to nothing however often it is called.
 */
void
ly_task_context_set_status (LyTaskContext *self,
                            const char    *status)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (status != NULL);

  if (self->now - last_status < FLUSH_INTERVAL_US)
    return;

  last_status = self->now;
  self->news.status = status;
  flush (self);
}

/**
 * ly_task_context_report:
 * @self: the running task's context
 * @message: what to say; a floating reference is sunk
 *
 * Sends a message to the executor's owner while the task goes on. See
 * [method@Executor.set_report_func].
 */
void
ly_task_context_report (LyTaskContext *self,
                        GVariant      *message)
{
  g_autoptr (GVariant) owned = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (message != NULL);

  owned = g_variant_ref_sink (message);
  self->host->report (self, owned);
}
