/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-lock-util.h"

/* What is learnt of the order in which locks are taken. */

static void
expect_warning (const char *text)
{
  g_test_expect_message ("ly-lock", G_LOG_LEVEL_WARNING, text);
}

static void
test_order (void)
{
  LyLock *a = ly_lock_new ("a");
  LyLock *b = ly_lock_new ("b");

  test_nest (a, b);
  test_nest (a, b);

  expect_warning ("lock “a” was taken while “b” was held, but earlier “b” while “a” was held: "
                  "threads that do both at the same time can deadlock");
  test_nest (b, a);
  g_test_assert_expected_messages ();

  /* Once is enough. */
  test_nest (b, a);
  test_nest (a, b);
  test_nest (b, a);

  g_assert_finalize_object (a);
  g_assert_finalize_object (b);
}

static void
test_order_of_several (void)
{
  LyLock *a = ly_lock_new ("a");
  LyLock *b = ly_lock_new ("b");
  LyLock *c = ly_lock_new ("c");
  LyLock *d = ly_lock_new_recursive ("d");

  test_nest (a, b);
  test_nest (b, c);
  test_nest (c, d);
  test_nest (a, d);

  expect_warning ("lock “a” was taken while “c” was held, but earlier “b” while “a” was held, "
                  "then “c” while “b” was held: threads that do both at the same time can deadlock");
  test_nest (c, a);
  g_test_assert_expected_messages ();

  /* Each pair once, also if the other order is seen only now, without others. */
  test_nest (c, a);
  test_nest (a, c);

  expect_warning ("lock “a” was taken while “d” was held, but earlier “d” while “a” was held: *");
  test_nest (d, a);
  g_test_assert_expected_messages ();

  g_assert_finalize_object (a);
  g_assert_finalize_object (b);
  g_assert_finalize_object (c);
  g_assert_finalize_object (d);
}

/* Several that are held at once, unlocked in any order. */
static void
test_order_of_many_held (void)
{
  LyLock *a = ly_lock_new ("a");
  LyLock *b = ly_lock_new ("b");
  LyLock *c = ly_lock_new ("c");

  test_lock (a);
  test_lock (b);
  test_lock (c);
  ly_lock_unlock (a);
  ly_lock_unlock (c);
  ly_lock_unlock (b);

  expect_warning ("lock “b” was taken while “c” was held, but earlier “c” while “b” was held: *");
  expect_warning ("lock “a” was taken while “c” was held, but earlier “c” while “a” was held: *");
  expect_warning ("lock “a” was taken while “b” was held, but earlier “b” while “a” was held: *");
  test_lock (c);
  test_lock (b);
  test_lock (a);
  g_test_assert_expected_messages ();
  ly_lock_unlock (a);
  ly_lock_unlock (b);
  ly_lock_unlock (c);

  g_assert_finalize_object (a);
  g_assert_finalize_object (b);
  g_assert_finalize_object (c);
}

/* A lock that is tried is not waited for; what is taken inside of it is. */
static void
test_order_of_tried (void)
{
  LyLock *a = ly_lock_new ("a");
  LyLock *b = ly_lock_new ("b");

  test_nest (a, b);

  test_lock (b);
  g_assert_true (ly_lock_try_lock (a));
  ly_lock_unlock (a);
  ly_lock_unlock (b);

  expect_warning ("lock “a” was taken while “b” was held, but earlier “b” while “a” was held: *");
  g_assert_true (ly_lock_try_lock (b));
  test_lock (a);
  g_test_assert_expected_messages ();
  ly_lock_unlock (a);
  ly_lock_unlock (b);

  g_assert_finalize_object (a);
  g_assert_finalize_object (b);
}

/* One that a recursive lock is taken in has been taken first. */
static void
test_order_of_recursive (void)
{
  LyLock *a = ly_lock_new_recursive ("a");
  LyLock *b = ly_lock_new ("b");

  test_lock (a);
  test_lock (b);
  test_lock (a);
  ly_lock_unlock (a);
  ly_lock_unlock (b);
  ly_lock_unlock (a);
  test_nest (a, b);

  g_assert_finalize_object (a);
  g_assert_finalize_object (b);
}

static void
test_order_forgotten (void)
{
  LyLock *a = ly_lock_new ("a");
  LyLock *b = ly_lock_new ("b");
  LyLock *c = ly_lock_new ("c");

  test_nest (a, b);
  test_nest (b, c);
  g_assert_finalize_object (b);

  /* Only b stood between them. */
  test_nest (c, a);

  /* And who comes to lie in its place is another one. */
  for (guint i = 0; i < 10; i++)
    {
      b = ly_lock_new ("b");
      test_nest (b, a);
      g_assert_finalize_object (b);
    }

  g_assert_finalize_object (a);
  g_assert_finalize_object (c);
}

static gpointer
nest_other_way (gpointer data)
{
  LyLock **locks = data;

  test_nest (locks[1], locks[0]);

  return NULL;
}

/* What one thread has done is known to all. */
static void
test_order_of_threads (void)
{
  LyLock *locks[] = { ly_lock_new ("a"), ly_lock_new ("b") };

  test_nest (locks[0], locks[1]);
  expect_warning ("lock “a” was taken while “b” was held, but earlier “b” while “a” was held: *");
  g_thread_join (g_thread_new ("other", nest_other_way, locks));
  g_test_assert_expected_messages ();

  g_assert_finalize_object (locks[0]);
  g_assert_finalize_object (locks[1]);
}

/* Each takes two of many locks in a fixed order: that is never a deadlock. */
#define N_LOCKS 8
#define N_THREADS 4
#define N_ROUNDS 5000

static gpointer
take_pairs (gpointer data)
{
  LyLock **locks = data;
  GRand *random = g_rand_new ();

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      int first = g_rand_int_range (random, 0, N_LOCKS - 1);
      int second = g_rand_int_range (random, first + 1, N_LOCKS);

      test_nest (locks[first], locks[second]);
    }

  g_rand_free (random);

  return NULL;
}

static void
test_no_false_alarm (void)
{
  LyLock *locks[N_LOCKS];
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_LOCKS; i++)
    {
      g_autofree char *name = g_strdup_printf ("l%u", i);

      locks[i] = ly_lock_new (name);
    }

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("pairs", take_pairs, locks);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < N_LOCKS; i++)
    g_assert_finalize_object (locks[i]);
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/lock-order/of-two", test_order);
  g_test_add_func ("/common/lock-order/of-several", test_order_of_several);
  g_test_add_func ("/common/lock-order/of-many-held", test_order_of_many_held);
  g_test_add_func ("/common/lock-order/of-tried", test_order_of_tried);
  g_test_add_func ("/common/lock-order/of-recursive", test_order_of_recursive);
  g_test_add_func ("/common/lock-order/forgotten", test_order_forgotten);
  g_test_add_func ("/common/lock-order/of-threads", test_order_of_threads);
  g_test_add_func ("/common/lock-order/no-false-alarm", test_no_false_alarm);

  return g_test_run ();
}
