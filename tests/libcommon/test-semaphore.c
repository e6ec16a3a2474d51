/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

#define N_THREADS 8
#define N_ROUNDS 5000
#define BOUND 3

static void
release (LySemaphore *semaphore)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ly_semaphore_release (semaphore, &error));
  g_assert_no_error (error);
}

static void
test_counts (void)
{
  LySemaphore *semaphore = ly_semaphore_new (2, 3);

  g_assert_cmpuint (ly_semaphore_get_bound (semaphore), ==, 3);
  g_assert_cmpuint (ly_semaphore_get_value (semaphore), ==, 2);

  g_assert_true (ly_semaphore_acquire (semaphore, 0));
  g_assert_true (ly_semaphore_acquire (semaphore, -1));
  g_assert_cmpuint (ly_semaphore_get_value (semaphore), ==, 0);
  g_assert_false (ly_semaphore_acquire (semaphore, 0));

  for (guint i = 1; i <= 3; i++)
    {
      release (semaphore);
      g_assert_cmpuint (ly_semaphore_get_value (semaphore), ==, i);
    }

  g_assert_true (ly_semaphore_acquire (semaphore, TEST_PATIENCE));
  g_assert_finalize_object (semaphore);
}

static void
test_released_too_often (void)
{
  LySemaphore *semaphore = ly_semaphore_new (3, 3);
  g_autoptr (GError) error = NULL;

  g_assert_false (ly_semaphore_release (semaphore, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==,
                   "semaphore was released more often than acquired: its bound is 3");

  /* Nothing has changed. */
  for (guint i = 0; i < 3; i++)
    g_assert_true (ly_semaphore_acquire (semaphore, 0));
  g_assert_false (ly_semaphore_acquire (semaphore, 0));
  g_assert_finalize_object (semaphore);
}

static void
test_no_bound (void)
{
  LySemaphore *semaphore = ly_semaphore_new (G_MAXUINT, G_MAXUINT);
  g_autoptr (GError) error = NULL;

  g_assert_false (ly_semaphore_release (semaphore, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_true (ly_semaphore_acquire (semaphore, 0));
  g_assert_cmpuint (ly_semaphore_get_value (semaphore), ==, G_MAXUINT - 1);
  g_assert_finalize_object (semaphore);
}

static void
test_timed_out (void)
{
  LySemaphore *semaphore = ly_semaphore_new (0, 1);
  gint64 begin = g_get_monotonic_time ();

  g_assert_false (ly_semaphore_acquire (semaphore, TEST_MOMENT));
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, TEST_MOMENT);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, TEST_PATIENCE);

  /* Who gave up takes nothing away. */
  release (semaphore);
  g_assert_true (ly_semaphore_acquire (semaphore, 0));
  g_assert_finalize_object (semaphore);
}

typedef struct
{
  LySemaphore *semaphore;
  gint64       timeout;
  int          n_inside;   /* atomic */
  int          n_most;     /* atomic */
} Room;

static gpointer
come_and_go (gpointer data)
{
  Room *room = data;

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      int n_inside;
      int n_most;

      g_assert_true (ly_semaphore_acquire (room->semaphore, room->timeout));

      n_inside = g_atomic_int_add (&room->n_inside, 1) + 1;
      g_assert_cmpint (n_inside, <=, BOUND);
      do
        n_most = g_atomic_int_get (&room->n_most);
      while (n_inside > n_most &&
             !g_atomic_int_compare_and_exchange (&room->n_most, n_most, n_inside));
      g_thread_yield ();
      g_atomic_int_add (&room->n_inside, -1);

      release (room->semaphore);
    }

  return NULL;
}

static void
fill_room (gint64 timeout)
{
  Room room = { ly_semaphore_new (BOUND, BOUND), timeout, 0, 0 };
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("guest", come_and_go, &room);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);

  g_assert_cmpint (room.n_inside, ==, 0);
  g_assert_cmpint (room.n_most, >, 0);
  g_assert_cmpuint (ly_semaphore_get_value (room.semaphore), ==, BOUND);
  g_assert_finalize_object (room.semaphore);
}

static void
test_blocking (void)
{
  fill_room (-1);
}

static void
test_timed_in_time (void)
{
  fill_room (TEST_PATIENCE);
}

static gpointer
acquire_all (gpointer data)
{
  for (guint i = 0; i < N_ROUNDS; i++)
    g_assert_true (ly_semaphore_acquire (data, -1));

  return NULL;
}

/* One thread may give what another takes. */
static void
test_given_by_others (void)
{
  LySemaphore *semaphore = ly_semaphore_new (0, N_THREADS * N_ROUNDS);
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("acquire", acquire_all, semaphore);
  for (guint i = 0; i < N_THREADS * N_ROUNDS; i++)
    release (semaphore);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);

  g_assert_false (ly_semaphore_acquire (semaphore, 0));
  g_assert_finalize_object (semaphore);
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/semaphore/counts", test_counts);
  g_test_add_func ("/common/semaphore/released-too-often", test_released_too_often);
  g_test_add_func ("/common/semaphore/no-bound", test_no_bound);
  g_test_add_func ("/common/semaphore/timed-out", test_timed_out);
  g_test_add_func ("/common/semaphore/blocking", test_blocking);
  g_test_add_func ("/common/semaphore/timed-in-time", test_timed_in_time);
  g_test_add_func ("/common/semaphore/given-by-others", test_given_by_others);

  return g_test_run ();
}
