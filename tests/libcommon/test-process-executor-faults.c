/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-misbehave.h"

#include <signal.h>

/* What a task that loses its worker may do to others. */

/* count-and-die: counts 6, then dies; at its second attempt it counts 7. */
static GVariant *
task_count_and_die (LyTaskContext  *context,
                    GVariant       *args,
                    GError        **error)
{
  g_autoptr (LyQueue) never = ly_queue_new (1, NULL);

  if (ly_task_context_get_attempt (context) > 0)
    {
      ly_task_context_add_progress (context, 0, 7);
      return NULL;
    }

  /* Late enough for it to be passed on. */
  ly_task_context_add_progress (context, 0, 5);
  g_assert_null (ly_queue_get_timed (never, 2 * TEST_MOMENT, NULL));
  ly_task_context_add_progress (context, 0, 1);
  g_assert_true (ly_task_context_checkpoint (context, NULL));
  ly_task_context_report (context, g_variant_new_string ("counted"));
  test_misbehave ("kill", 0);

  return NULL;
}

/* die-then-hold GATE: dies at its first attempt, and holds at its second. */
static GVariant *
task_die_then_hold (LyTaskContext  *context,
                    GVariant       *args,
                    GError        **error)
{
  if (ly_task_context_get_attempt (context) == 0)
    test_misbehave ("kill", 0);

  return ly_task_lookup ("hold", NULL) (context, args, error);
}

static void
assert_lost (LyExecutor *executor,
             guint64     n_lost,
             guint64     n_rerun)
{
  LyExecutorStats stats;

  ly_executor_get_stats (executor, &stats);
  g_assert_cmpuint (stats.workers_lost, ==, n_lost);
  g_assert_cmpuint (stats.rerun, ==, n_rerun);
  g_assert_cmpuint (stats.workers_started, <=, n_lost + ly_executor_get_n_workers (executor));
}

/* The first time, the task is run again, and nobody notices. */
static void
test_once (gconstpointer data)
{
  const TestFault *fault = data;
  LyExecutor *executor = test_fault_new_executor (fault, 2, 10);
  g_autoptr (LyFuture) before = test_submit_int64 (executor, "double", 1);
  g_autoptr (LyFuture) guilty = test_submit_misbehave (executor, fault->how, 1, 2);
  g_autoptr (LyFuture) after = test_submit_int64 (executor, "double", 2);

  g_assert_cmpint (test_await_int64 (guilty), ==, 1);
  g_assert_cmpint (test_await_int64 (before), ==, 2);
  g_assert_cmpint (test_await_int64 (after), ==, 4);

  assert_lost (executor, 1, 1);
  g_assert_finalize_object (executor);
  test_assert_no_children ();
}

/* The second time it fails, alone, and says why. */
static void
test_twice (gconstpointer data)
{
  const TestFault *fault = data;
  LyExecutor *executor = test_fault_new_executor (fault, 2, 50);
  g_autoptr (LyFuture) guilty = NULL;
  g_autoptr (GError) error = NULL;
  LyFuture *innocent[40];

  for (guint i = 0; i < G_N_ELEMENTS (innocent); i++)
    {
      if (i == 20)
        guilty = test_submit_misbehave (executor, fault->how, 99, 21);
      innocent[i] = test_submit_int64 (executor, "double", i);
    }

  g_assert_null (ly_future_get (guilty, TEST_PATIENCE, &error));
  test_fault_assert_error (fault, error);

  for (guint i = 0; i < G_N_ELEMENTS (innocent); i++)
    {
      g_assert_cmpint (test_await_int64 (innocent[i]), ==, 2 * i);
      g_object_unref (innocent[i]);
    }

  assert_lost (executor, 2, 1);
  g_assert_finalize_object (executor);
  test_assert_no_children ();
}

/* One worker that has been sent many tasks ahead dies of one: that one alone
 * is run again, and all in their turn. */
static void
test_sent_ahead (void)
{
  LyExecutor *executor = test_new_processes (1, 1000);
  LyQueue *reports = test_collect_reports (executor);
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (g_object_unref);

  /* So many and so short that a worker is soon trusted with a lot. */
  for (guint i = 0; i < 900; i++)
    g_ptr_array_add (futures, i % 300 == 200
                              ? test_submit_misbehave (executor, "kill", 1, 0)
                              : test_submit (executor, "attempt", NULL));

  for (guint i = 0; i < futures->len; i++)
    g_assert_cmpint (test_await_int64 (futures->pdata[i]), ==, i % 300 == 200 ? 1 : 0);

  assert_lost (executor, 3, 3);
  g_assert_finalize_object (executor);
  g_assert_finalize_object (reports);
}

/* What a lost attempt had counted is taken back. */
static void
test_progress (void)
{
  LyExecutor *executor = test_new_processes (1, 10);
  LyQueue *reports = test_collect_reports (executor);
  LyProgress *progress = ly_progress_new (1);
  g_autoptr (LyFuture) future = NULL;

  ly_executor_set_progress (executor, progress);
  future = test_submit (executor, "count-and-die", NULL);

  test_take_report (reports, "counted");
  g_variant_unref (test_await_value (future));
  g_assert_cmpint (ly_progress_get (progress, 0), ==, 7);

  assert_lost (executor, 1, 1);
  g_assert_finalize_object (executor);
  g_assert_finalize_object (reports);
  test_await_finalized (progress);
}

static void
note_progress (LyExecutor *executor,
               GVariant   *message,
               gpointer    user_data)
{
  LyQueue *seen = user_data;
  gint64 value = ly_progress_get (ly_executor_get_progress (executor), 0);

  g_assert_true (ly_queue_put (seen, GINT_TO_POINTER (value), NULL));
}

/* The same, but somebody has seen it. */
static void
test_progress_seen (void)
{
  LyExecutor *executor = test_new_processes (1, 10);
  LyQueue *seen = ly_queue_new (1, NULL);
  LyProgress *progress = ly_progress_new (1);
  g_autoptr (LyFuture) future = NULL;

  ly_executor_set_progress (executor, progress);
  ly_executor_set_report_func (executor, note_progress, seen);
  future = test_submit (executor, "count-and-die", NULL);

  g_assert_cmpint (GPOINTER_TO_INT (test_take (seen)), ==, 6);
  g_variant_unref (test_await_value (future));
  g_assert_cmpint (ly_progress_get (progress, 0), ==, 7);

  g_assert_finalize_object (executor);
  g_assert_finalize_object (seen);
  test_await_finalized (progress);
}

static void
test_cancel_after_rerun (void)
{
  LyExecutor *executor = test_new_processes (1, 10);
  LyQueue *reports = test_collect_reports (executor);
  g_autoptr (TestGate) gate = test_gate_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (LyFuture) future = ly_executor_submit (executor, "die-then-hold",
                                                    g_variant_new_string (gate->path),
                                                    cancellable, &error);

  g_assert_no_error (error);
  test_take_report (reports, "started");
  g_cancellable_cancel (cancellable);
  test_await_cancelled (future);
  assert_lost (executor, 1, 1);
  g_assert_finalize_object (executor);
  g_assert_finalize_object (reports);
}

/* A worker that dies while it has nothing to do is nobody's loss. */
static void
test_idle_worker (void)
{
  LyExecutor *executor = test_new_processes (1, 10);
  LyExecutorStats stats;

  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (LyFuture) pid = test_submit (executor, "pid", NULL);
      g_autoptr (LyFuture) future = NULL;

      g_assert_no_errno (kill ((pid_t) test_await_int64 (pid), SIGKILL));
      future = test_submit_int64 (executor, "double", i);
      g_assert_cmpint (test_await_int64 (future), ==, 2 * i);
    }

  ly_executor_get_stats (executor, &stats);
  g_assert_cmpuint (stats.workers_lost, ==, 10);
  g_assert_cmpuint (stats.failed, ==, 0);
  g_assert_finalize_object (executor);
}

static void
test_leaks (void)
{
  guint n_before = test_count_fds ();

  for (guint round = 0; round < 10; round++)
    {
      LyExecutor *executor = test_new_processes (4, 10);

      for (guint i = 0; i < 5; i++)
        g_object_unref (test_submit_misbehave (executor, "kill", 1, 0));

      if (round % 2 == 0)
        {
          test_close_and_join (executor);
          assert_lost (executor, 5, 5);
        }

      g_assert_finalize_object (executor);
      test_assert_no_children ();
    }

  test_assert_no_more_fds (n_before);
}

int
main (int   argc,
      char *argv[])
{
  test_register_tasks ();
  test_register_misbehave ();
  ly_task_register ("count-and-die", task_count_and_die);
  ly_task_register ("die-then-hold", task_die_then_hold);
  if (argc == 2 && g_str_equal (argv[1], "worker"))
    return ly_worker_main ();

  test_init (&argc, &argv);

  test_add_for_faults ("once", test_once);
  test_add_for_faults ("twice", test_twice);
  g_test_add_func ("/common/process-executor/sent-ahead", test_sent_ahead);
  g_test_add_func ("/common/process-executor/progress/taken-back", test_progress);
  g_test_add_func ("/common/process-executor/progress/taken-back-seen", test_progress_seen);
  g_test_add_func ("/common/process-executor/cancel-after-rerun", test_cancel_after_rerun);
  g_test_add_func ("/common/process-executor/idle-worker", test_idle_worker);
  g_test_add_func ("/common/process-executor/leaks", test_leaks);

  return g_test_run ();
}
