/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A generator as the consumer of a producer, in one thread and without a lock.
 *
 * Yield stops the fiber in the middle of its loop and gives a value to who resumed
 * it. Resume goes on from there, and gives a value in turn. Dropping a fiber that
 * has not ended makes its yield fail, so that it can clean up and return. */

#include <lanyard-common.h>

static GVariant *
consume (gpointer   user_data,
         GError   **error)
{
  g_autoptr (GVariant) item = ly_fiber_yield (NULL, error);

  while (item != NULL)
    {
      guint number = g_variant_get_uint32 (item);

      g_print ("consumer: takes %u\n", number);
      g_variant_unref (item);
      item = ly_fiber_yield (g_variant_new_uint32 (number * 100), error);
    }

  g_print ("consumer: there is no more\n");

  return NULL;
}

static void
produce (LyFiber *consumer)
{
  g_autoptr (GVariant) ready = ly_fiber_resume (consumer, NULL, NULL);

  for (guint number = 1; number <= 3; number++)
    {
      g_autoptr (GVariant) answer = NULL;

      g_print ("producer: makes %u\n", number);
      answer = ly_fiber_resume (consumer, g_variant_new_uint32 (number), NULL);
      g_print ("producer: was told %u\n", g_variant_get_uint32 (answer));
    }
}

int
main (void)
{
  g_autoptr (LyFiber) consumer = ly_fiber_new (consume, NULL, NULL);

  produce (consumer);

  return 0;
}
