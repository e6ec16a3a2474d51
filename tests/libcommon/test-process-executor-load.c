/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-misbehave.h"

/* Every fault while there is something else going on: a map, or the end. */

#define N_ITEMS 40
#define GUILTY 23

/* maybe-misbehave (N, HOW): twice N, unless N is the guilty one. */
static GVariant *
task_maybe_misbehave (LyTaskContext  *context,
                      GVariant       *args,
                      GError        **error)
{
  const char *how;
  gint64 n;

  g_variant_get (args, "(x&s)", &n, &how);
  if (n == GUILTY)
    test_misbehave (how, 0);

  return g_variant_new_int64 (2 * n);
}

/* Of a chunk that is lost again and again, all but the guilty one is done. */
static void
test_map (gconstpointer data)
{
  const TestFault *fault = data;
  LyExecutor *executor = test_fault_new_executor (fault, 2, 4);
  GVariantBuilder args = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(xs)"));
  g_autoptr (LyMap) map = NULL;
  g_autoptr (GError) end = NULL;
  LyExecutorStats stats;

  for (gint64 i = 0; i < N_ITEMS; i++)
    g_variant_builder_add (&args, "(xs)", i, fault->how);
  map = ly_executor_map (executor, "maybe-misbehave", g_variant_builder_end (&args), 10,
                         LY_MAP_IN_ORDER, NULL);

  for (gint64 i = 0; i < N_ITEMS; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) value = ly_map_next (map, NULL, &error);

      if (i == GUILTY)
        {
          g_assert_null (value);
          test_fault_assert_error (fault, error);
          continue;
        }

      g_assert_no_error (error);
      g_assert_cmpint (g_variant_get_int64 (value), ==, 2 * i);
    }

  g_assert_null (ly_map_next (map, NULL, &end));
  g_assert_no_error (end);
  ly_executor_get_stats (executor, &stats);
  g_assert_cmpuint (stats.workers_lost, ==, 2);
  g_clear_object (&map);
  g_assert_finalize_object (executor);
  test_assert_no_children ();
}

/* say-and-misbehave HOW */
static GVariant *
task_say_and_misbehave (LyTaskContext  *context,
                        GVariant       *args,
                        GError        **error)
{
  ly_task_context_report (context, g_variant_new_string ("now"));
  test_misbehave (g_variant_get_string (args, NULL), 0);

  return NULL;
}

#define N_WORKERS 3

/* The end comes when none, some or all are just at it. */
static void
test_terminate (gconstpointer data)
{
  const TestFault *fault = data;

  for (guint n_seen = 0; n_seen <= N_WORKERS; n_seen++)
    {
      LyExecutor *executor = test_fault_new_executor (fault, N_WORKERS, 10);
      LyQueue *reports = test_collect_reports (executor);
      LyFuture *futures[2 * N_WORKERS];

      for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
        futures[i] = test_submit (executor, "say-and-misbehave", g_variant_new_string (fault->how));
      for (guint i = 0; i < n_seen; i++)
        test_take_report (reports, "now");

      ly_executor_terminate (executor);
      g_assert_true (ly_executor_join (executor, TEST_PATIENCE));
      test_assert_no_children ();

      for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
        {
          g_autoptr (GError) error = NULL;

          g_assert_null (ly_future_get (futures[i], 0, &error));
          if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            test_fault_assert_error (fault, error);
          g_object_unref (futures[i]);
        }

      g_assert_finalize_object (executor);
      g_assert_finalize_object (reports);
    }
}

static void
lose_workers (const TestFault *fault,
              guint            n)
{
  LyExecutor *executor = test_fault_new_executor (fault, N_WORKERS, 10);
  LyExecutorStats stats;

  for (guint i = 0; i < n; i++)
    g_object_unref (test_submit_misbehave (executor, fault->how, 1, 0));

  test_close_and_join (executor);
  ly_executor_get_stats (executor, &stats);
  g_assert_cmpuint (stats.succeeded, ==, n);
  g_assert_cmpuint (stats.workers_lost, ==, n);
  g_assert_finalize_object (executor);
  test_assert_no_children ();
}

/* Nothing is left of a lost worker. */
static void
test_leaks (gconstpointer data)
{
  guint n_before;

  /* What GLib needs once for all processes is there after the first one. */
  lose_workers (data, 1);
  n_before = test_count_fds ();
  lose_workers (data, N_WORKERS);
  test_await_fds (n_before);
}

int
main (int   argc,
      char *argv[])
{
  test_register_tasks ();
  test_register_misbehave ();
  ly_task_register ("maybe-misbehave", task_maybe_misbehave);
  ly_task_register ("say-and-misbehave", task_say_and_misbehave);
  if (argc == 2 && g_str_equal (argv[1], "worker"))
    return ly_worker_main ();

  test_init (&argc, &argv);

  test_add_for_faults ("map", test_map);
  test_add_for_faults ("terminate", test_terminate);
  test_add_for_faults ("leaks", test_leaks);

  return g_test_run ();
}
