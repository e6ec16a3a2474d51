/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store-util.h"

#include <string.h>

/* What is read of a conversation: pages, places, beginnings, all of it. */

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

  g_test_add_func ("/chat/store/read/pages", test_pages);
  g_test_add_func ("/chat/store/read/places", test_places);
  g_test_add_func ("/chat/store/read/beginnings", test_beginnings);
  g_test_add_func ("/chat/store/read/export", test_export);

  return g_test_run ();
}
