/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-load.h"

#include <signal.h>
#include <unistd.h>

/* The executors, and maps. */

/* lottery N: one in five hundred kills its worker the first time. */
static GVariant *
task_lottery (LyTaskContext  *context,
              GVariant       *args,
              GError        **error)
{
  gint64 number = g_variant_get_int64 (args);

  if (number % 500 == 77 && ly_task_context_get_attempt (context) == 0)
    kill (getpid (), SIGKILL);

  ly_task_context_add_progress (context, 0, 1);

  return g_variant_new_int64 (2 * number);
}

/* Submits a lot ahead, cancels some of it, and looks at every result. */
static gpointer
load_executor (gpointer data)
{
  const char *task = LY_IS_PROCESS_EXECUTOR (((TestLoad *) data)->object) ? "lottery" : "double";
  TestLoad *load = data;
  LyFuture *futures[64];

  while (!test_load_is_done (load))
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      guint64 first = load->n_done;

      for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
        futures[i] = ly_executor_submit (load->object, task,
                                         g_variant_new_int64 ((gint64) load->n_done++),
                                         i % 16 == 5 ? cancellable : NULL, NULL);

      if (first % 1024 == 0)
        g_cancellable_cancel (cancellable);

      for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
        {
          if (i % 16 == 5)
            g_assert_true (ly_future_wait (futures[i], TEST_PATIENCE));
          else
            g_assert_cmpint (test_await_int64 (futures[i]), ==, 2 * (gint64) (first + i));
          g_object_unref (futures[i]);
        }
    }

  return NULL;
}

static void
stress_executor (LyExecutor *executor)
{
  LyProgress *progress = ly_progress_new (1);
  LyExecutorStats stats;
  guint64 n_done;

  ly_executor_set_progress (executor, progress);
  n_done = test_load_run (executor, load_executor);
  test_close_and_join (executor);

  ly_executor_get_stats (executor, &stats);
  g_test_message ("%" G_GUINT64_FORMAT " workers lost", stats.workers_lost);
  g_assert_cmpuint (stats.submitted, ==, n_done);
  g_assert_cmpuint (stats.succeeded + stats.failed, ==, n_done);
  if (LY_IS_PROCESS_EXECUTOR (executor))
    g_assert_cmpint (ly_progress_get (progress, 0), ==, (gint64) stats.succeeded);

  g_assert_finalize_object (executor);
  test_await_finalized (progress);
  test_assert_no_children ();
}

static void
stress_threads (void)
{
  stress_executor (ly_thread_executor_new (TEST_LOAD_THREADS, 1000));
}

static void
stress_async (void)
{
  stress_executor (ly_async_executor_new (TEST_LOAD_THREADS, 1000));
}

static void
stress_processes (void)
{
  stress_executor (test_new_processes (TEST_LOAD_THREADS, 1000));
}

#define MAP_SIZE 16384

/* Maps all of these numbers, in either order, but now and then drops the map in
 * the middle. */
static gpointer
load_map (gpointer data)
{
  TestLoad *load = data;
  g_autofree gint64 *numbers = g_new (gint64, MAP_SIZE);
  g_autoptr (GVariant) args = NULL;

  for (gint64 i = 0; i < MAP_SIZE; i++)
    numbers[i] = i;
  args = g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, numbers, MAP_SIZE, sizeof (gint64));
  g_variant_ref_sink (args);

  for (guint round = 0; !test_load_is_done (load); round++)
    {
      LyMapFlags flags = round % 2 == 0 ? LY_MAP_IN_ORDER : LY_MAP_AS_FINISHED;
      g_autoptr (LyMap) map = ly_executor_map (load->object, "double", args, 0, flags, NULL);
      guint n = round % 5 == 3 ? MAP_SIZE / 4 : MAP_SIZE;
      gint64 sum = 0;

      for (guint i = 0; i < n; i++)
        {
          g_autoptr (GVariant) value = ly_map_next (map, NULL, NULL);

          sum += g_variant_get_int64 (value);
          load->n_done++;
          if (flags == LY_MAP_IN_ORDER)
            g_assert_cmpint (g_variant_get_int64 (value), ==, 2 * (gint64) i);
        }

      if (n == MAP_SIZE)
        g_assert_cmpint (sum, ==, (gint64) MAP_SIZE * (MAP_SIZE - 1));
    }

  return NULL;
}

static void
stress_map (void)
{
  LyExecutor *executor = ly_thread_executor_new (TEST_LOAD_THREADS, 100);

  test_load_run (executor, load_map);
  test_close_and_join (executor);
  g_assert_finalize_object (executor);
}

int
main (int   argc,
      char *argv[])
{
  test_register_tasks ();
  ly_task_register ("lottery", task_lottery);
  if (argc == 2 && g_str_equal (argv[1], "worker"))
    return ly_worker_main ();

  test_init (&argc, &argv);

  g_test_add_func ("/common/stress/executor/threads", stress_threads);
  g_test_add_func ("/common/stress/executor/async", stress_async);
  g_test_add_func ("/common/stress/executor/processes", stress_processes);
  g_test_add_func ("/common/stress/executor/map", stress_map);

  return g_test_run ();
}
