/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

/* Fibers by hand: resume and yield. Those that run by themselves are in
 * test-fiber-await.c, what is below all of them in test-fiber-stack.c. */

static GVariant *
take_int64 (LyFiber *fiber,
            gint64   expected)
{
  g_autoptr (GError) error = NULL;
  GVariant *value = ly_fiber_resume (fiber, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (value);
  g_assert_cmpint (g_variant_get_int64 (value), ==, expected);

  return value;
}

/* Resumes it, whatever it yields. */
static void
step (LyFiber    *fiber,
      const char *text)
{
  GVariant *value = ly_fiber_resume (fiber, text != NULL ? g_variant_new_string (text) : NULL,
                                     NULL);

  g_clear_pointer (&value, g_variant_unref);
}

/* The squares below @user_data, and then how many they were. */
static GVariant *
squares (gpointer   user_data,
         GError   **error)
{
  gint64 n = GPOINTER_TO_INT (user_data);

  for (gint64 i = 0; i < n; i++)
    {
      g_autoptr (GVariant) passed = ly_fiber_yield (g_variant_new_int64 (i * i), error);

      if (passed == NULL)
        return NULL;
      g_assert_cmpstr (g_variant_get_type_string (passed), ==, "()");
    }

  return g_variant_new_int64 (n);
}

static void
test_generator (void)
{
  LyFiber *fiber = ly_fiber_new (squares, GINT_TO_POINTER (10), NULL);
  g_autoptr (GVariant) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (ly_fiber_get_result (fiber, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);

  for (gint64 i = 0; i < 10; i++)
    g_variant_unref (take_int64 (fiber, i * i));

  g_assert_false (ly_fiber_is_done (fiber));
  g_assert_null (ly_fiber_resume (fiber, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (ly_fiber_is_done (fiber));

  result = ly_fiber_get_result (fiber, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_variant_get_int64 (result), ==, 10);

  /* There is no more than the end. */
  g_assert_null (ly_fiber_resume (fiber, g_variant_new_string ("again"), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpstr (error->message, ==, "fiber has ended");
  ly_fiber_cancel (fiber);
  g_assert_finalize_object (fiber);
}

/* Yields the sum of what was passed in so far. */
static GVariant *
add_up (gpointer   user_data,
        GError   **error)
{
  gint64 sum = 0;

  while (TRUE)
    {
      g_autoptr (GVariant) passed = ly_fiber_yield (g_variant_new_int64 (sum), error);

      if (passed == NULL)
        return NULL;
      if (!g_variant_is_of_type (passed, G_VARIANT_TYPE_INT64))
        return g_variant_new_string ("enough");

      sum += g_variant_get_int64 (passed);
    }
}

static void
test_both_ways (void)
{
  LyFiber *fiber = ly_fiber_new (add_up, NULL, NULL);
  g_autoptr (GVariant) owned = g_variant_ref_sink (g_variant_new_int64 (1000));
  g_autoptr (GVariant) result = NULL;
  GVariant *value;

  /* The first resume only leads to the first yield. */
  value = ly_fiber_resume (fiber, g_variant_new_int64 (99), NULL);
  g_assert_cmpint (g_variant_get_int64 (value), ==, 0);
  g_variant_unref (value);

  for (gint64 i = 1; i <= 100; i++)
    {
      value = ly_fiber_resume (fiber, g_variant_new_int64 (i), NULL);
      g_assert_cmpint (g_variant_get_int64 (value), ==, i * (i + 1) / 2);
      g_variant_unref (value);
    }

  value = ly_fiber_resume (fiber, owned, NULL);
  g_assert_cmpint (g_variant_get_int64 (value), ==, 6050);
  g_variant_unref (value);

  g_assert_null (ly_fiber_resume (fiber, NULL, NULL));
  result = ly_fiber_get_result (fiber, NULL);
  g_assert_cmpstr (g_variant_get_string (result, NULL), ==, "enough");
  g_assert_finalize_object (fiber);
}

static GVariant *
fail_soon (gpointer   user_data,
           GError   **error)
{
  g_autoptr (GVariant) passed = ly_fiber_yield (NULL, NULL);

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "the line is busy");

  return g_variant_new_string ("not to be seen");
}

static void
test_error (void)
{
  guint n_destroyed = 0;
  LyFiber *fiber = ly_fiber_new (fail_soon, &n_destroyed, test_count_up);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) unit = ly_fiber_resume (fiber, NULL, NULL);

  g_assert_cmpstr (g_variant_get_type_string (unit), ==, "()");
  g_assert_cmpuint (n_destroyed, ==, 0);
  g_assert_null (ly_fiber_resume (fiber, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_cmpuint (n_destroyed, ==, 1);
  g_clear_error (&error);

  g_assert_null (ly_fiber_get_result (fiber, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  test_await_error (ly_fiber_get_future (fiber), G_IO_ERROR, G_IO_ERROR_BUSY, "the line is busy");
  g_assert_finalize_object (fiber);
}

static GVariant *
do_nothing (gpointer   user_data,
            GError   **error)
{
  return NULL;
}

static void
test_unit (void)
{
  LyFiber *fiber = ly_fiber_new (do_nothing, NULL, NULL);
  LyFuture *future = g_object_ref (ly_fiber_get_future (fiber));
  g_autoptr (GVariant) result = NULL;
  g_autoptr (GVariant) value = NULL;

  g_assert_false (ly_future_is_done (future));
  g_assert_null (ly_fiber_resume (fiber, NULL, NULL));
  result = ly_fiber_get_result (fiber, NULL);
  g_assert_cmpstr (g_variant_get_type_string (result), ==, "()");
  value = test_await_value (future);
  g_assert_cmpstr (g_variant_get_type_string (value), ==, "()");
  g_assert_finalize_object (fiber);
  g_assert_finalize_object (future);
}

/* Two fibers that hand each other the ball; each resumes the other in turn by
 * way of the one in the middle. */
static GVariant *
play (gpointer   user_data,
      GError   **error)
{
  GString *text = user_data;

  for (guint i = 0; i < 3; i++)
    {
      GVariant *ball;

      g_assert_nonnull (ly_fiber_get_current ());
      g_string_append_printf (text, "%u", i);
      ball = ly_fiber_yield (NULL, error);
      if (ball == NULL)
        return NULL;
      g_string_append_c (text, g_variant_get_string (ball, NULL)[0]);
      g_variant_unref (ball);
    }

  return NULL;
}

static void
test_two (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  LyFiber *a = ly_fiber_new (play, text, NULL);
  LyFiber *b = ly_fiber_new (play, text, NULL);

  g_assert_null (ly_fiber_get_current ());

  while (!ly_fiber_is_done (a) && !ly_fiber_is_done (b))
    {
      step (a, "a");
      step (b, "b");
    }

  g_assert_null (ly_fiber_get_current ());
  g_assert_cmpstr (text->str, ==, "00a1b1a2b2ab");
  g_assert_finalize_object (a);
  g_assert_finalize_object (b);
}

/* All that the generator below gives, after one of its own. */
static GVariant *
nest (gpointer   user_data,
      GError   **error)
{
  gint64 depth = GPOINTER_TO_INT (user_data);
  g_autoptr (LyFiber) inner = NULL;
  g_autoptr (GVariant) passed = ly_fiber_yield (g_variant_new_int64 (depth), error);
  GVariant *value;

  if (passed == NULL || depth == 0)
    return NULL;

  inner = ly_fiber_new (nest, GINT_TO_POINTER ((int) depth - 1), NULL);
  while ((value = ly_fiber_resume (inner, NULL, error)) != NULL)
    {
      g_autoptr (GVariant) owned = value;
      g_autoptr (GVariant) again = ly_fiber_yield (owned, error);

      if (again == NULL)
        return NULL;
    }

  return NULL;
}

static void
test_nested (void)
{
  LyFiber *fiber = ly_fiber_new (nest, GINT_TO_POINTER (50), NULL);

  for (gint64 i = 50; i >= 0; i--)
    g_variant_unref (take_int64 (fiber, i));
  g_assert_null (ly_fiber_resume (fiber, NULL, NULL));
  g_assert_true (ly_fiber_is_done (fiber));
  g_assert_finalize_object (fiber);

  /* Dropped half way, all of them unwind. */
  fiber = ly_fiber_new (nest, GINT_TO_POINTER (50), NULL);
  for (gint64 i = 50; i >= 20; i--)
    g_variant_unref (take_int64 (fiber, i));
  g_assert_finalize_object (fiber);
}

static gpointer
run_generators (gpointer data)
{
  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (LyFiber) fiber = ly_fiber_new (squares, GINT_TO_POINTER (10), NULL);

      for (gint64 j = 0; j < (gint64) (i % 12) && j < 10; j++)
        g_variant_unref (take_int64 (fiber, j * j));
    }

  return NULL;
}

/* Each thread has fibers of its own. */
static void
test_threads (void)
{
  GThread *threads[8];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("fibers", run_generators, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/fiber/generator", test_generator);
  g_test_add_func ("/common/fiber/both-ways", test_both_ways);
  g_test_add_func ("/common/fiber/error", test_error);
  g_test_add_func ("/common/fiber/unit", test_unit);
  g_test_add_func ("/common/fiber/two", test_two);
  g_test_add_func ("/common/fiber/nested", test_nested);
  g_test_add_func ("/common/fiber/threads", test_threads);

  return g_test_run ();
}
