/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-load.h"

/* Futures, fibers that await them, and progress. */

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
  TestLoad *load = data;

  for (; !test_load_is_done (load); load->n_done++)
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
  LyQueue *queue = ly_queue_new (TEST_LOAD_THREADS, g_object_unref);

  test_load_run (queue, load_future);
  g_assert_true (ly_queue_is_empty (queue));
  g_assert_finalize_object (queue);
}

#define N_FIBERS 50

static GVariant *
count_up (gpointer   user_data,
          GError   **error)
{
  for (guint32 i = 1;; i++)
    {
      GVariant *passed = ly_fiber_yield (g_variant_new_uint32 (i), error);

      if (passed == NULL)
        return NULL;

      g_variant_unref (passed);
    }
}

/* A generator that is dropped before its end. */
static void
generate (void)
{
  g_autoptr (LyFiber) generator = ly_fiber_new (count_up, NULL, NULL);

  for (guint i = 1; i <= 3; i++)
    {
      g_autoptr (GVariant) value = ly_fiber_resume (generator, NULL, NULL);

      g_assert_cmpuint (g_variant_get_uint32 (value), ==, i);
    }
}

static GVariant *
sleep_long (gpointer   user_data,
            GError   **error)
{
  g_assert_false (ly_fiber_sleep (TEST_PATIENCE, error));

  return NULL;
}

/* A fiber that unwinds, begun or not. */
static void
cancel_one (gboolean begun)
{
  g_autoptr (LyFiber) fiber = ly_fiber_new (sleep_long, NULL, NULL);
  g_autoptr (GError) error = NULL;

  ly_fiber_start (fiber, g_main_context_get_thread_default ());
  if (begun)
    g_assert_true (ly_fiber_pass (NULL));
  ly_fiber_cancel (fiber);
  g_assert_null (ly_fiber_join (fiber, TEST_PATIENCE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* As load_future() does, though fibers of any thread may be the other side. */
static void
exchange (LyQueue *queue)
{
  g_autoptr (LyFuture) own = ly_future_new ();
  g_autoptr (LyFuture) any = NULL;
  g_autoptr (GVariant) value = NULL;

  g_assert_true (ly_queue_try_put (queue, g_object_ref (own), NULL));
  any = ly_queue_try_get (queue, NULL);
  g_assert_true (ly_future_resolve (any, NULL));
  value = ly_fiber_await (own, TEST_PATIENCE, NULL);
  g_assert_nonnull (value);
}

static GVariant *
live (gpointer   user_data,
      GError   **error)
{
  TestLoad *load = user_data;

  while (!test_load_is_done (load))
    {
      guint64 n = load->n_done++;

      if (n % 64 == 1)
        cancel_one (n % 128 == 1);
      else if (n % 8 == 0)
        exchange (load->object);
      else if (n % 8 == 3)
        generate ();
      else
        g_assert_true (ly_fiber_pass (NULL));
    }

  return NULL;
}

/* Many fibers in each thread, until they all have ended. */
static gpointer
load_fibers (gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  LyFiber *fibers[N_FIBERS];

  for (guint i = 0; i < N_FIBERS; i++)
    {
      fibers[i] = ly_fiber_new (live, data, NULL);
      ly_fiber_start (fibers[i], context);
    }

  for (guint i = 0; i < N_FIBERS; i++)
    {
      while (!ly_fiber_is_done (fibers[i]))
        g_main_context_iteration (context, TRUE);
      g_assert_finalize_object (fibers[i]);
    }

  return NULL;
}

static void
stress_fibers (void)
{
  LyQueue *queue = ly_queue_new (TEST_LOAD_THREADS * N_FIBERS, g_object_unref);

  test_load_run (queue, load_fibers);
  g_assert_true (ly_queue_is_empty (queue));
  g_assert_finalize_object (queue);
}

static gpointer
load_progress (gpointer data)
{
  TestLoad *load = data;

  for (; !test_load_is_done (load); load->n_done++)
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
  LyProgress *progress = ly_progress_new (TEST_LOAD_THREADS);
  guint64 n_done = test_load_run (progress, load_progress);
  gint64 sum = 0;

  for (guint i = 0; i < TEST_LOAD_THREADS; i++)
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

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/stress/future", stress_future);
  g_test_add_func ("/common/stress/fibers", stress_fibers);
  g_test_add_func ("/common/stress/progress/add", stress_progress);
  g_test_add_func ("/common/stress/progress/pause", stress_progress_pause);

  return g_test_run ();
}
