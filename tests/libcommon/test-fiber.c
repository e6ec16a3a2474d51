/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

#include <fenv.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#ifndef __has_feature
# define __has_feature(feature) 0
#endif
#if defined (__SANITIZE_ADDRESS__) || __has_feature (address_sanitizer)
# define WITH_ASAN 1
#else
# define WITH_ASAN 0
#endif
#if defined (__SANITIZE_THREAD__) || __has_feature (thread_sanitizer)
# define WITH_TSAN 1
#else
# define WITH_TSAN 0
#endif

/* Fibers by hand: resume, yield, cancel, and the stacks below. Those that run
 * by themselves are in test-fiber-await.c. */

static void
count_up (gpointer data)
{
  ++*(guint *) data;
}

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
  LyFiber *fiber = ly_fiber_new (fail_soon, &n_destroyed, count_up);
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

/* Writes down how it was unwound. */
static GVariant *
hold_on (gpointer   user_data,
         GError   **error)
{
  GString *text = user_data;

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) local_error = NULL;
      g_autoptr (GVariant) passed = ly_fiber_yield (NULL, &local_error);

      if (passed != NULL)
        {
          g_string_append_c (text, '.');
          continue;
        }

      /* It says so each time, and does not stop there any more. */
      g_assert_error (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpstr (local_error->message, ==, "fiber was cancelled");
      g_string_append_c (text, 'x');
      if (i == 2)
        g_propagate_error (error, g_steal_pointer (&local_error));
    }

  return NULL;
}

static void
test_cancel (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  LyFiber *fiber = ly_fiber_new (hold_on, text, NULL);
  g_autoptr (GError) error = NULL;

  g_variant_unref (ly_fiber_resume (fiber, NULL, NULL));
  g_variant_unref (ly_fiber_resume (fiber, NULL, NULL));
  ly_fiber_cancel (fiber);
  g_assert_cmpstr (text->str, ==, ".xx");
  g_assert_true (ly_fiber_is_done (fiber));
  ly_fiber_cancel (fiber);
  g_assert_null (ly_fiber_get_result (fiber, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (ly_fiber_resume (fiber, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_finalize_object (fiber);
}

static void
test_cancel_by_future (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  LyFiber *fiber = ly_fiber_new (hold_on, text, NULL);
  LyFuture *future = g_object_ref (ly_fiber_get_future (fiber));

  g_variant_unref (ly_fiber_resume (fiber, NULL, NULL));
  g_assert_true (ly_future_cancel (future));
  g_assert_cmpstr (text->str, ==, "xxx");
  g_assert_true (ly_fiber_is_done (fiber));
  test_await_error (future, G_IO_ERROR, G_IO_ERROR_CANCELLED, "future was cancelled");
  g_assert_finalize_object (fiber);
  g_assert_finalize_object (future);
}

static void
test_cancel_before (void)
{
  guint n_destroyed = 0;
  LyFiber *fiber = ly_fiber_new (hold_on, &n_destroyed, count_up);
  LyFuture *future = g_object_ref (ly_fiber_get_future (fiber));

  ly_fiber_cancel (fiber);
  g_assert_cmpuint (n_destroyed, ==, 1);
  g_assert_true (ly_fiber_is_done (fiber));
  test_await_error (future, G_IO_ERROR, G_IO_ERROR_CANCELLED, "fiber was cancelled");
  ly_fiber_start (fiber, NULL);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
  g_assert_finalize_object (fiber);
  g_assert_finalize_object (future);

  /* Nor is anything left of one that was never wanted. */
  fiber = ly_fiber_new (hold_on, &n_destroyed, count_up);
  g_assert_finalize_object (fiber);
  g_assert_cmpuint (n_destroyed, ==, 2);
}

static void
test_drop (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  LyFiber *fiber = ly_fiber_new (hold_on, text, NULL);
  g_autoptr (LyFuture) future = g_object_ref (ly_fiber_get_future (fiber));

  g_variant_unref (ly_fiber_resume (fiber, NULL, NULL));
  g_assert_finalize_object (fiber);
  g_assert_cmpstr (text->str, ==, "xxx");
  test_await_error (future, G_IO_ERROR, G_IO_ERROR_CANCELLED, "fiber was cancelled");
}

static GVariant *
cancel_self (gpointer   user_data,
             GError   **error)
{
  ly_fiber_cancel (ly_fiber_get_current ());

  return ly_fiber_yield (NULL, error);
}

static void
test_cancel_self (void)
{
  LyFiber *fiber = ly_fiber_new (cancel_self, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (ly_fiber_resume (fiber, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_finalize_object (fiber);
}

#define DIGITS "3141592653589793238462643383279502884197"

/* Has more on its stack, and in its registers, than others would leave alone. */
static GVariant *
compute (gpointer   user_data,
         GError   **error)
{
  guint seed = GPOINTER_TO_UINT (user_data);
  char text[8192];
  double x = seed;
  double y = 1.0 / (seed + 1);
  guint64 a = seed;
  guint64 b = ~(guint64) seed;

  for (guint i = 0; i < sizeof text; i++)
    text[i] = DIGITS[(i + seed) % (sizeof DIGITS - 1)];

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GVariant) passed = ly_fiber_yield (NULL, error);

      x = x * 1.5 + y;
      y = y / 3;
      a = a * 31 + b;
      b = b ^ (a >> 3);
    }

  for (guint i = 0; i < sizeof text; i++)
    g_assert_cmpint (text[i], ==, DIGITS[(i + seed) % (sizeof DIGITS - 1)]);

  return g_variant_new ("(ddtt)", x, y, a, b);
}

/* Many at the same time keep what is theirs. */
static void
test_many (void)
{
  const guint n = WITH_TSAN ? 100 : 1000;
  g_autoptr (GPtrArray) fibers = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (fibers, ly_fiber_new (compute, GUINT_TO_POINTER (i), NULL));

  for (guint step = 0; step <= 20; step++)
    for (guint i = 0; i < n; i++)
      {
        g_autoptr (GVariant) value = ly_fiber_resume (fibers->pdata[i], NULL, NULL);

        g_assert_true ((value == NULL) == (step == 20));
      }

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LyFiber) alone = ly_fiber_new (compute, GUINT_TO_POINTER (i), NULL);
      g_autoptr (GVariant) result = ly_fiber_get_result (fibers->pdata[i], NULL);
      g_autoptr (GVariant) expected = NULL;

      while (!ly_fiber_is_done (alone))
        step (alone, NULL);

      expected = ly_fiber_get_result (alone, NULL);
      g_assert_cmpvariant (result, expected);
    }
}

static GVariant *
round_up (gpointer   user_data,
          GError   **error)
{
  g_assert_cmpint (fegetround (), ==, FE_TONEAREST);
  fesetround (FE_UPWARD);
  g_variant_unref (ly_fiber_yield (NULL, NULL));
  g_assert_cmpint (fegetround (), ==, FE_UPWARD);

  return NULL;
}

/* How numbers are rounded is each fiber's own affair. */
static void
test_float_modes (void)
{
  LyFiber *fiber = ly_fiber_new (round_up, NULL, NULL);

  g_variant_unref (ly_fiber_resume (fiber, NULL, NULL));
  g_assert_cmpint (fegetround (), ==, FE_TONEAREST);
  g_assert_null (ly_fiber_resume (fiber, NULL, NULL));
  g_assert_cmpint (fegetround (), ==, FE_TONEAREST);
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

/* Uses up @depth kilobytes of stack. */
static int G_GNUC_NO_INLINE
dig (guint depth)
{
  volatile char hole[1024];

  for (guint i = 0; i < sizeof hole; i += 64)
    hole[i] = (char) depth;

  return depth == 0 ? hole[0] : dig (depth - 1) + hole[64];
}

static GVariant *
dig_deep (gpointer   user_data,
          GError   **error)
{
  dig (GPOINTER_TO_UINT (user_data));

  return NULL;
}

static void
test_stack_sizes (void)
{
  const guint kilobytes[] = { 16, 64, 100, 1024, 64, 16 };

  for (guint i = 0; i < G_N_ELEMENTS (kilobytes); i++)
    for (guint j = 0; j < 3; j++)
      {
        guint depth = kilobytes[i] * (WITH_ASAN ? 2 : 3) / 4 - 8;
        LyFiber *fiber = ly_fiber_new_with_stack (dig_deep, GUINT_TO_POINTER (depth), NULL,
                                                  kilobytes[i] * 1024);

        g_assert_null (ly_fiber_resume (fiber, NULL, NULL));
        g_assert_true (ly_fiber_is_done (fiber));
        g_assert_finalize_object (fiber);
      }
}

static void
test_overflow_subprocess (void)
{
  const struct rlimit no_core = { 0, 0 };
  g_autoptr (LyFiber) below = ly_fiber_new (squares, GINT_TO_POINTER (3), NULL);
  g_autoptr (LyFiber) fiber = ly_fiber_new (dig_deep, GUINT_TO_POINTER (100), NULL);

  /* Something that could be overwritten. */
  g_variant_unref (take_int64 (below, 0));
  setrlimit (RLIMIT_CORE, &no_core);
  g_assert_null (ly_fiber_resume (fiber, NULL, NULL));
  g_assert_not_reached ();
}

/* Who uses more stack than there is dies at once, and harms nobody. */
static void
test_overflow (void)
{
  const char *argv[] = { test_get_self_path (), "--GTestSubprocess", "-p",
                         "/common/fiber/overflow/subprocess", NULL };
  g_auto (GStrv) environment = g_get_environ ();
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  /* A sanitizer's report is expected, and not wanted where others are kept. */
  environment = g_environ_unsetenv (environment, "ASAN_OPTIONS");
  environment = g_environ_unsetenv (environment, "TSAN_OPTIONS");

  g_spawn_sync (NULL, (char **) argv, environment, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                &text, &status, &error);
  g_assert_no_error (error);

  if (WITH_ASAN || WITH_TSAN)
    {
      g_assert_false (g_spawn_check_wait_status (status, NULL));
      g_assert_nonnull (strstr (text, "stack-overflow"));
      return;
    }

  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGSEGV);
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
  g_test_add_func ("/common/fiber/cancel/running", test_cancel);
  g_test_add_func ("/common/fiber/cancel/by-future", test_cancel_by_future);
  g_test_add_func ("/common/fiber/cancel/before", test_cancel_before);
  g_test_add_func ("/common/fiber/cancel/self", test_cancel_self);
  g_test_add_func ("/common/fiber/drop", test_drop);
  g_test_add_func ("/common/fiber/many", test_many);
  g_test_add_func ("/common/fiber/float-modes", test_float_modes);
  g_test_add_func ("/common/fiber/threads", test_threads);
  g_test_add_func ("/common/fiber/stack-sizes", test_stack_sizes);
  g_test_add_func ("/common/fiber/overflow", test_overflow);
  g_test_add_func ("/common/fiber/overflow/subprocess", test_overflow_subprocess);

  return g_test_run ();
}
