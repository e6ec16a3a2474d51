/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-fiber-util.h"

/* Fibers that wait for futures and for each other. */

static GVariant *
await_future (gpointer   user_data,
              GError   **error)
{
  return ly_fiber_await (user_data, -1, error);
}

static gpointer
resolve_later (gpointer data)
{
  ly_future_resolve (data, g_variant_new_string ("late"));

  return NULL;
}

static void
test_await (void)
{
  g_autoptr (LyFuture) early = ly_future_new ();
  g_autoptr (LyFuture) failed = ly_future_new ();
  LyFiber *fiber;

  ly_future_resolve (early, g_variant_new_string ("early"));
  fiber = test_start_fiber (await_future, early);
  test_run_to_value (fiber, "'early'");
  g_assert_finalize_object (fiber);

  ly_future_reject (failed, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_BUSY, "the line is busy"));
  fiber = test_start_fiber (await_future, failed);
  test_run_to_error (fiber, G_IO_ERROR_BUSY, "the line is busy");
  g_assert_finalize_object (fiber);

  /* From this thread, and from another. */
  for (guint i = 0; i < 200; i++)
    {
      LyFuture *late = ly_future_new ();
      GThread *thread = NULL;

      fiber = test_start_fiber (await_future, late);
      if (i % 2 == 0)
        thread = g_thread_new ("resolve", resolve_later, late);
      else
        while (g_main_context_iteration (NULL, FALSE))
          ;

      if (thread == NULL)
        resolve_later (late);
      test_run_to_value (fiber, "'late'");
      if (thread != NULL)
        g_thread_join (thread);
      g_assert_finalize_object (fiber);
      g_assert_finalize_object (late);
    }
}

/* A chain: each waits for the one before. */
static GVariant *
join_and_add (gpointer   user_data,
              GError   **error)
{
  g_autoptr (GVariant) value = NULL;

  if (user_data == NULL)
    return g_variant_new_int64 (0);

  value = ly_fiber_join (user_data, TEST_PATIENCE, error);

  return value != NULL ? g_variant_new_int64 (g_variant_get_int64 (value) + 1) : NULL;
}

static void
test_join (void)
{
  g_autoptr (GPtrArray) fibers = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i <= 200; i++)
    g_ptr_array_add (fibers, test_start_fiber (join_and_add, i > 0 ? fibers->pdata[i - 1] : NULL));

  test_run_to_value (fibers->pdata[200], "200");
}

static GVariant *
await_briefly (gpointer   user_data,
               GError   **error)
{
  g_autoptr (GVariant) value = ly_fiber_await (user_data, TEST_MOMENT, error);

  g_assert_null (value);
  g_clear_error (error);

  /* Not at all, and again. */
  value = ly_fiber_await (user_data, 0, error);
  g_assert_null (value);
  g_clear_error (error);

  return ly_fiber_await (user_data, 1000, error);
}

static void
test_timeout (void)
{
  LyFuture *never = ly_future_new ();
  LyFiber *fiber = test_start_fiber (await_briefly, never);
  gint64 begin = g_get_monotonic_time ();

  test_run_to_error (fiber, G_IO_ERROR_TIMED_OUT, "result did not come in time");
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, TEST_MOMENT);
  g_assert_finalize_object (fiber);
  g_assert_finalize_object (never);
}

/* What it awaits, and how it was told to stop. */
static GVariant *
await_in_vain (gpointer   user_data,
               GError   **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (LyFuture) done = ly_future_new ();

  g_assert_null (ly_fiber_await (user_data, -1, &local_error));
  g_assert_error (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (local_error->message, ==, "fiber was cancelled");

  /* From then on, all waiting fails, even for what would be there. */
  ly_future_resolve (done, NULL);
  g_assert_null (ly_fiber_await (done, -1, NULL));
  g_assert_false (ly_fiber_sleep (TEST_PATIENCE, NULL));
  g_assert_false (ly_fiber_pass (NULL));
  g_assert_false (ly_fiber_await_fd (0, G_IO_IN, -1, NULL));

  g_propagate_error (error, g_steal_pointer (&local_error));

  return NULL;
}

static gpointer
cancel_fiber (gpointer data)
{
  ly_fiber_cancel (data);

  return NULL;
}

static void
test_cancel (void)
{
  LyFuture *never = ly_future_new ();
  LyFiber *fiber;

  for (guint i = 0; i < 300; i++)
    {
      GThread *thread = NULL;

      fiber = test_start_fiber (await_in_vain, never);
      while (i % 3 != 0 && g_main_context_iteration (NULL, FALSE))
        ;

      if (i % 3 == 2)
        ly_fiber_cancel (fiber);
      else
        thread = g_thread_new ("cancel", cancel_fiber, fiber);

      /* Begun or not: it ends with the same error. */
      test_run_to_error (fiber, G_IO_ERROR_CANCELLED, "fiber was cancelled");
      if (thread != NULL)
        g_thread_join (thread);
      g_assert_finalize_object (fiber);
    }

  g_assert_finalize_object (never);
}

static void
test_cancel_by_future (void)
{
  LyFuture *never = ly_future_new ();
  LyFiber *inner = test_start_fiber (await_in_vain, never);
  LyFiber *outer = test_start_fiber (await_future, ly_fiber_get_future (inner));

  while (g_main_context_iteration (NULL, FALSE))
    ;

  /* Who waits hears of it at once, and the fiber unwinds later. */
  g_assert_true (ly_future_cancel (ly_fiber_get_future (inner)));
  test_run_to_error (outer, G_IO_ERROR_CANCELLED, "future was cancelled");
  test_run_to_error (inner, G_IO_ERROR_CANCELLED, "fiber was cancelled");
  g_assert_finalize_object (inner);
  g_assert_finalize_object (outer);
  g_assert_finalize_object (never);
}

/* Yields what it has waited for. */
static GVariant *
generate_slowly (gpointer   user_data,
                 GError   **error)
{
  for (gint64 i = 0; i < 3; i++)
    {
      g_autoptr (GVariant) passed = NULL;

      if (!ly_fiber_sleep (1000, error))
        return NULL;

      passed = ly_fiber_yield (g_variant_new_int64 (i), error);
      if (passed == NULL)
        return NULL;
    }

  return NULL;
}

static GVariant *
consume (gpointer   user_data,
         GError   **error)
{
  LyFiber *generator = ly_fiber_new (generate_slowly, NULL, NULL);
  GVariant *value;
  gint64 sum = 0;

  while ((value = ly_fiber_resume (generator, NULL, error)) != NULL)
    {
      sum = 10 * sum + g_variant_get_int64 (value);
      g_variant_unref (value);
    }

  g_assert_finalize_object (generator);

  return *error == NULL ? g_variant_new_int64 (sum) : NULL;
}

/* A generator that awaits makes the fiber wait that resumed it. */
static void
test_generator_awaits (void)
{
  LyFiber *first = test_start_fiber (consume, NULL);
  LyFiber *second = test_start_fiber (consume, NULL);
  LyFiber *cancelled = test_start_fiber (consume, NULL);

  g_main_context_iteration (NULL, FALSE);
  ly_fiber_cancel (cancelled);
  test_run_to_value (first, "12");
  test_run_to_value (second, "12");
  test_run_to_error (cancelled, G_IO_ERROR_CANCELLED, "fiber was cancelled");
  g_assert_finalize_object (first);
  g_assert_finalize_object (second);
  g_assert_finalize_object (cancelled);

  /* With no loop below, it blocks. */
  first = ly_fiber_new (generate_slowly, NULL, NULL);
  for (gint64 i = 0; i < 3; i++)
    {
      g_autoptr (GVariant) value = ly_fiber_resume (first, NULL, NULL);

      g_assert_cmpint (g_variant_get_int64 (value), ==, i);
    }
  g_assert_finalize_object (first);
}

static gpointer
wait_outside (gpointer data)
{
  g_autoptr (LyFuture) done = ly_future_new ();
  g_autoptr (LyFuture) never = ly_future_new ();
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GVariant) joined = NULL;
  g_autoptr (GError) error = NULL;

  ly_future_resolve (done, g_variant_new_string ("here"));
  value = ly_fiber_await (done, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_variant_get_string (value, NULL), ==, "here");
  g_assert_null (ly_fiber_await (never, 1000, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_true (ly_fiber_sleep (1000, NULL));
  joined = ly_fiber_join (data, TEST_PATIENCE, NULL);
  g_assert_nonnull (joined);

  return NULL;
}

/* The same calls block in a thread that has no fibers. */
static void
test_outside (void)
{
  LyFiber *fiber = ly_fiber_new (generate_slowly, NULL, NULL);
  GThread *thread = g_thread_new ("outside", wait_outside, fiber);

  for (guint i = 0; i < 3; i++)
    g_variant_unref (ly_fiber_resume (fiber, NULL, NULL));
  g_assert_null (ly_fiber_resume (fiber, NULL, NULL));

  g_thread_join (thread);
  g_assert_finalize_object (fiber);
}

/* Nothing of it is left when it has ended, nor a source on the context. */
static void
test_keeps_itself (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  LyFuture *future = ly_future_new ();
  LyFiber *fiber = ly_fiber_new (await_future, future, NULL);
  LyFiber *weak = fiber;

  g_object_add_weak_pointer (G_OBJECT (fiber), (gpointer *) &weak);
  ly_fiber_start (fiber, context);
  g_object_unref (fiber);
  g_assert_true (g_main_context_iteration (context, FALSE));
  g_assert_nonnull (weak);

  ly_future_resolve (future, NULL);
  g_assert_true (g_main_context_iteration (context, FALSE));
  g_assert_null (weak);
  g_assert_finalize_object (future);
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/fiber-await/await", test_await);
  g_test_add_func ("/common/fiber-await/join", test_join);
  g_test_add_func ("/common/fiber-await/timeout", test_timeout);
  g_test_add_func ("/common/fiber-await/cancel", test_cancel);
  g_test_add_func ("/common/fiber-await/cancel-by-future", test_cancel_by_future);
  g_test_add_func ("/common/fiber-await/generator", test_generator_awaits);
  g_test_add_func ("/common/fiber-await/outside", test_outside);
  g_test_add_func ("/common/fiber-await/keeps-itself", test_keeps_itself);

  return g_test_run ();
}
