/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

static void
put (LyQueue *queue,
     guint    number)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ly_queue_put (queue, GUINT_TO_POINTER (number), &error));
  g_assert_no_error (error);
}

static guint
get (LyQueue *queue)
{
  return GPOINTER_TO_UINT (test_take (queue));
}

static void
test_fifo (void)
{
  LyQueue *queue = ly_queue_new (4, NULL);

  for (guint i = 1; i <= 4; i++)
    put (queue, i);
  for (guint i = 1; i <= 4; i++)
    g_assert_cmpuint (get (queue), ==, i);

  g_assert_true (ly_queue_is_empty (queue));
  g_assert_finalize_object (queue);
}

static void
test_capacity (void)
{
  LyQueue *queue = ly_queue_new (2, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (ly_queue_get_capacity (queue), ==, 2);
  g_assert_true (ly_queue_is_empty (queue));
  g_assert_false (ly_queue_is_full (queue));

  g_assert_null (ly_queue_try_get (queue, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpstr (error->message, ==, "queue is empty");
  g_clear_error (&error);

  g_assert_true (ly_queue_try_put (queue, GUINT_TO_POINTER (1), NULL));
  g_assert_cmpuint (ly_queue_get_length (queue), ==, 1);
  g_assert_true (ly_queue_try_put (queue, GUINT_TO_POINTER (2), NULL));
  g_assert_cmpuint (ly_queue_get_length (queue), ==, 2);
  g_assert_true (ly_queue_is_full (queue));

  g_assert_false (ly_queue_try_put (queue, GUINT_TO_POINTER (3), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpstr (error->message, ==, "queue is full");
  g_assert_cmpuint (ly_queue_get_length (queue), ==, 2);

  g_assert_cmpuint (GPOINTER_TO_UINT (ly_queue_try_get (queue, NULL)), ==, 1);
  g_assert_true (ly_queue_try_put (queue, GUINT_TO_POINTER (3), NULL));
  g_assert_cmpuint (get (queue), ==, 2);
  g_assert_cmpuint (get (queue), ==, 3);
  g_assert_finalize_object (queue);
}

/* Fills and drains at random, so that the ring grows while it is wrapped, and
 * wraps at every size. */
static void
test_wrap_and_grow (void)
{
  LyQueue *queue = ly_queue_new (100, NULL);
  guint next_in = 1;
  guint next_out = 1;

  for (guint round = 0; round < 2000; round++)
    {
      guint n_in = (guint) g_test_rand_int_range (0, 60);
      guint n_out = (guint) g_test_rand_int_range (0, 60);

      for (guint i = 0; i < n_in && !ly_queue_is_full (queue); i++)
        put (queue, next_in++);
      for (guint i = 0; i < n_out && !ly_queue_is_empty (queue); i++)
        g_assert_cmpuint (get (queue), ==, next_out++);

      g_assert_cmpuint (ly_queue_get_length (queue), ==, next_in - next_out);
      g_assert_cmpuint (ly_queue_get_length (queue), <=, 100);
    }

  while (next_out < next_in)
    g_assert_cmpuint (get (queue), ==, next_out++);

  g_assert_finalize_object (queue);
}

static void
test_capacity_of_one (void)
{
  LyQueue *queue = ly_queue_new (1, NULL);

  for (guint i = 1; i <= 100; i++)
    {
      put (queue, i);
      g_assert_false (ly_queue_try_put (queue, queue, NULL));
      g_assert_cmpuint (get (queue), ==, i);
    }

  g_assert_finalize_object (queue);
}

static void
test_timed_out (void)
{
  LyQueue *queue = ly_queue_new (1, NULL);
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;

  g_assert_null (ly_queue_get_timed (queue, TEST_MOMENT, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpstr (error->message, ==, "queue stayed empty");
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, TEST_MOMENT);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, TEST_PATIENCE);
  g_clear_error (&error);

  put (queue, 1);
  begin = g_get_monotonic_time ();
  g_assert_false (ly_queue_put_timed (queue, GUINT_TO_POINTER (2), TEST_MOMENT, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpstr (error->message, ==, "queue stayed full");
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, TEST_MOMENT);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, TEST_PATIENCE);

  g_assert_cmpuint (get (queue), ==, 1);
  g_assert_finalize_object (queue);
}

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
      put (there, i);
      g_assert_cmpuint (get (back), ==, i + 1);
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
    put (data, i);

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
      g_assert_cmpuint (get (queue), ==, i);
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

static void
test_closed (void)
{
  LyQueue *queue = ly_queue_new (3, g_free);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *late = g_strdup ("late");
  g_autoptr (GError) error = NULL;

  g_assert_true (ly_queue_put (queue, g_strdup ("first"), NULL));
  g_assert_true (ly_queue_put (queue, g_strdup ("second"), NULL));
  g_assert_false (ly_queue_is_closed (queue));

  ly_queue_close (queue);
  ly_queue_close (queue);
  g_assert_true (ly_queue_is_closed (queue));

  /* Refused items stay with the caller, in every form. */
  g_assert_false (ly_queue_put (queue, late, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpstr (error->message, ==, "queue is closed");
  g_clear_error (&error);
  g_assert_false (ly_queue_try_put (queue, late, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (ly_queue_put_timed (queue, late, TEST_PATIENCE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_cmpstr (late, ==, "late");

  first = ly_queue_get (queue, NULL);
  g_assert_cmpstr (first, ==, "first");
  second = ly_queue_try_get (queue, NULL);
  g_assert_cmpstr (second, ==, "second");

  g_assert_null (ly_queue_get (queue, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpstr (error->message, ==, "queue is closed");
  g_clear_error (&error);
  g_assert_null (ly_queue_get_timed (queue, TEST_PATIENCE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
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
        put (queue, 1);

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

static guint n_freed;

static void
count_free (gpointer item)
{
  n_freed++;
  g_free (item);
}

static void
test_finalize (void)
{
  LyQueue *queue = ly_queue_new (50, count_free);

  n_freed = 0;

  /* Wrapped, so that what is left does not lie at the start of the ring. */
  for (guint i = 0; i < 40; i++)
    g_assert_true (ly_queue_put (queue, g_malloc (1), NULL));
  for (guint i = 0; i < 30; i++)
    g_free (test_take (queue));
  for (guint i = 0; i < 25; i++)
    g_assert_true (ly_queue_put (queue, g_malloc (1), NULL));

  g_assert_cmpuint (n_freed, ==, 0);
  g_assert_finalize_object (queue);
  g_assert_cmpuint (n_freed, ==, 35);
}

#define N_SIDES 4
#define N_ITEMS 100000

typedef struct
{
  LyQueue *queue;
  guint8  *seen;
  guint    producer;
} Side;

static gpointer
produce (gpointer data)
{
  Side *side = data;

  for (guint i = 0; i < N_ITEMS; i++)
    put (side->queue, side->producer * N_ITEMS + i + 1);

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
      guint producer = (number - 1) / N_ITEMS;

      /* What one producer put, one consumer gets in order. */
      g_assert_cmpuint (number, >, last[producer]);
      last[producer] = number;
      __atomic_add_fetch (&side->seen[number - 1], 1, __ATOMIC_RELAXED);
    }

  return NULL;
}

static void
test_many_to_many (void)
{
  LyQueue *queue = ly_queue_new (64, NULL);
  g_autofree guint8 *seen = g_new0 (guint8, N_SIDES * N_ITEMS);
  Side sides[N_SIDES];
  GThread *producers[N_SIDES];
  GThread *consumers[N_SIDES];

  for (guint i = 0; i < N_SIDES; i++)
    {
      sides[i] = (Side) { queue, seen, i };
      producers[i] = g_thread_new ("produce", produce, &sides[i]);
      consumers[i] = g_thread_new ("consume", consume, &sides[i]);
    }

  for (guint i = 0; i < N_SIDES; i++)
    g_thread_join (producers[i]);
  ly_queue_close (queue);
  for (guint i = 0; i < N_SIDES; i++)
    g_thread_join (consumers[i]);

  for (guint i = 0; i < N_SIDES * N_ITEMS; i++)
    g_assert_cmpuint (seen[i], ==, 1);

  g_assert_finalize_object (queue);
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

static void
test_task_done (void)
{
  LyQueue *queue = ly_queue_new (4, NULL);
  g_autoptr (GError) error = NULL;

  /* Nothing to wait for. */
  g_assert_true (ly_queue_join (queue, -1));

  put (queue, 1);
  put (queue, 2);
  g_assert_false (ly_queue_join (queue, 0));

  /* What was taken is not done yet. */
  g_assert_cmpuint (get (queue), ==, 1);
  g_assert_cmpuint (get (queue), ==, 2);
  g_assert_false (ly_queue_join (queue, TEST_MOMENT));

  g_assert_true (ly_queue_task_done (queue, &error));
  g_assert_no_error (error);
  g_assert_false (ly_queue_join (queue, 0));
  g_assert_true (ly_queue_task_done (queue, &error));
  g_assert_no_error (error);
  g_assert_true (ly_queue_join (queue, 0));
  g_assert_true (ly_queue_join (queue, -1));

  g_assert_false (ly_queue_task_done (queue, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==,
                   "task was said to be done more often than items were put in the queue");

  /* One too many counts for nothing. */
  put (queue, 3);
  g_assert_false (ly_queue_join (queue, 0));
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

  g_test_add_func ("/common/queue/fifo", test_fifo);
  g_test_add_func ("/common/queue/capacity", test_capacity);
  g_test_add_func ("/common/queue/capacity-of-one", test_capacity_of_one);
  g_test_add_func ("/common/queue/wrap-and-grow", test_wrap_and_grow);
  g_test_add_func ("/common/queue/timed-out", test_timed_out);
  g_test_add_func ("/common/queue/timed-in-time", test_timed_in_time);
  g_test_add_func ("/common/queue/timed-for-ever", test_timed_for_ever);
  g_test_add_func ("/common/queue/blocking-put", test_blocking_put);
  g_test_add_func ("/common/queue/blocking-get", test_blocking_get);
  g_test_add_func ("/common/queue/closed", test_closed);
  g_test_add_func ("/common/queue/close-wakes-getters", test_close_wakes_getters);
  g_test_add_func ("/common/queue/close-wakes-putters", test_close_wakes_putters);
  g_test_add_func ("/common/queue/finalize", test_finalize);
  g_test_add_func ("/common/queue/many-to-many", test_many_to_many);
  g_test_add_func ("/common/queue/tight", test_tight);
  g_test_add_func ("/common/queue/task-done", test_task_done);
  g_test_add_func ("/common/queue/join", test_join);

  return g_test_run ();
}
