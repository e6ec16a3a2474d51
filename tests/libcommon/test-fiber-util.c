/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-fiber-util.h"

LyFiber *
test_start_fiber (LyFiberFunc func,
                  gpointer    user_data)
{
  LyFiber *fiber = ly_fiber_new (func, user_data, NULL);

  ly_fiber_start (fiber, NULL);

  return fiber;
}

/* Iterates the main context until the fiber has ended. */
void
test_run_until_done (LyFiber *fiber)
{
  while (!ly_fiber_is_done (fiber))
    g_main_context_iteration (NULL, TRUE);
}

void
test_run_to_value (LyFiber    *fiber,
                   const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result = NULL;
  g_autofree char *text = NULL;

  test_run_until_done (fiber);
  result = ly_fiber_get_result (fiber, &error);
  g_assert_no_error (error);
  text = g_variant_print (result, FALSE);
  g_assert_cmpstr (text, ==, expected);
}

void
test_run_to_error (LyFiber    *fiber,
                   int         code,
                   const char *message)
{
  g_autoptr (GError) error = NULL;

  test_run_until_done (fiber);
  g_assert_null (ly_fiber_get_result (fiber, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_assert_cmpstr (error->message, ==, message);
}
