/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-dialog.h"

#include "chat-keep.h"
#include "chat-preferences.h"

#include <string.h>

/* The preferences, which change a chat that runs, and what is done with its history. */

static void
set_preferences (GtkApplication *application,
                 gpointer        user_data)
{
  GSettings *settings = chat_application_get_settings (CHAT_APPLICATION (application));
  ChatEngine *engine = dialog_get_engine (application);
  GtkWindow *window = chat_preferences_new (NULL, CHAT_APPLICATION (application));

  gtk_window_present (window);
  display_assert_keyboard (window);

  dialog_use (window, GTK_TYPE_SWITCH, "quiet_switch");
  g_assert_true (g_settings_get_boolean (settings, "quiet"));
  dialog_use (window, GTK_TYPE_SWITCH, "enter_switch");
  g_assert_false (g_settings_get_boolean (settings, "enter-sends"));
  g_settings_set_boolean (settings, "enter-sends", TRUE);
  g_assert_true (gtk_switch_get_active (GTK_SWITCH (display_get (window, GTK_TYPE_SWITCH,
                                                                 "enter_switch"))));

  /* A name is told without leaving anybody. */
  dialog_fill_row (window, "name_row", " Ada  Byron ");
  g_assert_true (chat_application_get_engine (CHAT_APPLICATION (application)) == engine);
  g_assert_cmpstr (chat_engine_get_name (engine), ==, "Ada Byron");
  dialog_fill_row (window, "name_row", " ");
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
  guint16 port = chat_engine_get_port (dialog_get_engine (application));
  GtkWindow *window = chat_preferences_new (NULL, CHAT_APPLICATION (application));
  AdwComboRow *addresses;
  g_autofree char *chosen = NULL;
  g_autofree char *number = NULL;
  g_autofree char *hint = NULL;

  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), "network");
  gtk_window_present (window);
  addresses = ADW_COMBO_ROW (display_get (window, ADW_TYPE_COMBO_ROW, "bind_row"));

  dialog_fill_row (window, "port_row", "70000");
  display_await_text (window, "A port is a number from 1 to 65535");
  g_assert_cmpuint (g_settings_get_uint (settings, "port"), ==, 0);

  /* All that it has is loopback's in a network namespace of its own. */
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (addresses)), >=, 2);
  adw_combo_row_set_selected (addresses, 1);
  chosen = g_settings_get_string (settings, "bind");
  g_assert_true (g_hostname_is_ip_address (chosen));

  number = g_strdup_printf ("%u", port + 1u);
  hint = g_strdup_printf ("Others reach you at port %s now", number);
  dialog_fill_row (window, "port_row", number);
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
  DialogBob bob = { 0 };
  g_autofree char *folder = dialog_make_folder ("export");
  g_autofree char *path = g_build_filename (folder, "history.jsonl", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (ChatMessage) message = NULL;
  g_autoptr (ChatMessage) kept = NULL;
  g_autofree char *text = NULL;
  GtkWindow *window;

  dialog_bob_begin (&bob, application);
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

  dialog_use (window, ADW_TYPE_ACTION_ROW, "clear_row");
  display_click_on (display_get_window (ADW_TYPE_MESSAGE_DIALOG), GTK_TYPE_BUTTON, "_Delete");
  display_await_text (window, "The history was deleted");

  /* It still has to go out. */
  kept = chat_store_get_message (chat_engine_get_store (bob.ours), message->id, NULL);
  g_assert_nonnull (kept);

  gtk_window_destroy (window);
  dialog_bob_end (&bob);
}

DIALOG_TEST (set_preferences)
DIALOG_TEST (set_network)
DIALOG_TEST (set_retention)
DIALOG_TEST (keep_history)

int
main (int    argc,
      char **argv)
{
  display_init (&argc, &argv);

  g_test_add_func ("/display/chat-preferences/rows", test_set_preferences);
  g_test_add_func ("/display/chat-preferences/network", test_set_network);
  g_test_add_func ("/display/chat-preferences/retention", test_set_retention);
  g_test_add_func ("/display/chat-preferences/history", test_keep_history);

  return g_test_run ();
}
