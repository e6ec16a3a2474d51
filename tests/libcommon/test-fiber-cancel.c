/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

/* Fibers by hand that are not wanted any more. */

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
  LyFiber *fiber = ly_fiber_new (hold_on, &n_destroyed, test_count_up);
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
  fiber = ly_fiber_new (hold_on, &n_destroyed, test_count_up);
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

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/fiber-cancel/running", test_cancel);
  g_test_add_func ("/common/fiber-cancel/by-future", test_cancel_by_future);
  g_test_add_func ("/common/fiber-cancel/before", test_cancel_before);
  g_test_add_func ("/common/fiber-cancel/self", test_cancel_self);
  g_test_add_func ("/common/fiber-cancel/drop", test_drop);

  return g_test_run ();
}
