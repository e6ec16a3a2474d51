/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

#define N_THREADS 8
#define N_ADDS    100000

static gpointer
add_many (gpointer data)
{
  LyProgress *progress = data;

  for (guint i = 0; i < N_ADDS; i++)
    {
      ly_progress_add (progress, 0, 3);
      ly_progress_add (progress, 0, -2);
      ly_progress_add_total (progress, 1, 2);
    }

  return NULL;
}

static void
test_add (void)
{
  LyProgress *progress = ly_progress_new (2);
  GThread *threads[N_THREADS];

  g_assert_cmpint (ly_progress_get (progress, 0), ==, 0);
  g_assert_cmpint (ly_progress_get_total (progress, 0), ==, 0);

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("add", add_many, progress);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);

  g_assert_cmpint (ly_progress_get (progress, 0), ==, N_THREADS * N_ADDS);
  g_assert_cmpint (ly_progress_get (progress, 1), ==, 0);
  g_assert_cmpint (ly_progress_get_total (progress, 0), ==, 0);
  g_assert_cmpint (ly_progress_get_total (progress, 1), ==, 2 * N_THREADS * N_ADDS);

  ly_progress_add (progress, 0, -N_THREADS * N_ADDS);
  g_assert_cmpint (ly_progress_get (progress, 0), ==, 0);
  ly_progress_add (progress, 1, G_MAXINT64);
  g_assert_cmpint (ly_progress_get (progress, 1), ==, G_MAXINT64);
  test_await_finalized (progress);
}

/* The rate and what is left, against the clock read before and after. */
static void
test_rate_and_eta (void)
{
  gint64 begin_low = g_get_monotonic_time ();
  LyProgress *progress = ly_progress_new (3);
  gint64 begin_high = g_get_monotonic_time ();
  gint64 end_low, end_high, eta;
  g_autoptr (LyQueue) never = ly_queue_new (1, NULL);
  double rate;

  ly_progress_add_total (progress, 0, 3000);
  g_assert_cmpint (ly_progress_get_eta (progress, 0), ==, -1);
  g_assert_null (ly_queue_get_timed (never, TEST_MOMENT, NULL));
  ly_progress_add (progress, 0, 1000);

  end_low = g_get_monotonic_time ();
  rate = ly_progress_get_rate (progress, 0);
  eta = ly_progress_get_eta (progress, 0);
  end_high = g_get_monotonic_time ();

  g_assert_cmpfloat (rate, >=, 1000.0 * G_USEC_PER_SEC / (end_high - begin_low) - 1);
  g_assert_cmpfloat (rate, <=, 1000.0 * G_USEC_PER_SEC / (end_low - begin_high) + 1);
  /* Twice as much is left as was done. */
  g_assert_cmpint (eta, >=, 2 * (end_low - begin_high) - 1);
  g_assert_cmpint (eta, <=, 2 * (end_high - begin_low) + 1);

  /* A counter that stands still, one that has arrived, one that is beyond. */
  ly_progress_add_total (progress, 1, 1);
  g_assert_cmpfloat (ly_progress_get_rate (progress, 1), ==, 0);
  g_assert_cmpint (ly_progress_get_eta (progress, 1), ==, -1);
  g_assert_cmpint (ly_progress_get_eta (progress, 2), ==, 0);
  ly_progress_add (progress, 1, 2);
  g_assert_cmpint (ly_progress_get_eta (progress, 1), ==, 0);

  /* Going backwards is no speed. */
  ly_progress_add (progress, 2, -5);
  g_assert_cmpfloat (ly_progress_get_rate (progress, 2), ==, 0);
  test_await_finalized (progress);
}

typedef struct
{
  GThread *thread;
  guint    n_changes;
  gint64   last;
} Watch;

static void
on_changed (LyProgress *progress,
            gpointer    user_data)
{
  Watch *watch = user_data;

  g_assert_true (g_thread_self () == watch->thread);
  watch->n_changes++;
  watch->last = ly_progress_get (progress, 0);
}

static gboolean
set_flag (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

static void
iterate_for (GMainContext *context,
             gint64        duration)
{
  g_autoptr (GSource) source = g_timeout_source_new ((guint) (duration / 1000));
  gboolean over = FALSE;

  g_source_set_callback (source, set_flag, &over, NULL);
  g_source_attach (source, context);

  while (!over)
    g_main_context_iteration (context, TRUE);
}

static int hammering;

static gpointer
hammer (gpointer data)
{
  while (g_atomic_int_get (&hammering))
    ly_progress_add (data, 0, 1);

  return NULL;
}

static void
test_changed_is_rare (void)
{
  LyProgress *progress = ly_progress_new (1);
  Watch watch = { g_thread_self (), 0, 0 };
  GThread *threads[4];
  gint64 begin = g_get_monotonic_time ();
  guint n_before;

  g_signal_connect (progress, "changed", G_CALLBACK (on_changed), &watch);
  g_atomic_int_set (&hammering, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("hammer", hammer, progress);

  while (watch.n_changes < 8)
    g_main_context_iteration (NULL, TRUE);

  /* Ten a second at most. */
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 7 * TEST_MOMENT);

  g_atomic_int_set (&hammering, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  /* One more, which sees the last change. */
  n_before = watch.n_changes;
  iterate_for (NULL, 5 * TEST_MOMENT);
  g_assert_cmpuint (watch.n_changes, <=, n_before + 1);
  g_assert_cmpint (watch.last, ==, ly_progress_get (progress, 0));
  g_assert_finalize_object (progress);
}

static void
test_changed_once (void)
{
  LyProgress *progress = ly_progress_new (1);
  Watch watch = { g_thread_self (), 0, 0 };

  g_signal_connect (progress, "changed", G_CALLBACK (on_changed), &watch);

  /* Anything that can be seen is told. */
  ly_progress_add (progress, 0, 1);
  ly_progress_add (progress, 0, 1);
  iterate_for (NULL, 3 * TEST_MOMENT);
  g_assert_cmpuint (watch.n_changes, ==, 1);
  g_assert_cmpint (watch.last, ==, 2);

  ly_progress_add_total (progress, 0, 1);
  iterate_for (NULL, 3 * TEST_MOMENT);
  g_assert_cmpuint (watch.n_changes, ==, 2);

  ly_progress_set_status (progress, "on its way");
  iterate_for (NULL, 3 * TEST_MOMENT);
  g_assert_cmpuint (watch.n_changes, ==, 3);
  g_assert_finalize_object (progress);
}

static gpointer
own_progress (gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Watch watch = { g_thread_self (), 0, 0 };
  LyProgress *progress;
  GThread *thread;

  g_main_context_push_thread_default (context);
  progress = ly_progress_new (2);
  g_signal_connect (progress, "changed", G_CALLBACK (on_changed), &watch);

  thread = g_thread_new ("add", add_many, progress);
  while (watch.last < N_ADDS)
    g_main_context_iteration (context, TRUE);

  g_thread_join (thread);
  iterate_for (context, 2 * TEST_MOMENT);
  g_assert_finalize_object (progress);
  g_main_context_pop_thread_default (context);

  return NULL;
}

/* The signal comes where the owner is, whoever adds. */
static void
test_changed_in_owners_context (void)
{
  g_thread_join (g_thread_new ("owner", own_progress, NULL));
}

static gpointer
set_statuses (gpointer data)
{
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *status = NULL;

      ly_progress_set_status (data, i % 2 == 0 ? "even" : "odd");
      status = ly_progress_dup_status (data);
      g_assert_true (g_str_equal (status, "even") || g_str_equal (status, "odd"));
    }

  return NULL;
}

static void
test_status (void)
{
  LyProgress *progress = ly_progress_new (1);
  g_autofree char *bytes = NULL;
  GThread *threads[N_THREADS];

  g_assert_null (ly_progress_dup_status (progress));

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("set", set_statuses, progress);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);

  ly_progress_set_status (progress, "caf\xe9/\xff");
  bytes = ly_progress_dup_status (progress);
  g_assert_cmpstr (bytes, ==, "caf\xe9/\xff");

  ly_progress_set_status (progress, NULL);
  g_assert_null (ly_progress_dup_status (progress));
  test_await_finalized (progress);
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/progress/add", test_add);
  g_test_add_func ("/common/progress/rate-and-eta", test_rate_and_eta);
  g_test_add_func ("/common/progress/changed/is-rare", test_changed_is_rare);
  g_test_add_func ("/common/progress/changed/once", test_changed_once);
  g_test_add_func ("/common/progress/changed/in-owners-context", test_changed_in_owners_context);
  g_test_add_func ("/common/progress/status", test_status);

  return g_test_run ();
}
