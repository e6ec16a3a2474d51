/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-profile.h"
#include "test-engine-util.h"

static void
test_talk (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (User) one = { NULL };
  g_auto (User) two = { NULL };
  g_autoptr (GError) error = NULL;

  users_meet (&one, &two, folder);
  g_assert_cmpstr (chat_peer_get_name (user_find (&one, &two)), ==, "Bob");
  g_assert_cmpstr (chat_peer_get_name (user_find (&two, &one)), ==, "Ada");

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

  users_meet (&one, &two, folder);
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

  users_meet (&one, &two, folder);

  g_assert_null (chat_engine_send_all (one.engine, user_find (&one, &two), bad, &error));
  g_assert_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_INVALID);
  g_clear_error (&error);

  messages = chat_engine_send_all (one.engine, user_find (&one, &two), good, &error);
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
  AWAIT (user_sees (&one, &two) && user_sees (&two, &one));
}

static void
test_blocked (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (User) one = { NULL };
  g_auto (User) two = { NULL };
  g_autoptr (GError) error = NULL;

  users_meet (&one, &two, folder);

  g_assert_true (chat_engine_set_blocked (two.engine, user_find (&two, &one), TRUE, &error));
  AWAIT (!user_sees (&one, &two));
  g_assert_null (chat_engine_send (two.engine, user_find (&two, &one), "no", &error));
  g_assert_error (error, CHAT_ENGINE_ERROR, CHAT_ENGINE_ERROR_BLOCKED);

  user_say (&one, &two, "are you there?");
  g_assert_true (chat_engine_set_blocked (two.engine, user_find (&two, &one), FALSE, NULL));
  user_connect (&two, &one);
  AWAIT (two.texts->len == 1);
}

static void
on_unreached (ChatEngine *engine,
              const char *address,
              const char *reason,
              GPtrArray  *addresses)
{
  g_ptr_array_add (addresses, g_strdup (address));
}

/* An address is known by each way of writing it, and failures are told in the words used. */
static void
test_address_forms (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GPtrArray) unreached = g_ptr_array_new_with_free_func (g_free);
  g_auto (User) one = { NULL };
  g_auto (User) two = { NULL };
  g_autofree char *mapped = NULL;
  g_autofree char *digits = NULL;
  uint16_t port;

  user_init (&one, folder, "Ada", TRUE);
  user_init (&two, folder, "Ben", TRUE);
  port = chat_engine_get_port (two.engine);
  mapped = g_strdup_printf ("[::ffff:127.0.0.1]:%u", port);
  digits = g_strdup_printf ("[0:0:0:0:0:ffff:7f00:1]:%u", port);

  g_assert_true (chat_engine_connect (one.engine, mapped, NULL));
  AWAIT (chat_engine_find_peer_at (one.engine, mapped) != NULL);
  g_assert_nonnull (chat_engine_find_peer_at (one.engine, digits));
  g_assert_null (chat_engine_find_peer_at (one.engine, "[::1]:7890"));

  user_stop (&two);
  g_signal_connect (one.engine, "unreached", G_CALLBACK (on_unreached), unreached);
  g_assert_true (chat_engine_connect (one.engine, digits, NULL));
  AWAIT (g_ptr_array_find_with_equal_func (unreached, digits, g_str_equal, NULL));
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

  users_meet (&one, &two, folder);
  peer = user_find (&two, &one);

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

  users_meet (&one, &two, folder);
  user_say (&two, &one, "it is me");
  AWAIT (one.texts->len == 1);

  user_init (&other, folder, "Bob2", TRUE);
  user_stop (&other);
  other.name = "Bob";
  user_start (&other, TRUE);

  {
    g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", chat_engine_get_port (one.engine));

    g_assert_true (chat_engine_connect (other.engine, address, NULL));
    AWAIT (user_find (&one, &other) != NULL &&
           chat_peer_get_contact (user_find (&one, &other))->trust == CHAT_TRUST_HELD);
  }

  peer = user_find (&one, &other);
  g_assert_false (chat_peer_is_online (peer));
  g_assert_null (chat_engine_send (one.engine, peer, "psst", &error));
  g_assert_error (error, CHAT_ENGINE_ERROR, CHAT_ENGINE_ERROR_HELD);

  g_assert_true (chat_engine_set_trust (one.engine, peer, CHAT_TRUST_PINNED, NULL));
  AWAIT (user_sees (&one, &other));
}

/* Who is there learns of a new name at once; an empty one is not a name. */
static void
test_rename (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (User) one = { NULL };
  g_auto (User) two = { NULL };
  g_auto (User) late = { NULL };

  users_meet (&one, &two, folder);
  user_say (&one, &two, "hello");
  AWAIT (one.n_delivered == 1);

  chat_engine_set_name (two.engine, " Robert\n");
  g_assert_cmpstr (chat_engine_get_name (two.engine), ==, "Robert");
  AWAIT (g_str_equal (chat_peer_get_name (user_find (&one, &two)), "Robert"));
  g_assert_true (user_sees (&one, &two));

  user_init (&late, folder, "Zoe", TRUE);
  user_connect (&late, &two);
  g_assert_cmpstr (chat_peer_get_name (user_find (&late, &two)), ==, "Robert");

  user_stop (&two);
  two.name = NULL;
  user_start (&two, TRUE);
  g_assert_cmpstr (chat_engine_get_name (two.engine), ==, "Robert");

  chat_engine_set_name (two.engine, "");
  g_assert_cmpstr (chat_engine_get_name (two.engine), !=, "");
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

  chat_engine_new_async (&options, cancellable, test_keep_result, &result);
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
  chat_engine_start (user.engine);
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

/* A port that was asked for and is taken is told of before anything begins. */
static void
test_port_taken (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *profile = test_folder_get (folder, "other");
  g_auto (User) user = { NULL };
  g_autoptr (ChatEngine) other = NULL;
  g_autoptr (GError) error = NULL;
  ChatEngineOptions options = { .profile = profile, .bind = "127.0.0.1", .no_discovery = TRUE };

  user_init (&user, folder, "Ada", TRUE);
  options.port = chat_engine_get_port (user.engine);
  other = chat_engine_new (&options, &error);
  g_assert_null (other);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
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
  g_test_add_func ("/chat/engine/address-forms", test_address_forms);
  g_test_add_func ("/chat/engine/leave-early", test_leave_early);
  g_test_add_func ("/chat/engine/impostor", test_impostor);
  g_test_add_func ("/chat/engine/async", test_async);
  g_test_add_func ("/chat/engine/rename", test_rename);
  g_test_add_func ("/chat/engine/port-taken", test_port_taken);

  return g_test_run ();
}
