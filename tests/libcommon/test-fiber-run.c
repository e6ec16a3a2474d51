/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

/* Fibers whose main context is iterated until they have ended. */

static GVariant *
run (LyFiberFunc   func,
     gpointer      user_data,
     GError      **error)
{
  LyFiber *fiber = ly_fiber_new (func, user_data, NULL);
  GVariant *value = ly_fiber_run (fiber, error);

  g_assert_true (ly_fiber_is_done (fiber));
  g_assert_finalize_object (fiber);

  return value;
}

static void
run_to_int64 (LyFiberFunc func,
              gpointer    user_data,
              gint64      expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = run (func, user_data, &error);

  g_assert_no_error (error);
  g_assert_cmpint (g_variant_get_int64 (value), ==, expected);
}

/* Passes often enough for others to come in between. */
static GVariant *
count (gpointer   user_data,
       GError   **error)
{
  int *counter = user_data;

  for (guint i = 0; i < 10; i++)
    {
      *counter += 1;
      if (!ly_fiber_pass (error))
        return NULL;
    }

  return g_variant_new_int64 (*counter);
}

static GVariant *
count_with_others (gpointer   user_data,
                   GError   **error)
{
  LyFiber *others[3];
  gint64 last = 0;

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      others[i] = ly_fiber_new (count, user_data, NULL);
      ly_fiber_start (others[i], g_main_context_get_thread_default ());
    }

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (GVariant) value = ly_fiber_join (others[i], -1, error);

      g_assert_nonnull (value);
      last = MAX (last, g_variant_get_int64 (value));
      g_object_unref (others[i]);
    }

  return g_variant_new_int64 (last);
}

static void
test_value (void)
{
  int counter = 0;

  run_to_int64 (count, &counter, 10);
  run_to_int64 (count_with_others, &counter, 40);
}

static GVariant *
fail (gpointer   user_data,
      GError   **error)
{
  if (ly_fiber_sleep (1000, error))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "there is none");

  return NULL;
}

static void
test_error (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (run (fail, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, "there is none");
  g_assert_null (run (fail, NULL, NULL));
}

static GVariant *
wait_for_ever (gpointer   user_data,
               GError   **error)
{
  g_autoptr (LyFuture) never = ly_future_new ();

  if (user_data != NULL)
    ly_event_set (user_data);

  return ly_fiber_await (never, -1, error);
}

typedef struct
{
  LyFiber *fiber;
  LyEvent *waiting;
} Cancellation;

static gpointer
cancel_fiber (gpointer data)
{
  Cancellation *cancellation = data;

  g_assert_true (ly_event_wait (cancellation->waiting, TEST_PATIENCE));
  ly_fiber_cancel (cancellation->fiber);

  return NULL;
}

/* The loop that waits for the fiber is woken. */
static void
test_cancel (void)
{
  g_autoptr (GError) error = NULL;
  Cancellation cancellation;
  GThread *thread;

  cancellation.waiting = ly_event_new ();
  cancellation.fiber = ly_fiber_new (wait_for_ever, cancellation.waiting, NULL);
  thread = g_thread_new ("cancel", cancel_fiber, &cancellation);

  g_assert_null (ly_fiber_run (cancellation.fiber, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  g_thread_join (thread);
  g_assert_finalize_object (cancellation.fiber);
  g_assert_finalize_object (cancellation.waiting);
}

static void
test_cancelled_before (void)
{
  g_autoptr (GError) error = NULL;
  LyFiber *fiber = ly_fiber_new (wait_for_ever, NULL, NULL);

  ly_fiber_cancel (fiber);
  g_assert_null (ly_fiber_run (fiber, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_finalize_object (fiber);
}

/* Each thread has a context of its own for its fibers. */
static gpointer
count_in_thread (gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  int counter = 0;

  g_main_context_push_thread_default (context);
  run_to_int64 (count_with_others, &counter, 30);
  g_main_context_pop_thread_default (context);

  return NULL;
}

static void
test_threads (void)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("count", count_in_thread, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/fiber-run/value", test_value);
  g_test_add_func ("/common/fiber-run/error", test_error);
  g_test_add_func ("/common/fiber-run/cancel", test_cancel);
  g_test_add_func ("/common/fiber-run/cancelled-before", test_cancelled_before);
  g_test_add_func ("/common/fiber-run/threads", test_threads);

  return g_test_run ();
}
