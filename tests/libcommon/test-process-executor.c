/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

#include <signal.h>
#include <unistd.h>

/* Workers as such: when they start, what they heed, how they end. What a task
 * can do to one is in test-process-executor-faults.c. */

/* deaf: says its pid and never looks up again. */
static GVariant *
task_deaf (LyTaskContext  *context,
           GVariant       *args,
           GError        **error)
{
  ly_task_context_report (context, g_variant_new_int64 (getpid ()));
  while (TRUE)
    pause ();

  return NULL;
}

static GVariant *
new_large (guint64 size)
{
  gpointer bytes = g_malloc0 (size);

  return g_variant_new_from_data (G_VARIANT_TYPE_BYTESTRING, bytes, size, TRUE, g_free, bytes);
}

/* large N: N bytes. */
static GVariant *
task_large (LyTaskContext  *context,
            GVariant       *args,
            GError        **error)
{
  return new_large (g_variant_get_uint64 (args));
}

static void
send_pid (LyExecutor *executor,
          GVariant   *message,
          gpointer    user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ly_channel_send (user_data, message, &error));
  g_assert_no_error (error);
}

/* The program as one that has workers: it tells their pids. One of them has
 * nothing to do, and the others never look up. */
static int
run_parent (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LyChannel) channel = ly_process_inherit_channel (&error);
  g_autoptr (LyExecutor) executor = test_new_processes (4, 10);
  g_autoptr (LyFuture) future = NULL;
  g_autoptr (GVariant) pid = NULL;

  g_assert_no_error (error);
  ly_executor_set_report_func (executor, send_pid, channel);
  for (guint i = 0; i < 3; i++)
    g_object_unref (test_submit (executor, "deaf", NULL));
  future = test_submit (executor, "pid", NULL);
  pid = test_await_value (future);
  send_pid (executor, pid, channel);
  while (TRUE)
    pause ();

  return 0;
}

static void
test_started_when_needed (void)
{
  LyExecutor *executor = test_new_processes (8, 100);
  g_autoptr (TestGate) gate = test_gate_new ();
  LyQueue *reports = test_collect_reports (executor);
  LyFuture *futures[3];
  LyExecutorStats stats;

  /* One after the other needs but one. */
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (LyFuture) future = test_submit_int64 (executor, "double", i);

      g_assert_cmpint (test_await_int64 (future), ==, 2 * i);
    }

  ly_executor_get_stats (executor, &stats);
  g_assert_cmpuint (stats.workers_started, ==, 1);

  /* Three at a time need three. */
  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      futures[i] = test_submit_hold (executor, gate);
      test_take_report (reports, "started");
    }

  ly_executor_get_stats (executor, &stats);
  g_assert_cmpuint (stats.workers_started, ==, 3);
  test_gate_open (gate);

  test_take_values (futures, G_N_ELEMENTS (futures));

  g_assert_finalize_object (executor);
  g_assert_finalize_object (reports);
}

static void
test_separate_processes (void)
{
  LyExecutor *executor = test_new_processes (1, 10);
  g_autoptr (LyFuture) first = test_submit (executor, "pid", NULL);
  g_autoptr (LyFuture) second = test_submit (executor, "pid", NULL);
  gint64 pid = test_await_int64 (first);

  g_assert_cmpint (pid, !=, getpid ());
  g_assert_cmpint (test_await_int64 (second), ==, pid);

  /* Once no more tasks can come, workers need not wait for the executor. */
  test_close_and_join (executor);
  test_await_gone ((int) pid);
  g_assert_finalize_object (executor);
  test_assert_no_children ();
}

/* An interrupt from the terminal, which all get, is for the parent to decide on. */
static void
test_signals (void)
{
  const int signals[] = { SIGINT, SIGPIPE };
  LyExecutor *executor = test_new_processes (1, 10);

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      g_autoptr (LyFuture) before = test_submit (executor, "pid", NULL);
      gint64 pid = test_await_int64 (before);
      g_autoptr (LyFuture) after = NULL;

      g_assert_no_errno (kill ((pid_t) pid, signals[i]));
      after = test_submit (executor, "pid", NULL);
      g_assert_cmpint (test_await_int64 (after), ==, pid);
    }

  g_assert_finalize_object (executor);
}

/* Terminating does not wait for a task that never looks up. */
static void
test_terminate_deaf (void)
{
  LyExecutor *executor = test_new_processes (2, 10);
  LyQueue *reports = test_collect_reports (executor);
  g_autoptr (LyFuture) first = test_submit (executor, "deaf", NULL);
  g_autoptr (LyFuture) second = test_submit (executor, "deaf", NULL);
  g_autoptr (LyFuture) third = test_submit (executor, "deaf", NULL);
  int pids[2];

  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    pids[i] = (int) test_take_report_int64 (reports);
  g_assert_cmpint (pids[0], !=, pids[1]);

  ly_executor_terminate (executor);
  test_await_cancelled (first);
  test_await_cancelled (second);
  test_await_cancelled (third);

  /* Cancelled means stopped. */
  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    g_assert_cmpint (kill (pids[i], 0), ==, -1);

  test_assert_no_children ();
  g_assert_finalize_object (executor);
  g_assert_finalize_object (reports);
}

/* Workers never outlive the program, however it ends. */
static void
test_parent_killed (void)
{
  const char *argv[] = { test_get_self_path (), "parent", NULL };
  LyProcess *parent = ly_process_new ("parent", argv);
  g_autoptr (GError) error = NULL;
  int pids[4];

  g_assert_true (ly_process_start (parent, &error));
  g_assert_no_error (error);

  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    {
      g_autoptr (GVariant) message = ly_channel_receive (ly_process_get_channel (parent), &error);

      g_assert_no_error (error);
      pids[i] = (int) g_variant_get_int64 (message);
    }

  ly_process_kill (parent);
  g_assert_true (ly_process_join (parent, TEST_PATIENCE));
  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    test_await_gone (pids[i]);
  g_assert_finalize_object (parent);
}

typedef struct
{
  const char *argv[3];
  GQuark      domain;
  int         code;
  const char *message;
} BadProgram;

static void
fail_all (const BadProgram *program)
{
  LyExecutor *executor = ly_process_executor_new (2, 20, program->argv);
  LyFuture *futures[20];
  LyExecutorStats stats;

  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    futures[i] = test_submit (executor, "nothing", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      test_await_error (futures[i], program->domain, program->code, program->message);
      g_object_unref (futures[i]);
    }

  test_close_and_join (executor);
  ly_executor_get_stats (executor, &stats);
  g_assert_cmpuint (stats.failed, ==, 20);
  g_assert_cmpuint (stats.rerun, ==, 0);
  g_assert_finalize_object (executor);
  test_assert_no_children ();
}

/* A program that is no worker fails all tasks, clearly and soon. */
static void
test_bad_program (void)
{
  const BadProgram programs[] = {
    {
      { "/nonexistent/worker" }, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT,
      "starting worker 1: Failed to execute child process “/nonexistent/worker” "
      "(No such file or directory)"
    },
    {
      { "true" }, G_IO_ERROR, G_IO_ERROR_FAILED,
      "no worker process can be started: the last worker exited with status 0"
    },
    {
      { "false" }, G_IO_ERROR, G_IO_ERROR_FAILED,
      "no worker process can be started: the last worker exited with status 1"
    },
    {
      { test_get_self_path (), "babble" }, G_IO_ERROR, G_IO_ERROR_FAILED,
      "no worker process can be started: the last worker was killed: "
      "what arrived on the channel is not a message"
    },
  };

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    fail_all (&programs[i]);
}

/* A program that speaks first, and not what it should. */
static int
babble (void)
{
  g_assert_cmpint (write (3, "Welcome to babble 1.0!\n", 23), ==, 23);
  while (TRUE)
    pause ();

  return 0;
}

/* In a pause no sign of life is expected. */
static void
test_pause_is_no_stall (void)
{
  LyExecutor *executor = test_new_processes (2, 10);
  LyQueue *reports = test_collect_reports (executor);
  g_autoptr (LyFuture) future = NULL;
  LyExecutorStats stats;

  ly_process_executor_set_stall_timeout (LY_PROCESS_EXECUTOR (executor), G_USEC_PER_SEC / 2);
  future = test_submit (executor, "tick", NULL);
  test_take_report_int64 (reports);
  ly_executor_pause (executor);
  g_assert_false (ly_future_wait (future, G_USEC_PER_SEC));
  ly_executor_resume (executor);

  /* Nor does a task that ticks on count as hung, however long it takes. */
  while (test_take_report_int64 (reports) < 1000)
    ;

  ly_executor_get_stats (executor, &stats);
  g_assert_cmpuint (stats.workers_lost, ==, 0);
  g_assert_finalize_object (executor);
  g_assert_finalize_object (reports);
}

/* What does not fit into a message fails its task, and harms no worker. */
static void
test_too_large (void)
{
  const guint64 size = LY_CHANNEL_DEFAULT_LIMIT;
  LyExecutor *executor = test_new_processes (1, 10);
  g_autoptr (LyFuture) args = test_submit (executor, "nothing", new_large (size));
  g_autoptr (LyFuture) value = test_submit (executor, "large", g_variant_new_uint64 (size));
  g_autoptr (LyFuture) next = test_submit_int64 (executor, "double", 2);
  LyFuture *futures[] = { args, value };
  LyExecutorStats stats;

  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (ly_future_get (futures[i], TEST_PATIENCE, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
      g_assert_true (g_str_has_suffix (error->message, " bytes is over the channel's limit of "
                                       "67108864"));
    }

  g_assert_cmpint (test_await_int64 (next), ==, 4);
  ly_executor_get_stats (executor, &stats);
  g_assert_cmpuint (stats.workers_lost, ==, 0);
  g_assert_cmpuint (stats.rerun, ==, 0);
  g_assert_finalize_object (executor);
}

int
main (int   argc,
      char *argv[])
{
  test_register_tasks ();
  ly_task_register ("deaf", task_deaf);
  ly_task_register ("large", task_large);

  if (argc == 2 && g_str_equal (argv[1], "worker"))
    return ly_worker_main ();
  if (argc == 2 && g_str_equal (argv[1], "babble"))
    return babble ();
  if (argc == 2 && g_str_equal (argv[1], "parent"))
    {
      test_set_self_path (argv[0]);
      return run_parent ();
    }

  test_init (&argc, &argv);

  g_test_add_func ("/common/process-executor/started-when-needed", test_started_when_needed);
  g_test_add_func ("/common/process-executor/separate-processes", test_separate_processes);
  g_test_add_func ("/common/process-executor/signals", test_signals);
  g_test_add_func ("/common/process-executor/terminate-deaf", test_terminate_deaf);
  g_test_add_func ("/common/process-executor/parent-killed", test_parent_killed);
  g_test_add_func ("/common/process-executor/bad-program", test_bad_program);
  g_test_add_func ("/common/process-executor/pause-is-no-stall", test_pause_is_no_stall);
  g_test_add_func ("/common/process-executor/too-large", test_too_large);

  return g_test_run ();
}
