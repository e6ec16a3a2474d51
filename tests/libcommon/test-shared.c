/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-shared-util.h"

/* What is shared, on both sides: a test gets either the owner or a client. */

static void
assert_value (GVariant   *value,
              const char *text)
{
  g_autoptr (GVariant) expected = g_variant_ref_sink (g_variant_new_parsed (text));

  g_assert_nonnull (value);
  g_assert_cmpvariant (value, expected);
  g_variant_unref (value);
}

static void
set (LyShared   *shared,
     const char *key,
     const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ly_shared_dict_set (shared, key, g_variant_new_parsed (text), &error));
  g_assert_no_error (error);
}

static void
append (LyShared   *shared,
        const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ly_shared_list_append (shared, g_variant_new_parsed (text), &error));
  g_assert_no_error (error);
}

static guint64
get_length (LyShared *shared)
{
  guint64 length = G_MAXUINT64;

  g_assert_true (ly_shared_list_get_length (shared, &length, NULL));

  return length;
}

static void
test_dictionary (LyShared *shared)
{
  const char *const expected[] = { "", "a", "b", "ŝlosilo", NULL };
  g_auto (GStrv) none = ly_shared_dict_get_keys (shared, NULL);
  g_auto (GStrv) keys = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (g_strv_length (none), ==, 0);

  set (shared, "b", "[1, 2, 3]");
  set (shared, "ŝlosilo", "<('deep', <@mi nothing>)>");
  set (shared, "", "@as []");
  set (shared, "a", "'old'");
  set (shared, "a", "'new'");
  set (shared, "gone", "()");

  keys = ly_shared_dict_get_keys (shared, NULL);
  g_assert_cmpuint (g_strv_length (keys), ==, 5);
  assert_value (ly_shared_dict_remove (shared, "gone", NULL), "()");
  g_clear_pointer (&keys, g_strfreev);
  keys = ly_shared_dict_get_keys (shared, NULL);
  g_assert_cmpstrv (keys, expected);

  assert_value (ly_shared_dict_get (shared, "a", NULL), "'new'");
  assert_value (ly_shared_dict_get (shared, "", NULL), "@as []");
  assert_value (ly_shared_dict_get (shared, "ŝlosilo", NULL), "<('deep', <@mi nothing>)>");
  assert_value (ly_shared_dict_snapshot (shared, NULL),
                "{'': <@as []>, 'a': <'new'>, 'b': <[1, 2, 3]>,"
                " 'ŝlosilo': <<('deep', <@mi nothing>)>>}");

  g_assert_true (ly_shared_dict_contains (shared, "b", &error));
  g_assert_no_error (error);
  g_assert_false (ly_shared_dict_contains (shared, "gone", NULL));
  g_assert_null (ly_shared_dict_remove (shared, "gone", NULL));
  g_assert_null (ly_shared_dict_get (shared, "gone", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, "shared dictionary has no “gone”");
}

static void
test_list (LyShared *shared)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (get_length (shared), ==, 0);
  assert_value (ly_shared_list_snapshot (shared, NULL), "@av []");
  g_assert_null (ly_shared_list_pop (shared, -1, NULL));

  append (shared, "'first'");
  append (shared, "2");
  append (shared, "(3, 'third')");
  append (shared, "<4.0>");
  assert_value (ly_shared_list_get (shared, 0, NULL), "'first'");
  assert_value (ly_shared_list_get (shared, 3, NULL), "<4.0>");
  assert_value (ly_shared_list_get (shared, -2, NULL), "(3, 'third')");

  g_assert_true (ly_shared_list_set (shared, 1, g_variant_new_string ("second"), NULL));
  g_assert_true (ly_shared_list_set (shared, -1, g_variant_new_uint64 (4), NULL));
  assert_value (ly_shared_list_pop (shared, 0, NULL), "'first'");
  assert_value (ly_shared_list_snapshot (shared, NULL), "[<'second'>, <(3, 'third')>, <uint64 4>]");
  assert_value (ly_shared_list_pop (shared, -1, NULL), "uint64 4");
  g_assert_cmpuint (get_length (shared), ==, 2);

  g_assert_null (ly_shared_list_get (shared, -3, NULL));
  g_assert_null (ly_shared_list_get (shared, G_MININT64, NULL));
  g_assert_null (ly_shared_list_get (shared, G_MAXINT64, NULL));
  g_assert_false (ly_shared_list_set (shared, 2, g_variant_new_boolean (TRUE), NULL));
  g_assert_null (ly_shared_list_pop (shared, 2, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, "shared list has 2 items, and none at 2");
}

static void
test_counters (LyShared *shared)
{
  gint64 number = -1;

  g_assert_true (ly_shared_counter_get (shared, "a", &number, NULL));
  g_assert_cmpint (number, ==, 0);
  g_assert_true (ly_shared_counter_add (shared, "a", 5, &number, NULL));
  g_assert_cmpint (number, ==, 0);
  g_assert_true (ly_shared_counter_add (shared, "a", -7, &number, NULL));
  g_assert_cmpint (number, ==, 5);
  g_assert_true (ly_shared_counter_add (shared, "b", G_MAXINT64, NULL, NULL));
  g_assert_true (ly_shared_counter_add (shared, "b", 1, NULL, NULL));
  g_assert_true (ly_shared_counter_get (shared, "b", &number, NULL));
  g_assert_cmpint (number, ==, G_MININT64);
  g_assert_true (ly_shared_counter_get (shared, "a", &number, NULL));
  g_assert_cmpint (number, ==, -2);
}

/* The limit holds for what is there at a time, and what is refused changes
 * nothing. */
static void
test_full (LyShared *shared)
{
  g_autofree char *half = g_strnfill (TEST_SHARED_SIZE / 2, 'x');
  g_autofree char *whole = g_strnfill (TEST_SHARED_SIZE, 'x');
  g_autoptr (GError) error = NULL;
  gint64 number;

  g_assert_false (ly_shared_list_append (shared, g_variant_new_string (whole), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_cmpstr (error->message, ==, "shared data is full: 1048576 bytes are its limit");

  for (guint i = 0; i < 5; i++)
    {
      g_assert_true (ly_shared_list_append (shared, g_variant_new_string (half), NULL));
      g_assert_false (ly_shared_list_append (shared, g_variant_new_string (half), NULL));
      g_assert_false (ly_shared_dict_set (shared, "key", g_variant_new_string (half), NULL));
      g_assert_false (ly_shared_list_set (shared, 0, g_variant_new_string (whole), NULL));
      g_assert_true (ly_shared_list_set (shared, 0, g_variant_new_string (half), NULL));
      g_variant_unref (ly_shared_list_pop (shared, 0, NULL));

      g_assert_true (ly_shared_dict_set (shared, "key", g_variant_new_string (half), NULL));
      g_assert_true (ly_shared_dict_set (shared, "key", g_variant_new_string (half), NULL));
      g_assert_false (ly_shared_dict_set (shared, "other", g_variant_new_string (half), NULL));
      g_assert_false (ly_shared_counter_add (shared, half, 1, NULL, NULL));
      g_assert_false (ly_shared_dict_contains (shared, "other", NULL));
      g_variant_unref (ly_shared_dict_remove (shared, "key", NULL));
    }

  g_assert_cmpuint (get_length (shared), ==, 0);
  g_assert_true (ly_shared_counter_get (shared, half, &number, NULL));
  g_assert_cmpint (number, ==, 0);
}

static void
test_relock (LyShared *shared)
{
  g_autoptr (GError) error = NULL;
  gboolean abandoned = TRUE;

  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (ly_shared_lock (shared, i == 0 ? -1 : 0, &abandoned, NULL));
      g_assert_false (abandoned);
      set (shared, "mine", "true");

      g_assert_false (ly_shared_lock (shared, -1, NULL, &error));
      g_assert_error (error, LY_LOCK_ERROR, LY_LOCK_ERROR_DEADLOCK);
      g_assert_cmpstr (error->message, ==,
                       "this thread holds the lock of the shared data already");
      g_clear_error (&error);

      g_assert_true (ly_shared_unlock (shared, &error));
      g_assert_no_error (error);
    }
}

static gpointer
count_under_lock (gpointer data)
{
  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (GVariant) value = NULL;

      g_assert_true (ly_shared_lock (data, i % 2 == 0 ? -1 : TEST_PATIENCE, NULL, NULL));
      value = ly_shared_dict_get (data, "n", NULL);
      g_assert_true (ly_shared_dict_set (data, "n",
                                         g_variant_new_int32 (g_variant_get_int32 (value) + 1),
                                         NULL));
      g_assert_true (ly_shared_unlock (data, NULL));
    }

  return NULL;
}

/* The lock belongs to a thread, also among those that use one object. */
static void
test_threads (LyShared *shared)
{
  GThread *threads[4];

  set (shared, "n", "0");
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("count", count_under_lock, shared);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  assert_value (ly_shared_dict_get (shared, "n", NULL), "800");
}

static gpointer
fail_to_use (gpointer data)
{
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  gint64 number;

  g_assert_false (ly_shared_lock (data, 0, NULL, NULL));
  g_assert_false (ly_shared_lock (data, TEST_MOMENT, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpstr (error->message, ==, "lock of the shared data did not come free in time");
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, TEST_MOMENT);
  g_clear_error (&error);

  ly_shared_set_timeout (data, TEST_MOMENT);
  g_assert_false (ly_shared_counter_get (data, "n", &number, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  ly_shared_set_timeout (data, -1);

  return NULL;
}

static void
test_threads_timed_out (LyShared *shared)
{
  g_assert_true (ly_shared_lock (shared, -1, NULL, NULL));
  g_thread_join (g_thread_new ("fail", fail_to_use, shared));
  set (shared, "still", "'mine'");
  g_assert_true (ly_shared_unlock (shared, NULL));
  assert_value (ly_shared_dict_get (shared, "still", NULL), "'mine'");
}

/* After closing, everything fails, and may be tried as often as one likes. */
static void
test_closed (LyShared *shared)
{
  g_autoptr (GError) error = NULL;
  gint64 number;

  g_assert_true (ly_shared_lock (shared, -1, NULL, NULL));
  ly_shared_close (shared);
  ly_shared_close (shared);

  g_assert_false (ly_shared_unlock (shared, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpstr (error->message, ==, "shared data is closed");
  g_clear_error (&error);
  g_assert_false (ly_shared_lock (shared, 0, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (ly_shared_counter_get (shared, "n", &number, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_null (ly_shared_dict_snapshot (shared, NULL));
}

typedef struct
{
  void (*func) (LyShared *shared);
  gboolean client;
} SideTest;

static void
run_for_side (gconstpointer data)
{
  const SideTest *test = data;
  guint n_before = test_count_fds ();
  LyShared *owner = ly_shared_new (1, TEST_SHARED_SIZE);
  LyShared *client = test->client ? test_shared_new_client (owner) : NULL;

  test->func (test->client ? client : owner);

  if (client != NULL)
    g_assert_finalize_object (client);
  g_assert_finalize_object (owner);
  g_assert_cmpuint (test_count_fds (), ==, n_before);
}

static void
add_for_sides (const char *name,
               void      (*func) (LyShared *shared))
{
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *path = g_strdup_printf ("/common/shared/%s/%s", name,
                                               i == 0 ? "owner" : "client");
      SideTest *test = g_new (SideTest, 1);

      *test = (SideTest) { func, i == 1 };
      g_test_add_data_func_full (path, test, run_for_side, g_free);
    }
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  add_for_sides ("dictionary", test_dictionary);
  add_for_sides ("list", test_list);
  add_for_sides ("counters", test_counters);
  add_for_sides ("full", test_full);
  add_for_sides ("relock", test_relock);
  add_for_sides ("threads", test_threads);
  add_for_sides ("threads-timed-out", test_threads_timed_out);
  add_for_sides ("closed", test_closed);

  return g_test_run ();
}
