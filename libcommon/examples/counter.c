/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A counter with and without a lock: two threads add to it, a thousand times each.
 *
 * To add is to read and then to write. Without a lock the other thread may come
 * in between, and one of the two additions is lost. That happens seldom, which
 * makes it hard to find; here a barrier makes it happen each time. */

#include <lanyard-common.h>

#define N_TIMES 1000

typedef struct
{
  int        value;
  GMutex     mutex;
  LyBarrier *barrier;
} Counter;

static gpointer
add_without_lock (gpointer data)
{
  Counter *counter = data;

  for (int i = 0; i < N_TIMES; i++)
    {
      int seen = g_atomic_int_get (&counter->value);

      ly_barrier_wait (counter->barrier, -1, NULL);  /* now both have read */
      g_atomic_int_set (&counter->value, seen + 1);
      ly_barrier_wait (counter->barrier, -1, NULL);  /* now both have written */
    }

  return NULL;
}

static gpointer
add_with_lock (gpointer data)
{
  Counter *counter = data;

  for (int i = 0; i < N_TIMES; i++)
    {
      g_mutex_lock (&counter->mutex);
      counter->value++;
      g_mutex_unlock (&counter->mutex);
    }

  return NULL;
}

static void
count (const char  *how,
       GThreadFunc  add)
{
  g_autoptr (LyBarrier) barrier = ly_barrier_new (2);
  Counter counter = { .barrier = barrier };
  GThread *one, *other;

  g_mutex_init (&counter.mutex);
  one = g_thread_new ("one", add, &counter);
  other = g_thread_new ("other", add, &counter);
  g_thread_join (one);
  g_thread_join (other);
  g_mutex_clear (&counter.mutex);

  g_print ("%s: %d of %d\n", how, counter.value, 2 * N_TIMES);
}

int
main (void)
{
  count ("without a lock", add_without_lock);
  count ("with a lock", add_with_lock);

  return 0;
}
