/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-lock-util.h"

/* Threads are named in messages if the system tells their names. */
#if LY_PORTABLE
#define THREAD(name) "thread *"
#else
#define THREAD(name) "thread “" name "”"
#endif

static void
assert_message (const GError *error,
                LyLockError   code,
                const char   *pattern)
{
  g_assert_error (error, LY_LOCK_ERROR, (int) code);
  if (!g_pattern_match_simple (pattern, error->message))
    g_error ("“%s” is not “%s”", error->message, pattern);
}

static gpointer
relock (gpointer data)
{
  const char *text = "locking “a” would deadlock: " THREAD ("relock")
                     " holds “a” and waits for “a”";
  g_autoptr (GError) error = NULL;

  test_lock (data);

  g_assert_false (ly_lock_lock (data, &error));
  assert_message (error, LY_LOCK_ERROR_DEADLOCK, text);
  g_clear_error (&error);

  /* There is no point in waiting for the end of the timeout either. */
  g_assert_false (ly_lock_lock_timed (data, G_MAXINT64, &error));
  assert_message (error, LY_LOCK_ERROR_DEADLOCK, text);

  g_assert_false (ly_lock_try_lock (data));
  ly_lock_unlock (data);

  return NULL;
}

static void
test_relock (void)
{
  LyLock *a = ly_lock_new ("a");

  g_thread_join (g_thread_new ("relock", relock, a));
  test_lock (a);
  ly_lock_unlock (a);
  g_assert_finalize_object (a);
}

/* Threads that stand in a circle: each takes the lock on its left and, once
 * all have done so, wants the one on its right. */
#define MAX_CIRCLE 5

typedef struct
{
  guint      n;
  gint64     timeout;     /* or -1 */
  LyBarrier *barrier;
  LyLock    *locks[MAX_CIRCLE];
  GError    *errors[MAX_CIRCLE];
} Circle;

typedef struct
{
  Circle *circle;
  guint   number;
} Place;

static gpointer
stand_in_circle (gpointer data)
{
  Place *place = data;
  Circle *circle = place->circle;
  LyLock *left = circle->locks[place->number];
  LyLock *right = circle->locks[(place->number + 1) % circle->n];
  GError **error = &circle->errors[place->number];
  gboolean taken;

  test_lock (left);
  g_assert_cmpint (ly_barrier_wait (circle->barrier, -1, NULL), >=, 0);

  if (circle->timeout < 0)
    taken = ly_lock_lock (right, error);
  else
    taken = ly_lock_lock_timed (right, circle->timeout, error);

  if (taken)
    ly_lock_unlock (right);
  ly_lock_unlock (left);

  return NULL;
}

static void
form_circle (Circle *circle,
             guint   n,
             gint64  timeout)
{
  const char *names[] = { "t0", "t1", "t2", "t3", "t4" };
  Place places[MAX_CIRCLE];
  GThread *threads[MAX_CIRCLE];

  *circle = (Circle) { n, timeout, ly_barrier_new (n), };
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("l%u", i);

      circle->locks[i] = ly_lock_new (name);
    }

  for (guint i = 0; i < n; i++)
    {
      places[i] = (Place) { circle, i };
      threads[i] = g_thread_new (names[i], stand_in_circle, &places[i]);
    }

  for (guint i = 0; i < n; i++)
    g_thread_join (threads[i]);

  g_assert_finalize_object (circle->barrier);
  for (guint i = 0; i < n; i++)
    g_assert_finalize_object (circle->locks[i]);
}

/* What the thread is told that closes the circle, its own part first. */
static char *
describe_circle (guint n,
                 guint last)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "locking “l%u” would deadlock: ", (last + 1) % n);

  for (guint i = last; i < last + n; i++)
    {
      g_autofree char *thread = g_strdup_printf ("“t%u”", i % n);

      g_string_append_printf (text, "%sthread %s holds “l%u” and waits for “l%u”",
                              i > last ? ", " : "", LY_PORTABLE ? "*" : thread, i % n,
                              (i + 1) % n);
    }

  return g_string_free (text, FALSE);
}

/* Whoever comes last is told, lets go, and so lets all others through. */
static void
check_circle (guint  n,
              gint64 timeout)
{
  Circle circle;
  guint n_failed = 0;

  form_circle (&circle, n, timeout);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GError) error = g_steal_pointer (&circle.errors[i]);
      g_autofree char *pattern = describe_circle (n, i);

      if (error == NULL)
        continue;

      assert_message (error, LY_LOCK_ERROR_DEADLOCK, pattern);
      n_failed++;
    }

  g_assert_cmpuint (n_failed, ==, 1);
}

static void
test_circle_of_two (void)
{
  for (guint i = 0; i < 200; i++)
    check_circle (2, -1);
}

static void
test_circle_of_three (void)
{
  for (guint i = 0; i < 100; i++)
    check_circle (3, -1);
}

static void
test_circle_of_five (void)
{
  for (guint i = 0; i < 50; i++)
    check_circle (5, -1);
}

/* A circle that only a timeout could undo is one all the same. */
static void
test_circle_timed (void)
{
  for (guint i = 0; i < 50; i++)
    check_circle (3, TEST_PATIENCE);
}

typedef struct
{
  LyLock  *first;
  LyLock  *second;
  LyEvent *tried;
  LyEvent *go_on;
} Attempt;

/* Holds on to the first lock after it did not get the second one in time. */
static gpointer
attempt (gpointer data)
{
  Attempt *self = data;
  g_autoptr (GError) error = NULL;

  test_lock (self->first);
  g_assert_false (ly_lock_lock_timed (self->second, TEST_MOMENT, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  ly_event_set (self->tried);
  g_assert_true (ly_event_wait (self->go_on, -1));
  ly_lock_unlock (self->first);

  return NULL;
}

/* Who does not wait any more is in no circle, and has learnt no order. */
static void
test_timeout_leaves_nothing (void)
{
  Attempt self = { ly_lock_new ("a"), ly_lock_new ("b"), ly_event_new (), ly_event_new () };
  g_autoptr (GError) error = NULL;
  GThread *thread;

  test_lock (self.second);
  thread = g_thread_new ("attempt", attempt, &self);
  g_assert_true (ly_event_wait (self.tried, -1));

  g_assert_false (ly_lock_lock_timed (self.first, TEST_MOMENT, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);

  ly_event_set (self.go_on);
  test_lock (self.first);
  ly_lock_unlock (self.first);
  ly_lock_unlock (self.second);
  g_thread_join (thread);

  g_assert_finalize_object (self.first);
  g_assert_finalize_object (self.second);
  g_assert_finalize_object (self.tried);
  g_assert_finalize_object (self.go_on);
}

static gpointer
lock_and_end (gpointer data)
{
  test_lock (data);

  return NULL;
}

static void
expect_abandoned (LyLock *lock)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ly_lock_lock (lock, &error));
  assert_message (error, LY_LOCK_ERROR_ABANDONED,
                  "lock “a” will never be free: " THREAD ("forgetful")
                  " ended without unlocking it");
}

static void
test_abandoned (void)
{
  LyLock *a = ly_lock_new ("a");

  g_test_expect_message ("ly-lock", G_LOG_LEVEL_CRITICAL,
                         THREAD ("forgetful") " ended without unlocking “a”");
  g_thread_join (g_thread_new ("forgetful", lock_and_end, a));
  g_test_assert_expected_messages ();

  expect_abandoned (a);
  g_assert_false (ly_lock_try_lock (a));
  g_assert_finalize_object (a);
}

typedef struct
{
  LyLock  *lock;
  LyEvent *locked;
  LyEvent *go_on;
} Forgetful;

static gpointer
lock_and_end_later (gpointer data)
{
  Forgetful *self = data;

  test_lock (self->lock);
  ly_event_set (self->locked);
  g_assert_true (ly_event_wait (self->go_on, -1));

  return NULL;
}

static gpointer
wait_for_abandoned (gpointer data)
{
  Forgetful *self = data;

  ly_event_set (self->go_on);
  expect_abandoned (self->lock);

  return NULL;
}

/* Who waits already when the thread ends is told, too. */
static void
test_abandoned_meanwhile (void)
{
  for (guint i = 0; i < 100; i++)
    {
      Forgetful self = { ly_lock_new ("a"), ly_event_new (), ly_event_new () };
      GThread *forgetful;
      GThread *waiting;

      g_test_expect_message ("ly-lock", G_LOG_LEVEL_CRITICAL, "* ended without unlocking “a”");
      forgetful = g_thread_new ("forgetful", lock_and_end_later, &self);
      g_assert_true (ly_event_wait (self.locked, -1));
      waiting = g_thread_new ("waiting", wait_for_abandoned, &self);
      g_thread_join (waiting);
      g_thread_join (forgetful);
      g_test_assert_expected_messages ();

      g_assert_finalize_object (self.lock);
      g_assert_finalize_object (self.locked);
      g_assert_finalize_object (self.go_on);
    }
}

static void
test_set_checking (void)
{
  LyLock *checked;
  LyLock *unchecked;

  g_assert_true (ly_lock_get_checking ());
  checked = ly_lock_new ("a");
  ly_lock_set_checking (FALSE);
  g_assert_false (ly_lock_get_checking ());
  unchecked = ly_lock_new ("b");
  ly_lock_set_checking (TRUE);

  g_assert_true (ly_lock_is_checked (checked));
  g_assert_false (ly_lock_is_checked (unchecked));

  /* Nobody knows of their order. */
  test_nest (checked, unchecked);
  test_nest (unchecked, checked);
  g_assert_finalize_object (checked);
  g_assert_finalize_object (unchecked);
}

static void
test_environment (void)
{
  const struct { const char *value; gboolean checking; } cases[] = {
    { NULL, TRUE }, { "", TRUE }, { "1", TRUE }, { "0", FALSE },
  };

  if (g_test_subprocess ())
    {
      g_autoptr (LyLock) a = ly_lock_new ("a");

      g_print ("[%s]", ly_lock_is_checked (a) ? "checked" : "unchecked");
      return;
    }

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      if (cases[i].value != NULL)
        g_setenv ("LY_LOCK_CHECKING", cases[i].value, TRUE);
      g_test_trap_subprocess (NULL, (guint64) TEST_PATIENCE, 0);
      g_test_trap_assert_passed ();
      g_test_trap_assert_stdout (cases[i].checking ? "*[checked]*" : "*[unchecked]*");
    }

  g_unsetenv ("LY_LOCK_CHECKING");
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/lock-checking/environment", test_environment);
  g_test_add_func ("/common/lock-checking/relock", test_relock);
  g_test_add_func ("/common/lock-checking/circle-of-two", test_circle_of_two);
  g_test_add_func ("/common/lock-checking/circle-of-three", test_circle_of_three);
  g_test_add_func ("/common/lock-checking/circle-of-five", test_circle_of_five);
  g_test_add_func ("/common/lock-checking/circle-timed", test_circle_timed);
  g_test_add_func ("/common/lock-checking/timeout-leaves-nothing", test_timeout_leaves_nothing);
  g_test_add_func ("/common/lock-checking/abandoned", test_abandoned);
  g_test_add_func ("/common/lock-checking/abandoned-meanwhile", test_abandoned_meanwhile);
  g_test_add_func ("/common/lock-checking/set-checking", test_set_checking);

  return g_test_run ();
}
