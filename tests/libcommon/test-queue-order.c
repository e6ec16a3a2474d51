/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-queue-util.h"

/* Queues that do not give out first what came first. */

static void
put_with_priority (LyQueue *queue,
                   guint    number,
                   int      priority)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ly_queue_put_with_priority (queue, GUINT_TO_POINTER (number), priority, &error));
  g_assert_no_error (error);
}

static void
test_lifo (void)
{
  LyQueue *queue = ly_queue_new_lifo (100, NULL);

  test_put (queue, 1);
  test_put (queue, 2);
  test_put (queue, 3);
  g_assert_cmpuint (test_get (queue), ==, 3);
  test_put (queue, 4);
  g_assert_cmpuint (test_get (queue), ==, 4);
  g_assert_cmpuint (test_get (queue), ==, 2);
  g_assert_cmpuint (test_get (queue), ==, 1);
  g_assert_true (ly_queue_is_empty (queue));

  for (guint i = 1; i <= 100; i++)
    test_put (queue, i);
  for (guint i = 100; i >= 1; i--)
    g_assert_cmpuint (test_get (queue), ==, i);

  g_assert_finalize_object (queue);
}

static void
test_priority (void)
{
  LyQueue *queue = ly_queue_new_priority (100, NULL);

  put_with_priority (queue, 1, 5);
  put_with_priority (queue, 2, G_MININT);
  put_with_priority (queue, 3, -5);
  test_put (queue, 4);
  put_with_priority (queue, 5, G_MAXINT);

  g_assert_cmpuint (ly_queue_get_length (queue), ==, 5);
  g_assert_cmpuint (test_get (queue), ==, 2);
  g_assert_cmpuint (test_get (queue), ==, 3);

  put_with_priority (queue, 6, -1);
  g_assert_cmpuint (test_get (queue), ==, 6);
  g_assert_cmpuint (test_get (queue), ==, 4);
  g_assert_cmpuint (test_get (queue), ==, 1);
  g_assert_cmpuint (test_get (queue), ==, 5);
  g_assert_true (ly_queue_is_empty (queue));
  g_assert_finalize_object (queue);
}

#define N_PRIORITIES 7
#define N_STABLE 1000

/* What has the same priority comes out as it went in, whatever else goes in
 * and out between. */
static void
test_stable (void)
{
  LyQueue *queue = ly_queue_new_priority (N_STABLE, NULL);
  guint n_put = 0;

  for (guint round = 0; round < 20; round++)
    {
      guint last[N_PRIORITIES] = { 0 };
      guint priority = 0;

      for (; !ly_queue_is_full (queue); n_put++)
        {
          int random = g_test_rand_int_range (0, N_PRIORITIES);

          put_with_priority (queue, (n_put + 1) * N_PRIORITIES + (guint) random, random - 3);
        }

      /* The rest stays, and what is added has to line up behind it. */
      for (guint i = 0; i < N_STABLE * 2 / 3; i++)
        {
          guint number = test_get (queue);

          g_assert_cmpuint (number % N_PRIORITIES, >=, priority);
          priority = number % N_PRIORITIES;
          g_assert_cmpuint (number, >, last[priority]);
          last[priority] = number;
        }
    }

  g_assert_finalize_object (queue);
}

/* In every form, a refused item stays the caller's. */
static void
test_refused (void)
{
  LyQueue *queue = ly_queue_new_priority (1, g_free);
  g_autofree char *first = NULL;
  g_autofree char *late = g_strdup ("late");
  g_autoptr (GError) error = NULL;

  g_assert_true (ly_queue_try_put_with_priority (queue, g_strdup ("first"), 1, &error));
  g_assert_no_error (error);

  /* Nothing is so urgent that it makes room. */
  g_assert_false (ly_queue_try_put_with_priority (queue, late, -1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpstr (error->message, ==, "queue is full");
  g_clear_error (&error);

  g_assert_false (ly_queue_put_with_priority_timed (queue, late, -1, TEST_MOMENT, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpstr (error->message, ==, "queue stayed full");
  g_clear_error (&error);

  ly_queue_close (queue);
  g_assert_false (ly_queue_put_with_priority (queue, late, -1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpstr (error->message, ==, "queue is closed");
  g_assert_cmpstr (late, ==, "late");

  first = test_take (queue);
  g_assert_cmpstr (first, ==, "first");
  g_assert_finalize_object (queue);
}

static void
test_priority_misplaced (void)
{
  LyQueue *queue = ly_queue_new (1, NULL);

  g_test_expect_message ("ly-queue", G_LOG_LEVEL_CRITICAL, "*LY_QUEUE_PRIORITY*failed");
  g_assert_false (ly_queue_put_with_priority (queue, queue, 0, NULL));
  g_test_assert_expected_messages ();

  g_assert_true (ly_queue_is_empty (queue));
  g_assert_finalize_object (queue);
}

static void
test_closed (void)
{
  LyQueue *lifo = ly_queue_new_lifo (3, NULL);
  LyQueue *priority = ly_queue_new_priority (3, NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 1; i <= 3; i++)
    {
      test_put (lifo, i);
      put_with_priority (priority, i, -(int) i);
    }

  ly_queue_close (lifo);
  ly_queue_close (priority);

  for (guint i = 3; i >= 1; i--)
    {
      g_assert_cmpuint (test_get (lifo), ==, i);
      g_assert_cmpuint (test_get (priority), ==, i);
    }

  g_assert_null (ly_queue_get (lifo, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_null (ly_queue_get (priority, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);

  g_assert_finalize_object (lifo);
  g_assert_finalize_object (priority);
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
  LyQueue *queues[] = {
    ly_queue_new_lifo (50, count_free),
    ly_queue_new_priority (50, count_free),
  };

  for (guint i = 0; i < G_N_ELEMENTS (queues); i++)
    {
      n_freed = 0;
      for (guint j = 0; j < 40; j++)
        g_assert_true (ly_queue_put (queues[i], g_malloc (1), NULL));
      for (guint j = 0; j < 10; j++)
        g_free (test_take (queues[i]));

      g_assert_cmpuint (n_freed, ==, 0);
      g_assert_finalize_object (queues[i]);
      g_assert_cmpuint (n_freed, ==, 30);
    }
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/queue-order/lifo", test_lifo);
  g_test_add_func ("/common/queue-order/priority", test_priority);
  g_test_add_func ("/common/queue-order/stable", test_stable);
  g_test_add_func ("/common/queue-order/refused", test_refused);
  g_test_add_func ("/common/queue-order/priority-misplaced", test_priority_misplaced);
  g_test_add_func ("/common/queue-order/closed", test_closed);
  g_test_add_func ("/common/queue-order/finalize", test_finalize);

  return g_test_run ();
}
