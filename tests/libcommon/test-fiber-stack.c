/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "../sanitizers.h"
#include "test-util.h"

#include <fenv.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* What each fiber has to itself: its stack and its registers. */

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
        {
          g_autoptr (GVariant) value = ly_fiber_resume (alone, NULL, NULL);
        }

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
  g_autoptr (LyFiber) below = ly_fiber_new (compute, GUINT_TO_POINTER (3), NULL);
  g_autoptr (LyFiber) fiber = ly_fiber_new (dig_deep, GUINT_TO_POINTER (100), NULL);

  /* Something that could be overwritten. */
  g_variant_unref (ly_fiber_resume (below, NULL, NULL));
  setrlimit (RLIMIT_CORE, &no_core);
  g_assert_null (ly_fiber_resume (fiber, NULL, NULL));
  g_assert_not_reached ();
}

/* Who uses more stack than there is dies at once, and harms nobody. */
static void
test_overflow (void)
{
  const char *argv[] = { test_get_self_path (), "--GTestSubprocess", "-p",
                         "/common/fiber-stack/overflow/subprocess", NULL };
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

  g_test_add_func ("/common/fiber-stack/many", test_many);
  g_test_add_func ("/common/fiber-stack/float-modes", test_float_modes);
  g_test_add_func ("/common/fiber-stack/stack-sizes", test_stack_sizes);
  g_test_add_func ("/common/fiber-stack/overflow", test_overflow);
  g_test_add_func ("/common/fiber-stack/overflow/subprocess", test_overflow_subprocess);

  return g_test_run ();
}
