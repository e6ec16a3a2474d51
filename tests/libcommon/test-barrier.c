/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

#define N_PARTIES 4
#define N_ROUNDS 2000

static void
await_n_waiting (LyBarrier *barrier,
                 guint      n_waiting)
{
  while (ly_barrier_get_n_waiting (barrier) < n_waiting)
    g_thread_yield ();
}

static void
assert_broken (LyBarrier *barrier)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (ly_barrier_wait (barrier, TEST_PATIENCE, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpstr (error->message, ==, "barrier is broken");
}

static void
test_alone (void)
{
  LyBarrier *barrier = ly_barrier_new (1);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (ly_barrier_get_n_parties (barrier), ==, 1);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (ly_barrier_wait (barrier, -1, &error), ==, 0);
  g_assert_cmpint (ly_barrier_wait (barrier, 0, &error), ==, 0);
  g_assert_no_error (error);
  g_assert_finalize_object (barrier);
}

typedef struct
{
  LyBarrier *barrier;
  int        n_came[N_ROUNDS];    /* atomic */
  int        places[N_ROUNDS];    /* atomic, one bit for each place */
} Race;

static gpointer
run_rounds (gpointer data)
{
  Race *race = data;

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      g_autoptr (GError) error = NULL;
      int place;

      g_atomic_int_inc (&race->n_came[i]);
      place = ly_barrier_wait (race->barrier, i % 2 == 0 ? -1 : TEST_PATIENCE, &error);
      g_assert_no_error (error);

      /* Nobody passes before all have come, and each has a place of its own. */
      g_assert_cmpint (g_atomic_int_get (&race->n_came[i]), ==, N_PARTIES);
      g_assert_cmpint (place, >=, 0);
      g_assert_cmpint (place, <, N_PARTIES);
      g_assert_cmpint (g_atomic_int_or ((guint *) &race->places[i], 1u << place) & (1u << place),
                       ==, 0);
    }

  return NULL;
}

static void
test_rounds (void)
{
  g_autofree Race *race = g_new0 (Race, 1);
  GThread *threads[N_PARTIES];

  race->barrier = ly_barrier_new (N_PARTIES);
  for (guint i = 0; i < N_PARTIES; i++)
    threads[i] = g_thread_new ("runner", run_rounds, race);
  for (guint i = 0; i < N_PARTIES; i++)
    g_thread_join (threads[i]);

  for (guint i = 0; i < N_ROUNDS; i++)
    g_assert_cmpint (race->places[i], ==, (1 << N_PARTIES) - 1);

  g_assert_cmpuint (ly_barrier_get_n_waiting (race->barrier), ==, 0);
  g_assert_false (ly_barrier_is_broken (race->barrier));
  g_assert_finalize_object (race->barrier);
}

static gpointer
expect_broken (gpointer data)
{
  assert_broken (data);

  return NULL;
}

static gpointer
expect_passed (gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (ly_barrier_wait (data, -1, &error), >=, 0);
  g_assert_no_error (error);

  return NULL;
}

static void
start_all_but_one (LyBarrier   *barrier,
                   GThreadFunc  func,
                   GThread     *threads[N_PARTIES - 1])
{
  for (guint i = 0; i < N_PARTIES - 1; i++)
    threads[i] = g_thread_new ("party", func, barrier);

  await_n_waiting (barrier, N_PARTIES - 1);
  g_assert_cmpuint (ly_barrier_get_n_waiting (barrier), ==, N_PARTIES - 1);
}

static void
join_all_but_one (GThread *threads[N_PARTIES - 1])
{
  for (guint i = 0; i < N_PARTIES - 1; i++)
    g_thread_join (threads[i]);
}

/* A round as it should be. */
static void
pass_together (LyBarrier *barrier)
{
  GThread *threads[N_PARTIES - 1];
  g_autoptr (GError) error = NULL;

  start_all_but_one (barrier, expect_passed, threads);
  g_assert_cmpint (ly_barrier_wait (barrier, TEST_PATIENCE, &error), ==, N_PARTIES - 1);
  g_assert_no_error (error);
  join_all_but_one (threads);
}

static void
test_timed_out (void)
{
  LyBarrier *barrier = ly_barrier_new (N_PARTIES + 1);
  GThread *threads[N_PARTIES - 1];
  g_autoptr (GError) error = NULL;
  gint64 begin;

  start_all_but_one (barrier, expect_broken, threads);

  begin = g_get_monotonic_time ();
  g_assert_cmpint (ly_barrier_wait (barrier, TEST_MOMENT, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpstr (error->message, ==, "others did not come to the barrier in time");
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, TEST_MOMENT);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, TEST_PATIENCE);

  join_all_but_one (threads);
  g_assert_true (ly_barrier_is_broken (barrier));
  g_assert_cmpuint (ly_barrier_get_n_waiting (barrier), ==, 0);
  assert_broken (barrier);
  g_assert_finalize_object (barrier);
}

/* With a timeout of 0 nobody is let down. */
static void
test_would_block (void)
{
  LyBarrier *barrier = ly_barrier_new (N_PARTIES);
  GThread *threads[N_PARTIES - 1];
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (ly_barrier_wait (barrier, 0, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpstr (error->message, ==, "others have not come to the barrier");
  g_clear_error (&error);
  g_assert_false (ly_barrier_is_broken (barrier));
  g_assert_cmpuint (ly_barrier_get_n_waiting (barrier), ==, 0);

  start_all_but_one (barrier, expect_passed, threads);
  g_assert_cmpint (ly_barrier_wait (barrier, 0, &error), ==, N_PARTIES - 1);
  g_assert_no_error (error);
  join_all_but_one (threads);
  g_assert_finalize_object (barrier);
}

static void
test_abort (void)
{
  LyBarrier *barrier = ly_barrier_new (N_PARTIES);
  GThread *threads[N_PARTIES - 1];

  start_all_but_one (barrier, expect_broken, threads);
  ly_barrier_abort (barrier);
  ly_barrier_abort (barrier);
  join_all_but_one (threads);
  g_assert_true (ly_barrier_is_broken (barrier));
  assert_broken (barrier);

  ly_barrier_reset (barrier);
  g_assert_false (ly_barrier_is_broken (barrier));
  pass_together (barrier);
  g_assert_finalize_object (barrier);
}

static void
test_reset (void)
{
  LyBarrier *barrier = ly_barrier_new (N_PARTIES);
  GThread *threads[N_PARTIES - 1];

  for (guint i = 0; i < 100; i++)
    {
      start_all_but_one (barrier, expect_broken, threads);
      ly_barrier_reset (barrier);
      g_assert_false (ly_barrier_is_broken (barrier));

      /* Perhaps before those of the round that was given up have noticed. */
      pass_together (barrier);
      join_all_but_one (threads);
    }

  g_assert_finalize_object (barrier);
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/barrier/alone", test_alone);
  g_test_add_func ("/common/barrier/rounds", test_rounds);
  g_test_add_func ("/common/barrier/timed-out", test_timed_out);
  g_test_add_func ("/common/barrier/would-block", test_would_block);
  g_test_add_func ("/common/barrier/abort", test_abort);
  g_test_add_func ("/common/barrier/reset", test_reset);

  return g_test_run ();
}
