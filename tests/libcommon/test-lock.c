/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-lock-util.h"

#define N_THREADS 4
#define N_ROUNDS 20000

/* What a lock does whether it is checked or not; both must pass. */
typedef struct
{
  gboolean checked;
  void   (*func) (void);
} Test;

static void
run_test (gconstpointer data)
{
  const Test *test = data;

  ly_lock_set_checking (test->checked);
  test->func ();
  ly_lock_set_checking (TRUE);
}

static void
add_test (const char *name,
          void      (*func) (void))
{
  for (guint checked = 0; checked <= 1; checked++)
    {
      g_autofree char *path = g_strdup_printf ("/common/lock/%schecked/%s",
                                               checked != 0 ? "" : "un", name);
      Test *test = g_new (Test, 1);

      *test = (Test) { checked != 0, func };
      g_test_add_data_func_full (path, test, run_test, g_free);
    }
}

static gpointer
try_lock (gpointer data)
{
  gboolean taken = ly_lock_try_lock (data);

  if (taken)
    ly_lock_unlock (data);

  return GINT_TO_POINTER (taken);
}

/* Whether another thread can have it. */
static gboolean
is_free (LyLock *lock)
{
  return GPOINTER_TO_INT (g_thread_join (g_thread_new ("try", try_lock, lock)));
}

static void
test_simple (void)
{
  LyLock *lock_a = ly_lock_new ("a");
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (ly_lock_get_name (lock_a), ==, "a");
  g_assert_false (ly_lock_is_recursive (lock_a));
  g_assert_true (ly_lock_is_checked (lock_a) == ly_lock_get_checking ());
  g_assert_true (is_free (lock_a));

  test_lock (lock_a);
  g_assert_false (is_free (lock_a));
  g_assert_false (ly_lock_try_lock (lock_a));
  ly_lock_unlock (lock_a);
  g_assert_true (is_free (lock_a));

  g_assert_true (ly_lock_lock_timed (lock_a, TEST_PATIENCE, &error));
  g_assert_no_error (error);
  g_assert_false (is_free (lock_a));
  ly_lock_unlock (lock_a);

  g_assert_true (ly_lock_try_lock (lock_a));
  g_assert_false (is_free (lock_a));
  ly_lock_unlock (lock_a);

  g_assert_finalize_object (lock_a);
}

static void
test_recursive (void)
{
  LyLock *lock_a = ly_lock_new_recursive ("a");

  g_assert_true (ly_lock_is_recursive (lock_a));

  test_lock (lock_a);
  test_lock (lock_a);
  g_assert_true (ly_lock_try_lock (lock_a));
  g_assert_true (ly_lock_lock_timed (lock_a, 1, NULL));

  for (guint i = 0; i < 4; i++)
    {
      g_assert_false (is_free (lock_a));
      ly_lock_unlock (lock_a);
    }

  g_assert_true (is_free (lock_a));
  g_assert_finalize_object (lock_a);
}

static gpointer
expect_timeout (gpointer data)
{
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;

  g_assert_false (ly_lock_lock_timed (data, TEST_MOMENT, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpstr (error->message, ==, "lock “a” was not free in time");
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, TEST_MOMENT);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, TEST_PATIENCE);

  return NULL;
}

static void
time_out (LyLock *lock_a)
{
  test_lock (lock_a);
  g_thread_join (g_thread_new ("wait", expect_timeout, lock_a));

  /* Who gave up leaves nothing behind. */
  ly_lock_unlock (lock_a);
  g_assert_true (is_free (lock_a));
  test_lock (lock_a);
  ly_lock_unlock (lock_a);
  g_assert_finalize_object (lock_a);
}

static void
test_timed_out (void)
{
  time_out (ly_lock_new ("a"));
  time_out (ly_lock_new_recursive ("a"));
}

typedef struct
{
  LyLock *lock;
  guint   number;   /* of rounds, guarded by the lock */
  guint   copy;     /* always the same, but to those who hold the lock */
} Counter;

static gpointer
count (gpointer data)
{
  Counter *counter = data;

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      if (i % 3 == 0)
        g_assert_true (ly_lock_lock_timed (counter->lock, TEST_PATIENCE, NULL));
      else if (i % 3 == 1 || !ly_lock_try_lock (counter->lock))
        test_lock (counter->lock);

      g_assert_cmpuint (counter->number, ==, counter->copy);
      counter->number++;
      if (i % 64 == 0)
        g_thread_yield ();
      counter->copy++;

      ly_lock_unlock (counter->lock);
    }

  return NULL;
}

static void
count_together (LyLock *lock)
{
  Counter counter = { lock, 0, 0 };
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("count", count, &counter);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);

  g_assert_cmpuint (counter.number, ==, N_THREADS * N_ROUNDS);
  g_assert_finalize_object (lock);
}

static void
test_excludes (void)
{
  count_together (ly_lock_new ("a"));
  count_together (ly_lock_new_recursive ("a"));
}

static gpointer
take_and_unlock (gpointer data)
{
  test_lock (data);
  ly_lock_unlock (data);

  return NULL;
}

/* Some sleep already when the lock is unlocked, some are about to. */
static void
test_wakes (void)
{
  for (guint round = 0; round < 200; round++)
    {
      LyLock *lock_a = ly_lock_new ("a");
      GThread *threads[N_THREADS];

      test_lock (lock_a);
      for (guint i = 0; i < N_THREADS; i++)
        threads[i] = g_thread_new ("wait", take_and_unlock, lock_a);
      ly_lock_unlock (lock_a);
      for (guint i = 0; i < N_THREADS; i++)
        g_thread_join (threads[i]);

      g_assert_finalize_object (lock_a);
    }
}

static void
expect_not_held (LyLock *lock)
{
  g_test_expect_message ("ly-lock", G_LOG_LEVEL_CRITICAL,
                         "lock “a” was unlocked by a thread that does not hold it");
  ly_lock_unlock (lock);
  g_test_assert_expected_messages ();
}

static gpointer
unlock_other (gpointer data)
{
  expect_not_held (data);

  return NULL;
}

static void
test_unlock_not_held (void)
{
  LyLock *simple = ly_lock_new ("a");
  LyLock *recursive = ly_lock_new_recursive ("a");

  expect_not_held (simple);
  expect_not_held (recursive);
  g_assert_true (is_free (simple));
  g_assert_true (is_free (recursive));

  test_lock (simple);
  test_lock (recursive);

  /* A simple lock does not know its holder. */
  if (ly_lock_is_checked (simple))
    {
      g_thread_join (g_thread_new ("other", unlock_other, simple));
      g_assert_false (is_free (simple));
    }

  g_thread_join (g_thread_new ("other", unlock_other, recursive));
  g_assert_false (is_free (recursive));

  ly_lock_unlock (simple);
  ly_lock_unlock (recursive);
  g_assert_finalize_object (simple);
  g_assert_finalize_object (recursive);
}

static void
test_wrong_type (void)
{
  LyQueue *queue = ly_queue_new (1, NULL);
  g_autoptr (GError) error = NULL;

  g_test_expect_message ("ly-lock", G_LOG_LEVEL_CRITICAL, "*LY_IS_LOCK (self)*failed");
  g_assert_false (ly_lock_lock (NULL, &error));
  g_test_expect_message ("ly-lock", G_LOG_LEVEL_CRITICAL, "*LY_IS_LOCK (self)*failed");
  g_assert_false (ly_lock_lock ((LyLock *) queue, &error));
  g_test_expect_message ("ly-lock", G_LOG_LEVEL_CRITICAL, "*LY_IS_LOCK (self)*failed");
  ly_lock_unlock ((LyLock *) queue);
  g_test_assert_expected_messages ();
  g_assert_no_error (error);
  g_assert_finalize_object (queue);
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  add_test ("simple", test_simple);
  add_test ("recursive", test_recursive);
  add_test ("timed-out", test_timed_out);
  add_test ("excludes", test_excludes);
  add_test ("wakes", test_wakes);
  add_test ("unlock-not-held", test_unlock_not_held);
  g_test_add_func ("/common/lock/wrong-type", test_wrong_type);

  return g_test_run ();
}
