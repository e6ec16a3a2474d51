/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-conversation-view.h"
#include "chat-people.h"
#include "chat-plain-window.h"
#include "chat-welcome.h"

#include "../e2e/e2e-stranger.h"

#include <string.h>

/* Lanyard Chat, used by its widgets; whoever is at the other end is another program. */

/* --- the first start --- */

static void
begin (ChatPair *pair)
{
  GtkWindow *window = chat_get_window ();

  display_await_text (window, "Welcome to Lanyard Chat");
  display_assert_keyboard (window);
  display_click_on (window, ADW_TYPE_ENTRY_ROW, "Your Name");
  display_press ("<Control>a");
  display_type ("Ann");
  display_click_on (window, GTK_TYPE_BUTTON, "Start");

  display_await_text (window, "Others See You as “Ann”");
  display_await_text (window, "Nobody Here Yet");
  display_assert_keyboard (window);
}

static void
test_first_start (void)
{
  chat_pair_run (NULL, FALSE, begin);
}

/* --- talking --- */

static void
talk (ChatPair *pair)
{
  GtkWindow *window = chat_get_window ();

  display_await_no_text (window, "Looking for");
  display_click_on (window, GTK_TYPE_TEXT_VIEW, "Message");
  display_type ("Is the bus gone?\n");
  display_await_text (window, "Is the bus gone?");
  chat_hear (pair, "Is the bus gone?");
  display_get (window, GTK_TYPE_IMAGE, "Delivered");

  /* What is looked at has been read, and that is told. */
  chat_say (pair, "It waits for us");
  display_await_text (window, "It waits for us");
  e2e_chat_expect (pair->bob, "state", "to", pair->ann, "state", "read", NULL);

  display_type ("Good.");
  display_press ("<Shift>Return");
  display_type ("See you\n");
  chat_hear (pair, "Good.\nSee you");

  display_fill (window, GTK_TYPE_TEXT_VIEW, "Message", "再见 👋");
  display_click_on (window, GTK_TYPE_BUTTON, "Send");
  chat_hear (pair, "再见 👋");
  display_await_text (window, "再见 👋");
  display_assert_keyboard (window);
}

static void
test_talk (void)
{
  chat_pair_run ("Ann", TRUE, talk);
}

/* --- what can be done with a message --- */

/* Of a message; the list of conversations may still show the text of one, too. */
static void
choose (GtkWindow  *window,
        const char *message,
        const char *what)
{
  GtkWidget *conversation = display_get (window, CHAT_TYPE_CONVERSATION_VIEW, NULL);

  display_click_secondary (display_get (conversation, GTK_TYPE_LABEL, message));
  display_click_on (window, g_type_from_name ("GtkModelButton"), what);
}

static void
use_messages (ChatPair *pair)
{
  GtkWindow *window = chat_get_window ();
  GtkWidget *details;
  g_autoptr (JsonObject) reply = NULL;
  g_autoptr (JsonObject) answer = NULL;

  chat_say (pair, "The ferry leaves at noon");
  display_await_text (window, "The ferry leaves at noon");
  chat_say (pair, "Take a coat");
  display_await_text (window, "Take a coat");

  choose (window, "The ferry leaves at noon", "Reply");
  display_type ("I know\n");
  reply = e2e_chat_take (pair->bob, "message", "from", pair->ann, NULL);
  g_assert_nonnull (strstr (e2e_json_get_string (reply, "text"), "The ferry leaves at noon"));
  g_assert_true (g_str_has_suffix (e2e_json_get_string (reply, "text"), "I know"));

  /* From what is written out of the conversation, and back to the newest message, by keys alone.
   * Newer versions of GTK stop at the button beside what is written, too. */
  details = display_get (window, GTK_TYPE_BUTTON, "details_button");
  for (guint i = 0; i < 3 && gtk_window_get_focus (window) != details; i++)
    display_press ("<Shift>Tab");
  g_assert_true (gtk_window_get_focus (window) == details);
  display_press ("Tab");
  display_press ("<Shift>F10");
  display_get (window, g_type_from_name ("GtkModelButton"), "Reply");
  display_press ("r");
  display_type ("I have one\n");
  answer = e2e_chat_take (pair->bob, "message", "from", pair->ann, NULL);
  g_assert_true (g_str_has_suffix (e2e_json_get_string (answer, "text"), "I have one"));

  choose (window, "Take a coat", "Delete for Me");
  display_await_text (window, "Message deleted here");
  display_await_gone (window, GTK_TYPE_LABEL, "Take a coat");

  display_press ("<Control>f");
  display_type ("ferry");
  display_await_text (window, "1 of 2");
  display_assert_keyboard (window);
  display_press ("Escape");
}

static void
test_messages (void)
{
  chat_pair_run ("Ann", TRUE, use_messages);
}

/* --- another key --- */

/* The app at Ann's end, as it is reached. */
static char *
get_address (ChatPair *pair)
{
  return g_strdup_printf ("127.0.0.1:%u",
                          chat_engine_get_port (chat_application_get_engine (pair->app)));
}

static void
meet_another_bob (ChatPair *pair)
{
  GtkWindow *window = chat_get_window ();
  g_autoptr (E2eChat) other = e2e_chat_new (pair->temp, "Bobby");
  g_autofree char *address = get_address (pair);

  /* Who was written to is known from then on. */
  display_click_on (window, GTK_TYPE_TEXT_VIEW, "Message");
  display_type ("Are you there?\n");
  chat_hear (pair, "Are you there?");

  g_free (other->name);
  other->name = g_strdup ("Bob");
  e2e_chat_start (other);
  e2e_chat_connect (other, address);
  e2e_chat_command (other, "send", "to", pair->ann, "text", "It is me, really", NULL);

  display_click (gtk_widget_get_parent (display_get (window, GTK_TYPE_LABEL,
                                                     "Shows another key than before")));
  display_await_text (window, "The key of Bob has changed");
  g_assert_false (display_shows (window, "It is me, really"));
  g_assert_false (gtk_widget_is_sensitive (display_get (window, GTK_TYPE_BUTTON, "Send")));
  display_assert_keyboard (window);

  display_click_on (window, GTK_TYPE_BUTTON, "Accept");
  display_await_text (window, "It is me, really");
  display_click_on (window, GTK_TYPE_TEXT_VIEW, "Message");
  display_type ("All right\n");
  e2e_chat_expect (other, "message", "from", pair->ann, "text", "All right", NULL);
  g_assert_false (e2e_chat_has (pair->bob, "message"));
  e2e_chat_quit (other);
}

static void
test_changed_key (void)
{
  chat_pair_run ("Ann", TRUE, meet_another_bob);
}

/* --- who does not look --- */

static void
look_away (ChatPair *pair)
{
  GtkWindow *window = chat_get_window ();
  g_autoptr (DisplayNotification) notification = NULL;

  display_look_away ();
  chat_say (pair, "Look up!");
  notification = display_take_notification ();
  g_assert_cmpstr (notification->title, ==, "Bob");
  g_assert_cmpstr (notification->body, ==, "Look up!");
  display_await_title (window, "(1) Lanyard Chat");
  g_assert_false (e2e_chat_has (pair->bob, "read"));

  gtk_window_present (window);
  display_await_title (window, "Lanyard Chat");
  e2e_chat_expect (pair->bob, "state", "to", pair->ann, "state", "read", NULL);
}

static void
test_notification (void)
{
  chat_pair_run ("Ann", TRUE, look_away);
}

/* --- without encryption --- */

typedef struct
{
  E2eStranger     stranger;
  GSocketAddress *from;
  char           *text;
} Bare;

static gboolean
on_datagram (GSocket      *socket,
             GIOCondition  condition,
             gpointer      user_data)
{
  Bare *bare = user_data;
  char buffer[100];
  gssize n = g_socket_receive_from (socket, &bare->from, buffer, sizeof buffer, NULL, NULL);

  g_assert_cmpint (n, >=, 0);
  g_assert_null (bare->text);
  bare->text = g_strndup (buffer, (gsize) n);

  return G_SOURCE_CONTINUE;
}

static gboolean
has_datagram (gpointer user_data)
{
  return ((Bare *) user_data)->text != NULL;
}

static void
talk_plainly (ChatPair *pair)
{
  Bare bare = { 0 };
  g_autofree char *address = NULL;
  g_autoptr (GSource) source = NULL;
  GtkWindow *window;

  e2e_stranger_init (&bare.stranger);
  address = g_strdup_printf ("127.0.0.1:%u", bare.stranger.port);
  source = g_socket_create_source (bare.stranger.socket, G_IO_IN, NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (on_datagram), &bare, NULL);
  g_source_attach (source, NULL);

  display_click_on (chat_get_window (), GTK_TYPE_MENU_BUTTON, "New Conversation");
  display_click_on (chat_get_window (), g_type_from_name ("GtkModelButton"),
                    "Unencrypted Conversation…");
  window = display_get_window (CHAT_TYPE_PLAIN_WINDOW);
  display_await_text (window, "Not encrypted");
  display_assert_keyboard (window);
  display_fill (window, ADW_TYPE_ENTRY_ROW, "Address and port, such as 192.168.1.20:7890", address);
  display_click_on (window, GTK_TYPE_BUTTON, "Begin");

  display_fill (window, GTK_TYPE_ENTRY, "Unencrypted message", "Hello, 世界");
  display_press ("Return");
  display_await (has_datagram, &bare, "a datagram comes");
  g_assert_cmpstr (bare.text, ==, "Hello, 世界");

  g_assert_cmpint (g_socket_send_to (bare.stranger.socket, bare.from, "there", 5, NULL, NULL),
                   ==, 5);
  display_await_text (window, "there");
  display_await_text (window, "Not encrypted: anybody on the way can read this");

  g_source_destroy (source);
  g_free (bare.text);
  g_object_unref (bare.from);
  e2e_stranger_clear (&bare.stranger);
}

static void
test_plain (void)
{
  chat_pair_run ("Ann", FALSE, talk_plainly);
}

int
main (int    argc,
      char **argv)
{
  display_init (&argc, &argv);

  display_add ("/display/chat-talk/first-start", test_first_start);
  display_add ("/display/chat-talk/talk", test_talk);
  display_add ("/display/chat-talk/messages", test_messages);
  display_add ("/display/chat-talk/changed-key", test_changed_key);
  display_add ("/display/chat-talk/notification", test_notification);
  display_add ("/display/chat-talk/plain", test_plain);

  return g_test_run ();
}
