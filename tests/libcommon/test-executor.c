/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

/* What holds for every executor: how tasks go in, come out, and come to an
 * end. What can be done to them meanwhile is in test-executor-control.c. */

static void
assert_stats (LyExecutor *executor,
              guint64     submitted,
              guint64     succeeded,
              guint64     failed)
{
  LyExecutorStats stats;

  ly_executor_get_stats (executor, &stats);
  g_assert_cmpuint (stats.submitted, ==, submitted);
  g_assert_cmpuint (stats.succeeded, ==, succeeded);
  g_assert_cmpuint (stats.failed, ==, failed);
  g_assert_cmpuint (stats.rerun, ==, 0);
  g_assert_cmpuint (stats.workers_lost, ==, 0);
}

static void
test_values (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 10);
  g_autoptr (GVariant) text = g_variant_ref_sink (g_variant_new_string ("a text"));
  g_autoptr (LyFuture) number = test_submit_int64 (executor, "double", 21);
  g_autoptr (LyFuture) echo = test_submit (executor, "echo", text);
  g_autoptr (LyFuture) unit = test_submit (executor, "echo", NULL);
  g_autoptr (LyFuture) nothing = test_submit (executor, "nothing", NULL);
  g_autoptr (LyFuture) attempt = test_submit (executor, "attempt", NULL);
  g_autoptr (GVariant) echo_value = test_await_value (echo);
  g_autoptr (GVariant) unit_value = test_await_value (unit);
  g_autoptr (GVariant) nothing_value = test_await_value (nothing);
  g_autofree char *echo_text = g_variant_print (echo_value, TRUE);
  g_autofree char *unit_text = g_variant_print (unit_value, TRUE);
  g_autofree char *nothing_text = g_variant_print (nothing_value, TRUE);

  g_assert_cmpuint (ly_executor_get_n_workers (executor), ==, 2);
  g_assert_cmpint (test_await_int64 (number), ==, 42);
  g_assert_cmpint (test_await_int64 (attempt), ==, 0);
  g_assert_cmpstr (echo_text, ==, "<'a text'>");
  g_assert_cmpstr (unit_text, ==, "<()>");
  g_assert_cmpstr (nothing_text, ==, "()");
  g_assert_finalize_object (executor);
}

static void
test_big_value (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 10);
  g_autofree char *text = g_strnfill (1024 * 1024, 'x');
  g_autoptr (GVariant) sent = g_variant_ref_sink (g_variant_new_string (text));

  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (LyFuture) future = test_submit (executor, "echo", sent);
      g_autoptr (GVariant) value = test_await_value (future);
      g_autoptr (GVariant) received = g_variant_get_variant (value);

      g_assert_cmpstr (g_variant_get_string (received, NULL), ==, text);
    }

  g_assert_finalize_object (executor);
}

static void
test_errors (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 10);
  const char *messages[] = { "plain", "", "“Grüße” 文字", "caf\xe9/\xff: no such file" };

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      g_autoptr (LyFuture) future = test_submit (executor, "fail",
                                                 g_variant_new ("(si^ay)", "test-error-quark",
                                                                42 + (int) i, messages[i]));

      test_await_error (future, g_quark_from_string ("test-error-quark"), 42 + (int) i,
                        messages[i]);
    }

  test_close_and_join (executor);
  assert_stats (executor, 4, 0, 4);
  g_assert_finalize_object (executor);
}

static void
test_unknown_task (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 10);
  g_autoptr (LyFuture) future = test_submit (executor, "brew", NULL);
  g_autoptr (LyFuture) next = test_submit_int64 (executor, "double", 1);

  test_await_error (future, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no task is registered as “brew”");
  g_assert_cmpint (test_await_int64 (next), ==, 2);
  g_assert_finalize_object (executor);
}

#define N_MANY 10000

static void
test_many (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (3, 100);
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (g_object_unref);

  for (gint64 i = 0; i < N_MANY; i++)
    g_ptr_array_add (futures, test_submit_int64 (executor, "double", i));
  for (guint i = 0; i < N_MANY; i++)
    g_assert_cmpint (test_await_int64 (futures->pdata[i]), ==, 2 * (gint64) i);

  test_close_and_join (executor);
  assert_stats (executor, N_MANY, N_MANY, 0);
  g_assert_finalize_object (executor);
}

static gpointer
submit_some (gpointer data)
{
  for (gint64 i = 0; i < 300; i++)
    {
      g_autoptr (LyFuture) future = test_submit_int64 (data, "double", i);

      g_assert_cmpint (test_await_int64 (future), ==, 2 * i);
    }

  return NULL;
}

static void
test_many_submitters (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 1);
  GThread *threads[8];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("submit", submit_some, executor);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  test_close_and_join (executor);
  assert_stats (executor, 8 * 300, 8 * 300, 0);
  g_assert_finalize_object (executor);
}

typedef struct
{
  LyExecutor   *executor;
  GCancellable *cancellable;
  LyQueue      *outcome;
} Submitter;

static gpointer
submit_one (gpointer data)
{
  Submitter *submitter = data;
  GError *error = NULL;
  LyFuture *future = ly_executor_submit (submitter->executor, "double", g_variant_new_int64 (4),
                                         submitter->cancellable, &error);

  if (future != NULL)
    ly_queue_put (submitter->outcome, future, NULL);
  else
    ly_queue_put (submitter->outcome, error, NULL);

  return NULL;
}

static void
assert_full (LyExecutor *executor)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ly_executor_try_submit (executor, "double", g_variant_new_int64 (1), NULL,
                                         &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpstr (error->message, ==, "executor is full");
}

static void
test_back_pressure (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 1);
  g_autoptr (TestGate) gate = test_gate_new ();
  g_autoptr (LyQueue) outcome = ly_queue_new (1, NULL);
  Submitter submitter = { executor, NULL, outcome };
  g_autoptr (LyFuture) first = test_submit_hold (executor, gate);
  g_autoptr (LyFuture) second = test_submit_hold (executor, gate);
  g_autoptr (LyFuture) third = ly_executor_try_submit (executor, "double",
                                                       g_variant_new_int64 (3), NULL, NULL);
  g_autoptr (LyFuture) fourth = NULL;
  GThread *thread;

  /* Two run, one waits; the next is kept out, or kept waiting. */
  g_assert_nonnull (third);
  assert_full (executor);
  thread = g_thread_new ("submit", submit_one, &submitter);
  g_assert_null (ly_queue_get_timed (outcome, TEST_MOMENT, NULL));
  assert_full (executor);

  test_gate_open (gate);
  fourth = test_take (outcome);
  g_assert_cmpint (test_await_int64 (third), ==, 6);
  g_assert_cmpint (test_await_int64 (fourth), ==, 8);
  g_thread_join (thread);
  g_assert_finalize_object (executor);
}

static void
try_again (LyFuture *future,
           gpointer  user_data)
{
  LyExecutor *executor = user_data;
  LyFuture *next;

  next = ly_executor_try_submit (executor, "double", g_variant_new_int64 (1), NULL, NULL);
  g_assert_nonnull (next);
  g_object_unref (next);
}

/* Whoever hears that a task is done finds its place free. */
static void
test_room_after_result (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (1, 0);

  for (guint i = 0; i < 500; i++)
    {
      g_autoptr (LyFuture) future = ly_executor_try_submit (executor, "double",
                                                            g_variant_new_int64 (1), NULL, NULL);

      g_assert_nonnull (future);
      g_assert_cmpint (test_await_int64 (future), ==, 2);
    }

  for (guint i = 0; i < 500; i++)
    {
      g_autoptr (LyFuture) future = test_submit_int64 (executor, "double", 1);

      ly_future_then (future, g_main_context_default (), try_again, executor, NULL);
      g_main_context_iteration (NULL, TRUE);
    }

  test_close_and_join (executor);
  assert_stats (executor, 1500, 1500, 0);
  g_assert_finalize_object (executor);
}

static void
test_close (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (1, 5);
  g_autoptr (TestGate) gate = test_gate_new ();
  g_autoptr (LyFuture) held = test_submit_hold (executor, gate);
  g_autoptr (LyFuture) queued = test_submit_int64 (executor, "double", 2);
  g_autoptr (GError) error = NULL;
  gint64 begin;

  ly_executor_close (executor);
  ly_executor_close (executor);
  g_assert_null (ly_executor_submit (executor, "double", g_variant_new_int64 (1), NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpstr (error->message, ==, "executor is closed");
  g_clear_error (&error);
  g_assert_null (ly_executor_try_submit (executor, "double", NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);

  begin = g_get_monotonic_time ();
  g_assert_false (ly_executor_join (executor, 0));
  g_assert_false (ly_executor_join (executor, TEST_MOMENT));
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, TEST_MOMENT);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, TEST_PATIENCE);

  /* What it has, it finishes. */
  test_gate_open (gate);
  g_assert_true (ly_executor_join (executor, G_MAXINT64));
  g_assert_true (ly_future_is_done (held));
  g_assert_true (ly_future_is_done (queued));
  g_assert_cmpint (test_await_int64 (queued), ==, 4);
  g_assert_true (ly_executor_join (executor, -1));
  g_assert_true (ly_executor_join (executor, 0));
  assert_stats (executor, 2, 2, 0);
  g_assert_finalize_object (executor);
}

static void
test_close_wakes_submitter (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (1, 0);
  g_autoptr (TestGate) gate = test_gate_new ();
  g_autoptr (LyQueue) outcome = ly_queue_new (1, NULL);
  Submitter submitter = { executor, NULL, outcome };
  g_autoptr (LyFuture) held = test_submit_hold (executor, gate);
  GThread *thread = g_thread_new ("submit", submit_one, &submitter);
  g_autoptr (GError) error = NULL;

  g_assert_null (ly_queue_get_timed (outcome, TEST_MOMENT, NULL));
  ly_executor_close (executor);
  error = test_take (outcome);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_thread_join (thread);
  test_gate_open (gate);
  g_assert_finalize_object (executor);
}

static void
test_terminate (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 10);
  g_autoptr (TestGate) gate = test_gate_new ();
  LyQueue *reports = test_collect_reports (executor);
  LyFuture *futures[10];
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    futures[i] = test_submit_hold (executor, gate);

  test_take_report (reports, "started");
  test_take_report (reports, "started");
  ly_executor_terminate (executor);
  g_assert_true (ly_executor_join (executor, TEST_PATIENCE));

  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      g_assert_true (ly_future_is_done (futures[i]));
      test_await_cancelled (futures[i]);
      g_object_unref (futures[i]);
    }

  /* Nothing else was begun. */
  g_assert_true (ly_queue_is_empty (reports));
  g_assert_null (ly_executor_submit (executor, "nothing", NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  assert_stats (executor, 10, 0, 10);
  g_assert_finalize_object (executor);
  g_assert_finalize_object (reports);
}

static void
test_dispose_busy (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 10);
  g_autoptr (TestGate) gate = test_gate_new ();
  LyQueue *reports = test_collect_reports (executor);
  LyFuture *futures[10];

  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    futures[i] = test_submit_hold (executor, gate);

  test_take_report (reports, "started");
  g_assert_finalize_object (executor);

  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      g_assert_true (ly_future_is_done (futures[i]));
      test_await_cancelled (futures[i]);
      g_assert_finalize_object (futures[i]);
    }

  g_assert_finalize_object (reports);
}

static void
test_dispose_unused (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 10);

  g_assert_finalize_object (executor);

  executor = new_executor (2, 10);
  test_close_and_join (executor);
  assert_stats (executor, 0, 0, 0);
  g_assert_finalize_object (executor);

  /* With results that nobody waits for. */
  executor = new_executor (2, 10);
  g_object_unref (test_submit_int64 (executor, "double", 1));
  g_assert_finalize_object (executor);
}

/* However long one task takes, those after it have another worker. */
static void
test_long_one (TestNewExecutor new_executor)
{
  LyExecutor *executor = new_executor (2, 100);
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (TestGate) gate = test_gate_new ();
  g_autoptr (LyFuture) held = NULL;
  g_autoptr (GVariant) value = NULL;

  for (guint i = 0; i < 50; i++)
    {
      g_ptr_array_add (futures, test_submit_int64 (executor, "double", i));
      if (i == 20)
        held = test_submit_hold (executor, gate);
    }

  for (guint i = 0; i < futures->len; i++)
    g_assert_cmpint (test_await_int64 (futures->pdata[i]), ==, 2 * i);

  g_assert_false (ly_future_is_done (held));
  test_gate_open (gate);
  value = test_await_value (held);
  assert_stats (executor, 51, 51, 0);
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

  test_add_for_executors ("values", test_values);
  test_add_for_executors ("big-value", test_big_value);
  test_add_for_executors ("errors", test_errors);
  test_add_for_executors ("unknown-task", test_unknown_task);
  test_add_for_executors ("many", test_many);
  test_add_for_executors ("many-submitters", test_many_submitters);
  test_add_for_executors ("back-pressure", test_back_pressure);
  test_add_for_executors ("room-after-result", test_room_after_result);
  test_add_for_executors ("close", test_close);
  test_add_for_executors ("close-wakes-submitter", test_close_wakes_submitter);
  test_add_for_executors ("terminate", test_terminate);
  test_add_for_executors ("dispose/busy", test_dispose_busy);
  test_add_for_executors ("dispose/unused", test_dispose_unused);
  test_add_for_executors ("long-one", test_long_one);

  return g_test_run ();
}
