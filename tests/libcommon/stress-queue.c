/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-load.h"

/* Queues in each order. */

typedef struct
{
  LyQueue  *queue;
  gboolean  in_order;
  gboolean  by_priority;
  int       n_putters;   /* atomic: those that are not done */
  int       n_put;       /* atomic */
  int       n_got;       /* atomic */
} Queue;

/* Gets until nothing can come any more. From a queue that keeps the order, what
 * each putter has put comes in its order. */
static void
get_all (TestLoad *load)
{
  Queue *self = load->object;
  gsize last[TEST_LOAD_THREADS] = { 0 };
  gsize item;

  for (; (item = GPOINTER_TO_SIZE (ly_queue_get (self->queue, NULL))) != 0; load->n_done++)
    {
      guint number = item % TEST_LOAD_THREADS;

      if (self->in_order)
        g_assert_cmpuint (item, >, last[number]);
      last[number] = item;
      g_atomic_int_inc (&self->n_got);
      g_assert_true (ly_queue_task_done (self->queue, NULL));
    }
}

/* Even ones put, and odd ones get until all of those have ended. */
static gpointer
load_queue (gpointer data)
{
  TestLoad *load = data;
  Queue *self = load->object;

  if (load->number % 2 != 0)
    {
      get_all (load);
      return NULL;
    }

  for (; !test_load_is_done (load); load->n_done++)
    {
      gpointer item = GSIZE_TO_POINTER ((load->n_done + 1) * TEST_LOAD_THREADS + load->number);
      int priority = (int) (load->n_done % 5);

      if (self->by_priority)
        g_assert_true (ly_queue_put_with_priority (self->queue, item, priority, NULL));
      else if (load->n_done % 3 != 0 || !ly_queue_try_put (self->queue, item, NULL))
        g_assert_true (ly_queue_put_timed (self->queue, item, TEST_PATIENCE, NULL));
      g_atomic_int_inc (&self->n_put);
    }

  if (g_atomic_int_dec_and_test (&self->n_putters))
    {
      g_assert_true (ly_queue_join (self->queue, TEST_PATIENCE));
      ly_queue_close (self->queue);
    }

  return NULL;
}

static void
run_queue (LyQueue  *queue,
           gboolean  in_order,
           gboolean  by_priority)
{
  Queue self = { queue, in_order, by_priority, TEST_LOAD_THREADS / 2, 0, 0 };

  test_load_run (&self, load_queue);
  g_assert_cmpint (self.n_put, ==, self.n_got);
  g_assert_true (ly_queue_is_empty (queue));
  g_assert_finalize_object (queue);
}

static void
stress_fifo (void)
{
  run_queue (ly_queue_new (100, NULL), TRUE, FALSE);
}

/* Both sides wait for each other all the time. */
static void
stress_narrow (void)
{
  run_queue (ly_queue_new (1, NULL), TRUE, FALSE);
}

static void
stress_lifo (void)
{
  run_queue (ly_queue_new_lifo (100, NULL), FALSE, FALSE);
}

static void
stress_priority (void)
{
  run_queue (ly_queue_new_priority (100, NULL), FALSE, TRUE);
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/stress/queue/fifo", stress_fifo);
  g_test_add_func ("/common/stress/queue/narrow", stress_narrow);
  g_test_add_func ("/common/stress/queue/lifo", stress_lifo);
  g_test_add_func ("/common/stress/queue/priority", stress_priority);

  return g_test_run ();
}
