/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-dialog.h"

#include "chat-contact-window.h"
#include "chat-key.h"

#include <glib/gstdio.h>

/* What the window about a contact says, and what can be decided there. */

static const ChatContact *
contact_of (DialogBob *bob)
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
  g_autofree char *folder = dialog_make_folder ("code");
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
  DialogBob bob = { 0 };
  g_autofree char *digits = NULL;
  GtkWindow *window;

  dialog_bob_begin (&bob, application);
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
  dialog_bob_end (&bob);
}

static void
decide_contact (GtkApplication *application,
                gpointer        user_data)
{
  DialogBob bob = { 0 };
  GtkWindow *window;

  dialog_bob_begin (&bob, application);
  window = chat_contact_window_new (NULL, CHAT_APPLICATION (application), bob.peer);
  gtk_window_set_default_size (window, 480, 880);
  gtk_window_present (window);

  dialog_use (window, GTK_TYPE_BUTTON, "verify_button");
  display_await_text (window, "Online, verified");
  g_assert_cmpint (contact_of (&bob)->trust, ==, CHAT_TRUST_VERIFIED);
  dialog_use (window, GTK_TYPE_BUTTON, "verify_button");
  display_await_text (window, "Online, not verified");
  g_assert_cmpint (contact_of (&bob)->trust, ==, CHAT_TRUST_PINNED);

  dialog_fill_row (window, "name_row", "Robert");
  g_assert_cmpstr (contact_of (&bob)->petname, ==, "Robert");
  chat_engine_set_name (bob.engine, "Bobby");
  display_await_text (window, "Bobby");
  g_assert_cmpstr (chat_peer_get_name (bob.peer), ==, "Robert");
  dialog_use (window, GTK_TYPE_BUTTON, "reset_button");
  g_assert_null (contact_of (&bob)->petname);
  display_await_text (window, "Other names it has had");

  dialog_use (window, GTK_TYPE_SWITCH, "block_switch");
  display_await_text (window, "Blocked");
  g_assert_true (contact_of (&bob)->blocked);
  dialog_use (window, GTK_TYPE_SWITCH, "block_switch");
  g_assert_false (contact_of (&bob)->blocked);

  gtk_window_destroy (window);
  dialog_bob_end (&bob);
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
  DialogBob bob = { 0 };
  GtkWindow *window;
  GtkWindow *question;
  gint64 contact;

  dialog_bob_begin (&bob, application);
  contact = contact_of (&bob)->id;
  window = chat_contact_window_new (NULL, CHAT_APPLICATION (application), bob.peer);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_present (window);

  dialog_use (window, GTK_TYPE_BUTTON, "forget_button");
  question = display_get_window (ADW_TYPE_MESSAGE_DIALOG);
  display_await_text (question, "All messages with this contact are deleted");
  display_click_on (question, GTK_TYPE_BUTTON, "_Cancel");
  display_settle ();
  g_assert_nonnull (chat_engine_get_peer (bob.ours, contact));

  gtk_window_present (window);
  dialog_use (window, GTK_TYPE_BUTTON, "forget_button");
  question = display_get_window (ADW_TYPE_MESSAGE_DIALOG);
  display_click_on (question, GTK_TYPE_BUTTON, "_Forget");
  display_await (is_destroyed, &window, "the window of who was forgotten is closed");
  g_assert_null (chat_engine_get_peer (bob.ours, contact));

  dialog_bob_end (&bob);
}

/* A contact is one of an engine: when that begins anew, nothing is asked about it any more. */
static void
leave_contact (GtkApplication *application,
               gpointer        user_data)
{
  DialogBob bob = { 0 };
  GtkWindow *window;
  GtkWindow *question;

  dialog_bob_begin (&bob, application);
  window = chat_contact_window_new (NULL, CHAT_APPLICATION (application), bob.peer);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_present (window);
  dialog_use (window, GTK_TYPE_BUTTON, "forget_button");
  question = display_get_window (ADW_TYPE_MESSAGE_DIALOG);
  g_object_add_weak_pointer (G_OBJECT (question), (gpointer *) &question);

  chat_application_start_engine (CHAT_APPLICATION (application));
  display_await (is_destroyed, &window, "the window of another engine's contact is closed");
  display_await (is_destroyed, &question, "and its question, too");
  g_assert_nonnull (dialog_get_engine (application));

  dialog_bob_end (&bob);
}

/* Another with the same name: which contact it collides with, and what to do. */
static void
hold_contact (GtkApplication *application,
              gpointer        user_data)
{
  ChatEngine *engine = dialog_get_engine (application);
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
  engine = dialog_get_engine (application);
  peer = chat_engine_get_peer (engine, held->id);

  window = chat_contact_window_new (NULL, CHAT_APPLICATION (application), peer);
  gtk_window_present (window);
  display_await_text (window, "Held back until you decide");
  display_await_text (window, "Somebody calls itself “zoe”");
  display_await_text (window, "Key 0100000000000000…");
  g_assert_false (gtk_widget_is_sensitive (display_get (window, GTK_TYPE_BUTTON,
                                                        "verify_button")));

  dialog_use (window, GTK_TYPE_BUTTON, "accept_button");
  display_await_text (window, "Offline, not verified");
  display_await_no_text (window, "Somebody calls itself");
  g_assert_cmpint (chat_peer_get_contact (peer)->trust, ==, CHAT_TRUST_PINNED);

  gtk_window_destroy (window);
}

DIALOG_TEST (read_contact)
DIALOG_TEST (decide_contact)
DIALOG_TEST (forget_contact)
DIALOG_TEST (leave_contact)
DIALOG_TEST (hold_contact)

int
main (int    argc,
      char **argv)
{
  display_init (&argc, &argv);

  g_test_add_func ("/display/chat-contact/read", test_read_contact);
  g_test_add_func ("/display/chat-contact/decide", test_decide_contact);
  g_test_add_func ("/display/chat-contact/forget", test_forget_contact);
  g_test_add_func ("/display/chat-contact/leave", test_leave_contact);
  g_test_add_func ("/display/chat-contact/held", test_hold_contact);

  return g_test_run ();
}
