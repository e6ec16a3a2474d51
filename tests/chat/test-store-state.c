/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store-util.h"

/* How far messages are: ours on their way, and those of others that were read or not. */

static void
set_state (TestStore        *test,
           guint64           last,
           ChatMessageState  state,
           const char       *expected)
{
  g_autoptr (GArray) changed = g_array_new (FALSE, FALSE, sizeof (ChatMark));
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  chat_store_set_state (test->store, test->contact, last, state, changed, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < changed->len; i++)
    {
      ChatMark mark = g_array_index (changed, ChatMark, i);
      g_autoptr (ChatMessage) message = chat_store_get_message (test->store, mark.id, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (message->sequence, ==, mark.sequence);
      g_assert_cmpint (message->state, ==, state);
      g_string_append (text, message->text);
    }

  g_assert_cmpstr (text->str, ==, expected);
}

static void
assert_outbox (TestStore  *test,
               guint64     from,
               const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  g_autofree char *texts = NULL;
  ChatSequences sequences;

  messages = chat_store_get_outbox (test->store, test->contact, from, 100, &error);
  g_assert_no_error (error);
  texts = test_join_texts (messages);
  g_assert_cmpstr (texts, ==, expected);

  chat_store_get_sequences (test->store, test->contact, &sequences, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < messages->len; i++)
    g_assert_cmpuint (((ChatMessage *) messages->pdata[i])->sequence, ==,
                      MAX (from, sequences.first) + i);
}

/* From queued to read, with a restart at each step. */
static void
test_outgoing (void)
{
  g_autoptr (TestStore) test = test_store_new ();

  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *text = g_strdup_printf ("%c", 'a' + i);
      g_autoptr (ChatMessage) message = test_queue (test->store, test->contact, text);

      g_assert_cmpuint (message->sequence, ==, i + 1);
      g_assert_cmpint (message->state, ==, CHAT_MESSAGE_QUEUED);
      g_assert_true (message->outgoing);
    }

  test_store_restart (test);
  assert_outbox (test, 0, "a b c d");
  assert_outbox (test, 3, "c d");
  set_state (test, 2, CHAT_MESSAGE_SENT, "ab");
  set_state (test, 1, CHAT_MESSAGE_SENT, "");

  test_store_restart (test);
  set_state (test, 3, CHAT_MESSAGE_DELIVERED, "abc");
  set_state (test, 3, CHAT_MESSAGE_SENT, "");
  assert_outbox (test, 0, "d");

  test_store_restart (test);
  assert_outbox (test, 0, "d");
  set_state (test, 2, CHAT_MESSAGE_READ, "ab");
  set_state (test, 4, CHAT_MESSAGE_READ, "cd");
  set_state (test, 4, CHAT_MESSAGE_READ, "");
  assert_outbox (test, 0, "");
  test_assert_history (test, "a b c d");
}

/* Without waiting for the disk; and the next change is waited for again. */
static void
test_state_lazily (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  g_autoptr (ChatMessage) message = test_queue (test->store, test->contact, "hello");
  ChatSequences sequences;

  g_assert_true (chat_store_begin_lazily (test->store, NULL));
  g_assert_true (chat_store_set_state (test->store, test->contact, 1, CHAT_MESSAGE_DELIVERED, NULL,
                                       NULL));
  g_assert_true (chat_store_commit (test->store, NULL));
  test_store_restart (test);
  g_assert_true (chat_store_get_sequences (test->store, test->contact, &sequences, NULL));
  g_assert_cmpuint (sequences.first, ==, 2);

  g_assert_true (chat_store_begin_lazily (test->store, NULL));
  chat_store_roll_back (test->store);
  test_receive (test->store, test->contact, 1, "welcome");
  test_store_restart (test);
  test_assert_history (test, "hello welcome");
}

static void
test_state_of_nothing (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (chat_store_set_state (test->store, test->contact, 1, CHAT_MESSAGE_DELIVERED, NULL,
                                        &error));
  g_assert_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_INVALID);
  g_clear_error (&error);

  g_assert_false (chat_store_set_state (test->store, 99, 1, CHAT_MESSAGE_SENT, NULL, &error));
  g_assert_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, "there is no contact with the number 99");
}

static void
test_unread (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  g_autoptr (GPtrArray) list = NULL;
  const ChatConversation *conversation;
  gint64 ids[5];
  guint64 read;
  guint n_unread;

  for (guint i = 0; i < 5; i++)
    ids[i] = test_receive (test->store, test->contact, i + 1, "text");
  chat_message_unref (test_queue (test->store, test->contact, "answer"));

  g_assert_true (chat_store_mark_read (test->store, ids[2], &read, NULL));
  g_assert_cmpuint (read, ==, 3);
  g_assert_true (chat_store_mark_read (test->store, ids[0], &read, NULL));
  g_assert_cmpuint (read, ==, 3);
  test_store_restart (test);
  g_assert_true (chat_store_count_unread (test->store, test->contact, &n_unread, NULL));
  g_assert_cmpuint (n_unread, ==, 2);

  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (ChatMessage) message = chat_store_get_message (test->store, ids[i], NULL);

      g_assert_cmpint (message->state, ==, i < 3 ? CHAT_MESSAGE_READ : CHAT_MESSAGE_DELIVERED);
    }

  list = chat_store_list_conversations (test->store, NULL);
  g_assert_cmpuint (list->len, ==, 1);
  conversation = list->pdata[0];
  g_assert_cmpint (conversation->contact, ==, test->contact);
  g_assert_cmpuint (conversation->n_unread, ==, 2);
  g_assert_cmpstr (conversation->last->text, ==, "answer");
}

static void
test_first_unread (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  guint64 read;
  gint64 first;
  gint64 id;

  g_assert_true (chat_store_get_first_unread (test->store, test->contact, &id, NULL));
  g_assert_cmpint (id, ==, 0);
  first = test_receive (test->store, test->contact, 1, "first");
  chat_message_unref (test_queue (test->store, test->contact, "ours"));
  test_receive (test->store, test->contact, 2, "second");
  g_assert_true (chat_store_get_first_unread (test->store, test->contact, &id, NULL));
  g_assert_cmpint (id, ==, first);

  g_assert_true (chat_store_mark_read (test->store, first, &read, NULL));
  g_assert_true (chat_store_get_first_unread (test->store, test->contact, &id, NULL));
  g_assert_cmpint (id, ==, first + 2);
  g_assert_true (chat_store_mark_read (test->store, first + 2, &read, NULL));
  g_assert_true (chat_store_get_first_unread (test->store, test->contact, &id, NULL));
  g_assert_cmpint (id, ==, 0);
}

/* What failed or was removed keeps its place until the peer has passed it. */
static void
test_withdraw (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  g_autoptr (ChatMessage) kept = test_queue (test->store, test->contact, "kept");
  g_autoptr (ChatMessage) failed = test_queue (test->store, test->contact, "failed");
  g_autoptr (ChatMessage) removed = test_queue (test->store, test->contact, "removed");
  g_autoptr (ChatMessage) now = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (chat_store_withdraw (test->store, failed->id, &error));
  g_assert_true (chat_store_remove (test->store, removed->id, &error));
  test_store_restart (test);
  assert_outbox (test, 0, "kept - -");
  test_assert_history (test, "kept failed");
  g_assert_null (chat_store_get_message (test->store, removed->id, &error));
  g_assert_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);

  set_state (test, 3, CHAT_MESSAGE_DELIVERED, "kept");
  now = chat_store_get_message (test->store, failed->id, &error);
  g_assert_cmpint (now->state, ==, CHAT_MESSAGE_FAILED);
  g_assert_cmpint (test_count (test->path, "SELECT count(*) FROM message"), ==, 2);

  g_assert_false (chat_store_withdraw (test->store, kept->id, &error));
  g_assert_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_INVALID);
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("LC_ALL", "C", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/store/state/outgoing", test_outgoing);
  g_test_add_func ("/chat/store/state/lazily", test_state_lazily);
  g_test_add_func ("/chat/store/state/of-nothing", test_state_of_nothing);
  g_test_add_func ("/chat/store/state/unread", test_unread);
  g_test_add_func ("/chat/store/state/first-unread", test_first_unread);
  g_test_add_func ("/chat/store/state/withdraw", test_withdraw);

  return g_test_run ();
}
