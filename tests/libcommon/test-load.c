/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-load.h"

/* Calls @func with a TestLoad in each thread. Returns how many operations there
 * were in all. */
guint64
test_load_run (gpointer    object,
               GThreadFunc func)
{
  gint64 begin = g_get_monotonic_time ();
  TestLoad loads[TEST_LOAD_THREADS];
  GThread *threads[TEST_LOAD_THREADS];
  guint64 n_done = 0;

  for (guint i = 0; i < TEST_LOAD_THREADS; i++)
    {
      loads[i] = (TestLoad) { object, i, begin + TEST_LOAD_DURATION, 0 };
      threads[i] = g_thread_new ("load", func, &loads[i]);
    }

  for (guint i = 0; i < TEST_LOAD_THREADS; i++)
    {
      g_thread_join (threads[i]);
      n_done += loads[i].n_done;
    }

  g_test_message ("%" G_GUINT64_FORMAT " operations in %.1f s", n_done,
                  (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC);

  return n_done;
}

gboolean
test_load_is_done (const TestLoad *load)
{
  return load->n_done >= TEST_LOAD_OPERATIONS / TEST_LOAD_THREADS ||
         (load->n_done % 256 == 0 && g_get_monotonic_time () > load->deadline);
}
