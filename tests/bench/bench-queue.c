/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lanyard-common.h"

#include <stdlib.h>

/* How many items a second go through a LyQueue, and through a GAsyncQueue, which
 * has no bound. Medians of N_RUNS runs, rivals taking turns. */

#define N_RUNS 11
#define N_ITEMS 1000000
#define MAX_SIDE 4

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
measure (LyQueue     *queue,
         GAsyncQueue *rival,
         guint        n_each)
{
  Side side = { queue, rival, N_ITEMS / n_each };
  GThread *producers[MAX_SIDE];
  GThread *consumers[MAX_SIDE];
  gint64 begin = g_get_monotonic_time ();

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

static int
compare (const void *a,
         const void *b)
{
  double difference = *(const double *) a - *(const double *) b;

  return (difference > 0) - (difference < 0);
}

static double
median (double values[N_RUNS])
{
  qsort (values, N_RUNS, sizeof *values, compare);

  return values[N_RUNS / 2];
}

static void
compare_with_rival (guint n_each,
                    guint capacity)
{
  double values[N_RUNS];
  double rivals[N_RUNS];
  double ours;
  double theirs;

  for (guint i = 0; i < N_RUNS; i++)
    {
      g_autoptr (LyQueue) queue = ly_queue_new (capacity, NULL);
      GAsyncQueue *rival = g_async_queue_new ();

      values[i] = measure (queue, NULL, n_each);
      rivals[i] = measure (NULL, rival, n_each);
      g_async_queue_unref (rival);
    }

  ours = median (values);
  theirs = median (rivals);
  g_print ("%u to %u, capacity %4u: %6.2f M/s   GAsyncQueue %6.2f M/s   ratio %.2f\n", n_each,
           n_each, capacity, ours, theirs, ours / theirs);
}

int
main (void)
{
  compare_with_rival (1, 1000);
  compare_with_rival (4, 1000);
  compare_with_rival (1, 100);
  compare_with_rival (4, 100);

  return EXIT_SUCCESS;
}
