/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store-util.h"

/* What the user does not want to keep. */

static void
test_remove (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  gint64 first = test_receive (test->store, test->contact, 1, "first");
  gint64 last = test_receive (test->store, test->contact, 2, "last");
  guint n_unread;

  g_assert_true (chat_store_remove (test->store, last, NULL));
  g_assert_true (chat_store_count_unread (test->store, test->contact, &n_unread, NULL));
  g_assert_cmpuint (n_unread, ==, 1);

  /* Neither is it stored again, nor is its number. */
  test_store_restart (test);
  g_assert_cmpint (test_receive (test->store, test->contact, 2, "last"), ==, 0);
  g_assert_cmpint (test_receive (test->store, test->contact, 3, "next"), ==, last + 1);
  test_assert_history (test, "first next");
  g_assert_true (chat_store_remove (test->store, first, NULL));
  test_assert_history (test, "next");
}

static void
test_expire (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  ChatExpiry expiry = { .before = 5000, .last = G_MAXINT64 };
  gboolean more;

  for (guint i = 1; i <= 6; i++)
    test_receive (test->store, test->contact, i, "old");
  chat_message_unref (test_queue (test->store, test->contact, "waits"));

  /* A little at a time, whether anything is old enough or not. */
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (chat_store_expire (test->store, test->conversation, 4, &expiry, &more, NULL));
      g_assert_true (more);
    }
  g_assert_true (chat_store_expire (test->store, test->conversation, 4, &expiry, &more, NULL));
  g_assert_false (more);
  g_assert_cmpuint (expiry.n_removed, ==, 0);

  expiry = (ChatExpiry) { .before = 6001, .last = 4 };
  g_assert_true (chat_store_expire (test->store, test->conversation, 9, &expiry, &more, NULL));
  g_assert_cmpuint (expiry.n_removed, ==, 4);
  test_assert_history (test, "old old waits");

  expiry = (ChatExpiry) { .before = G_MAXINT64, .last = G_MAXINT64 };
  g_assert_true (chat_store_expire (test->store, test->conversation, 9, &expiry, &more, NULL));
  g_assert_cmpuint (expiry.n_removed, ==, 2);
  test_assert_history (test, "waits");
}

/* Of long ones, one at a time, whatever the limit. */
static void
test_expire_long (void)
{
  g_autofree char *text = g_strnfill (20000, 'x');
  g_autoptr (TestStore) test = test_store_new ();
  ChatExpiry expiry = { .before = G_MAXINT64, .last = G_MAXINT64 };
  gboolean more = TRUE;

  for (guint i = 1; i <= 8; i++)
    test_receive (test->store, test->contact, i, text);

  for (guint n_removed = 0; more; n_removed = expiry.n_removed)
    {
      g_assert_true (chat_store_expire (test->store, test->conversation, 100, &expiry, &more, NULL));
      g_assert_cmpuint (expiry.n_removed - n_removed, <=, 1);
    }
  g_assert_cmpuint (expiry.n_removed, ==, 8);
  test_assert_history (test, "");
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("LC_ALL", "C", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/store/remove/one", test_remove);
  g_test_add_func ("/chat/store/remove/expired", test_expire);
  g_test_add_func ("/chat/store/remove/expired-long", test_expire_long);

  return g_test_run ();
}
