/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two fibers switching: each lets the other go on wherever it passes.
 *
 * Both are in the middle of the same function, each at its own place and with its
 * own variables, and still there is only one thread. Nothing changes behind a
 * fiber's back: another one runs only where this one lets it. */

#include <lanyard-common.h>

static GVariant *
climb (gpointer   user_data,
       GError   **error)
{
  const char *name = user_data;

  for (int step = 1; step <= 3; step++)
    {
      g_print ("%s: step %d\n", name, step);
      if (!ly_fiber_pass (error))
        return NULL;
    }

  return g_variant_new_string (name);
}

static GVariant *
climb_both (gpointer   user_data,
            GError   **error)
{
  g_autoptr (LyFiber) anna = ly_fiber_new (climb, (char *) "Anna", NULL);
  g_autoptr (LyFiber) ben = ly_fiber_new (climb, (char *) "Ben", NULL);
  g_autoptr (GVariant) one = NULL;
  g_autoptr (GVariant) other = NULL;

  ly_fiber_start (anna, NULL);
  ly_fiber_start (ben, NULL);

  if ((one = ly_fiber_join (anna, -1, error)) == NULL ||
      (other = ly_fiber_join (ben, -1, error)) == NULL)
    return NULL;

  return g_variant_new_printf ("%s and %s are at the top", g_variant_get_string (one, NULL),
                               g_variant_get_string (other, NULL));
}

int
main (void)
{
  g_autoptr (LyFiber) fiber = ly_fiber_new (climb_both, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result = ly_fiber_run (fiber, &error);

  if (result == NULL)
    g_error ("%s", error->message);
  g_print ("%s\n", g_variant_get_string (result, NULL));

  return 0;
}
