/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-load.h"

/* What threads wait for each other with. */

/* One waves the flag, the others pass when it is up. */
static gpointer
load_event (gpointer data)
{
  TestLoad *load = data;

  for (; !test_load_is_done (load); load->n_done++)
    if (load->number > 0)
      {
        g_assert_true (ly_event_wait (load->object, load->n_done % 2 != 0 ? -1 : TEST_PATIENCE));
      }
    else
      {
        ly_event_set (load->object);
        ly_event_reset (load->object);
      }

  if (load->number == 0)
    ly_event_set (load->object);

  return NULL;
}

static void
stress_event (void)
{
  LyEvent *event = ly_event_new ();

  test_load_run (event, load_event);
  g_assert_finalize_object (event);
}

/* A token that is given round: who has it is alone. */
static gpointer
load_auto_event (gpointer data)
{
  static int n_holders;
  TestLoad *load = data;

  for (; !test_load_is_done (load); load->n_done++)
    {
      g_assert_true (ly_event_wait (load->object, load->n_done % 2 != 0 ? -1 : TEST_PATIENCE));
      g_assert_cmpint (g_atomic_int_add (&n_holders, 1), ==, 0);
      g_atomic_int_add (&n_holders, -1);
      ly_event_set (load->object);
    }

  return NULL;
}

static void
stress_auto_event (void)
{
  LyEvent *event = ly_event_new_auto_reset ();

  ly_event_set (event);
  test_load_run (event, load_auto_event);
  g_assert_true (ly_event_is_set (event));
  g_assert_finalize_object (event);
}

#define BOUND 3

static gpointer
load_semaphore (gpointer data)
{
  static int n_inside;
  TestLoad *load = data;

  for (; !test_load_is_done (load); load->n_done++)
    {
      if (load->n_done % 3 != 0 || !ly_semaphore_acquire (load->object, 0))
        g_assert_true (ly_semaphore_acquire (load->object,
                                             load->n_done % 2 != 0 ? -1 : TEST_PATIENCE));

      g_assert_cmpint (g_atomic_int_add (&n_inside, 1), <, BOUND);
      g_atomic_int_add (&n_inside, -1);
      g_assert_true (ly_semaphore_release (load->object, NULL));
    }

  return NULL;
}

static void
stress_semaphore (void)
{
  LySemaphore *semaphore = ly_semaphore_new (BOUND, BOUND);

  test_load_run (semaphore, load_semaphore);
  g_assert_cmpuint (ly_semaphore_get_value (semaphore), ==, BOUND);
  g_assert_finalize_object (semaphore);
}

/* The first to come to a round decides whether there is another one. */
static gpointer
load_barrier (gpointer data)
{
  static int over;
  static int n_came;
  TestLoad *load = data;
  int n_rounds = 0;

  do
    {
      int place;

      n_rounds++;
      load->n_done += 2;
      g_atomic_int_inc (&n_came);

      place = ly_barrier_wait (load->object, load->n_done % 4 != 0 ? -1 : TEST_PATIENCE, NULL);
      g_assert_cmpint (place, >=, 0);
      g_assert_cmpint (g_atomic_int_get (&n_came), ==, n_rounds * TEST_LOAD_THREADS);
      if (place == 0)
        g_atomic_int_set (&over, test_load_is_done (load));

      g_assert_cmpint (ly_barrier_wait (load->object, TEST_PATIENCE, NULL), >=, 0);
    }
  while (!g_atomic_int_get (&over));

  return NULL;
}

static void
stress_barrier (void)
{
  LyBarrier *barrier = ly_barrier_new (TEST_LOAD_THREADS);

  test_load_run (barrier, load_barrier);
  g_assert_false (ly_barrier_is_broken (barrier));
  g_assert_finalize_object (barrier);
}

static guint64 n_locked;   /* guarded by the lock */

static gpointer
load_lock (gpointer data)
{
  TestLoad *load = data;

  for (; !test_load_is_done (load); load->n_done++)
    {
      guint n_taken = 1;

      if (load->n_done % 3 == 0)
        g_assert_true (ly_lock_lock_timed (load->object, TEST_PATIENCE, NULL));
      else if (load->n_done % 3 == 1 || !ly_lock_try_lock (load->object))
        g_assert_true (ly_lock_lock (load->object, NULL));

      if (ly_lock_is_recursive (load->object) && ly_lock_try_lock (load->object))
        n_taken++;

      n_locked++;

      while (n_taken-- > 0)
        ly_lock_unlock (load->object);
    }

  return NULL;
}

static void
run_lock (gboolean checked,
          gboolean recursive)
{
  LyLock *lock;

  ly_lock_set_checking (checked);
  lock = recursive ? ly_lock_new_recursive ("stressed") : ly_lock_new ("stressed");
  ly_lock_set_checking (TRUE);

  n_locked = 0;
  g_assert_cmpuint (test_load_run (lock, load_lock), ==, n_locked);
  g_assert_finalize_object (lock);
}

static void
stress_lock (void)
{
  run_lock (FALSE, FALSE);
}

static void
stress_recursive_lock (void)
{
  run_lock (FALSE, TRUE);
}

static void
stress_checked_lock (void)
{
  run_lock (TRUE, TRUE);
}

#define N_LOCKS 6

/* Each takes three locks in any order, and starts anew when that would be a
 * deadlock. */
static gpointer
load_circles (gpointer data)
{
  TestLoad *load = data;
  LyLock **locks = load->object;
  GRand *random = g_rand_new_with_seed (load->number);

  while (!test_load_is_done (load))
    {
      LyLock *held[3];
      guint n_held = 0;

      while (n_held < G_N_ELEMENTS (held))
        {
          LyLock *lock = locks[g_rand_int_range (random, 0, N_LOCKS)];
          g_autoptr (GError) error = NULL;

          load->n_done++;
          if (!ly_lock_lock (lock, &error))
            {
              g_assert_error (error, LY_LOCK_ERROR, LY_LOCK_ERROR_DEADLOCK);
              break;
            }

          held[n_held++] = lock;
        }

      while (n_held > 0)
        ly_lock_unlock (held[--n_held]);
    }

  g_rand_free (random);

  return NULL;
}

static void
count_warning (const char     *domain,
               GLogLevelFlags  level,
               const char     *message,
               gpointer        user_data)
{
  g_atomic_int_inc ((int *) user_data);
}

static gboolean
is_fatal (const char     *domain,
          GLogLevelFlags  level,
          const char     *message,
          gpointer        user_data)
{
  return g_strcmp0 (domain, "ly-lock") != 0;
}

static void
stress_circles (void)
{
  LyLock *locks[N_LOCKS];
  int n_warnings = 0;
  guint handler;

  for (guint i = 0; i < N_LOCKS; i++)
    locks[i] = ly_lock_new ("stressed");

  g_test_log_set_fatal_handler (is_fatal, NULL);
  handler = g_log_set_handler ("ly-lock", G_LOG_LEVEL_WARNING | G_LOG_FLAG_FATAL, count_warning,
                               &n_warnings);
  test_load_run (locks, load_circles);
  g_log_remove_handler ("ly-lock", handler);

  /* Once for each pair. */
  g_assert_cmpint (n_warnings, ==, N_LOCKS * (N_LOCKS - 1) / 2);

  for (guint i = 0; i < N_LOCKS; i++)
    g_assert_finalize_object (locks[i]);
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/stress/event", stress_event);
  g_test_add_func ("/common/stress/auto-event", stress_auto_event);
  g_test_add_func ("/common/stress/semaphore", stress_semaphore);
  g_test_add_func ("/common/stress/barrier", stress_barrier);
  g_test_add_func ("/common/stress/lock", stress_lock);
  g_test_add_func ("/common/stress/recursive-lock", stress_recursive_lock);
  g_test_add_func ("/common/stress/checked-lock", stress_checked_lock);
  g_test_add_func ("/common/stress/circles", stress_circles);

  return g_test_run ();
}
