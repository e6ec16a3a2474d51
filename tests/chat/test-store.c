/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store-util.h"

#include <string.h>

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

static void
test_pages (void)
{
  static const struct { guint before; guint after; guint limit; const char *texts; } cases[] = {
    { 0, 0, 3, "7 8 9" }, { 7, 0, 3, "4 5 6" }, { 2, 0, 3, "1" }, { 1, 0, 3, "" },
    { 0, 3, 3, "4 5 6" }, { 0, 8, 3, "9" }, { 0, 9, 3, "" },
  };
  g_autoptr (TestStore) test = test_store_new ();
  gint64 other = test_meet (test->store, 2, "Bert");
  gint64 ids[10] = { 0 };

  for (guint i = 1; i < 10; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      g_autoptr (ChatMessage) message = test_queue (test->store, test->contact, text);

      ids[i] = message->id;
      chat_message_unref (test_queue (test->store, other, "elsewhere"));
    }

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 conversation = test->conversation;
      g_autoptr (GPtrArray) page = cases[i].after > 0
        ? chat_store_get_after (test->store, conversation, ids[cases[i].after], cases[i].limit,
                                NULL)
        : chat_store_get_before (test->store, conversation, ids[cases[i].before], cases[i].limit,
                                 NULL);
      g_autofree char *texts = test_join_texts (page);

      g_assert_cmpstr (texts, ==, cases[i].texts);
    }
}

/* Where messages stand among 9 that have others of another conversation between them. */
static void
test_places (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  gint64 other = test_meet (test->store, 2, "Bert");
  gint64 ids[10] = { 0 };
  gint64 id;
  guint n;

  for (guint i = 1; i < 10; i++)
    {
      g_autoptr (ChatMessage) message = test_queue (test->store, test->contact, "text");

      ids[i] = message->id;
      chat_message_unref (test_queue (test->store, other, "elsewhere"));
    }

  g_assert_true (chat_store_count (test->store, test->conversation, 0, G_MAXINT64, &n, NULL));
  g_assert_cmpuint (n, ==, 9);
  g_assert_true (chat_store_count (test->store, test->conversation, ids[3], ids[7], &n, NULL));
  g_assert_cmpuint (n, ==, 4);

  g_assert_true (chat_store_count_back (test->store, test->conversation, ids[8], 4, &n, &id, NULL));
  g_assert_cmpuint (n, ==, 4);
  g_assert_cmpint (id, ==, ids[4]);
  g_assert_true (chat_store_count_back (test->store, test->conversation, ids[3], 4, &n, &id, NULL));
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpint (id, ==, ids[1]);
  g_assert_true (chat_store_count_back (test->store, test->conversation, ids[1], 4, &n, &id, NULL));
  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpint (id, ==, 0);

  g_assert_true (chat_store_get_nth (test->store, test->conversation, 0, 0, &id, NULL));
  g_assert_cmpint (id, ==, ids[1]);
  g_assert_true (chat_store_get_nth (test->store, test->conversation, ids[2] + 1, 3, &id, NULL));
  g_assert_cmpint (id, ==, ids[6]);
  g_assert_true (chat_store_get_nth (test->store, test->conversation, ids[2], 8, &id, NULL));
  g_assert_cmpint (id, ==, 0);
}

/* The beginnings of long texts end with a character. */
static void
test_beginnings (void)
{
  static const struct { const char *text; gsize max_size; const char *beginning; } cases[] = {
    { "short", 100, "short" }, { "short", 5, "short" }, { "longer", 5, "longe" },
    { "äöü", 6, "äöü" }, { "äöü", 5, "äö" }, { "äöü", 4, "äö" }, { "花园", 5, "花" },
    { "花园", 4, "花" }, { "花园", 3, "花" }, { "a👍b", 5, "a👍" }, { "a👍b", 4, "a" },
    { "a👍b", 2, "a" }, { "a👍b", 1, "a" }, { "", 5, "" },
  };
  g_autoptr (TestStore) test = test_store_new ();
  gint64 after = 0;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ChatMessage) whole = test_queue (test->store, test->contact, cases[i].text);
      g_autoptr (GPtrArray) found = chat_store_get_beginnings (test->store, test->conversation,
                                                               after, 10, cases[i].max_size, NULL);
      const ChatMessage *message = found->pdata[0];

      g_assert_cmpuint (found->len, ==, 1);
      g_assert_cmpstr (message->text, ==, cases[i].beginning);
      g_assert_cmpuint (message->size, ==, strlen (cases[i].text));
      g_assert_cmpint (message->id, ==, whole->id);
      g_assert_true (message->outgoing);
      g_assert_cmpuint (message->state, ==, CHAT_MESSAGE_QUEUED);
      after = message->id;
    }
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

static void
test_export (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  chat_message_unref (test_queue (test->store, test->contact, "a \"b\"\\\n"));
  test_receive (test->store, test->contact, 1, "你好");
  chat_store_export (test->store, test->conversation, stream, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (stream, "", 1, NULL, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (stream, NULL, NULL);
  text = g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (stream));

#define KEY "0101010101010101010101010101010101010101010101010101010101010101"
  g_assert_cmpstr (text, ==,
                   "{\"id\":1,\"outgoing\":true,\"key\":\"" KEY "\",\"name\":\"Anna\","
                   "\"time\":\"1970-01-01T00:00:00.005000Z\",\"state\":\"queued\","
                   "\"text\":\"a \\\"b\\\"\\\\\\u000a\"}\n"
                   "{\"id\":2,\"outgoing\":false,\"key\":\"" KEY "\",\"name\":\"Anna\","
                   "\"time\":\"1970-01-01T00:00:00.006000Z\",\"state\":\"delivered\","
                   "\"text\":\"你好\"}\n");
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("LC_ALL", "C", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/store/outgoing", test_outgoing);
  g_test_add_func ("/chat/store/state-lazily", test_state_lazily);
  g_test_add_func ("/chat/store/state-of-nothing", test_state_of_nothing);
  g_test_add_func ("/chat/store/incoming", test_incoming);
  g_test_add_func ("/chat/store/reset", test_reset);
  g_test_add_func ("/chat/store/sequences", test_sequences);
  g_test_add_func ("/chat/store/unread", test_unread);
  g_test_add_func ("/chat/store/refused", test_refused);
  g_test_add_func ("/chat/store/other-kinds", test_other_kinds);
  g_test_add_func ("/chat/store/batch", test_batch);
  g_test_add_func ("/chat/store/batch-refused", test_batch_refused);
  g_test_add_func ("/chat/store/pages", test_pages);
  g_test_add_func ("/chat/store/places", test_places);
  g_test_add_func ("/chat/store/beginnings", test_beginnings);
  g_test_add_func ("/chat/store/first-unread", test_first_unread);
  g_test_add_func ("/chat/store/withdraw", test_withdraw);
  g_test_add_func ("/chat/store/remove", test_remove);
  g_test_add_func ("/chat/store/expire", test_expire);
  g_test_add_func ("/chat/store/export", test_export);

  return g_test_run ();
}
