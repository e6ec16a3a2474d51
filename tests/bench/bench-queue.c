/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench-util.h"
#include "lanyard-common.h"

/* How many items a second go through a LyQueue, and through a GAsyncQueue, which
 * has no bound. */

#define N_RUNS 11
#define N_ITEMS 1000000
#define MAX_SIDE 4

typedef struct
{
  guint n_each;     /* producers, and consumers */
  guint capacity;
} Traffic;

typedef struct
{
  LyQueue     *queue;   /* or NULL, … */
  GAsyncQueue *rival;   /* …and then this */
  guint        n_items;
} Side;

static gpointer
produce (gpointer data)
{
  const Side *side = data;

  for (gsize i = 1; i <= side->n_items; i++)
    if (side->queue == NULL)
      g_async_queue_push (side->rival, GSIZE_TO_POINTER (i));
    else if (!ly_queue_put (side->queue, GSIZE_TO_POINTER (i), NULL))
      g_assert_not_reached ();

  return NULL;
}

static gpointer
consume (gpointer data)
{
  const Side *side = data;

  for (guint i = 0; i < side->n_items; i++)
    if (side->queue == NULL)
      g_assert_nonnull (g_async_queue_pop (side->rival));
    else
      g_assert_nonnull (ly_queue_get (side->queue, NULL));

  return NULL;
}

/* Millions of items in a second. */
static double
run (Side  side,
     guint n_each)
{
  GThread *producers[MAX_SIDE];
  GThread *consumers[MAX_SIDE];
  gint64 begin = g_get_monotonic_time ();

  side.n_items = N_ITEMS / n_each;

  for (guint i = 0; i < n_each; i++)
    {
      producers[i] = g_thread_new ("produce", produce, &side);
      consumers[i] = g_thread_new ("consume", consume, &side);
    }

  for (guint i = 0; i < n_each; i++)
    {
      g_thread_join (producers[i]);
      g_thread_join (consumers[i]);
    }

  return (double) N_ITEMS / (double) (g_get_monotonic_time () - begin);
}

static double
measure_queue (gconstpointer data)
{
  const Traffic *traffic = data;
  g_autoptr (LyQueue) queue = ly_queue_new (traffic->capacity, NULL);

  return run ((Side) { .queue = queue }, traffic->n_each);
}

static double
measure_async_queue (gconstpointer data)
{
  const Traffic *traffic = data;
  GAsyncQueue *rival = g_async_queue_new ();
  double speed = run ((Side) { .rival = rival }, traffic->n_each);

  g_async_queue_unref (rival);

  return speed;
}

#define ROW(name, traffic) \
  { name, "M/s", FALSE, measure_queue, traffic, "GAsyncQueue", measure_async_queue, traffic, 1, 0 }

int
main (void)
{
  static const Traffic traffics[] = { { 1, 1000 }, { 4, 1000 }, { 1, 100 }, { 4, 100 } };
  static const BenchCase cases[] = {
    ROW ("1 to 1, capacity 1000", &traffics[0]),
    ROW ("4 to 4, capacity 1000", &traffics[1]),
    ROW ("1 to 1, capacity 100", &traffics[2]),
    ROW ("4 to 4, capacity 100", &traffics[3]),
  };

  bench_run ("LyQueue, items put and got", cases, G_N_ELEMENTS (cases), N_RUNS);

  return 0;
}
