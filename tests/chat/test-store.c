/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store-util.h"

/* What is stored, once, and whole or not at all. */

/* However often it comes. */
static void
test_incoming (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatMessage) early = chat_message_new_text (test->contact, 1, "early");
  ChatSequences sequences;
  gboolean is_new = TRUE;
  guint n_unread;

  g_assert_cmpint (test_receive (test->store, test->contact, 1, "a"), !=, 0);
  g_assert_cmpint (test_receive (test->store, test->contact, 1, "a"), ==, 0);
  g_assert_cmpint (test_receive (test->store, test->contact, 2, "b"), !=, 0);
  test_store_restart (test);
  g_assert_cmpint (test_receive (test->store, test->contact, 2, "b"), ==, 0);

  early->sequence = 4;
  g_assert_false (chat_store_receive (test->store, early, &is_new, &error));
  g_assert_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_INVALID);
  g_assert_false (is_new);

  test_assert_history (test, "a b");
  g_assert_true (chat_store_get_sequences (test->store, test->contact, &sequences, NULL));
  g_assert_cmpuint (sequences.stored, ==, 2);
  g_assert_true (chat_store_count_unread (test->store, test->contact, &n_unread, NULL));
  g_assert_cmpuint (n_unread, ==, 2);
}

/* The peer has lost its history, or we have one of yesterday. */
static void
test_reset (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  g_autoptr (GError) error = NULL;
  ChatSequences before;
  ChatSequences sequences;
  guint64 read;
  gint64 old;
  gint64 id;

  for (guint i = 1; i <= 5; i++)
    old = test_receive (test->store, test->contact, i, "old");
  g_assert_true (chat_store_reset_incoming (test->store, test->contact, 77, 0, &error));
  g_assert_true (chat_store_get_sequences (test->store, test->contact, &before, &error));
  g_assert_true (chat_store_renew_epoch (test->store, test->contact, &error));
  test_store_restart (test);

  /* What was read before must not be told in the new numbering. */
  g_assert_true (chat_store_mark_read (test->store, old, &read, &error));
  g_assert_cmpuint (read, ==, 0);
  id = test_receive (test->store, test->contact, 1, "new");
  g_assert_cmpint (id, !=, 0);
  g_assert_true (chat_store_mark_read (test->store, id, &read, &error));
  g_assert_cmpuint (read, ==, 1);

  g_assert_true (chat_store_get_sequences (test->store, test->contact, &sequences, &error));
  g_assert_cmpuint (sequences.peer_epoch, ==, 77);
  g_assert_cmpuint (sequences.epoch, !=, before.epoch);
  g_assert_cmpuint (sequences.epoch, !=, 0);
  g_assert_cmpuint (sequences.stored, ==, 1);
  test_assert_history (test, "old old old old old new");
}

static void
test_sequences (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  gint64 other = test_meet (test->store, 2, "Bert");
  g_autoptr (ChatMessage) message = chat_message_new_text (other, 1, "x");
  ChatSequences mine;
  ChatSequences theirs;
  gboolean is_new;

  message->sequence = 1;
  g_assert_true (chat_store_receive (test->store, message, &is_new, NULL));
  test_store_restart (test);

  g_assert_true (chat_store_get_sequences (test->store, test->contact, &mine, NULL));
  g_assert_true (chat_store_get_sequences (test->store, other, &theirs, NULL));
  g_assert_cmpuint (mine.epoch, !=, 0);
  g_assert_cmpuint (mine.epoch, !=, theirs.epoch);
  g_assert_cmpuint (mine.first, ==, 1);
  g_assert_cmpuint (mine.next, ==, 1);
  g_assert_cmpuint (mine.stored, ==, 0);
  g_assert_cmpint (theirs.stored_time, ==, message->time);
}

/* What is wrong is refused before anything of it is stored. */
static void
test_refused (void)
{
  static const guint8 uid[CHAT_MESSAGE_UID_SIZE];
  g_autofree char *longest = g_strnfill (CHAT_MESSAGE_MAX_BODY + 1, 'x');
  g_autoptr (TestStore) test = test_store_new ();
  const struct { const char *body; gsize size; const char *why; } cases[] = {
    { "\xff", 1, "*UTF-8" }, { "a\0b", 3, "*UTF-8" },
    { longest, CHAT_MESSAGE_MAX_BODY + 1, "*longer than 1 MiB" },
    { "", 0, NULL }, { longest, CHAT_MESSAGE_MAX_BODY, NULL },
  };
  guint64 sequence = 1;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ChatMessage) message = chat_message_new (test->contact, CHAT_MESSAGE_TEXT, 1, uid,
                                                          cases[i].body, cases[i].size);
      g_autoptr (ChatMessage) stored = NULL;

      g_assert_cmpint (chat_store_queue (test->store, message, &error), ==, cases[i].why == NULL);
      if (cases[i].why != NULL)
        {
          g_assert_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_INVALID);
          g_assert_true (g_pattern_match_simple (cases[i].why, error->message));
          continue;
        }

      stored = chat_store_get_message (test->store, message->id, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (stored->sequence, ==, sequence++);
      g_assert_true (g_bytes_equal (stored->body, message->body));
    }
}

/* Of a kind that only a later version knows. */
static void
test_other_kinds (void)
{
  static const guint8 uid[CHAT_MESSAGE_UID_SIZE] = "0123456789abcde";
  g_autoptr (TestStore) test = test_store_new ();
  g_autoptr (ChatMessage) other = chat_message_new (test->contact, 200, 9, uid, "\xff\0x", 3);
  g_autoptr (ChatMessage) none = chat_message_new (test->contact, CHAT_MESSAGE_WITHDRAWN, 9, uid,
                                                   NULL, 0);
  g_autoptr (ChatMessage) found = NULL;
  gboolean is_new;
  guint n_unread;

  other->sequence = 1;
  g_assert_true (chat_store_receive (test->store, other, &is_new, NULL));
  g_assert_true (is_new);
  none->sequence = 2;
  g_assert_true (chat_store_receive (test->store, none, &is_new, NULL));
  g_assert_false (is_new);
  g_assert_cmpint (test_receive (test->store, test->contact, 3, "text"), !=, 0);

  found = chat_store_get_message (test->store, other->id, NULL);
  g_assert_cmpuint (found->kind, ==, 200);
  g_assert_null (found->text);
  g_assert_true (g_bytes_equal (found->body, other->body));
  g_assert_cmpmem (found->uid, sizeof uid, uid, sizeof uid);
  g_assert_cmpint (found->time, ==, 9);
  test_assert_history (test, "- text");
  g_assert_true (chat_store_count_unread (test->store, test->contact, &n_unread, NULL));
  g_assert_cmpuint (n_unread, ==, 1);
}

/* Nothing of a batch is there before its end, or after it was rolled back. */
static void
test_batch (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  g_autoptr (ChatMessage) again = NULL;

  g_assert_true (chat_store_begin (test->store, NULL));
  chat_message_unref (test_queue (test->store, test->contact, "lost"));
  test_receive (test->store, test->contact, 1, "lost");
  g_assert_cmpint (test_count (test->path, "SELECT count(*) FROM message"), ==, 0);
  chat_store_roll_back (test->store);
  test_assert_history (test, "");

  g_assert_true (chat_store_begin (test->store, NULL));
  again = test_queue (test->store, test->contact, "kept");
  g_assert_cmpuint (again->sequence, ==, 1);
  g_assert_cmpint (test_receive (test->store, test->contact, 1, "kept"), !=, 0);
  g_assert_true (chat_store_commit (test->store, NULL));
  g_assert_cmpint (test_count (test->path, "SELECT next + stored FROM link"), ==, 3);

  test_store_restart (test);
  test_assert_history (test, "kept kept");
}

/* A batch outlives what was refused in it. */
static void
test_batch_refused (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  g_autoptr (ChatMessage) wrong = chat_message_new_text (99, 1, "to nobody");
  g_autoptr (GError) error = NULL;

  g_assert_true (chat_store_begin (test->store, NULL));
  chat_message_unref (test_queue (test->store, test->contact, "one"));
  g_assert_false (chat_store_queue (test->store, wrong, &error));
  g_assert_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_NOT_FOUND);
  chat_message_unref (test_queue (test->store, test->contact, "two"));
  g_assert_true (chat_store_commit (test->store, NULL));
  test_assert_history (test, "one two");
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("LC_ALL", "C", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/store/incoming", test_incoming);
  g_test_add_func ("/chat/store/reset", test_reset);
  g_test_add_func ("/chat/store/sequences", test_sequences);
  g_test_add_func ("/chat/store/refused", test_refused);
  g_test_add_func ("/chat/store/other-kinds", test_other_kinds);
  g_test_add_func ("/chat/store/batch", test_batch);
  g_test_add_func ("/chat/store/batch-refused", test_batch_refused);

  return g_test_run ();
}
