/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-connect.h"
#include "chat-contact-window.h"
#include "chat-explain.h"
#include "chat-hit-row.h"
#include "chat-window.h"
#include "display.h"

#include "../e2e/e2e-chat.h"

/* The window of Lanyard Chat and its list, with people who are programs of their own. */

typedef struct
{
  E2eTemp  *temp;
  char     *profile;
} Place;

static void
run_app (const char  *name,
         const char  *peer,
         DisplayBody  body)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *profile = e2e_temp_get (temp, "Ann");
  const char *arguments[] = { "--profile", profile, "--bind", "127.0.0.1", "--port", "0",
                              "--no-discovery", NULL, NULL, NULL, NULL };
  Place place = { temp, profile };
  guint n = 7;

  if (name != NULL)
    {
      arguments[n++] = "--name";
      arguments[n++] = name;
    }
  arguments[n] = peer;

  display_run (GTK_APPLICATION (chat_application_new ()), arguments, body, &place);
}

static GtkWindow *
get_window (void)
{
  return display_get_window (CHAT_TYPE_WINDOW);
}

static gboolean
has_engine (gpointer application)
{
  return chat_application_get_engine (application) != NULL;
}

/* Somebody comes who knows where we are. */
static E2eChat *
meet (GtkApplication *application,
      const Place    *place,
      const char     *name)
{
  E2eChat *chat = e2e_chat_new (place->temp, name);
  g_autofree char *address = NULL;

  display_await (has_engine, application, "the chat has begun");
  address = g_strdup_printf ("127.0.0.1:%u",
                             chat_engine_get_port (chat_application_get_engine (
                               CHAT_APPLICATION (application))));
  e2e_chat_start (chat);
  e2e_chat_connect (chat, address);
  display_await_text (get_window (), name);

  return chat;
}

static void
say (E2eChat    *chat,
     const char *text)
{
  e2e_chat_command (chat, "send", "to", "Ann", "text", text, NULL);
  e2e_chat_expect (chat, "state", "state", "delivered", NULL);
}

static gboolean
has_title (gpointer title)
{
  return g_strcmp0 (gtk_window_get_title (get_window ()), title) == 0;
}

static void
await_title (const char *title)
{
  display_await (has_title, (gpointer) title, title);
}

/* It fits on a telephone. */
static void
assert_narrow (void)
{
  int minimum = 0;

  gtk_widget_measure (GTK_WIDGET (get_window ()), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL,
                      NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
}

/* --- the first start --- */

static void
begin (GtkApplication *application,
       gpointer        user_data)
{
  g_autoptr (E2eChat) bob = NULL;

  display_await_text (get_window (), "Welcome to Lanyard Chat");
  g_assert_null (chat_application_get_engine (CHAT_APPLICATION (application)));
  display_assert_keyboard (get_window ());
  display_press ("<Control>a");
  display_type ("Ann");
  display_press ("Return");

  display_await_text (get_window (), "Nobody Here Yet");
  display_await_text (get_window (), "Others See You as “Ann”");
  display_assert_keyboard (get_window ());
  assert_narrow ();

  display_click_on (get_window (), GTK_TYPE_BUTTON, "_Why Is Nobody Here?");
  display_await_text (display_get_window (CHAT_TYPE_EXPLAIN), "this node: port");
  display_press ("Escape");

  bob = meet (application, user_data, "Bob");
  display_await_no_text (get_window (), "Nobody Here Yet");
  g_assert_cmpint (e2e_chat_quit (bob), ==, 0);
  display_await_text (get_window (), "Last seen");
}

static void
test_begin (void)
{
  run_app (NULL, NULL, begin);
}

/* --- messages that nobody sees come --- */

static void
assert_notified (const char *title,
                 const char *body)
{
  g_autoptr (DisplayNotification) notification = display_take_notification ();

  g_assert_cmpstr (notification->title, ==, title);
  g_assert_cmpstr (notification->body, ==, body);
  g_assert_true (g_strv_contains ((const char * const *) notification->actions, "Reply"));
}

static void
notify (GtkApplication *application,
        gpointer        user_data)
{
  GSettings *settings = chat_application_get_settings (CHAT_APPLICATION (application));
  g_autoptr (E2eChat) bob = meet (application, user_data, "Bob");
  g_autoptr (E2eChat) carl = meet (application, user_data, "Carl");

  say (bob, "Good morning!");
  assert_notified ("Bob", "Good morning!");
  await_title ("(1) Lanyard Chat");
  display_await_text (get_window (), "Good morning!");

  /* What is seen is read, and not told of. */
  g_action_group_activate_action (
    G_ACTION_GROUP (application), "reply",
    g_variant_new_int64 (chat_peer_get_contact (chat_engine_find_peer (
      chat_application_get_engine (CHAT_APPLICATION (application)), "Bob", NULL))->id));
  e2e_chat_expect (bob, "state", "state", "read", NULL);
  await_title ("Lanyard Chat");
  say (bob, "Are you there?");
  e2e_chat_expect (bob, "state", "state", "read", NULL);
  display_type ("Yes");
  display_press ("Return");
  e2e_chat_expect (bob, "message", "text", "Yes", NULL);
  display_await_text (get_window (), "You: Yes");

  /* Nor is anything in quiet mode. */
  g_settings_set_boolean (settings, "quiet", TRUE);
  say (carl, "one");
  display_await_text (get_window (), "one");
  await_title ("(1) Lanyard Chat");
  g_settings_set_boolean (settings, "quiet", FALSE);
  say (carl, "two");
  assert_notified ("Carl", "2 new messages: two");
  g_assert_false (display_has_notification ());

  g_assert_cmpint (e2e_chat_quit (bob), ==, 0);
  g_assert_cmpint (e2e_chat_quit (carl), ==, 0);
}

static void
test_notify (void)
{
  run_app ("Ann", NULL, notify);
}

/* --- keys, and the menu of a person --- */

static void
use_keys (GtkApplication *application,
          gpointer        user_data)
{
  g_autoptr (E2eChat) bob = meet (application, user_data, "Bob");
  g_autoptr (E2eChat) carl = meet (application, user_data, "Carl");

  say (bob, "hello");
  say (carl, "good day");
  await_title ("(2) Lanyard Chat");

  display_press ("<Alt>Down");
  await_title ("(1) Lanyard Chat");
  e2e_chat_expect (carl, "state", "state", "read", NULL);
  display_press ("<Alt>Down");
  await_title ("Lanyard Chat");
  display_press ("<Control>i");
  display_await_text (display_get_window (CHAT_TYPE_CONTACT_WINDOW), "Bob");
  display_press ("Escape");

  display_press ("<Control>k");
  display_type ("bo");
  display_await_no_text (get_window (), "good day");
  display_press ("Escape");
  display_await_text (get_window (), "good day");
  display_assert_keyboard (get_window ());

  g_assert_cmpint (e2e_chat_quit (bob), ==, 0);
  g_assert_cmpint (e2e_chat_quit (carl), ==, 0);
}

static void
test_keys (void)
{
  run_app ("Ann", NULL, use_keys);
}

/* Folded, there is one page at a time, and keys lead through it, even if nothing can be written and
 * the row that had the focus is another by now. */
static void
fold (GtkApplication *application,
      gpointer        user_data)
{
  g_autoptr (E2eChat) bob = meet (application, user_data, "Bob");
  ChatEngine *engine = chat_application_get_engine (CHAT_APPLICATION (application));
  ChatPeer *peer = chat_engine_find_peer (engine, "Bob", NULL);
  gint64 contact = chat_peer_get_contact (peer)->id;

  g_assert_true (chat_engine_set_blocked (engine, peer, TRUE, NULL));
  display_make_narrow (get_window ());
  gtk_widget_grab_focus (display_get (get_window (), GTK_TYPE_LIST_VIEW, "list"));
  chat_application_start_engine (CHAT_APPLICATION (application));
  display_await (has_engine, application, "the chat begins anew");
  display_await_text (get_window (), "Bob");
  chat_window_open (CHAT_WINDOW (get_window ()), contact, FALSE);
  display_get (get_window (), GTK_TYPE_BUTTON, "unblock");
  display_settle ();
  g_assert_true (gtk_widget_get_mapped (gtk_window_get_focus (get_window ())));
  display_assert_keyboard (get_window ());

  display_press ("<Alt>Left");
  display_get (get_window (), GTK_TYPE_LIST_VIEW, "list");
  display_settle ();
  g_assert_true (gtk_widget_get_mapped (gtk_window_get_focus (get_window ())));
  display_assert_keyboard (get_window ());

  g_assert_cmpint (e2e_chat_quit (bob), ==, 0);
}

static void
test_fold (void)
{
  run_app ("Ann", NULL, fold);
}

/* People and messages are searched for with the same words, and what was found does not keep the
 * profile from being opened anew. */
static void
search_and_restart (GtkApplication *application,
                    gpointer        user_data)
{
  g_autoptr (E2eChat) bob = meet (application, user_data, "Bob");

  say (bob, "by the harbour");
  display_press ("<Control><Shift>f");
  display_type ("harbour");
  display_get (get_window (), CHAT_TYPE_HIT_ROW, NULL);
  display_click_on (get_window (), GTK_TYPE_TOGGLE_BUTTON, "people_button");
  display_await_text (get_window (), "Nobody Found");
  display_click_on (get_window (), GTK_TYPE_TOGGLE_BUTTON, "messages_button");
  display_get (get_window (), CHAT_TYPE_HIT_ROW, NULL);

  chat_application_start_engine (CHAT_APPLICATION (application));
  display_await (has_engine, application, "the chat begins anew");
  display_get (get_window (), CHAT_TYPE_HIT_ROW, NULL);

  g_assert_cmpint (e2e_chat_quit (bob), ==, 0);
}

static void
test_restart (void)
{
  run_app ("Ann", NULL, search_and_restart);
}

/* --- somebody by their address --- */

static void
add_by_address (GtkApplication *application,
                gpointer        user_data)
{
  const Place *place = user_data;
  g_autoptr (E2eChat) bob = e2e_chat_new (place->temp, "Bob");
  g_autofree char *address = NULL;

  e2e_chat_start (bob);
  address = e2e_chat_get_address (bob);
  display_await (has_engine, application, "the chat has begun");

  display_press ("<Control>n");
  display_get_window (CHAT_TYPE_CONNECT);
  display_type ("nowhere");
  g_assert_false (gtk_widget_is_sensitive (display_get (display_get_window (CHAT_TYPE_CONNECT),
                                                        GTK_TYPE_BUTTON, "C_onnect")));
  display_press ("<Control>a");
  display_type (address);
  display_press ("Return");
  display_await_text (get_window (), "Bob");
  display_await_text (get_window (), "Online");
  display_type ("It is me");
  display_press ("Return");
  e2e_chat_expect (bob, "message", "text", "It is me", NULL);

  g_assert_cmpint (e2e_chat_quit (bob), ==, 0);
}

static void
test_address (void)
{
  run_app ("Ann", NULL, add_by_address);
}

int
main (int    argc,
      char **argv)
{
  display_init (&argc, &argv);

  g_test_add_func ("/display/chat-window/begin", test_begin);
  g_test_add_func ("/display/chat-window/notify", test_notify);
  g_test_add_func ("/display/chat-window/keys", test_keys);
  g_test_add_func ("/display/chat-window/fold", test_fold);
  g_test_add_func ("/display/chat-window/restart", test_restart);
  g_test_add_func ("/display/chat-window/address", test_address);

  return g_test_run ();
}
