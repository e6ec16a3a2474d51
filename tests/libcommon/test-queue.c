/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-queue-util.h"

static void
test_fifo (void)
{
  LyQueue *queue = ly_queue_new (4, NULL);

  for (guint i = 1; i <= 4; i++)
    test_put (queue, i);
  for (guint i = 1; i <= 4; i++)
    g_assert_cmpuint (test_get (queue), ==, i);

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
  g_assert_cmpuint (test_get (queue), ==, 2);
  g_assert_cmpuint (test_get (queue), ==, 3);
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
        test_put (queue, next_in++);
      for (guint i = 0; i < n_out && !ly_queue_is_empty (queue); i++)
        g_assert_cmpuint (test_get (queue), ==, next_out++);

      g_assert_cmpuint (ly_queue_get_length (queue), ==, next_in - next_out);
      g_assert_cmpuint (ly_queue_get_length (queue), <=, 100);
    }

  while (next_out < next_in)
    g_assert_cmpuint (test_get (queue), ==, next_out++);

  g_assert_finalize_object (queue);
}

static void
test_capacity_of_one (void)
{
  LyQueue *queue = ly_queue_new (1, NULL);

  for (guint i = 1; i <= 100; i++)
    {
      test_put (queue, i);
      g_assert_false (ly_queue_try_put (queue, queue, NULL));
      g_assert_cmpuint (test_get (queue), ==, i);
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

  test_put (queue, 1);
  begin = g_get_monotonic_time ();
  g_assert_false (ly_queue_put_timed (queue, GUINT_TO_POINTER (2), TEST_MOMENT, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpstr (error->message, ==, "queue stayed full");
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, TEST_MOMENT);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, TEST_PATIENCE);

  g_assert_cmpuint (test_get (queue), ==, 1);
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

static void
test_task_done (void)
{
  LyQueue *queue = ly_queue_new (4, NULL);
  g_autoptr (GError) error = NULL;

  /* Nothing to wait for. */
  g_assert_true (ly_queue_join (queue, -1));

  test_put (queue, 1);
  test_put (queue, 2);
  g_assert_false (ly_queue_join (queue, 0));

  /* What was taken is not done yet. */
  g_assert_cmpuint (test_get (queue), ==, 1);
  g_assert_cmpuint (test_get (queue), ==, 2);
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
  test_put (queue, 3);
  g_assert_false (ly_queue_join (queue, 0));
  g_assert_finalize_object (queue);
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
  g_test_add_func ("/common/queue/closed", test_closed);
  g_test_add_func ("/common/queue/finalize", test_finalize);
  g_test_add_func ("/common/queue/task-done", test_task_done);

  return g_test_run ();
}
