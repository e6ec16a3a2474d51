/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-history.h"
#include "test-store-util.h"

#include "../await.h"
#include "../list-watch.h"

#include <string.h>

/* More than is counted at a time, twice. */
#define N_LONG 45000

typedef struct
{
  TestStore   *store;
  ChatHistory *history;
  ListWatch    watch;
} Test;

/* The texts are the numbers from 0 on. */
static void
fill (TestStore *store,
      guint      first,
      guint      end)
{
  g_assert_true (chat_store_begin (store->store, NULL));
  for (guint i = first; i < end; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      chat_message_unref (test_queue (store->store, store->contact, text));
    }
  g_assert_true (chat_store_commit (store->store, NULL));
}

static void
open_history (Test *test)
{
  test->history = chat_history_new (test->store->store, test->store->conversation);
  test->watch = (ListWatch) { 0 };
  list_watch_begin (&test->watch, test->history);
}

static void
test_init (Test  *test,
           guint  n_messages)
{
  test->store = test_store_new ();
  fill (test->store, 0, n_messages);
  open_history (test);
}

static void
test_clear (Test *test)
{
  g_assert_finalize_object (test->history);
  test_store_free (test->store);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Test, test_clear)

static void
count_all (Test *test)
{
  AWAIT (chat_history_is_whole (test->history));
}

static void
assert_text (Test       *test,
             guint       position,
             const char *text)
{
  g_autoptr (ChatItem) item = chat_history_get (test->history, position);

  g_assert_cmpstr (item != NULL ? chat_item_get_text (item) : NULL, ==, text);
}

static void
assert_all (Test  *test,
            guint  n_messages)
{
  g_assert_cmpuint (test->watch.n_items, ==, n_messages);
  for (guint i = 0; i < n_messages; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      assert_text (test, i, text);
    }
  assert_text (test, n_messages, NULL);
}

static void
test_short (void)
{
  static const guint lengths[] = { 0, 1, 31, 32, 33, 63, 64, 65, 100 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_auto (Test) test = { NULL };

      test_init (&test, lengths[i]);
      g_assert_cmpuint (test.watch.n_items, ==, MIN (lengths[i], 64));
      count_all (&test);
      assert_all (&test, lengths[i]);
    }
}

/* The end is there at once, all else comes, and any place can be looked at. */
static void
test_long (void)
{
  static const guint places[] = { 0, 44999, 22500, 1, 20480, 24520, 24519, 5000, 31, 32, 44000 };
  g_auto (Test) test = { NULL };
  g_autoptr (ChatItem) last = NULL;

  test_init (&test, N_LONG);
  g_assert_cmpuint (test.watch.n_items, ==, 64);
  assert_text (&test, 63, "44999");
  last = chat_history_get (test.history, 63);

  count_all (&test);
  g_assert_cmpuint (test.watch.n_items, ==, N_LONG);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", places[i]);

      assert_text (&test, places[i], text);
    }

  g_assert_true (chat_history_peek (test.history, chat_item_get_id (last)) == last);
}

static void
test_find (void)
{
  g_auto (Test) test = { NULL };
  g_autoptr (GPtrArray) first = NULL;
  guint position;
  gint64 id;

  test_init (&test, N_LONG);
  first = chat_store_get_after (test.store->store, test.store->conversation, 0, 8, NULL);
  id = ((ChatMessage *) first->pdata[7])->id;

  /* That it was not counted yet is no excuse. */
  g_assert_true (chat_history_find (test.history, id, &position));
  g_assert_cmpuint (position, ==, 7);
  g_assert_cmpuint (test.watch.n_items, ==, N_LONG);
  assert_text (&test, position, "7");
  g_assert_false (chat_history_find (test.history, id + N_LONG, &position));
  g_assert_false (chat_history_find (test.history, 0, &position));
}

static void
test_append (void)
{
  g_auto (Test) test = { NULL };
  g_autoptr (ChatItem) old = NULL;

  test_init (&test, 0);
  for (guint i = 0; i < 70; i += 7)
    {
      fill (test.store, i, i + 7);
      chat_history_catch_up (test.history);
      chat_history_catch_up (test.history);
      assert_all (&test, i + 7);
    }

  old = chat_history_get (test.history, 69);
  fill (test.store, 70, 70 + 21000);
  chat_history_catch_up (test.history);
  assert_all (&test, 70 + 21000);
  g_assert_true (chat_history_peek (test.history, chat_item_get_id (old)) == old);
}

static void
remove_at (Test  *test,
           guint  position)
{
  g_autoptr (ChatItem) item = chat_history_get (test->history, position);
  gint64 id = chat_item_get_id (item);

  g_assert_true (chat_store_remove (test->store->store, id, NULL));
  chat_history_remove (test->history, id);
}

static void
test_remove (void)
{
  g_auto (Test) test = { NULL };

  test_init (&test, 100);
  count_all (&test);
  remove_at (&test, 50);
  assert_text (&test, 49, "49");
  assert_text (&test, 50, "51");
  assert_text (&test, 98, "99");
  remove_at (&test, 98);
  remove_at (&test, 0);
  g_assert_cmpuint (test.watch.n_items, ==, 97);
  assert_text (&test, 0, "1");
  assert_text (&test, 96, "98");

  fill (test.store, 100, 102);
  chat_history_catch_up (test.history);
  assert_text (&test, 98, "101");

  while (test.watch.n_items > 0)
    remove_at (&test, test.watch.n_items / 2);
  fill (test.store, 0, 40);
  chat_history_catch_up (test.history);
  assert_all (&test, 40);
}

/* Somebody else has tidied up. */
static void
test_reload (void)
{
  g_auto (Test) test = { NULL };
  ChatExpiry expiry = { .before = G_MAXINT64, .last = G_MAXINT64 };
  gboolean more;

  test_init (&test, 100);
  count_all (&test);
  g_assert_true (chat_store_set_state (test.store->store, test.store->contact, 100,
                                       CHAT_MESSAGE_DELIVERED, NULL, NULL));
  g_assert_true (chat_store_expire (test.store->store, test.store->conversation, 30, &expiry, &more,
                                    NULL));
  g_assert_cmpuint (expiry.n_removed, ==, 30);
  chat_history_reload (test.history);
  count_all (&test);
  g_assert_cmpuint (test.watch.n_items, ==, 70);
  assert_text (&test, 0, "30");
  assert_text (&test, 69, "99");
}

static void
on_notify (GObject    *object,
           GParamSpec *pspec,
           gpointer    user_data)
{
  (*(guint *) user_data)++;
}

static void
test_states (void)
{
  g_auto (Test) test = { NULL };
  g_autoptr (ChatItem) item = NULL;
  guint n_notified = 0;

  test_init (&test, 2);
  item = chat_history_get (test.history, 0);
  g_assert_true (chat_item_is_outgoing (item));
  g_assert_cmpuint (chat_item_get_state (item), ==, CHAT_MESSAGE_QUEUED);
  g_signal_connect (item, "notify::state", G_CALLBACK (on_notify), &n_notified);

  chat_history_set_state (test.history, chat_item_get_id (item), CHAT_MESSAGE_READ);
  chat_history_set_state (test.history, chat_item_get_id (item), CHAT_MESSAGE_READ);
  chat_history_set_state (test.history, 12345, CHAT_MESSAGE_READ);
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_cmpuint (chat_item_get_state (item), ==, CHAT_MESSAGE_READ);
}

static void
say_at (TestStore  *store,
        gint64      time,
        gboolean    ours)
{
  static guint64 sequence;
  g_autoptr (ChatMessage) message = chat_message_new_text (store->contact, time, "text");
  gboolean is_new;

  if (ours)
    {
      g_assert_true (chat_store_queue (store->store, message, NULL));
      return;
    }

  message->sequence = ++sequence;
  g_assert_true (chat_store_receive (store->store, message, &is_new, NULL));
}

/* What one says within minutes belongs together, unless it is another day or somebody
 * else has spoken. */
static void
test_groups (void)
{
  static const struct { gint64 minutes; gboolean ours; const char *group; } cases[] = {
    { 0, FALSE, "day" }, { 1, FALSE, "follows" }, { 2, TRUE, "" }, { 3, TRUE, "follows" },
    { 9, TRUE, "" }, { 24 * 60, TRUE, "day" }, { 24 * 60 + 1, FALSE, "" },
  };
  g_auto (Test) test = { .store = test_store_new () };
  gint64 midnight = G_GINT64_CONSTANT (1772582400) * G_USEC_PER_SEC;
  g_autoptr (ChatItem) after = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    say_at (test.store, midnight + cases[i].minutes * G_TIME_SPAN_MINUTE, cases[i].ours);

  open_history (&test);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ChatItem) item = chat_history_get (test.history, i);

      g_assert_cmpstr (chat_item_begins_day (item) ? "day" : chat_item_follows (item) ? "follows"
                                                           : "", ==, cases[i].group);
    }

  /* Without the first of them, the second begins the day. */
  after = chat_history_get (test.history, 1);
  remove_at (&test, 0);
  g_assert_true (chat_item_begins_day (after));
  g_assert_false (chat_item_follows (after));
}

/* Of what is very long, only the beginning is held. */
static void
test_excerpt (void)
{
  g_auto (Test) test = { .store = test_store_new () };
  g_autoptr (GString) text = g_string_new ("x");
  g_autoptr (ChatItem) item = NULL;

  while (text->len < CHAT_MESSAGE_MAX_BODY - 3)
    g_string_append (text, "花");
  chat_message_unref (test_queue (test.store->store, test.store->contact, text->str));
  open_history (&test);

  item = chat_history_get (test.history, 0);
  g_assert_false (chat_item_is_whole (item));
  g_assert_cmpuint (chat_item_get_size (item), ==, text->len);
  g_assert_cmpuint (strlen (chat_item_get_text (item)), <=, CHAT_ITEM_MAX_TEXT);
  g_assert_true (g_utf8_validate (chat_item_get_text (item), -1, NULL));
  g_assert_true (g_str_has_prefix (text->str, chat_item_get_text (item)));
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat-gtk/history/short", test_short);
  g_test_add_func ("/chat-gtk/history/long", test_long);
  g_test_add_func ("/chat-gtk/history/find", test_find);
  g_test_add_func ("/chat-gtk/history/append", test_append);
  g_test_add_func ("/chat-gtk/history/remove", test_remove);
  g_test_add_func ("/chat-gtk/history/reload", test_reload);
  g_test_add_func ("/chat-gtk/history/states", test_states);
  g_test_add_func ("/chat-gtk/history/groups", test_groups);
  g_test_add_func ("/chat-gtk/history/excerpt", test_excerpt);

  return g_test_run ();
}
