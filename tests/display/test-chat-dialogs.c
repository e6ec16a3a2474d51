/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "display.h"

#include "chat-contact-window.h"
#include "chat-keep.h"
#include "chat-key.h"
#include "chat-plain-window.h"
#include "chat-preferences.h"

#include "../e2e/e2e-stranger.h"

#include <glib/gstdio.h>
#include <string.h>

/* The dialogs of the chat, with a real engine behind them, another as the contact, and
 * sockets that know nothing of either. */

static char *
make_folder (const char *name)
{
  g_autofree char *template = g_strdup_printf ("%sXXXXXX", name);
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp (template, &error);

  g_assert_no_error (error);

  return path;
}

static void
run (DisplayBody body)
{
  g_autofree char *profile = make_folder ("ada");
  const char *arguments[] = { "--profile", profile, "--name", "Ada", "--bind", "127.0.0.1",
                              "--port", "0", "--no-discovery", NULL };

  display_run (GTK_APPLICATION (chat_application_new ()), arguments, body, NULL);
}

/* As one comes to it by the keyboard, wherever it is. */
static void
use (gpointer    window,
     GType       type,
     const char *name)
{
  GtkWidget *widget = display_get (window, type, name);

  g_assert_true (gtk_widget_grab_focus (widget));
  display_settle ();
  display_press (GTK_IS_LIST_BOX_ROW (widget) ? "Return" : "space");
  display_settle ();
}

static void
fill_row (gpointer    window,
          const char *name,
          const char *text)
{
  display_fill (window, ADW_TYPE_ENTRY_ROW, name, text);
  display_press ("Return");
  display_settle ();
}

static gboolean
has_engine (gpointer user_data)
{
  return chat_application_get_engine (user_data) != NULL;
}

static ChatEngine *
get_engine (GtkApplication *application)
{
  display_await (has_engine, application, "the chat begins");

  return chat_application_get_engine (CHAT_APPLICATION (application));
}

/* --- somebody to talk with --- */

typedef struct
{
  char       *profile;
  ChatEngine *engine;
  ChatEngine *ours;
  ChatPeer   *peer;     /* it, as we know it */
} Bob;

static gboolean
has_come (gpointer user_data)
{
  Bob *bob = user_data;

  bob->peer = chat_engine_find_peer (bob->ours, chat_engine_get_fingerprint (bob->engine), NULL);

  return bob->peer != NULL && chat_peer_is_online (bob->peer);
}

static void
bob_begin (Bob            *bob,
           GtkApplication *application)
{
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;
  ChatEngineOptions options = { .name = "Bob", .bind = "127.0.0.1", .any_port = TRUE,
                                .no_discovery = TRUE };

  bob->ours = get_engine (application);
  options.profile = bob->profile = make_folder ("bob");
  bob->engine = chat_engine_new (&options, &error);
  g_assert_no_error (error);
  g_assert_true (chat_engine_start (bob->engine, &error));

  address = g_strdup_printf ("127.0.0.1:%u", chat_engine_get_port (bob->ours));
  g_assert_true (chat_engine_connect (bob->engine, address, &error));
  display_await (has_come, bob, "Bob is there");
}

static void
bob_end (Bob *bob)
{
  g_assert_finalize_object (bob->engine);
  g_free (bob->profile);
}

/* --- a contact --- */

static const ChatContact *
contact_of (Bob *bob)
{
  return chat_peer_get_contact (bob->peer);
}

static gboolean
has_code (gpointer window)
{
  return gtk_picture_get_paintable (GTK_PICTURE (display_get (window, GTK_TYPE_PICTURE,
                                                              "picture"))) != NULL;
}

/* What a camera makes of what is on the screen. */
static void
assert_code (GtkWindow  *window,
             const char *digits)
{
  g_autofree char *folder = make_folder ("code");
  g_autofree char *path = g_build_filename (folder, "window.png", NULL);
  g_autofree char *program = g_find_program_in_path ("zbarimg");
  g_autoptr (GString) text = g_string_new (digits);
  g_autofree char *out = NULL;
  g_autoptr (GError) error = NULL;
  const char *argv[] = { program, "--quiet", "--raw", path, NULL };

  if (program == NULL)
    {
      g_test_message ("zbarimg is not installed: the code was not read");
      return;
    }

  g_string_replace (text, " ", "", 0);
  g_string_append_c (text, '\n');
  display_save (GTK_WIDGET (window), path);
  g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, &out, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (out, ==, text->str);
  g_unlink (path);
  g_rmdir (folder);
}

static void
read_contact (GtkApplication *application,
              gpointer        user_data)
{
  Bob bob = { 0 };
  g_autofree char *digits = NULL;
  GtkWindow *window;

  bob_begin (&bob, application);
  window = chat_contact_window_new (NULL, CHAT_APPLICATION (application), bob.peer);
  gtk_window_set_default_size (window, 480, 880);
  gtk_window_present (window);

  display_await_text (window, "Online, not verified");
  display_await (has_code, window, "the safety number is shown");
  digits = chat_key_get_safety_number (chat_engine_get_key (bob.engine),
                                       chat_engine_get_key (bob.ours));
  {
    g_auto (GStrv) groups = g_strsplit (digits, " ", -1);

    g_assert_cmpuint (g_strv_length (groups), ==, 12);
    for (guint i = 0; i < 12; i++)
      display_await_text (window, groups[i]);
  }
  display_settle ();
  assert_code (window, digits);

  /* What is not light stays so in the dark. */
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      ADW_COLOR_SCHEME_FORCE_DARK);
  display_settle ();
  assert_code (window, digits);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);

  display_assert_keyboard (window);
  gtk_window_destroy (window);
  bob_end (&bob);
}

static void
decide_contact (GtkApplication *application,
                gpointer        user_data)
{
  Bob bob = { 0 };
  GtkWindow *window;

  bob_begin (&bob, application);
  window = chat_contact_window_new (NULL, CHAT_APPLICATION (application), bob.peer);
  gtk_window_set_default_size (window, 480, 880);
  gtk_window_present (window);

  use (window, GTK_TYPE_BUTTON, "verify_button");
  display_await_text (window, "Online, verified");
  g_assert_cmpint (contact_of (&bob)->trust, ==, CHAT_TRUST_VERIFIED);
  use (window, GTK_TYPE_BUTTON, "verify_button");
  display_await_text (window, "Online, not verified");
  g_assert_cmpint (contact_of (&bob)->trust, ==, CHAT_TRUST_PINNED);

  fill_row (window, "name_row", "Robert");
  g_assert_cmpstr (contact_of (&bob)->petname, ==, "Robert");
  chat_engine_set_name (bob.engine, "Bobby");
  display_await_text (window, "Bobby");
  g_assert_cmpstr (chat_peer_get_name (bob.peer), ==, "Robert");
  use (window, GTK_TYPE_BUTTON, "reset_button");
  g_assert_null (contact_of (&bob)->petname);
  display_await_text (window, "Other names it has had");

  use (window, GTK_TYPE_SWITCH, "block_switch");
  display_await_text (window, "Blocked");
  g_assert_true (contact_of (&bob)->blocked);
  use (window, GTK_TYPE_SWITCH, "block_switch");
  g_assert_false (contact_of (&bob)->blocked);

  gtk_window_destroy (window);
  bob_end (&bob);
}

static gboolean
is_destroyed (gpointer user_data)
{
  return *(gpointer *) user_data == NULL;
}

static void
forget_contact (GtkApplication *application,
                gpointer        user_data)
{
  Bob bob = { 0 };
  GtkWindow *window;
  GtkWindow *question;
  gint64 contact;

  bob_begin (&bob, application);
  contact = contact_of (&bob)->id;
  window = chat_contact_window_new (NULL, CHAT_APPLICATION (application), bob.peer);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_present (window);

  use (window, GTK_TYPE_BUTTON, "forget_button");
  question = display_get_window (ADW_TYPE_MESSAGE_DIALOG);
  display_await_text (question, "All messages with this contact are deleted");
  display_click_on (question, GTK_TYPE_BUTTON, "_Cancel");
  display_settle ();
  g_assert_nonnull (chat_engine_get_peer (bob.ours, contact));

  gtk_window_present (window);
  use (window, GTK_TYPE_BUTTON, "forget_button");
  question = display_get_window (ADW_TYPE_MESSAGE_DIALOG);
  display_click_on (question, GTK_TYPE_BUTTON, "_Forget");
  display_await (is_destroyed, &window, "the window of who was forgotten is closed");
  g_assert_null (chat_engine_get_peer (bob.ours, contact));

  bob_end (&bob);
}

/* A contact is one of an engine: when that begins anew, nothing is asked about it any more. */
static void
leave_contact (GtkApplication *application,
               gpointer        user_data)
{
  Bob bob = { 0 };
  GtkWindow *window;
  GtkWindow *question;

  bob_begin (&bob, application);
  window = chat_contact_window_new (NULL, CHAT_APPLICATION (application), bob.peer);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_present (window);
  use (window, GTK_TYPE_BUTTON, "forget_button");
  question = display_get_window (ADW_TYPE_MESSAGE_DIALOG);
  g_object_add_weak_pointer (G_OBJECT (question), (gpointer *) &question);

  chat_application_start_engine (CHAT_APPLICATION (application));
  display_await (is_destroyed, &window, "the window of another engine's contact is closed");
  display_await (is_destroyed, &question, "and its question, too");
  g_assert_nonnull (get_engine (application));

  bob_end (&bob);
}

/* Another with the same name: which contact it collides with, and what to do. */
static void
hold_contact (GtkApplication *application,
              gpointer        user_data)
{
  ChatEngine *engine = get_engine (application);
  ChatStore *store = chat_engine_get_store (engine);
  const guint8 keys[2][CHAT_CONTACT_KEY_SIZE] = { { 1 }, { 2 } };
  g_autoptr (ChatContact) known = chat_store_meet (store, keys[0], "Zoe", 1, NULL);
  g_autoptr (ChatContact) held = NULL;
  ChatPeer *peer;
  GtkWindow *window;

  g_assert_true (chat_store_set_trust (store, known->id, CHAT_TRUST_PINNED, NULL));
  held = chat_store_meet (store, keys[1], "zoe", 2, NULL);
  g_assert_cmpint (held->trust, ==, CHAT_TRUST_HELD);

  /* The engine learns of both when it begins anew. */
  chat_application_start_engine (CHAT_APPLICATION (application));
  engine = get_engine (application);
  peer = chat_engine_get_peer (engine, held->id);

  window = chat_contact_window_new (NULL, CHAT_APPLICATION (application), peer);
  gtk_window_present (window);
  display_await_text (window, "Held back until you decide");
  display_await_text (window, "Somebody calls itself “zoe”");
  display_await_text (window, "Key 0100000000000000…");
  g_assert_false (gtk_widget_is_sensitive (display_get (window, GTK_TYPE_BUTTON,
                                                        "verify_button")));

  use (window, GTK_TYPE_BUTTON, "accept_button");
  display_await_text (window, "Offline, not verified");
  display_await_no_text (window, "Somebody calls itself");
  g_assert_cmpint (chat_peer_get_contact (peer)->trust, ==, CHAT_TRUST_PINNED);

  gtk_window_destroy (window);
}

/* --- the preferences --- */

static void
set_preferences (GtkApplication *application,
                 gpointer        user_data)
{
  GSettings *settings = chat_application_get_settings (CHAT_APPLICATION (application));
  ChatEngine *engine = get_engine (application);
  GtkWindow *window = chat_preferences_new (NULL, CHAT_APPLICATION (application));

  gtk_window_present (window);
  display_assert_keyboard (window);

  use (window, GTK_TYPE_SWITCH, "quiet_switch");
  g_assert_true (g_settings_get_boolean (settings, "quiet"));
  use (window, GTK_TYPE_SWITCH, "enter_switch");
  g_assert_false (g_settings_get_boolean (settings, "enter-sends"));
  g_settings_set_boolean (settings, "enter-sends", TRUE);
  g_assert_true (gtk_switch_get_active (GTK_SWITCH (display_get (window, GTK_TYPE_SWITCH,
                                                                 "enter_switch"))));

  /* A name is told without leaving anybody. */
  fill_row (window, "name_row", " Ada  Byron ");
  g_assert_true (chat_application_get_engine (CHAT_APPLICATION (application)) == engine);
  g_assert_cmpstr (chat_engine_get_name (engine), ==, "Ada Byron");
  fill_row (window, "name_row", " ");
  display_await_text (window, "A name needs a letter at least");
  g_assert_cmpstr (chat_engine_get_name (engine), ==, "Ada Byron");

  adw_combo_row_set_selected (ADW_COMBO_ROW (display_get (window, ADW_TYPE_COMBO_ROW,
                                                          "style_row")), 2);
  g_assert_true (adw_style_manager_get_dark (adw_style_manager_get_default ()));
  g_settings_reset (settings, "color-scheme");
  g_assert_false (adw_style_manager_get_dark (adw_style_manager_get_default ()));

  gtk_window_destroy (window);
}

static gboolean
is_at_port (gpointer user_data)
{
  ChatEngine *engine = chat_application_get_engine (user_data);
  GSettings *settings = chat_application_get_settings (user_data);

  return engine != NULL && chat_engine_get_port (engine) == g_settings_get_uint (settings, "port");
}

static void
set_network (GtkApplication *application,
             gpointer        user_data)
{
  GSettings *settings = chat_application_get_settings (CHAT_APPLICATION (application));
  guint16 port = chat_engine_get_port (get_engine (application));
  GtkWindow *window = chat_preferences_new (NULL, CHAT_APPLICATION (application));
  AdwComboRow *addresses;
  g_autofree char *chosen = NULL;
  g_autofree char *number = NULL;
  g_autofree char *hint = NULL;

  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), "network");
  gtk_window_present (window);
  addresses = ADW_COMBO_ROW (display_get (window, ADW_TYPE_COMBO_ROW, "bind_row"));

  fill_row (window, "port_row", "70000");
  display_await_text (window, "A port is a number from 1 to 65535");
  g_assert_cmpuint (g_settings_get_uint (settings, "port"), ==, 0);

  /* All that it has is loopback's in a network namespace of its own. */
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (addresses)), >=, 2);
  adw_combo_row_set_selected (addresses, 1);
  chosen = g_settings_get_string (settings, "bind");
  g_assert_true (g_hostname_is_ip_address (chosen));

  number = g_strdup_printf ("%u", port + 1u);
  hint = g_strdup_printf ("Others reach you at port %s now", number);
  fill_row (window, "port_row", number);
  g_assert_cmpuint (g_settings_get_uint (settings, "port"), ==, port + 1u);
  display_await (is_at_port, application, "the chat begins anew at the new port");
  display_await_text (window, hint);

  gtk_window_destroy (window);
}

static void
set_retention (GtkApplication *application,
               gpointer        user_data)
{
  GSettings *settings = chat_application_get_settings (CHAT_APPLICATION (application));
  GtkWindow *window = chat_preferences_new (NULL, CHAT_APPLICATION (application));
  AdwComboRow *row;

  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), "privacy");
  gtk_window_present (window);
  row = ADW_COMBO_ROW (display_get (window, ADW_TYPE_COMBO_ROW, "retention_row"));

  adw_combo_row_set_selected (row, 1);
  display_await_text (display_get_window (ADW_TYPE_MESSAGE_DIALOG), "older than 7 days");
  display_click_on (display_get_window (ADW_TYPE_MESSAGE_DIALOG), GTK_TYPE_BUTTON, "_Cancel");
  display_settle ();
  g_assert_cmpuint (adw_combo_row_get_selected (row), ==, 0);
  g_assert_cmpuint (g_settings_get_uint (settings, "retention-days"), ==, 0);

  adw_combo_row_set_selected (row, 2);
  display_click_on (display_get_window (ADW_TYPE_MESSAGE_DIALOG), GTK_TYPE_BUTTON, "_Delete");
  display_settle ();
  g_assert_cmpuint (g_settings_get_uint (settings, "retention-days"), ==, 30);

  /* To keep more needs no question. */
  adw_combo_row_set_selected (row, 3);
  g_assert_cmpuint (g_settings_get_uint (settings, "retention-days"), ==, 90);

  gtk_window_destroy (window);
}

/* --- what is kept --- */

static void
keep_history (GtkApplication *application,
              gpointer        user_data)
{
  Bob bob = { 0 };
  g_autofree char *folder = make_folder ("export");
  g_autofree char *path = g_build_filename (folder, "history.jsonl", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (ChatMessage) message = NULL;
  g_autoptr (ChatMessage) kept = NULL;
  g_autofree char *text = NULL;
  GtkWindow *window;

  bob_begin (&bob, application);
  window = chat_preferences_new (NULL, CHAT_APPLICATION (application));
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), "privacy");
  gtk_window_present (window);
  g_assert_nonnull (display_get (window, ADW_TYPE_ACTION_ROW, "export_row"));

  chat_engine_stop (bob.engine);
  message = chat_engine_send (bob.ours, bob.peer, "to be kept", NULL);
  chat_keep_write (ADW_PREFERENCES_WINDOW (window), bob.ours, NULL, file);
  display_await_text (window, "Saved as “history.jsonl”");
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "\"text\":\"to be kept\"}\n"));

  use (window, ADW_TYPE_ACTION_ROW, "clear_row");
  display_click_on (display_get_window (ADW_TYPE_MESSAGE_DIALOG), GTK_TYPE_BUTTON, "_Delete");
  display_await_text (window, "The history was deleted");

  /* It still has to go out. */
  kept = chat_store_get_message (chat_engine_get_store (bob.ours), message->id, NULL);
  g_assert_nonnull (kept);

  gtk_window_destroy (window);
  bob_end (&bob);
}

/* --- the plain wire --- */

typedef struct
{
  E2eStranger  stranger;
  char        *address;
  char         bytes[256];
  gssize       length;
} Script;

static void
script_begin (Script *self)
{
  e2e_stranger_init (&self->stranger);
  g_socket_set_blocking (self->stranger.socket, FALSE);
  self->address = g_strdup_printf ("127.0.0.1:%u", self->stranger.port);
}

static void
script_end (Script *self)
{
  e2e_stranger_clear (&self->stranger);
  g_free (self->address);
}

static gboolean
has_received (gpointer user_data)
{
  Script *self = user_data;

  self->length = g_socket_receive (self->stranger.socket, self->bytes, sizeof self->bytes, NULL,
                                   NULL);

  return self->length >= 0;
}

/* The port that the window says it is reached at. */
static guint16
read_port (GtkWindow *window)
{
  const char *text = gtk_label_get_label (GTK_LABEL (display_get (window, GTK_TYPE_LABEL,
                                                                  "port_label")));

  return (guint16) g_ascii_strtoull (text + strcspn (text, "0123456789"), NULL, 10);
}

static void
talk_plainly (GtkApplication *application,
              gpointer        user_data)
{
  GSettings *settings = chat_application_get_settings (CHAT_APPLICATION (application));
  Script script = { 0 };
  Script other = { 0 };
  GtkWindow *window;
  guint16 port;

  /* From there, nobody else can be reached, whatever network there is. */
  g_settings_set_string (settings, "bind", "127.0.0.1");
  script_begin (&script);
  script_begin (&other);
  window = chat_plain_window_new (NULL, CHAT_APPLICATION (application), script.address);
  gtk_window_present (window);
  display_await_text (window, "Not encrypted: anybody on the way can read this");
  display_await_text (window, script.address);
  port = read_port (window);

  display_type ("hello");
  display_press ("Return");
  display_await (has_received, &script, "the text arrives");
  g_assert_cmpint (script.length, ==, 5);
  g_assert_cmpmem (script.bytes, 5, "hello", 5);
  display_await_text (window, "You");

  e2e_stranger_say (&script.stranger, port, "\xff\x1b[2J 你好\n", 13);
  display_await_text (window, "\\xff\\x1b[2J 你好");
  display_await_no_text (window, "somebody else");
  e2e_stranger_say (&other.stranger, port, "me too", 6);
  display_await_text (window, "somebody else");

  /* Who ends lines is given lines. */
  display_type ("line");
  display_press ("Return");
  display_await (has_received, &script, "the line arrives");
  g_assert_cmpmem (script.bytes, script.length, "line\n", 5);
  display_await_no_text (window, "Not sent");

  display_assert_keyboard (window);
  gtk_window_destroy (window);
  script_end (&script);
  script_end (&other);
}

static void
fail_plainly (GtkApplication *application,
              gpointer        user_data)
{
  GSettings *settings = chat_application_get_settings (CHAT_APPLICATION (application));
  g_autofree char *long_text = g_strnfill (66000, 'x');
  GtkWindow *window;

  g_settings_set_string (settings, "bind", "127.0.0.1");
  window = chat_plain_window_new (NULL, CHAT_APPLICATION (application), NULL);
  gtk_window_present (window);

  display_fill (window, ADW_TYPE_ENTRY_ROW, "address_row", "192.0.2.1:99999");
  display_await_text (window, "99999");
  g_assert_true (gtk_widget_get_visible (display_get (window, GTK_TYPE_LABEL, "reason_label")));
  g_assert_false (gtk_widget_is_sensitive (display_get (window, GTK_TYPE_BUTTON, "begin_button")));

  /* From loopback there is no way out. */
  display_fill (window, ADW_TYPE_ENTRY_ROW, "address_row", "192.0.2.1:9");
  display_click_on (window, GTK_TYPE_BUTTON, "begin_button");
  display_await_text (window, "Others reach this window");
  display_type ("into the void");
  display_press ("Return");
  display_await_text (window, "Not sent: too long for the network there, or no way there");

  display_fill (window, GTK_TYPE_ENTRY, "entry", long_text);
  display_press ("Return");
  display_await_text (window, "a datagram holds");

  /* It is still there, to be made shorter. */
  g_assert_cmpuint (strlen (gtk_editable_get_text (GTK_EDITABLE (
    display_get (window, GTK_TYPE_ENTRY, "entry")))), >, 65507);

  gtk_window_destroy (window);
}

#define TEST(body) static void test_##body (void) { run (body); }

TEST (read_contact)
TEST (decide_contact)
TEST (forget_contact)
TEST (leave_contact)
TEST (hold_contact)
TEST (set_preferences)
TEST (set_network)
TEST (set_retention)
TEST (keep_history)
TEST (talk_plainly)
TEST (fail_plainly)

int
main (int    argc,
      char **argv)
{
  display_init (&argc, &argv);

  g_test_add_func ("/display/chat-dialogs/contact/read", test_read_contact);
  g_test_add_func ("/display/chat-dialogs/contact/decide", test_decide_contact);
  g_test_add_func ("/display/chat-dialogs/contact/forget", test_forget_contact);
  g_test_add_func ("/display/chat-dialogs/contact/leave", test_leave_contact);
  g_test_add_func ("/display/chat-dialogs/contact/held", test_hold_contact);
  g_test_add_func ("/display/chat-dialogs/preferences/rows", test_set_preferences);
  g_test_add_func ("/display/chat-dialogs/preferences/network", test_set_network);
  g_test_add_func ("/display/chat-dialogs/preferences/retention", test_set_retention);
  g_test_add_func ("/display/chat-dialogs/history", test_keep_history);
  g_test_add_func ("/display/chat-dialogs/plain/talk", test_talk_plainly);
  g_test_add_func ("/display/chat-dialogs/plain/fail", test_fail_plainly);

  return g_test_run ();
}
