/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

#include <signal.h>
#include <unistd.h>

/* Each type under the load of eight threads or processes, until it has done
 * enough or has been at it for long enough. */

#define N_THREADS 8
#define N_OPERATIONS (10 * 1000 * 1000)
#define DURATION (30 * G_USEC_PER_SEC)

typedef struct
{
  gpointer object;
  guint    number;
  gint64   deadline;
  guint64  n_done;
} Load;

/* How many operations there were in all. */
static guint64
run_loads (gpointer    object,
           GThreadFunc func)
{
  gint64 begin = g_get_monotonic_time ();
  Load loads[N_THREADS];
  GThread *threads[N_THREADS];
  guint64 n_done = 0;

  for (guint i = 0; i < N_THREADS; i++)
    {
      loads[i] = (Load) { object, i, begin + DURATION, 0 };
      threads[i] = g_thread_new ("load", func, &loads[i]);
    }

  for (guint i = 0; i < N_THREADS; i++)
    {
      g_thread_join (threads[i]);
      n_done += loads[i].n_done;
    }

  g_test_message ("%" G_GUINT64_FORMAT " operations in %.1f s", n_done,
                  (g_get_monotonic_time () - begin) / (double) G_USEC_PER_SEC);

  return n_done;
}

static gboolean
is_done (const Load *load)
{
  return load->n_done >= N_OPERATIONS / N_THREADS ||
         (load->n_done % 256 == 0 && g_get_monotonic_time () > load->deadline);
}

#define END GSIZE_TO_POINTER (1)

/* Even ones put, and odd ones get until one of them has ended. */
static gpointer
load_queue (gpointer data)
{
  Load *load = data;
  guint32 last[N_THREADS] = { 0 };
  gpointer item;

  if (load->number % 2 == 0)
    {
      for (; !is_done (load); load->n_done++)
        {
          item = GSIZE_TO_POINTER ((load->n_done + 1) * N_THREADS + load->number);
          if (load->n_done % 3 != 0 || !ly_queue_try_put (load->object, item, NULL))
            g_assert_true (ly_queue_put (load->object, item, NULL));
        }

      g_assert_true (ly_queue_put (load->object, END, NULL));
      return NULL;
    }

  while ((item = ly_queue_get_timed (load->object, TEST_PATIENCE, NULL)) != END)
    {
      guint number = GPOINTER_TO_SIZE (item) % N_THREADS;
      guint32 count = (guint32) (GPOINTER_TO_SIZE (item) / N_THREADS);

      g_assert_nonnull (item);
      g_assert_cmpuint (count, >, last[number]);
      last[number] = count;
      load->n_done++;
    }

  return NULL;
}

static void
stress_queue (void)
{
  LyQueue *queue = ly_queue_new (100, NULL);
  guint64 n_done = run_loads (queue, load_queue);

  g_assert_cmpuint (n_done % 2, ==, 0);
  g_assert_true (ly_queue_is_empty (queue));
  g_assert_finalize_object (queue);
}

static void
count_call (LyFuture *future,
            gpointer  user_data)
{
  g_atomic_int_inc ((int *) user_data);
}

/* Each puts a future of its own, completes one of anybody's, and waits. */
static gpointer
load_future (gpointer data)
{
  Load *load = data;

  for (; !is_done (load); load->n_done++)
    {
      g_autoptr (LyFuture) own = ly_future_new ();
      g_autoptr (LyFuture) any = NULL;
      g_autoptr (GVariant) value = NULL;
      int n_calls = 0;

      ly_future_then (own, NULL, count_call, &n_calls, NULL);
      g_assert_true (ly_queue_put (load->object, g_object_ref (own), NULL));

      any = test_take (load->object);
      g_assert_true (ly_future_resolve (any, g_variant_new_uint32 (load->number)));
      g_assert_false (ly_future_resolve (any, NULL));

      value = test_await_value (own);
      ly_future_then (own, NULL, count_call, &n_calls, NULL);
      while (g_atomic_int_get (&n_calls) < 2)
        g_thread_yield ();
    }

  return NULL;
}

static void
stress_future (void)
{
  LyQueue *queue = ly_queue_new (N_THREADS, g_object_unref);

  run_loads (queue, load_future);
  g_assert_true (ly_queue_is_empty (queue));
  g_assert_finalize_object (queue);
}

static gpointer
load_progress (gpointer data)
{
  Load *load = data;

  for (; !is_done (load); load->n_done++)
    {
      ly_progress_add (load->object, load->number, 1);
      if (load->n_done % 64 == 0)
        ly_progress_set_status (load->object, "under stress");
    }

  return NULL;
}

static void
stress_progress (void)
{
  LyProgress *progress = ly_progress_new (N_THREADS);
  guint64 n_done = run_loads (progress, load_progress);
  gint64 sum = 0;

  for (guint i = 0; i < N_THREADS; i++)
    sum += ly_progress_get (progress, i);

  g_assert_cmpint (sum, ==, (gint64) n_done);
  test_await_finalized (progress);
}

static gboolean
set_flag (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

static void
iterate_for (guint seconds)
{
  gboolean over = FALSE;

  g_timeout_add_seconds (seconds, set_flag, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

/* What happened before a long pause does not count: the rate is that of the
 * last three seconds. */
static void
stress_progress_pause (void)
{
  LyProgress *progress = ly_progress_new (1);

  ly_progress_add_total (progress, 0, 1000000);
  ly_progress_add (progress, 0, 1000);
  iterate_for (15);
  g_assert_cmpfloat (ly_progress_get_rate (progress, 0), ==, 0);
  g_assert_cmpint (ly_progress_get_eta (progress, 0), ==, -1);

  for (guint i = 0; i < 4; i++)
    {
      ly_progress_add (progress, 0, 3000);
      iterate_for (1);
    }

  g_assert_cmpfloat_with_epsilon (ly_progress_get_rate (progress, 0), 3000, 1000);
  g_assert_finalize_object (progress);
}

typedef struct
{
  LyChannel *channel;
  guint64    n_received;
} Listener;

static gpointer
listen_to_all (gpointer data)
{
  Listener *listener = data;
  guint64 next[N_THREADS] = { 0 };
  GVariant *message;

  while ((message = ly_channel_receive (listener->channel, NULL)) != NULL)
    {
      guint32 number;
      guint64 count;

      g_variant_get (message, "(ut)", &number, &count);
      g_assert_cmpuint (count, ==, next[number]++);
      g_variant_unref (message);
      listener->n_received++;
    }

  return NULL;
}

static gpointer
load_channel (gpointer data)
{
  Load *load = data;

  for (; !is_done (load); load->n_done++)
    g_assert_true (ly_channel_send (load->object,
                                    g_variant_new ("(ut)", load->number, load->n_done), NULL));

  return NULL;
}

static void
stress_channel (void)
{
  LyChannel *channel = NULL;
  Listener listener = { NULL, 0 };
  GThread *thread;
  guint64 n_done;

  g_assert_true (ly_channel_new_pair (1000, &channel, &listener.channel, NULL));
  thread = g_thread_new ("listen", listen_to_all, &listener);
  n_done = run_loads (channel, load_channel);
  g_assert_finalize_object (channel);
  g_thread_join (thread);
  g_assert_cmpuint (listener.n_received, ==, n_done);
  g_assert_finalize_object (listener.channel);
}

/* Starts processes and ends them in every way, at every moment. */
static gpointer
load_process (gpointer data)
{
  const char *argv[] = { test_get_self_path (), "worker", NULL };
  Load *load = data;

  for (; g_get_monotonic_time () < load->deadline; load->n_done++)
    {
      g_autoptr (LyProcess) process = ly_process_new ("process", argv);
      g_autoptr (GError) error = NULL;

      g_assert_true (ly_process_start (process, &error));
      g_assert_no_error (error);
      if (load->n_done % 2 == 0)
        g_variant_unref (ly_channel_receive (ly_process_get_channel (process), NULL));

      switch (load->n_done % 4)
        {
        case 0:
          ly_process_terminate (process);
          break;
        case 1:
          ly_process_kill (process);
          break;
        case 2:
          g_assert_false (ly_process_join (process, 1000));
          continue;
        default:
          continue;
        }

      g_assert_true (ly_process_join (process, TEST_PATIENCE));
    }

  return NULL;
}

static void
stress_process (void)
{
  guint n_before = test_count_fds ();

  run_loads (NULL, load_process);
  test_assert_no_children ();
  test_assert_no_more_fds (n_before);
}

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
  const char *task = LY_IS_PROCESS_EXECUTOR (((Load *) data)->object) ? "lottery" : "double";
  Load *load = data;
  LyFuture *futures[64];

  while (!is_done (load))
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
  n_done = run_loads (executor, load_executor);
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
  stress_executor (ly_thread_executor_new (N_THREADS, 1000));
}

static void
stress_processes (void)
{
  stress_executor (test_new_processes (N_THREADS, 1000));
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

  g_test_add_func ("/common/stress/queue", stress_queue);
  g_test_add_func ("/common/stress/future", stress_future);
  g_test_add_func ("/common/stress/progress/add", stress_progress);
  g_test_add_func ("/common/stress/progress/pause", stress_progress_pause);
  g_test_add_func ("/common/stress/channel", stress_channel);
  g_test_add_func ("/common/stress/process", stress_process);
  g_test_add_func ("/common/stress/executor/threads", stress_threads);
  g_test_add_func ("/common/stress/executor/processes", stress_processes);

  return g_test_run ();
}
