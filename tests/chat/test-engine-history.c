/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-engine-util.h"

/* How long things are kept, and what else the user does with them. */

static void
count_removals (ChatEngine *engine,
            ChatPeer   *peer,
            gint64      id,
            gpointer    user_data)
{
  (*(guint *) user_data)++;
}

static guint
count (User     *user,
       ChatPeer *peer)
{
  ChatStore *store = chat_engine_get_store (user->engine);
  gint64 conversation = chat_store_get_conversation (store, chat_peer_get_contact (peer)->id, NULL);
  g_autoptr (GPtrArray) messages = chat_store_get_after (store, conversation, 0, 1000, NULL);

  return messages->len;
}

/* Two contacts that were heard of in some way: @n messages of each, of one an hour. */
static void
fill (User     *user,
      guint     n,
      ChatPeer *peers[2])
{
  ChatStore *store = chat_engine_get_store (user->engine);

  g_assert_true (chat_store_begin (store, NULL));
  for (guint8 i = 0; i < 2; i++)
    {
      guint8 key[CHAT_CONTACT_KEY_SIZE] = { [0] = (guint8) (i + 1) };
      g_autoptr (ChatContact) contact =
        chat_store_meet (store, key, i == 0 ? "Bob" : "Zoe", g_get_real_time (), NULL);

      for (guint j = 1; j <= n; j++)
        {
          gint64 time = g_get_real_time () - (n - j) * G_TIME_SPAN_HOUR;
          g_autoptr (ChatMessage) message = chat_message_new_text (contact->id, time, "words");
          gboolean is_new;

          message->sequence = j;
          g_assert_true (chat_store_receive (store, message, &is_new, NULL));
        }
    }
  g_assert_true (chat_store_commit (store, NULL));

  user_stop (user);
  user_start (user, TRUE);
  peers[0] = chat_engine_find_peer (user->engine, "Bob", NULL);
  peers[1] = chat_engine_find_peer (user->engine, "Zoe", NULL);
}

static void
test_retention (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (User) one = { NULL };
  ChatPeer *peers[2];
  guint n_removed = 0;

  user_init (&one, folder, "Ada", TRUE);
  fill (&one, 300, peers);
  g_signal_connect (one.engine, "removed", G_CALLBACK (count_removals), &n_removed);
  g_assert_cmpuint (count (&one, peers[0]), ==, 300);

  chat_engine_set_retention (one.engine, 10);
  AWAIT (n_removed == 2);
  g_assert_cmpuint (count (&one, peers[0]), ==, 240);
  g_assert_cmpuint (count (&one, peers[1]), ==, 240);

  /* A change of mind counts at once. */
  chat_engine_set_retention (one.engine, 1);
  chat_engine_set_retention (one.engine, 5);
  AWAIT (n_removed == 4);
  g_assert_cmpuint (count (&one, peers[1]), ==, 120);
}

static void
test_clear (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (User) one = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) all = NULL;
  g_autoptr (GAsyncResult) ended = NULL;
  g_autoptr (ChatMessage) waiting = NULL;
  g_autoptr (GError) error = NULL;
  ChatPeer *peers[2];

  user_init (&one, folder, "Ada", TRUE);
  fill (&one, 300, peers);
  waiting = chat_engine_send (one.engine, peers[1], "for later", &error);
  g_assert_no_error (error);

  chat_engine_clear_async (one.engine, peers[0], test_keep_result, &result);
  AWAIT (result != NULL);
  g_assert_true (chat_engine_clear_finish (result, &error));
  g_assert_cmpuint (count (&one, peers[0]), ==, 0);
  g_assert_cmpuint (count (&one, peers[1]), ==, 301);

  chat_engine_clear_async (one.engine, NULL, test_keep_result, &all);
  AWAIT (all != NULL);
  g_assert_true (chat_engine_clear_finish (all, &error));
  g_assert_cmpuint (count (&one, peers[1]), ==, 1);

  /* Who ends the chat meanwhile is not kept waiting. */
  chat_engine_clear_async (one.engine, NULL, test_keep_result, &ended);
  user_stop (&one);
  AWAIT (ended != NULL);
  g_assert_false (chat_engine_clear_finish (ended, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static guint
count_lines (const char *text)
{
  guint n = 0;

  for (; *text != '\0'; text++)
    n += *text == '\n';

  return n;
}

static void
test_export (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (User) one = { NULL };
  g_autofree char *path = test_folder_get (folder, "history.jsonl");
  g_autofree char *never = test_folder_get (folder, "never.jsonl");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) no_file = g_file_new_for_path (never);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) ended = NULL;
  g_autoptr (GAsyncResult) kept = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  ChatPeer *peers[2];

  user_init (&one, folder, "Ada", TRUE);
  fill (&one, 2000, peers);

  chat_engine_export_async (one.engine, NULL, file, NULL, test_keep_result, &result);
  AWAIT (result != NULL);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpint (chat_engine_export_finish (result, &error), ==, (gint64) strlen (text));
  g_assert_cmpuint (count_lines (text), ==, 4000);
  g_assert_nonnull (strstr (text, "\"name\":\"Zoe\""));
  g_clear_pointer (&text, g_free);
  g_clear_object (&result);

  chat_engine_export_async (one.engine, peers[0], file, NULL, test_keep_result, &result);
  AWAIT (result != NULL);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpuint (count_lines (text), ==, 2000);
  g_assert_null (strstr (text, "Zoe"));

  /* Half a file is none, and does not take another's place. */
  chat_engine_export_async (one.engine, NULL, no_file, NULL, test_keep_result, &ended);
  chat_engine_export_async (one.engine, NULL, file, NULL, test_keep_result, &kept);
  user_stop (&one);
  AWAIT (ended != NULL && kept != NULL);
  g_assert_cmpint (chat_engine_export_finish (ended, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (never, G_FILE_TEST_EXISTS));
  g_clear_pointer (&text, g_free);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpuint (count_lines (text), ==, 2000);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/engine-history/retention", test_retention);
  g_test_add_func ("/chat/engine-history/clear", test_clear);
  g_test_add_func ("/chat/engine-history/export", test_export);

  return g_test_run ();
}
