/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-queue-util.h"

/* Queues with somebody at either end. */

/* One side of a conversation: answers each number with the next one. */
typedef struct
{
  LyQueue *in;
  LyQueue *out;
  gint64   timeout;
} Talk;

static gpointer
answer (gpointer data)
{
  Talk *talk = data;
  guint number;

  while ((number = GPOINTER_TO_UINT (ly_queue_get_timed (talk->in, talk->timeout, NULL))) != 0)
    g_assert_true (ly_queue_put_timed (talk->out, GUINT_TO_POINTER (number + 1), talk->timeout,
                                       NULL));

  return NULL;
}

static void
talk_for_a_while (gint64 timeout)
{
  LyQueue *there = ly_queue_new (1, NULL);
  LyQueue *back = ly_queue_new (1, NULL);
  Talk talk = { there, back, timeout };
  GThread *thread = g_thread_new ("answer", answer, &talk);

  for (guint i = 1; i < 2000; i++)
    {
      test_put (there, i);
      g_assert_cmpuint (test_get (back), ==, i + 1);
    }

  ly_queue_close (there);
  g_thread_join (thread);
  g_assert_finalize_object (there);
  g_assert_finalize_object (back);
}

static void
test_timed_in_time (void)
{
  talk_for_a_while (TEST_PATIENCE);
}

static void
test_timed_for_ever (void)
{
  talk_for_a_while (G_MAXINT64);
}

static gpointer
put_thousand (gpointer data)
{
  for (guint i = 1; i <= 1000; i++)
    test_put (data, i);

  return NULL;
}

/* A full queue holds its producer back. */
static void
test_blocking_put (void)
{
  LyQueue *queue = ly_queue_new (3, NULL);
  GThread *thread = g_thread_new ("put", put_thousand, queue);

  for (guint i = 1; i <= 1000; i++)
    {
      g_assert_cmpuint (ly_queue_get_length (queue), <=, 3);
      g_assert_cmpuint (test_get (queue), ==, i);
    }

  g_thread_join (thread);
  g_assert_true (ly_queue_is_empty (queue));
  g_assert_finalize_object (queue);
}

static gpointer
sum_up (gpointer data)
{
  g_autoptr (GError) error = NULL;
  guint number;
  guint sum = 0;

  while ((number = GPOINTER_TO_UINT (ly_queue_get (data, &error))) != 0)
    sum += number;

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);

  return GUINT_TO_POINTER (sum);
}

static void
test_blocking_get (void)
{
  LyQueue *queue = ly_queue_new (3, NULL);
  GThread *thread = g_thread_new ("sum", sum_up, queue);

  put_thousand (queue);
  ly_queue_close (queue);

  g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (thread)), ==, 500500);
  g_assert_finalize_object (queue);
}

static gpointer
expect_no_get (gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ly_queue_get (data, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);

  return NULL;
}

static gpointer
expect_no_put (gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ly_queue_put (data, data, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);

  return NULL;
}

/* Often, so that some threads sleep already when the queue is closed, some
 * are about to, and some come late. */
static void
close_on_waiters (GThreadFunc func,
                  gboolean    full)
{
  for (guint round = 0; round < 200; round++)
    {
      LyQueue *queue = ly_queue_new (1, NULL);
      GThread *threads[4];

      if (full)
        test_put (queue, 1);

      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        threads[i] = g_thread_new ("waiter", func, queue);

      ly_queue_close (queue);

      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        g_thread_join (threads[i]);

      g_assert_finalize_object (queue);
    }
}

static void
test_close_wakes_getters (void)
{
  close_on_waiters (expect_no_get, FALSE);
}

static void
test_close_wakes_putters (void)
{
  close_on_waiters (expect_no_put, TRUE);
}

/* Many put and many get: each item arrives once. */

#define N_SIDES 4

typedef struct
{
  LyQueue  *queue;
  guint     n_items;   /* of each producer */
  gboolean  in_order;
  guint8   *seen;
  guint     producer;
} Side;

static gpointer
produce (gpointer data)
{
  Side *side = data;

  for (guint i = 0; i < side->n_items; i++)
    test_put (side->queue, side->producer * side->n_items + i + 1);

  return NULL;
}

static gpointer
consume (gpointer data)
{
  Side *side = data;
  guint last[N_SIDES] = { 0 };
  guint number;

  while ((number = GPOINTER_TO_UINT (ly_queue_get (side->queue, NULL))) != 0)
    {
      guint producer = (number - 1) / side->n_items;

      /* What one producer put, one consumer gets in order. */
      if (side->in_order)
        g_assert_cmpuint (number, >, last[producer]);
      last[producer] = number;
      __atomic_add_fetch (&side->seen[number - 1], 1, __ATOMIC_RELAXED);
    }

  return NULL;
}

static void
run_many_to_many (LyQueue  *queue,
                  guint     n_items,
                  gboolean  in_order)
{
  g_autofree guint8 *seen = g_new0 (guint8, N_SIDES * n_items);
  Side sides[N_SIDES];
  GThread *producers[N_SIDES];
  GThread *consumers[N_SIDES];

  for (guint i = 0; i < N_SIDES; i++)
    {
      sides[i] = (Side) { queue, n_items, in_order, seen, i };
      producers[i] = g_thread_new ("produce", produce, &sides[i]);
      consumers[i] = g_thread_new ("consume", consume, &sides[i]);
    }

  for (guint i = 0; i < N_SIDES; i++)
    g_thread_join (producers[i]);
  ly_queue_close (queue);
  for (guint i = 0; i < N_SIDES; i++)
    g_thread_join (consumers[i]);

  for (guint i = 0; i < N_SIDES * n_items; i++)
    g_assert_cmpuint (seen[i], ==, 1);

  g_assert_finalize_object (queue);
}

static void
test_many_to_many (void)
{
  run_many_to_many (ly_queue_new (64, NULL), 100000, TRUE);
}

static void
test_many_to_many_by_order (void)
{
  run_many_to_many (ly_queue_new_lifo (64, NULL), 5000, FALSE);
  run_many_to_many (ly_queue_new_priority (64, NULL), 5000, FALSE);
  run_many_to_many (ly_queue_new_lifo (1, NULL), 5000, FALSE);
  run_many_to_many (ly_queue_new_priority (1, NULL), 5000, FALSE);
}

/* With room for one, so that everybody sleeps and is woken all the time. */
static void
test_tight (void)
{
  LyQueue *queue = ly_queue_new (1, NULL);
  GThread *producers[N_SIDES];
  GThread *consumers[N_SIDES];
  guint sum = 0;

  for (guint i = 0; i < N_SIDES; i++)
    {
      producers[i] = g_thread_new ("put", put_thousand, queue);
      consumers[i] = g_thread_new ("sum", sum_up, queue);
    }

  for (guint i = 0; i < N_SIDES; i++)
    g_thread_join (producers[i]);
  ly_queue_close (queue);
  for (guint i = 0; i < N_SIDES; i++)
    sum += GPOINTER_TO_UINT (g_thread_join (consumers[i]));

  g_assert_cmpuint (sum, ==, N_SIDES * 500500);
  g_assert_finalize_object (queue);
}

typedef struct
{
  LyQueue *queue;
  int      n_done;
} Work;

static gpointer
work (gpointer data)
{
  Work *self = data;

  while (ly_queue_get (self->queue, NULL) != NULL)
    {
      g_atomic_int_inc (&self->n_done);
      g_assert_true (ly_queue_task_done (self->queue, NULL));
    }

  return NULL;
}

static void
test_join (void)
{
  Work self = { ly_queue_new (10, NULL), 0 };
  GThread *workers[N_SIDES];

  for (guint i = 0; i < N_SIDES; i++)
    workers[i] = g_thread_new ("work", work, &self);

  for (int round = 1; round <= 20; round++)
    {
      put_thousand (self.queue);
      g_assert_true (ly_queue_join (self.queue, round % 2 == 0 ? -1 : TEST_PATIENCE));
      g_assert_cmpint (g_atomic_int_get (&self.n_done), ==, round * 1000);
    }

  /* Closing does not end what is waited for. */
  put_thousand (self.queue);
  ly_queue_close (self.queue);
  g_assert_true (ly_queue_join (self.queue, -1));
  g_assert_cmpint (g_atomic_int_get (&self.n_done), ==, 21000);

  for (guint i = 0; i < N_SIDES; i++)
    g_thread_join (workers[i]);
  g_assert_finalize_object (self.queue);
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/queue-threads/timed-in-time", test_timed_in_time);
  g_test_add_func ("/common/queue-threads/timed-for-ever", test_timed_for_ever);
  g_test_add_func ("/common/queue-threads/blocking-put", test_blocking_put);
  g_test_add_func ("/common/queue-threads/blocking-get", test_blocking_get);
  g_test_add_func ("/common/queue-threads/close-wakes-getters", test_close_wakes_getters);
  g_test_add_func ("/common/queue-threads/close-wakes-putters", test_close_wakes_putters);
  g_test_add_func ("/common/queue-threads/many-to-many", test_many_to_many);
  g_test_add_func ("/common/queue-threads/many-to-many-by-order", test_many_to_many_by_order);
  g_test_add_func ("/common/queue-threads/tight", test_tight);
  g_test_add_func ("/common/queue-threads/join", test_join);

  return g_test_run ();
}
