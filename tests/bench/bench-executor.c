/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench-util.h"
#include "lanyard-common.h"

#include <stdlib.h>

/* How many empty tasks a second an executor gets through: on threads beside the
 * pool that it stands on, and in processes beside Python's pool. */

#define N_RUNS 11
#define N_WORKERS 2
#define N_THREAD_TASKS 300000
#define N_PROCESS_TASKS 50000
#define N_MAPPED 500000

static char *self_path;
static char *rival_path;

static GVariant *
task_nothing (LyTaskContext  *context,
              GVariant       *args,
              GError        **error)
{
  return NULL;
}

static double
per_second (guint  n,
            gint64 begin)
{
  return (double) n * 1000 / (double) (g_get_monotonic_time () - begin);
}

/* Thousands of tasks a second, of which the last future is waited for, and then
 * the executor; they are submitted one by one. */
static double
submit_all (LyExecutor *executor,
            guint       n)
{
  gint64 begin;

  /* So that its workers are there. */
  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (LyFuture) future = ly_executor_submit (executor, "nothing", NULL, NULL, NULL);

      ly_future_wait (future, -1);
    }

  begin = g_get_monotonic_time ();
  for (guint i = 0; i < n; i++)
    g_object_unref (ly_executor_submit (executor, "nothing", NULL, NULL, NULL));
  ly_executor_close (executor);
  ly_executor_join (executor, -1);

  return per_second (n, begin);
}

static double
measure_threads (gconstpointer data)
{
  g_autoptr (LyExecutor) executor = ly_thread_executor_new (N_WORKERS, 1000);

  return submit_all (executor, N_THREAD_TASKS);
}

static void
do_nothing (gpointer item,
            gpointer user_data)
{
}

static double
measure_thread_pool (gconstpointer data)
{
  GThreadPool *pool = g_thread_pool_new (do_nothing, NULL, N_WORKERS, FALSE, NULL);
  gint64 begin = g_get_monotonic_time ();

  for (guint i = 0; i < N_THREAD_TASKS; i++)
    g_thread_pool_push (pool, GUINT_TO_POINTER (i + 1), NULL);
  g_thread_pool_free (pool, FALSE, TRUE);

  return per_second (N_THREAD_TASKS, begin);
}

static LyExecutor *
new_processes (void)
{
  const char *argv[] = { self_path, "worker", NULL };

  return ly_process_executor_new (N_WORKERS, 1000, argv);
}

static double
measure_processes (gconstpointer data)
{
  g_autoptr (LyExecutor) executor = new_processes ();

  return submit_all (executor, N_PROCESS_TASKS);
}

static double
measure_map (gconstpointer data)
{
  g_autoptr (LyExecutor) executor = new_processes ();
  g_autofree gint64 *numbers = g_new0 (gint64, N_MAPPED);
  GVariant *args = g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, numbers, N_MAPPED,
                                              sizeof (gint64));
  g_autoptr (LyMap) map = NULL;
  GVariant *value;
  gint64 begin;

  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (LyFuture) future = ly_executor_submit (executor, "nothing", NULL, NULL, NULL);

      ly_future_wait (future, -1);
    }

  begin = g_get_monotonic_time ();
  map = ly_executor_map (executor, "nothing", args, 0, LY_MAP_IN_ORDER, NULL);
  while ((value = ly_map_next (map, NULL, NULL)) != NULL)
    g_variant_unref (value);

  return per_second (N_MAPPED, begin);
}

/* Python says itself what it measured, without its start. */
static double
measure_python (gconstpointer how)
{
  g_autofree char *n_workers = g_strdup_printf ("%d", N_WORKERS);
  const char *argv[] = { "python3", rival_path, how, n_workers, NULL };
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, NULL,
                &error);
  g_assert_no_error (error);

  return g_ascii_strtod (output, NULL);
}

int
main (int   argc,
      char *argv[])
{
  static const BenchCase cases[] = {
    { "threads, submitted one by one", "k/s", FALSE, measure_threads, NULL, "GThreadPool",
      measure_thread_pool, NULL, 1, 0 },
    { "processes, submitted one by one", "k/s", FALSE, measure_processes, NULL,
      "Python, apply_async", measure_python, "apply_async", 5, 0 },
    { "processes, mapped in batches", "k/s", FALSE, measure_map, NULL, "Python, map",
      measure_python, "map", 0, 200 },
  };

  ly_task_register ("nothing", task_nothing);
  if (argc == 2 && g_str_equal (argv[1], "worker"))
    return ly_worker_main ();
  if (argc != 2)
    {
      g_printerr ("usage: %s RIVAL.py\n", argv[0]);
      return 2;
    }

  self_path = ly_process_dup_self_path (argv[0]);
  rival_path = argv[1];
  bench_run ("LyExecutor, empty tasks, 2 workers", cases, G_N_ELEMENTS (cases), N_RUNS);

  return 0;
}
