/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

#include <signal.h>
#include <unistd.h>

/* crash-at (N, BAD): twice N; kills its process if N is BAD. */
static GVariant *
task_crash_at (LyTaskContext  *context,
               GVariant       *args,
               GError        **error)
{
  gint64 number;
  gint64 bad;

  g_variant_get (args, "(xx)", &number, &bad);
  if (number == bad)
    kill (getpid (), SIGKILL);

  return g_variant_new_int64 (2 * number);
}

/* odd N: N, or an error if it is even. */
static GVariant *
task_odd (LyTaskContext  *context,
          GVariant       *args,
          GError        **error)
{
  gint64 number = g_variant_get_int64 (args);

  if (number % 2 == 1)
    return g_variant_new_int64 (number);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%" G_GINT64_FORMAT " is even",
               number);

  return NULL;
}

static GVariant *
make_numbers (gint64 n)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("ax"));

  for (gint64 i = 0; i < n; i++)
    g_variant_builder_add (&builder, "x", i);

  return g_variant_builder_end (&builder);
}

/* Takes the next result, which has to be a number and there. */
static gint64
take_number (LyMap   *map,
             guint64 *index)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = ly_map_next (map, index, &error);

  g_assert_no_error (error);
  g_assert_nonnull (value);

  return g_variant_get_int64 (value);
}

static void
assert_end (LyMap *map)
{
  g_autoptr (GError) error = NULL;
  guint64 index = 0;

  g_assert_null (ly_map_next (map, &index, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (index, ==, G_MAXUINT64);
}

static void
check_in_order (TestNewExecutor new_executor,
                gint64          n,
                guint           chunk_size)
{
  LyExecutor *executor = new_executor (3, 5);
  g_autoptr (LyMap) map = ly_executor_map (executor, "double", make_numbers (n), chunk_size,
                                           LY_MAP_IN_ORDER, NULL);

  for (gint64 i = 0; i < n; i++)
    {
      guint64 index = 0;

      g_assert_cmpint (take_number (map, &index), ==, 2 * i);
      g_assert_cmpuint (index, ==, (guint64) i);
    }

  assert_end (map);
  assert_end (map);
  g_clear_object (&map);
  g_assert_finalize_object (executor);
}

static void
test_in_order (TestNewExecutor new_executor)
{
  check_in_order (new_executor, 5000, 0);
  check_in_order (new_executor, 100, 1);
  check_in_order (new_executor, 1000, 7);
  check_in_order (new_executor, 10, G_MAXUINT);
}

static void
test_empty (TestNewExecutor new_executor)
{
  check_in_order (new_executor, 0, 0);
}

static void
test_as_finished (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 4);
  g_autoptr (TestGate) gate = test_gate_new ();
  g_autoptr (LyMap) map = NULL;
  GVariantBuilder args = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("as"));
  gboolean seen[3] = { FALSE };

  /* The first cannot end before the others have. */
  g_variant_builder_add (&args, "s", gate->path);
  g_variant_builder_add (&args, "s", "/dev/null");
  g_variant_builder_add (&args, "s", "/dev/null");
  map = ly_executor_map (executor, "hold", g_variant_builder_end (&args), 1, LY_MAP_AS_FINISHED,
                         NULL);

  for (guint i = 0; i < G_N_ELEMENTS (seen); i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 index = 0;
      g_autoptr (GVariant) value = ly_map_next (map, &index, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (g_variant_get_string (value, NULL), ==, "held");
      g_assert_cmpuint (index, <, G_N_ELEMENTS (seen));
      g_assert_false (seen[index]);
      seen[index] = TRUE;
      g_assert_true (index != 0 || i == 2);
      if (i == 1)
        test_gate_open (gate);
    }

  assert_end (map);
  g_clear_object (&map);
  g_assert_finalize_object (executor);
}

/* A task that fails is one result; the others are none the worse for it. */
static void
test_errors (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 4);
  g_autoptr (LyMap) map = ly_executor_map (executor, "odd", make_numbers (500), 0, LY_MAP_IN_ORDER,
                                           NULL);

  for (gint64 i = 0; i < 500; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *message = g_strdup_printf ("%d is even", (int) i);
      guint64 index = 0;
      g_autoptr (GVariant) value = ly_map_next (map, &index, &error);

      g_assert_cmpuint (index, ==, (guint64) i);
      if (i % 2 == 1)
        {
          g_assert_no_error (error);
          g_assert_cmpint (g_variant_get_int64 (value), ==, i);
          continue;
        }

      g_assert_null (value);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_cmpstr (error->message, ==, message);
    }

  assert_end (map);
  g_clear_object (&map);
  g_assert_finalize_object (executor);
}

static void
test_unknown_task (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 4);
  g_autoptr (LyMap) map = ly_executor_map (executor, "no such task", make_numbers (3), 0,
                                           LY_MAP_IN_ORDER, NULL);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (ly_map_next (map, NULL, &error));
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, "no such task"));
    }

  assert_end (map);
  g_clear_object (&map);
  g_assert_finalize_object (executor);
}

/* Arguments of any type are boxed, and come unboxed. */
static void
test_boxed (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 4);
  GVariant *args = g_variant_new_parsed ("[<'text'>, <(1, 2)>, <<3>>]");
  g_autoptr (LyMap) map = ly_executor_map (executor, "echo", args, 2, LY_MAP_IN_ORDER, NULL);
  const char *printed[] = { "<'text'>", "<(1, 2)>", "<<3>>" };

  for (guint i = 0; i < G_N_ELEMENTS (printed); i++)
    {
      g_autoptr (GVariant) value = ly_map_next (map, NULL, NULL);
      g_autofree char *text = g_variant_print (value, FALSE);

      g_assert_cmpstr (text, ==, printed[i]);
    }

  assert_end (map);
  g_clear_object (&map);
  g_assert_finalize_object (executor);
}

/* Who takes nothing gets no more than there is room for. */
static void
test_back_pressure (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 3);
  g_autoptr (LyMap) map = ly_executor_map (executor, "double", make_numbers (1000), 1,
                                           LY_MAP_IN_ORDER, NULL);
  LyExecutorStats stats;

  for (gint64 i = 0; i < 100; i++)
    {
      g_assert_cmpint (take_number (map, NULL), ==, 2 * i);
      ly_executor_get_stats (executor, &stats);
      g_assert_cmpuint (stats.submitted, <=, (guint64) i + 1 + 2 + 3);
    }

  g_clear_object (&map);
  g_assert_finalize_object (executor);
}

/* A map that is dropped leaves nothing running behind it. */
static void
test_dropped (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 4);
  g_autoptr (TestGate) gate = test_gate_new ();
  g_autoptr (LyQueue) reports = test_collect_reports (executor);
  g_autoptr (LyMap) map = NULL;
  GVariantBuilder args = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("as"));

  g_variant_builder_add (&args, "s", "/dev/null");
  for (guint i = 0; i < 3; i++)
    g_variant_builder_add (&args, "s", gate->path);
  map = ly_executor_map (executor, "hold", g_variant_builder_end (&args), 1, LY_MAP_AS_FINISHED,
                         NULL);

  g_variant_unref (ly_map_next (map, NULL, NULL));
  test_take_report (reports, "started");
  test_take_report (reports, "started");
  g_clear_object (&map);

  /* The gate stays shut: only cancelling can have ended them. */
  ly_executor_close (executor);
  g_assert_true (ly_executor_join (executor, TEST_PATIENCE));
  g_assert_finalize_object (executor);
}

static void
test_cancelled (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 4);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (LyMap) map = ly_executor_map (executor, "double", make_numbers (1000), 1,
                                           LY_MAP_IN_ORDER, cancellable);
  guint n_cancelled = 0;

  g_assert_cmpint (take_number (map, NULL), ==, 0);
  g_cancellable_cancel (cancellable);

  for (guint64 i = 1; i < 1000; i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 index = 0;
      g_autoptr (GVariant) value = ly_map_next (map, &index, &error);

      g_assert_cmpuint (index, ==, i);
      if (value == NULL)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
          n_cancelled++;
        }
    }

  /* Some may have been done already, at most as many as there was room for. */
  g_assert_cmpuint (n_cancelled, >=, 1000 - 1 - 6);
  assert_end (map);
  g_clear_object (&map);
  g_assert_finalize_object (executor);
}

static void
test_closed (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 4);
  g_autoptr (LyMap) map = ly_executor_map (executor, "double", make_numbers (2), 1,
                                           LY_MAP_IN_ORDER, NULL);

  ly_executor_close (executor);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (ly_map_next (map, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
    }

  assert_end (map);
  g_clear_object (&map);
  g_assert_finalize_object (executor);
}

/* The time limit is one task's, not one chunk's. */
static void
test_time_limit (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 4);
  g_autoptr (TestGate) gate = test_gate_new ();
  g_autoptr (LyMap) map = NULL;
  const char *paths[] = { "/dev/null", gate->path, "/dev/null", NULL };

  ly_executor_set_task_timeout (executor, TEST_MOMENT);
  map = ly_executor_map (executor, "hold", g_variant_new_strv (paths, -1), 3, LY_MAP_IN_ORDER,
                         NULL);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) value = ly_map_next (map, NULL, &error);

      if (i == 1)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
      else
        g_assert_no_error (error);
    }

  assert_end (map);
  g_clear_object (&map);
  g_assert_finalize_object (executor);
}

/* One task in the middle of a chunk kills every worker that it meets. */
static void
test_crash (void)
{
  LyExecutor *executor = test_new_processes (2, 4);
  GVariantBuilder args = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(xx)"));
  g_autoptr (LyMap) map = NULL;
  LyExecutorStats stats;

  for (gint64 i = 0; i < 60; i++)
    g_variant_builder_add (&args, "(xx)", i, (gint64) 33);
  map = ly_executor_map (executor, "crash-at", g_variant_builder_end (&args), 20, LY_MAP_IN_ORDER,
                         NULL);

  for (gint64 i = 0; i < 60; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) value = ly_map_next (map, NULL, &error);

      if (i == 33)
        {
          g_assert_null (value);
          g_assert_nonnull (strstr (error->message, "signal 9"));
          continue;
        }

      g_assert_no_error (error);
      g_assert_cmpint (g_variant_get_int64 (value), ==, 2 * i);
    }

  assert_end (map);
  ly_executor_get_stats (executor, &stats);
  g_assert_cmpuint (stats.workers_lost, ==, 2);
  g_clear_object (&map);
  g_assert_finalize_object (executor);
  test_assert_no_children ();
}

int
main (int   argc,
      char *argv[])
{
  test_register_tasks ();
  ly_task_register ("crash-at", task_crash_at);
  ly_task_register ("odd", task_odd);
  if (argc == 2 && g_str_equal (argv[1], "worker"))
    return ly_worker_main ();

  test_init (&argc, &argv);

  test_add_for_executors ("map/in-order", test_in_order);
  test_add_for_executors ("map/empty", test_empty);
  test_add_for_executors ("map/as-finished", test_as_finished);
  test_add_for_executors ("map/errors", test_errors);
  test_add_for_executors ("map/unknown-task", test_unknown_task);
  test_add_for_executors ("map/boxed", test_boxed);
  test_add_for_executors ("map/back-pressure", test_back_pressure);
  test_add_for_executors ("map/dropped", test_dropped);
  test_add_for_executors ("map/cancelled", test_cancelled);
  test_add_for_executors ("map/closed", test_closed);
  test_add_for_executors ("map/time-limit", test_time_limit);
  g_test_add_func ("/common/executor/processes/map/crash", test_crash);

  return g_test_run ();
}
