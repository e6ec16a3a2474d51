/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Fibers that overlap their waiting: three dishes on the stove, and one cook.
 *
 * A fiber that sleeps, or awaits anything else, lets the others go on. So all
 * three dishes together take as long as the slowest of them. */

#include <lanyard-common.h>

typedef struct
{
  const char *name;
  int         milliseconds;
} Dish;

static GVariant *
cook (gpointer   user_data,
      GError   **error)
{
  Dish *dish = user_data;

  g_print ("%s: on the stove, for %d ms\n", dish->name, dish->milliseconds);
  if (!ly_fiber_sleep (dish->milliseconds * 1000, error))
    return NULL;
  g_print ("%s: ready\n", dish->name);

  return NULL;
}

static GVariant *
make_dinner (gpointer   user_data,
             GError   **error)
{
  static Dish dishes[] = { { "soup", 300 }, { "rice", 200 }, { "fish", 100 } };
  LyFuture *ready[G_N_ELEMENTS (dishes)];
  g_autoptr (LyFuture) all = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (dishes); i++)
    {
      g_autoptr (LyFiber) fiber = ly_fiber_new (cook, &dishes[i], NULL);

      ly_fiber_start (fiber, NULL);
      ready[i] = g_object_ref (ly_fiber_get_future (fiber));
    }

  all = ly_future_all (ready, G_N_ELEMENTS (ready), LY_FUTURE_GROUP_DEFAULT);
  for (guint i = 0; i < G_N_ELEMENTS (ready); i++)
    g_object_unref (ready[i]);

  return ly_fiber_await (all, -1, error);
}

int
main (void)
{
  g_autoptr (LyFiber) fiber = ly_fiber_new (make_dinner, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result = ly_fiber_run (fiber, &error);

  if (result == NULL)
    g_error ("%s", error->message);
  g_print ("dinner is ready\n");

  return 0;
}
