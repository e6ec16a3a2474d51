/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-engine.h"
#include "chat-profile.h"
#include "test-copy-util.h"

#define PATIENCE_MS 30000

/* One user, with what the engine told. */
typedef struct
{
  char       *profile;
  const char *name;
  ChatEngine *engine;
  GPtrArray  *texts;      /* of messages that came */
  gint64      last_id;    /* of the last of them */
  guint       n_delivered;
  guint       n_read;
  guint       n_problems;
  guint       n_changes;  /* of conversations, by the user */
  gint64      removed;    /* what was said to be, last */
} User;

static void
on_message (ChatEngine  *engine,
            ChatPeer    *peer,
            ChatMessage *message,
            gpointer     user_data)
{
  User *user = user_data;

  g_ptr_array_add (user->texts, g_strdup (message->text));
  user->last_id = message->id;
}

static void
on_state (ChatEngine *engine,
          ChatPeer   *peer,
          gint64      id,
          guint       state,
          gpointer    user_data)
{
  User *user = user_data;

  if (state == CHAT_MESSAGE_DELIVERED)
    user->n_delivered++;
  else if (state == CHAT_MESSAGE_READ)
    user->n_read++;
}

static void
on_problem (ChatEngine *engine,
            GError     *error,
            gpointer    user_data)
{
  User *user = user_data;

  g_test_message ("%s: %s", user->name, error->message);
  user->n_problems++;
}

static void
on_conversation (ChatEngine *engine,
                 ChatPeer   *peer,
                 gpointer    user_data)
{
  User *user = user_data;

  user->n_changes++;
}

static void
on_removed (ChatEngine *engine,
            ChatPeer   *peer,
            gint64      id,
            gpointer    user_data)
{
  User *user = user_data;

  user->removed = id;
}

static void
user_start (User     *user,
            gboolean  no_discovery)
{
  ChatEngineOptions options = {
    .profile = user->profile, .name = user->name, .bind = "127.0.0.1", .any_port = TRUE,
    .no_discovery = no_discovery,
  };
  g_autoptr (GError) error = NULL;

  user->engine = chat_engine_new (&options, &error);
  g_assert_no_error (error);
  g_signal_connect (user->engine, "message", G_CALLBACK (on_message), user);
  g_signal_connect (user->engine, "state", G_CALLBACK (on_state), user);
  g_signal_connect (user->engine, "conversation", G_CALLBACK (on_conversation), user);
  g_signal_connect (user->engine, "removed", G_CALLBACK (on_removed), user);
  g_signal_connect (user->engine, "problem", G_CALLBACK (on_problem), user);
  g_assert_true (chat_engine_start (user->engine, &error));
}

static void
user_stop (User *user)
{
  g_assert_finalize_object (g_steal_pointer (&user->engine));
}

static void
user_init (User       *user,
           TestFolder *folder,
           const char *name,
           gboolean    no_discovery)
{
  *user = (User) {
    .profile = test_folder_get (folder, name),
    .name = name,
    .texts = g_ptr_array_new_with_free_func (g_free),
  };
  user_start (user, no_discovery);
}

static void
user_clear (User *user)
{
  if (user->engine != NULL)
    user_stop (user);

  g_ptr_array_unref (user->texts);
  g_free (user->profile);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (User, user_clear)

static gboolean
on_late (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

#define AWAIT(condition) \
  G_STMT_START { \
    gboolean is_late = FALSE; \
    guint timer = g_timeout_add (PATIENCE_MS, on_late, &is_late); \
    while (!(condition) && !is_late) \
      g_main_context_iteration (NULL, TRUE); \
    g_assert_true (condition); \
    g_source_remove (timer); \
  } G_STMT_END

static ChatPeer *
find (User *user,
      User *other)
{
  return chat_engine_find_peer (user->engine, chat_engine_get_fingerprint (other->engine), NULL);
}

static gboolean
sees (User *user,
      User *other)
{
  ChatPeer *peer = find (user, other);

  return peer != NULL && chat_peer_is_online (peer);
}

static void
user_connect (User *user,
              User *other)
{
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u",
                                              chat_engine_get_port (other->engine));
  g_autoptr (GError) error = NULL;

  chat_engine_connect (user->engine, address, &error);
  g_assert_no_error (error);
  AWAIT (sees (user, other) && sees (other, user));
}

static void
user_say (User       *user,
          User       *other,
          const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatMessage) message = chat_engine_send (user->engine, find (user, other), text,
                                                      &error);

  g_assert_no_error (error);
}

static void
test_talk (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (User) one = { NULL };
  g_auto (User) two = { NULL };
  g_autoptr (GError) error = NULL;

  user_init (&one, folder, "Ada", TRUE);
  user_init (&two, folder, "Bob", TRUE);
  user_connect (&one, &two);
  g_assert_cmpstr (chat_peer_get_name (find (&one, &two)), ==, "Bob");
  g_assert_cmpstr (chat_peer_get_name (find (&two, &one)), ==, "Ada");

  user_say (&one, &two, "hello");
  user_say (&one, &two, "");
  user_say (&two, &one, "早上好");
  AWAIT (one.n_delivered == 2 && two.n_delivered == 1);
  AWAIT (two.texts->len == 2 && one.texts->len == 1);
  g_assert_cmpstr (two.texts->pdata[0], ==, "hello");
  g_assert_cmpstr (two.texts->pdata[1], ==, "");
  g_assert_cmpstr (one.texts->pdata[0], ==, "早上好");

  g_assert_true (chat_engine_mark_read (two.engine, two.last_id, &error));
  AWAIT (one.n_read == 2);

  /* Who leaves says so. */
  user_stop (&two);
  AWAIT (!chat_peer_is_online (chat_engine_find_peer (one.engine, "Bob", NULL)));
  g_assert_cmpuint (one.n_problems, ==, 0);
}

/* What was queued while the other was away arrives when it is back, at whatever
 * address, and after a restart of the sender as well. */
static void
test_restart (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (User) one = { NULL };
  g_auto (User) two = { NULL };
  g_autoptr (ChatMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  user_init (&one, folder, "Ada", TRUE);
  user_init (&two, folder, "Bob", TRUE);
  user_connect (&one, &two);
  user_say (&one, &two, "first");
  AWAIT (one.n_delivered == 1);
  user_stop (&two);

  message = chat_engine_send (one.engine, chat_engine_find_peer (one.engine, "Bob", NULL),
                              "second", &error);
  g_assert_no_error (error);
  user_stop (&one);

  user_start (&one, TRUE);
  user_start (&two, TRUE);
  user_connect (&two, &one);
  AWAIT (two.texts->len == 2);
  AWAIT (one.n_delivered == 2);
  g_assert_cmpstr (two.texts->pdata[1], ==, "second");
}

/* Many at once come in their order; if one of them is no text, none is sent. */
static void
test_send_all (void)
{
  static const char *const good[] = { "one", "two", "three", NULL };
  static const char *const bad[] = { "four", "\xff", NULL };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (User) one = { NULL };
  g_auto (User) two = { NULL };
  g_autoptr (GPtrArray) messages = NULL;
  g_autoptr (GError) error = NULL;

  user_init (&one, folder, "Ada", TRUE);
  user_init (&two, folder, "Bob", TRUE);
  user_connect (&one, &two);

  g_assert_null (chat_engine_send_all (one.engine, find (&one, &two), bad, &error));
  g_assert_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_INVALID);
  g_clear_error (&error);

  messages = chat_engine_send_all (one.engine, find (&one, &two), good, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (messages->len, ==, 3);
  AWAIT (one.n_delivered == 3 && two.texts->len == 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (two.texts->pdata[i], ==, good[i]);

  user_say (&one, &two, "four");
  AWAIT (two.texts->len == 4);
  g_assert_cmpstr (two.texts->pdata[3], ==, "four");
}

static void
test_discovery (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (User) one = { NULL };
  g_auto (User) two = { NULL };

  user_init (&one, folder, "Ada", FALSE);
  user_init (&two, folder, "Bob", FALSE);

  /* Others may be found as well, even of the same names. */
  AWAIT (sees (&one, &two) && sees (&two, &one));
}

static void
test_blocked (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (User) one = { NULL };
  g_auto (User) two = { NULL };
  g_autoptr (GError) error = NULL;

  user_init (&one, folder, "Ada", TRUE);
  user_init (&two, folder, "Bob", TRUE);
  user_connect (&one, &two);

  g_assert_true (chat_engine_set_blocked (two.engine, find (&two, &one), TRUE, &error));
  AWAIT (!sees (&one, &two));
  g_assert_null (chat_engine_send (two.engine, find (&two, &one), "no", &error));
  g_assert_error (error, CHAT_ENGINE_ERROR, CHAT_ENGINE_ERROR_BLOCKED);

  user_say (&one, &two, "are you there?");
  g_assert_true (chat_engine_set_blocked (two.engine, find (&two, &one), FALSE, NULL));
  user_connect (&two, &one);
  AWAIT (two.texts->len == 1);
}

/* To look for a host may take long; its profile is free at once. */
static void
test_leave_early (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (User) one = { NULL };

  user_init (&one, folder, "Ada", TRUE);
  g_assert_true (chat_engine_connect (one.engine, "localhost:9", NULL));
  user_stop (&one);
  user_start (&one, TRUE);
}

static void
assert_conversation (User       *user,
                     ChatPeer   *peer,
                     guint       n_changes,
                     guint       n_unread,
                     const char *last)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatConversation) conversation =
    chat_store_describe_conversation (chat_engine_get_store (user->engine),
                                      chat_peer_get_contact (peer)->id, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (user->n_changes, ==, n_changes);
  g_assert_cmpuint (conversation->n_unread, ==, n_unread);
  g_assert_cmpstr (conversation->last != NULL ? conversation->last->text : NULL, ==, last);
}

/* Whatever the user does to a conversation, who shows it is told. */
static void
test_conversation (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (User) one = { NULL };
  g_auto (User) two = { NULL };
  ChatPeer *peer;
  gint64 said;

  user_init (&one, folder, "Ada", TRUE);
  user_init (&two, folder, "Bob", TRUE);
  user_connect (&one, &two);
  peer = find (&two, &one);

  user_say (&two, &one, "hello");
  assert_conversation (&two, peer, 1, 0, "hello");
  user_say (&one, &two, "good");
  user_say (&one, &two, "morning");
  AWAIT (two.texts->len == 2);
  assert_conversation (&two, peer, 1, 2, "morning");

  said = two.last_id;
  g_assert_true (chat_engine_mark_read (two.engine, said, NULL));
  assert_conversation (&two, peer, 2, 0, "morning");
  g_assert_true (chat_engine_remove (two.engine, said, NULL));
  assert_conversation (&two, peer, 3, 0, "good");
  g_assert_cmpint (two.removed, ==, said);
  g_assert_false (chat_engine_remove (two.engine, said, NULL));
  g_assert_true (chat_engine_forget (two.engine, peer, NULL));
  g_assert_cmpuint (two.n_changes, ==, 4);
}

/* Somebody else under a known name is held back until the user accepts him. */
static void
test_impostor (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (User) one = { NULL };
  g_auto (User) two = { NULL };
  g_auto (User) other = { NULL };
  g_autoptr (GError) error = NULL;
  ChatPeer *peer;

  user_init (&one, folder, "Ada", TRUE);
  user_init (&two, folder, "Bob", TRUE);
  user_connect (&one, &two);
  user_say (&two, &one, "it is me");
  AWAIT (one.texts->len == 1);

  user_init (&other, folder, "Bob2", TRUE);
  user_stop (&other);
  other.name = "Bob";
  user_start (&other, TRUE);

  {
    g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", chat_engine_get_port (one.engine));

    g_assert_true (chat_engine_connect (other.engine, address, NULL));
    AWAIT (find (&one, &other) != NULL &&
           chat_peer_get_contact (find (&one, &other))->trust == CHAT_TRUST_HELD);
  }

  peer = find (&one, &other);
  g_assert_false (chat_peer_is_online (peer));
  g_assert_null (chat_engine_send (one.engine, peer, "psst", &error));
  g_assert_error (error, CHAT_ENGINE_ERROR, CHAT_ENGINE_ERROR_HELD);

  g_assert_true (chat_engine_set_trust (one.engine, peer, CHAT_TRUST_PINNED, NULL));
  AWAIT (sees (&one, &other));
}

/* Who is there learns of a new name at once; an empty one is not a name. */
static void
test_rename (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (User) one = { NULL };
  g_auto (User) two = { NULL };
  g_auto (User) late = { NULL };

  user_init (&one, folder, "Ada", TRUE);
  user_init (&two, folder, "Bob", TRUE);
  user_connect (&one, &two);
  user_say (&one, &two, "hello");
  AWAIT (one.n_delivered == 1);

  chat_engine_set_name (two.engine, " Robert\n");
  g_assert_cmpstr (chat_engine_get_name (two.engine), ==, "Robert");
  AWAIT (g_str_equal (chat_peer_get_name (find (&one, &two)), "Robert"));
  g_assert_true (sees (&one, &two));

  user_init (&late, folder, "Zoe", TRUE);
  user_connect (&late, &two);
  g_assert_cmpstr (chat_peer_get_name (find (&late, &two)), ==, "Robert");

  user_stop (&two);
  two.name = NULL;
  user_start (&two, TRUE);
  g_assert_cmpstr (chat_engine_get_name (two.engine), ==, "Robert");

  chat_engine_set_name (two.engine, "");
  g_assert_cmpstr (chat_engine_get_name (two.engine), !=, "");
}

/* --- what is kept --- */

static void
count_removals (ChatEngine *engine,
            ChatPeer   *peer,
            gint64      id,
            gpointer    user_data)
{
  (*(guint *) user_data)++;
}

static void
on_result (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static ChatEngine *
open_async (const char    *profile,
            GCancellable  *cancellable,
            GError       **error)
{
  ChatEngineOptions options = {
    .profile = profile, .name = "Ada", .bind = "127.0.0.1", .any_port = TRUE, .no_discovery = TRUE,
  };
  g_autoptr (GAsyncResult) result = NULL;

  chat_engine_new_async (&options, cancellable, on_result, &result);
  g_assert_null (result);
  options = (ChatEngineOptions) { .profile = "/nonexistent" };
  AWAIT (result != NULL);

  return chat_engine_new_finish (result, error);
}

/* It is the same engine, and nothing holds the profile after a failure. */
static void
test_async (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (User) other = { NULL };
  g_auto (User) user = { .name = "Ada", .profile = test_folder_get (folder, "Ada") };
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autofree char *fingerprint = NULL;
  g_autoptr (GError) error = NULL;

  user.texts = g_ptr_array_new ();
  user.engine = open_async (user.profile, NULL, &error);
  g_assert_no_error (error);
  fingerprint = g_strdup (chat_engine_get_fingerprint (user.engine));
  g_assert_cmpstr (chat_engine_get_name (user.engine), ==, "Ada");
  g_assert_true (chat_engine_start (user.engine, &error));
  user_init (&other, folder, "Bob", TRUE);
  user_connect (&other, &user);

  g_assert_null (open_async (user.profile, NULL, &error));
  g_assert_error (error, CHAT_PROFILE_ERROR, CHAT_PROFILE_ERROR_IN_USE);
  g_clear_error (&error);
  user_stop (&user);

  g_cancellable_cancel (cancelled);
  g_assert_null (open_async (user.profile, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  user_start (&user, TRUE);
  g_assert_cmpstr (chat_engine_get_fingerprint (user.engine), ==, fingerprint);
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

  chat_engine_clear_async (one.engine, peers[0], on_result, &result);
  AWAIT (result != NULL);
  g_assert_true (chat_engine_clear_finish (result, &error));
  g_assert_cmpuint (count (&one, peers[0]), ==, 0);
  g_assert_cmpuint (count (&one, peers[1]), ==, 301);

  chat_engine_clear_async (one.engine, NULL, on_result, &all);
  AWAIT (all != NULL);
  g_assert_true (chat_engine_clear_finish (all, &error));
  g_assert_cmpuint (count (&one, peers[1]), ==, 1);

  /* Who ends the chat meanwhile is not kept waiting. */
  chat_engine_clear_async (one.engine, NULL, on_result, &ended);
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

  chat_engine_export_async (one.engine, NULL, file, NULL, on_result, &result);
  AWAIT (result != NULL);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpint (chat_engine_export_finish (result, &error), ==, (gint64) strlen (text));
  g_assert_cmpuint (count_lines (text), ==, 4000);
  g_assert_nonnull (strstr (text, "\"name\":\"Zoe\""));
  g_clear_pointer (&text, g_free);
  g_clear_object (&result);

  chat_engine_export_async (one.engine, peers[0], file, NULL, on_result, &result);
  AWAIT (result != NULL);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpuint (count_lines (text), ==, 2000);
  g_assert_null (strstr (text, "Zoe"));

  /* Half a file is none, and does not take another's place. */
  chat_engine_export_async (one.engine, NULL, no_file, NULL, on_result, &ended);
  chat_engine_export_async (one.engine, NULL, file, NULL, on_result, &kept);
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

  g_test_add_func ("/chat/engine/talk", test_talk);
  g_test_add_func ("/chat/engine/restart", test_restart);
  g_test_add_func ("/chat/engine/send-all", test_send_all);
  g_test_add_func ("/chat/engine/discovery", test_discovery);
  g_test_add_func ("/chat/engine/blocked", test_blocked);
  g_test_add_func ("/chat/engine/conversation", test_conversation);
  g_test_add_func ("/chat/engine/leave-early", test_leave_early);
  g_test_add_func ("/chat/engine/impostor", test_impostor);
  g_test_add_func ("/chat/engine/async", test_async);
  g_test_add_func ("/chat/engine/rename", test_rename);
  g_test_add_func ("/chat/engine/retention", test_retention);
  g_test_add_func ("/chat/engine/clear", test_clear);
  g_test_add_func ("/chat/engine/export", test_export);

  return g_test_run ();
}
