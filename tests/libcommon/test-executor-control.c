/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

/* What holds for every executor while tasks wait and run: cancelling, pausing,
 * counting, reporting. */

static LyFuture *
submit_cancellable (LyExecutor   *executor,
                    const char   *task,
                    GVariant     *args,
                    GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  LyFuture *future = ly_executor_submit (executor, task, args, cancellable, &error);

  g_assert_no_error (error);

  return future;
}

static void
test_cancel_before (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (1, 5);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (ly_executor_submit (executor, "nothing", NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (ly_executor_try_submit (executor, "nothing", NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_finalize_object (executor);
}

/* Tasks that are cancelled while they wait are not begun, but for one that a
 * worker process may have been sent ahead. */
static void
test_cancel_waiting (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (1, 5);
  LyQueue *reports = test_collect_reports (executor);
  g_autoptr (TestGate) gate = test_gate_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (LyFuture) held = test_submit_hold (executor, gate);
  LyFuture *cancelled[4];
  g_autoptr (LyFuture) last = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cancelled); i++)
    cancelled[i] = submit_cancellable (executor, "say", g_variant_new_int64 (1), cancellable);
  last = test_submit_int64 (executor, "double", 8);

  test_take_report (reports, "started");
  g_cancellable_cancel (cancellable);
  test_gate_open (gate);

  g_assert_true (ly_future_wait (cancelled[0], TEST_PATIENCE));
  for (guint i = 1; i < G_N_ELEMENTS (cancelled); i++)
    test_await_cancelled (cancelled[i]);
  for (guint i = 0; i < G_N_ELEMENTS (cancelled); i++)
    g_object_unref (cancelled[i]);

  g_assert_cmpint (test_await_int64 (last), ==, 16);
  g_assert_cmpuint (ly_queue_get_length (reports), <=, 1);
  g_variant_unref (test_await_value (held));
  g_assert_finalize_object (executor);
  g_assert_finalize_object (reports);
}

static void
test_cancel_running (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 5);
  LyQueue *reports = test_collect_reports (executor);
  g_autoptr (TestGate) gate = test_gate_new ();
  GCancellable *cancellable = g_cancellable_new ();
  LyFuture *future;

  for (guint i = 0; i < 20; i++)
    {
      future = submit_cancellable (executor, "hold", g_variant_new_string (gate->path),
                                   cancellable);
      test_take_report (reports, "started");
      g_assert_false (ly_future_is_done (future));
      g_cancellable_cancel (cancellable);
      test_await_cancelled (future);
      g_object_unref (future);
      g_cancellable_reset (cancellable);

      /* Its worker is as good as before. */
      future = test_submit_int64 (executor, "double", i);
      g_assert_cmpint (test_await_int64 (future), ==, 2 * i);
      g_object_unref (future);
    }

  /* Once it is done, cancelling changes nothing. */
  future = submit_cancellable (executor, "double", g_variant_new_int64 (1), cancellable);
  g_assert_cmpint (test_await_int64 (future), ==, 2);
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (test_await_int64 (future), ==, 2);

  g_object_unref (future);
  g_assert_finalize_object (executor);
  g_assert_finalize_object (reports);
  g_assert_finalize_object (cancellable);
}

static gpointer
cancel (gpointer data)
{
  g_cancellable_cancel (data);

  return NULL;
}

/* Whenever the cancellation comes, each task ends one way or the other. */
static void
test_cancel_race (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (3, 50);
  guint n_done = 0;

  for (guint round = 0; round < 100; round++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (g_object_unref);
      GThread *thread = g_thread_new ("cancel", cancel, cancellable);

      for (gint64 i = 0; i < 50; i++)
        {
          g_autoptr (GError) error = NULL;
          LyFuture *future = ly_executor_submit (executor, "double", g_variant_new_int64 (i),
                                                 cancellable, &error);

          if (future == NULL)
            {
              g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
              break;
            }

          g_ptr_array_add (futures, future);
        }

      for (guint i = 0; i < futures->len; i++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (GVariant) value = ly_future_get (futures->pdata[i], TEST_PATIENCE, &error);

          if (value != NULL)
            g_assert_cmpint (g_variant_get_int64 (value), ==, 2 * (gint64) i);
          else
            g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
          n_done++;
        }

      g_thread_join (thread);
    }

  g_test_message ("%u tasks were submitted before they were cancelled", n_done);
  g_assert_finalize_object (executor);
}

typedef struct
{
  LyExecutor   *executor;
  GCancellable *cancellable;
} Submitter;

static gpointer
submit_in_vain (gpointer data)
{
  Submitter *submitter = data;
  g_autoptr (GError) error = NULL;

  g_assert_null (ly_executor_submit (submitter->executor, "nothing", NULL,
                                     submitter->cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  return NULL;
}

/* Also one that still waits to be let in. */
static void
test_cancel_wakes_submitter (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (1, 0);
  g_autoptr (TestGate) gate = test_gate_new ();
  g_autoptr (LyFuture) held = test_submit_hold (executor, gate);
  LyExecutorStats stats;

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      Submitter submitter = { executor, cancellable };
      GThread *thread = g_thread_new ("submit", submit_in_vain, &submitter);

      if (i == 0)
        g_assert_false (ly_future_wait (held, TEST_MOMENT));
      g_cancellable_cancel (cancellable);
      g_thread_join (thread);
    }

  test_gate_open (gate);
  test_close_and_join (executor);
  ly_executor_get_stats (executor, &stats);
  g_assert_cmpuint (stats.submitted, ==, 1);
  g_assert_finalize_object (executor);
}

/* Waits until reports have stopped coming for a while. */
static void
await_silence (LyQueue *reports)
{
  gint64 deadline = g_get_monotonic_time () + TEST_PATIENCE;
  GVariant *message;

  while ((message = ly_queue_get_timed (reports, 2 * TEST_MOMENT, NULL)) != NULL)
    {
      g_variant_unref (message);
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    }
}

static void
test_pause (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 5);
  LyQueue *reports = test_collect_reports (executor);
  g_autoptr (LyFuture) first = test_submit (executor, "tick", NULL);
  g_autoptr (LyFuture) second = test_submit (executor, "tick", NULL);
  g_autoptr (LyFuture) waiting = test_submit_int64 (executor, "double", 1);
  g_autoptr (LyFuture) late = NULL;

  for (guint i = 0; i < 20; i++)
    test_take_report_int64 (reports);

  ly_executor_pause (executor);
  ly_executor_pause (executor);
  await_silence (reports);

  /* More can be submitted, but nothing happens. */
  late = ly_executor_try_submit (executor, "double", g_variant_new_int64 (2), NULL, NULL);
  g_assert_nonnull (late);
  g_assert_null (ly_queue_get_timed (reports, TEST_MOMENT, NULL));
  g_assert_false (ly_future_is_done (first));
  g_assert_false (ly_future_is_done (waiting));
  g_assert_false (ly_future_is_done (late));

  ly_executor_resume (executor);
  for (guint i = 0; i < 20; i++)
    test_take_report_int64 (reports);

  ly_executor_terminate (executor);
  test_await_cancelled (first);
  test_await_cancelled (second);
  g_assert_finalize_object (executor);
  g_assert_finalize_object (reports);
}

/* One that is paused from the start begins nothing. */
static void
test_pause_first (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 10);
  LyQueue *reports = test_collect_reports (executor);
  LyFuture *futures[10];

  ly_executor_pause (executor);
  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    futures[i] = test_submit_int64 (executor, "say", 1);
  ly_executor_close (executor);

  g_assert_null (ly_queue_get_timed (reports, TEST_MOMENT, NULL));
  g_assert_false (ly_executor_join (executor, TEST_MOMENT));

  ly_executor_resume (executor);
  g_assert_true (ly_executor_join (executor, TEST_PATIENCE));
  g_assert_cmpuint (ly_queue_get_length (reports), ==, G_N_ELEMENTS (futures));

  test_take_values (futures, G_N_ELEMENTS (futures));

  g_assert_finalize_object (executor);
  g_assert_finalize_object (reports);
}

/* Tasks can be cancelled in a pause, whether they were begun or not. */
static void
test_pause_and_cancel (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 10);
  LyQueue *reports = test_collect_reports (executor);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  LyFuture *futures[10];

  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    futures[i] = submit_cancellable (executor, "tick", NULL, cancellable);

  test_take_report_int64 (reports);
  ly_executor_pause (executor);
  await_silence (reports);
  g_cancellable_cancel (cancellable);

  test_take_cancelled (futures, G_N_ELEMENTS (futures));

  g_assert_finalize_object (executor);
  g_assert_finalize_object (reports);
}

static void
test_pause_and_terminate (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 10);
  LyQueue *reports = test_collect_reports (executor);
  LyFuture *futures[10];

  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    futures[i] = test_submit (executor, "tick", NULL);

  test_take_report_int64 (reports);
  ly_executor_pause (executor);
  ly_executor_terminate (executor);
  g_assert_true (ly_executor_join (executor, TEST_PATIENCE));

  test_take_cancelled (futures, G_N_ELEMENTS (futures));

  g_assert_finalize_object (executor);
  g_assert_finalize_object (reports);
}

static void
test_progress (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (3, 10);
  LyProgress *progress = ly_progress_new (2);

  g_assert_null (ly_executor_get_progress (executor));
  ly_executor_set_progress (executor, progress);
  g_assert_true (ly_executor_get_progress (executor) == progress);

  for (guint i = 0; i < 100; i++)
    g_object_unref (test_submit (executor, "count", g_variant_new ("(ux)", i % 2, 1000 + i)));
  test_close_and_join (executor);

  /* All of it by the time the tasks are done. */
  g_assert_cmpint (ly_progress_get (progress, 0), ==, 50 * 1000 + 50 * 49);
  g_assert_cmpint (ly_progress_get (progress, 1), ==, 50 * 1000 + 50 * 50);
  g_assert_finalize_object (executor);
  test_await_finalized (progress);
}

/* By the time its future is done, all that a task counted and said is there. */
static void
test_order (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (1, 10);
  LyQueue *reports = test_collect_reports (executor);
  LyProgress *progress = ly_progress_new (1);

  ly_executor_set_progress (executor, progress);

  for (gint64 i = 1; i <= 50; i++)
    {
      g_autoptr (LyFuture) count = test_submit (executor, "count", g_variant_new ("(ux)", 0, 1));
      g_autoptr (LyFuture) say = NULL;

      g_variant_unref (test_await_value (count));
      g_assert_cmpint (ly_progress_get (progress, 0), ==, i);

      say = test_submit_int64 (executor, "say", i);
      g_variant_unref (test_await_value (say));
      g_assert_cmpuint (ly_queue_get_length (reports), ==, i);
      for (gint64 j = 0; j < i; j++)
        g_assert_cmpint (test_take_report_int64 (reports), ==, j);
    }

  g_assert_finalize_object (executor);
  g_assert_finalize_object (reports);
  test_await_finalized (progress);
}

/* Somebody who looks sees progress before a task is at its end. */
static void
test_progress_meanwhile (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (1, 0);
  LyProgress *progress = ly_progress_new (1);
  gint64 deadline = g_get_monotonic_time () + TEST_PATIENCE;
  g_autoptr (LyFuture) future = NULL;

  ly_executor_set_progress (executor, progress);
  future = test_submit (executor, "tick", NULL);

  while (ly_progress_get (progress, 0) < 100)
    {
      g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    }

  g_assert_false (ly_future_is_done (future));
  g_assert_finalize_object (executor);
  test_await_finalized (progress);
}

/* The status is seen though each task is over in no time. */
static void
test_status (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 10);
  LyProgress *progress = ly_progress_new (1);
  g_autofree char *status = NULL;

  ly_executor_set_progress (executor, progress);

  for (guint i = 0; i < 10; i++)
    g_object_unref (test_submit (executor, "status", g_variant_new_bytestring ("caf\xe9")));
  test_close_and_join (executor);

  status = ly_progress_dup_status (progress);
  g_assert_cmpstr (status, ==, "caf\xe9");
  g_assert_finalize_object (executor);
  test_await_finalized (progress);
}

static void
test_stats (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (3, 10);
  LyExecutorStats stats;

  ly_executor_get_stats (executor, &stats);
  g_assert_cmpuint (stats.submitted, ==, 0);

  for (guint i = 1; i <= 30; i++)
    {
      g_autoptr (LyFuture) future = test_submit (executor, i % 3 == 0 ? "brew" : "nothing", NULL);

      g_assert_true (ly_future_wait (future, TEST_PATIENCE));
      /* Whoever has the result finds it counted. */
      ly_executor_get_stats (executor, &stats);
      g_assert_cmpuint (stats.submitted, ==, i);
      g_assert_cmpuint (stats.failed, ==, i / 3);
      g_assert_cmpuint (stats.succeeded, ==, i - i / 3);
      g_assert_cmpuint (stats.rerun, ==, 0);
      g_assert_cmpuint (stats.workers_lost, ==, 0);
    }

  g_assert_finalize_object (executor);
}

int
main (int   argc,
      char *argv[])
{
  test_register_tasks ();
  if (argc == 2 && g_str_equal (argv[1], "worker"))
    return ly_worker_main ();

  test_init (&argc, &argv);

  test_add_for_executors ("cancel/before", test_cancel_before);
  test_add_for_executors ("cancel/waiting", test_cancel_waiting);
  test_add_for_executors ("cancel/running", test_cancel_running);
  test_add_for_executors ("cancel/race", test_cancel_race);
  test_add_for_executors ("cancel/wakes-submitter", test_cancel_wakes_submitter);
  test_add_for_executors ("pause/running", test_pause);
  test_add_for_executors ("pause/first", test_pause_first);
  test_add_for_executors ("pause/and-cancel", test_pause_and_cancel);
  test_add_for_executors ("pause/and-terminate", test_pause_and_terminate);
  test_add_for_executors ("progress/exact", test_progress);
  test_add_for_executors ("progress/meanwhile", test_progress_meanwhile);
  test_add_for_executors ("status", test_status);
  test_add_for_executors ("order", test_order);
  test_add_for_executors ("stats", test_stats);

  return g_test_run ();
}
