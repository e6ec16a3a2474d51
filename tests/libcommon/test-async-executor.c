/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

#include <sys/socket.h>
#include <unistd.h>

/* What only the async executor does; what each has to is in test-executor.c
 * and test-executor-control.c. */

static LyFuture *never;

/* nap MICROSECONDS: sleeps, in a way that lets others run. */
static GVariant *
task_nap (LyTaskContext  *context,
          GVariant       *args,
          GError        **error)
{
  if (!ly_fiber_sleep (g_variant_get_int64 (args), error))
    return NULL;

  return g_variant_new_uint64 ((guint64) (gsize) g_thread_self ());
}

/* wait: for what never comes. */
static GVariant *
task_wait (LyTaskContext  *context,
           GVariant       *args,
           GError        **error)
{
  ly_task_context_report (context, g_variant_new_string ("started"));

  return ly_fiber_await (never, -1, error);
}

/* busy N: N checkpoints, each reported, never waiting. */
static GVariant *
task_busy (LyTaskContext  *context,
           GVariant       *args,
           GError        **error)
{
  for (gint64 i = 0; i < g_variant_get_int64 (args); i++)
    {
      ly_task_context_report (context, g_variant_new_int64 (i));
      if (!ly_task_context_checkpoint (context, error))
        return NULL;
    }

  return NULL;
}

/* read FD: reads a byte by means of GIO. */
static GVariant *
task_read (LyTaskContext  *context,
           GVariant       *args,
           GError        **error)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (g_variant_get_handle (args), error);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  LyFiberAsync async = LY_FIBER_ASYNC_INIT;
  GInputStream *stream;
  guchar byte;

  if (socket == NULL)
    return NULL;

  connection = g_socket_connection_factory_create_connection (socket);
  stream = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  ly_task_context_report (context, g_variant_new_string ("started"));

  g_input_stream_read_async (stream, &byte, 1, G_PRIORITY_DEFAULT, ly_fiber_get_cancellable (),
                             ly_fiber_async_ready, &async);
  result = ly_fiber_await_async (&async);
  if (g_input_stream_read_finish (stream, result, error) != 1)
    return NULL;

  return g_variant_new_byte (byte);
}

static int G_GNUC_NO_INLINE
dig (guint depth)
{
  volatile char hole[1024];

  for (guint i = 0; i < sizeof hole; i += 64)
    hole[i] = (char) depth;

  return depth == 0 ? hole[0] : dig (depth - 1) + hole[64];
}

/* dig KILOBYTES: needs about so much stack. */
static GVariant *
task_dig (LyTaskContext  *context,
          GVariant       *args,
          GError        **error)
{
  dig ((guint) g_variant_get_int64 (args));

  return NULL;
}

/* Their waiting overlaps, and all of it is in one thread. */
static void
test_overlap (void)
{
  LyExecutor *executor = ly_async_executor_new (200, 0);
  LyFuture *futures[200];
  gint64 begin = g_get_monotonic_time ();
  guint64 thread = 0;

  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    futures[i] = test_submit_int64 (executor, "nap", TEST_MOMENT);

  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      g_autoptr (GVariant) value = test_await_value (futures[i]);

      if (i == 0)
        thread = g_variant_get_uint64 (value);
      g_assert_cmpuint (g_variant_get_uint64 (value), ==, thread);
      g_object_unref (futures[i]);
    }

  g_assert_cmpuint (thread, !=, (gsize) g_thread_self ());
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 100 * TEST_MOMENT);
  g_assert_finalize_object (executor);
}

/* At most as many at a time as there are workers. */
static void
test_workers (void)
{
  LyExecutor *executor = ly_async_executor_new (2, 10);
  LyQueue *reports = test_collect_reports (executor);
  LyFuture *futures[4];

  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    futures[i] = test_submit (executor, "wait", NULL);

  test_take_report (reports, "started");
  test_take_report (reports, "started");
  g_assert_null (ly_queue_get_timed (reports, TEST_MOMENT, NULL));

  /* One makes room for the next. */
  g_assert_true (ly_future_cancel (futures[0]));
  test_take_report (reports, "started");
  g_assert_null (ly_queue_get_timed (reports, TEST_MOMENT, NULL));

  ly_executor_terminate (executor);
  g_assert_true (ly_executor_join (executor, TEST_PATIENCE));
  test_await_error (futures[0], G_IO_ERROR, G_IO_ERROR_CANCELLED, "future was cancelled");
  test_await_error (futures[1], G_IO_ERROR, G_IO_ERROR_CANCELLED, "fiber was cancelled");
  test_await_error (futures[2], G_IO_ERROR, G_IO_ERROR_CANCELLED, "fiber was cancelled");
  test_await_cancelled (futures[3]);
  for (guint i = 0; i < G_N_ELEMENTS (futures); i++)
    g_object_unref (futures[i]);
  g_assert_finalize_object (executor);
  g_assert_finalize_object (reports);
}

/* Two that never wait take turns at their checkpoints all the same. */
static void
test_turns (void)
{
  LyExecutor *executor = ly_async_executor_new (2, 10);
  LyQueue *reports = test_collect_reports (executor);
  g_autoptr (LyFuture) first = NULL;
  g_autoptr (LyFuture) second = NULL;

  ly_executor_pause (executor);
  first = test_submit_int64 (executor, "busy", 10);
  second = test_submit_int64 (executor, "busy", 10);
  ly_executor_resume (executor);

  for (gint64 i = 0; i < 20; i++)
    g_assert_cmpint (test_take_report_int64 (reports), ==, i / 2);

  g_assert_finalize_object (executor);
  g_assert_finalize_object (reports);
}

static void
test_cancel_waiting (void)
{
  LyExecutor *executor = ly_async_executor_new (1, 10);
  LyQueue *reports = test_collect_reports (executor);

  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (LyFuture) future = ly_executor_submit (executor, "wait", NULL, cancellable, NULL);

      if (i % 2 == 0)
        test_take_report (reports, "started");
      g_cancellable_cancel (cancellable);
      g_assert_true (ly_future_wait (future, TEST_PATIENCE));
      g_assert_null (ly_future_get (future, 0, NULL));
    }

  g_assert_finalize_object (executor);
  g_assert_finalize_object (reports);
}

static void
test_gio (void)
{
  LyExecutor *executor = ly_async_executor_new (10, 10);
  LyQueue *reports = test_collect_reports (executor);
  g_autoptr (LyFuture) future = NULL;
  g_autoptr (LyFuture) cancelled = NULL;
  g_autoptr (GVariant) value = NULL;
  int fds[2];
  int others[2];

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM, 0, fds));
  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM, 0, others));
  future = test_submit (executor, "read", g_variant_new_handle (fds[0]));
  cancelled = test_submit (executor, "read", g_variant_new_handle (others[0]));
  test_take_report (reports, "started");
  test_take_report (reports, "started");

  g_assert_cmpint (write (fds[1], "x", 1), ==, 1);
  value = test_await_value (future);
  g_assert_cmpint (g_variant_get_byte (value), ==, 'x');

  ly_executor_terminate (executor);
  test_await_error (cancelled, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Operation was cancelled");
  g_assert_finalize_object (executor);
  g_assert_finalize_object (reports);
  close (fds[1]);
  close (others[1]);
}

static void
test_stack_size (void)
{
  LyExecutor *executor = ly_async_executor_new (2, 10);
  g_autoptr (LyFuture) future = NULL;

  ly_async_executor_set_stack_size (LY_ASYNC_EXECUTOR (executor), 4 * 1024 * 1024);
  future = test_submit_int64 (executor, "dig", 2000);
  g_variant_unref (test_await_value (future));
  g_assert_finalize_object (executor);
}

/* The same task waits in a thread as well, where it blocks. */
static void
test_elsewhere (void)
{
  LyExecutor *executor = ly_thread_executor_new (2, 0);
  g_autoptr (LyFuture) future = test_submit_int64 (executor, "nap", 1000);

  g_variant_unref (test_await_value (future));
  g_assert_finalize_object (executor);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  test_init (&argc, &argv);

  never = ly_future_new ();
  ly_task_register ("busy", task_busy);
  ly_task_register ("dig", task_dig);
  ly_task_register ("nap", task_nap);
  ly_task_register ("read", task_read);
  ly_task_register ("wait", task_wait);

  g_test_add_func ("/common/async-executor/overlap", test_overlap);
  g_test_add_func ("/common/async-executor/workers", test_workers);
  g_test_add_func ("/common/async-executor/turns", test_turns);
  g_test_add_func ("/common/async-executor/cancel-waiting", test_cancel_waiting);
  g_test_add_func ("/common/async-executor/gio", test_gio);
  g_test_add_func ("/common/async-executor/stack-size", test_stack_size);
  g_test_add_func ("/common/async-executor/elsewhere", test_elsewhere);

  status = g_test_run ();
  g_assert_finalize_object (never);

  return status;
}
