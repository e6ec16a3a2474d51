/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

/* Several futures as one. */

#define N 4

static void
make (LyFuture *futures[N])
{
  for (guint i = 0; i < N; i++)
    futures[i] = ly_future_new ();
}

/* None of them, nor the group, is held by the others. */
static void
drop (LyFuture *futures[N],
      LyFuture *group)
{
  g_assert_finalize_object (group);
  for (guint i = 0; i < N; i++)
    g_assert_finalize_object (futures[i]);
}

static void
resolve (LyFuture *future,
         int       number)
{
  ly_future_resolve (future, g_variant_new_int32 (number));
}

static void
reject (LyFuture   *future,
        const char *message)
{
  ly_future_reject (future, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_BUSY, message));
}

static void
assert_value (LyFuture   *future,
              const char *expected)
{
  g_autoptr (GVariant) value = NULL;
  g_autofree char *text = NULL;

  g_assert_true (ly_future_is_done (future));
  value = test_await_value (future);
  text = g_variant_print (value, FALSE);
  g_assert_cmpstr (text, ==, expected);
}

static void
assert_cancelled (LyFuture *future)
{
  g_assert_true (ly_future_is_done (future));
  test_await_error (future, G_IO_ERROR, G_IO_ERROR_CANCELLED, "future was cancelled");
}

static void
test_all (void)
{
  LyFuture *futures[N];
  LyFuture *group;

  make (futures);
  resolve (futures[1], 1);
  group = ly_future_all (futures, N, LY_FUTURE_GROUP_DEFAULT);
  resolve (futures[3], 3);
  resolve (futures[0], 0);
  g_assert_false (ly_future_is_done (group));
  resolve (futures[2], 2);
  assert_value (group, "[<0>, <1>, <2>, <3>]");
  drop (futures, group);

  /* One may be asked for twice. */
  make (futures);
  group = ly_future_all ((LyFuture *[]) { futures[0], futures[0] }, 2, LY_FUTURE_GROUP_DEFAULT);
  resolve (futures[0], 7);
  assert_value (group, "[<7>, <7>]");
  drop (futures, group);

  group = ly_future_all (NULL, 0, LY_FUTURE_GROUP_DEFAULT);
  assert_value (group, "[]");
  g_assert_finalize_object (group);
}

static void
test_all_fails (void)
{
  LyFuture *futures[N];
  LyFuture *group;

  make (futures);
  group = ly_future_all (futures, N, LY_FUTURE_GROUP_DEFAULT);
  resolve (futures[0], 0);
  reject (futures[2], "two");
  test_await_error (group, G_IO_ERROR, G_IO_ERROR_BUSY, "two");
  assert_value (futures[0], "0");
  assert_cancelled (futures[1]);
  assert_cancelled (futures[3]);
  drop (futures, group);

  /* Also when that was so before. */
  make (futures);
  reject (futures[2], "two");
  group = ly_future_all (futures, N, LY_FUTURE_GROUP_DEFAULT);
  test_await_error (group, G_IO_ERROR, G_IO_ERROR_BUSY, "two");
  for (guint i = 0; i < N; i++)
    if (i != 2)
      assert_cancelled (futures[i]);
  drop (futures, group);
}

static void
test_any (void)
{
  LyFuture *futures[N];
  LyFuture *group;

  make (futures);
  group = ly_future_any (futures, N, LY_FUTURE_GROUP_DEFAULT);
  reject (futures[0], "zero");
  reject (futures[3], "three");
  g_assert_false (ly_future_is_done (group));
  resolve (futures[2], 2);
  assert_value (group, "2");
  assert_cancelled (futures[1]);
  drop (futures, group);

  make (futures);
  group = ly_future_any (futures, N, LY_FUTURE_GROUP_DEFAULT);
  reject (futures[3], "three");
  reject (futures[1], "one");
  reject (futures[0], "zero");
  g_assert_false (ly_future_is_done (group));
  reject (futures[2], "two");
  test_await_error (group, G_IO_ERROR, G_IO_ERROR_BUSY, "all of 4 failed, the last one: two");
  drop (futures, group);

  make (futures);
  group = ly_future_any (futures, 1, LY_FUTURE_GROUP_DEFAULT);
  reject (futures[0], "zero");
  test_await_error (group, G_IO_ERROR, G_IO_ERROR_BUSY, "zero");
  drop (futures, group);
}

static void
test_race (void)
{
  LyFuture *futures[N];
  LyFuture *group;

  make (futures);
  group = ly_future_race (futures, N, LY_FUTURE_GROUP_DEFAULT);
  g_assert_false (ly_future_is_done (group));
  reject (futures[1], "one");
  test_await_error (group, G_IO_ERROR, G_IO_ERROR_BUSY, "one");
  assert_cancelled (futures[0]);
  drop (futures, group);

  make (futures);
  resolve (futures[2], 2);
  reject (futures[3], "three");
  group = ly_future_race (futures, N, LY_FUTURE_GROUP_DEFAULT);
  assert_value (group, "2");
  drop (futures, group);
}

static void
test_keep_rest (void)
{
  LyFuture *futures[N];
  LyFuture *group;

  make (futures);
  group = ly_future_race (futures, N, LY_FUTURE_GROUP_KEEP_REST);
  resolve (futures[1], 1);
  assert_value (group, "1");
  for (guint i = 0; i < N; i++)
    g_assert_true (ly_future_is_done (futures[i]) == (i == 1));

  /* Nothing of the group hangs on to those that are never done. */
  drop (futures, group);

  make (futures);
  group = ly_future_all (futures, N, LY_FUTURE_GROUP_KEEP_REST);
  g_assert_true (ly_future_cancel (group));
  assert_cancelled (group);
  for (guint i = 0; i < N; i++)
    g_assert_false (ly_future_is_done (futures[i]));
  drop (futures, group);
}

static void
test_cancel (void)
{
  LyFuture *futures[N];
  LyFuture *inner;
  LyFuture *group;

  make (futures);
  inner = ly_future_any (futures, N - 1, LY_FUTURE_GROUP_DEFAULT);
  group = ly_future_all ((LyFuture *[]) { inner, futures[N - 1] }, 2, LY_FUTURE_GROUP_DEFAULT);
  g_assert_true (ly_future_cancel (group));
  g_assert_false (ly_future_cancel (group));
  assert_cancelled (group);
  assert_cancelled (inner);
  for (guint i = 0; i < N; i++)
    assert_cancelled (futures[i]);

  g_assert_finalize_object (group);
  drop (futures, inner);
}

/* What nobody can complete any more does not keep a group waiting. */
static void
test_abandoned (void)
{
  LyFuture *futures[N];
  LyFuture *group;

  make (futures);
  group = ly_future_any (futures, 2, LY_FUTURE_GROUP_DEFAULT);
  g_assert_finalize_object (futures[0]);
  g_assert_false (ly_future_is_done (group));
  g_assert_finalize_object (futures[1]);
  test_await_error (group, G_IO_ERROR, G_IO_ERROR_CLOSED,
                    "all of 2 failed, the last one: nobody is left to complete the future");
  g_assert_finalize_object (futures[2]);
  g_assert_finalize_object (futures[3]);
  g_assert_finalize_object (group);

  /* A group that nobody waits for lasts as long as its futures. */
  make (futures);
  g_object_unref (ly_future_all (futures, N, LY_FUTURE_GROUP_DEFAULT));
  for (guint i = 0; i < N; i++)
    resolve (futures[i], 0);
  for (guint i = 0; i < N; i++)
    g_assert_finalize_object (futures[i]);
}

static gpointer
complete_one (gpointer data)
{
  LyFuture *future = data;

  if (g_random_boolean ())
    resolve (future, 1);
  else
    reject (future, "lost");

  return NULL;
}

/* Whatever comes at the same time, a group is completed once. */
static void
test_threads (void)
{
  for (guint round = 0; round < 300; round++)
    {
      LyFuture *futures[N];
      GThread *threads[N];
      LyFuture *group;

      make (futures);
      for (guint i = 0; i < N; i++)
        threads[i] = g_thread_new ("complete", complete_one, futures[i]);

      if (round % 3 == 0)
        group = ly_future_all (futures, N, LY_FUTURE_GROUP_DEFAULT);
      else if (round % 3 == 1)
        group = ly_future_any (futures, N, LY_FUTURE_GROUP_DEFAULT);
      else
        group = ly_future_race (futures, N, LY_FUTURE_GROUP_DEFAULT);

      g_assert_true (ly_future_wait (group, TEST_PATIENCE));
      for (guint i = 0; i < N; i++)
        g_thread_join (threads[i]);
      for (guint i = 0; i < N; i++)
        g_assert_true (ly_future_is_done (futures[i]));
      drop (futures, group);
    }
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/future-group/all/values", test_all);
  g_test_add_func ("/common/future-group/all/fails", test_all_fails);
  g_test_add_func ("/common/future-group/any", test_any);
  g_test_add_func ("/common/future-group/race", test_race);
  g_test_add_func ("/common/future-group/keep-rest", test_keep_rest);
  g_test_add_func ("/common/future-group/cancel", test_cancel);
  g_test_add_func ("/common/future-group/abandoned", test_abandoned);
  g_test_add_func ("/common/future-group/threads", test_threads);

  return g_test_run ();
}
