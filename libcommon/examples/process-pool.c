/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A pool of processes: nine tasks for three workers.
 *
 * A task has a name, since the worker that runs it is a process of its own: this
 * same program, started anew, which registers the same tasks. Submit gives a
 * future, whose value may be waited for at once or later, or be called back with. */

#include <lanyard-common.h>

static GVariant *
square (LyTaskContext  *context,
        GVariant       *args,
        GError        **error)
{
  gint64 number = g_variant_get_int64 (args);

  return g_variant_new_int64 (number * number);
}

/* In a thread of the executor. Each call has a place of its own to write to. */
static void
on_squared (LyFuture *future,
            gpointer  user_data)
{
  g_autoptr (GVariant) value = ly_future_get (future, 0, NULL);
  gint64 *place = user_data;

  *place = value != NULL ? g_variant_get_int64 (value) : -1;
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *program = ly_process_dup_self_path (argv[0]);
  const char *worker_argv[] = { program, "worker", NULL };
  g_autoptr (LyExecutor) pool = NULL;
  g_autoptr (LyFuture) future = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GError) error = NULL;
  LyExecutorStats stats;
  gint64 squares[8];

  ly_task_register ("square", square);
  if (argc > 1)
    return ly_worker_main ();

  pool = ly_process_executor_new (3, 100, worker_argv);
  ly_process_executor_prestart (LY_PROCESS_EXECUTOR (pool));

  /* Apply: one task, and wait for it. */
  future = ly_executor_submit (pool, "square", g_variant_new_int64 (12), NULL, &error);
  if (future == NULL || (value = ly_future_get (future, -1, &error)) == NULL)
    g_error ("%s", error->message);
  g_print ("12 squared is %" G_GINT64_FORMAT "\n", g_variant_get_int64 (value));

  /* Apply-async: many tasks, and a callback for each. */
  for (guint i = 0; i < G_N_ELEMENTS (squares); i++)
    ly_executor_submit_then (pool, "square", g_variant_new_int64 (i), NULL, NULL,
                             on_squared, &squares[i], NULL, NULL);

  /* After closing there are no new tasks, and after joining no old ones. */
  ly_executor_close (pool);
  ly_executor_join (pool, -1);

  for (guint i = 0; i < G_N_ELEMENTS (squares); i++)
    g_print ("%s%" G_GINT64_FORMAT, i > 0 ? ", " : "", squares[i]);
  g_print ("\n");

  ly_executor_get_stats (pool, &stats);
  g_print ("%" G_GUINT64_FORMAT " tasks in %" G_GUINT64_FORMAT " processes\n",
           stats.succeeded, stats.workers_started);

  return 0;
}
