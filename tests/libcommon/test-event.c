/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

#define N_THREADS 4
#define N_ROUNDS 5000

static void
test_manual_reset (void)
{
  LyEvent *event = ly_event_new ();

  g_assert_false (ly_event_is_set (event));
  g_assert_false (ly_event_wait (event, 0));

  ly_event_set (event);
  ly_event_set (event);
  g_assert_true (ly_event_is_set (event));
  g_assert_true (ly_event_wait (event, 0));
  g_assert_true (ly_event_wait (event, TEST_PATIENCE));
  g_assert_true (ly_event_wait (event, -1));
  g_assert_true (ly_event_is_set (event));

  ly_event_reset (event);
  ly_event_reset (event);
  g_assert_false (ly_event_is_set (event));
  g_assert_false (ly_event_wait (event, 0));
  g_assert_finalize_object (event);
}

static void
test_auto_reset (void)
{
  LyEvent *event = ly_event_new_auto_reset ();

  g_assert_false (ly_event_wait (event, 0));

  /* Twice is once. */
  ly_event_set (event);
  ly_event_set (event);
  g_assert_true (ly_event_is_set (event));
  g_assert_true (ly_event_wait (event, -1));
  g_assert_false (ly_event_is_set (event));
  g_assert_false (ly_event_wait (event, 0));

  ly_event_set (event);
  ly_event_reset (event);
  g_assert_false (ly_event_wait (event, 0));
  g_assert_finalize_object (event);
}

static void
test_timed_out (void)
{
  LyEvent *events[] = { ly_event_new (), ly_event_new_auto_reset () };

  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    {
      gint64 begin = g_get_monotonic_time ();

      g_assert_false (ly_event_wait (events[i], TEST_MOMENT));
      g_assert_cmpint (g_get_monotonic_time () - begin, >=, TEST_MOMENT);
      g_assert_cmpint (g_get_monotonic_time () - begin, <, TEST_PATIENCE);

      /* Who gave up takes nothing away. */
      ly_event_set (events[i]);
      g_assert_true (ly_event_wait (events[i], 0));
      g_assert_finalize_object (events[i]);
    }
}

typedef struct
{
  LyEvent *event;
  LyQueue *passed;
  gint64   timeout;
} Waiters;

static gpointer
wait_once (gpointer data)
{
  Waiters *self = data;

  g_assert_true (ly_event_wait (self->event, self->timeout));
  g_assert_true (ly_queue_put (self->passed, self, NULL));

  return NULL;
}

static void
start_waiters (Waiters *self,
               LyEvent *event,
               GThread *threads[N_THREADS])
{
  *self = (Waiters) { event, ly_queue_new (N_THREADS, NULL), -1 };

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("wait", wait_once, self);
}

static void
join_waiters (Waiters *self,
              GThread *threads[N_THREADS])
{
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);

  g_assert_finalize_object (self->event);
  g_assert_finalize_object (self->passed);
}

/* Some wait already when the event is set, some come later. */
static void
test_releases_all (void)
{
  for (guint round = 0; round < 200; round++)
    {
      GThread *threads[N_THREADS];
      Waiters waiters;

      start_waiters (&waiters, ly_event_new (), threads);
      ly_event_set (waiters.event);
      for (guint i = 0; i < N_THREADS; i++)
        test_take (waiters.passed);
      g_assert_true (ly_event_is_set (waiters.event));
      join_waiters (&waiters, threads);
    }
}

static void
test_releases_one (void)
{
  GThread *threads[N_THREADS];
  Waiters waiters;

  start_waiters (&waiters, ly_event_new_auto_reset (), threads);
  g_assert_null (ly_queue_get_timed (waiters.passed, TEST_MOMENT, NULL));

  for (guint i = 0; i < N_THREADS; i++)
    {
      ly_event_set (waiters.event);
      test_take (waiters.passed);
      g_assert_null (ly_queue_get_timed (waiters.passed, TEST_MOMENT, NULL));
    }

  g_assert_false (ly_event_is_set (waiters.event));
  join_waiters (&waiters, threads);
}

/* One that is reset at once still releases all who wait, so they get on as
 * long as the flag is waved. */
static void
test_set_and_reset (void)
{
  GThread *threads[N_THREADS];
  Waiters waiters;

  start_waiters (&waiters, ly_event_new (), threads);

  while (!ly_queue_is_full (waiters.passed))
    {
      ly_event_set (waiters.event);
      ly_event_reset (waiters.event);
      g_thread_yield ();
    }

  g_assert_false (ly_event_is_set (waiters.event));
  join_waiters (&waiters, threads);
}

typedef struct
{
  LyEvent *there;
  LyEvent *back;
  gint64   timeout;
  guint    n_heard;
} Talk;

static gpointer
answer (gpointer data)
{
  Talk *talk = data;

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      g_assert_true (ly_event_wait (talk->there, talk->timeout));
      talk->n_heard++;
      ly_event_set (talk->back);
    }

  return NULL;
}

static void
talk_for_a_while (gint64 timeout)
{
  Talk talk = { ly_event_new_auto_reset (), ly_event_new_auto_reset (), timeout, 0 };
  GThread *thread = g_thread_new ("answer", answer, &talk);

  /* What is written before the event is set can be read after waiting. */
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      ly_event_set (talk.there);
      g_assert_true (ly_event_wait (talk.back, timeout));
      g_assert_cmpuint (talk.n_heard, ==, i + 1);
    }

  g_thread_join (thread);
  g_assert_finalize_object (talk.there);
  g_assert_finalize_object (talk.back);
}

static void
test_talk (void)
{
  talk_for_a_while (-1);
}

static void
test_talk_timed (void)
{
  talk_for_a_while (TEST_PATIENCE);
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/event/manual-reset", test_manual_reset);
  g_test_add_func ("/common/event/auto-reset", test_auto_reset);
  g_test_add_func ("/common/event/timed-out", test_timed_out);
  g_test_add_func ("/common/event/releases-all", test_releases_all);
  g_test_add_func ("/common/event/releases-one", test_releases_one);
  g_test_add_func ("/common/event/set-and-reset", test_set_and_reset);
  g_test_add_func ("/common/event/talk", test_talk);
  g_test_add_func ("/common/event/talk-timed", test_talk_timed);

  return g_test_run ();
}
