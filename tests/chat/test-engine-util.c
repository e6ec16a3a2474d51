/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-engine-util.h"

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

void
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
  chat_engine_start (user->engine);
}

void
user_stop (User *user)
{
  g_assert_finalize_object (g_steal_pointer (&user->engine));
}

void
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

void
user_clear (User *user)
{
  if (user->engine != NULL)
    user_stop (user);

  g_ptr_array_unref (user->texts);
  g_free (user->profile);
}

ChatPeer *
user_find (User *user,
           User *other)
{
  return chat_engine_find_peer (user->engine, chat_engine_get_fingerprint (other->engine), NULL);
}

gboolean
user_sees (User *user,
           User *other)
{
  ChatPeer *peer = user_find (user, other);

  return peer != NULL && chat_peer_is_online (peer);
}

void
user_connect (User *user,
              User *other)
{
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u",
                                              chat_engine_get_port (other->engine));
  g_autoptr (GError) error = NULL;

  chat_engine_connect (user->engine, address, &error);
  g_assert_no_error (error);
  AWAIT (user_sees (user, other) && user_sees (other, user));
}

/* Two new ones who know each other. */
void
users_meet (User       *ada,
            User       *bob,
            TestFolder *folder)
{
  user_init (ada, folder, "Ada", TRUE);
  user_init (bob, folder, "Bob", TRUE);
  user_connect (ada, bob);
}

void
user_say (User       *user,
          User       *other,
          const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatMessage) message = chat_engine_send (user->engine, user_find (user, other), text,
                                                      &error);

  g_assert_no_error (error);
}

/* The end of something asynchronous, for whoever waits for it. */
void
test_keep_result (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}
