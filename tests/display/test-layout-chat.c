/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-people.h"
#include "layout.h"

#include "chat-connect.h"
#include "chat-contact-window.h"
#include "chat-explain.h"
#include "chat-plain-window.h"
#include "chat-preferences.h"
#include "chat-text-window.h"

/* The windows of Lanyard Chat, whatever the language. */

static void
check_window (GtkWindow  *window,
              const char *name)
{
  gtk_window_present (window);
  layout_check (window, name);
  gtk_window_destroy (window);
}

static ChatPeer *
get_peer (ChatPair *pair)
{
  g_autoptr (GPtrArray) peers = chat_engine_list_peers (chat_application_get_engine (pair->app));

  g_assert_cmpuint (peers->len, >, 0);

  return g_ptr_array_index (peers, 0);
}

/* --- the first start --- */

static void
begin (ChatPair *pair)
{
  GtkWindow *window = chat_get_window ();

  display_get (window, ADW_TYPE_ENTRY_ROW, "name_row");
  layout_check (window, "chat-welcome");
  display_fill (window, ADW_TYPE_ENTRY_ROW, "name_row", "Ann");
  display_press ("Return");
  display_get (window, GTK_TYPE_MENU_BUTTON, "open-menu-symbolic");
  layout_check (window, "chat-nobody");
}

/* --- what it can be asked for --- */

static void
check_preferences (ChatPair *pair)
{
  GtkWindow *window = chat_preferences_new (NULL, pair->app);
  const char *pages[] = { "general", "network", "privacy" };

  gtk_window_present (window);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autofree char *name = g_strconcat ("chat-preferences-", pages[i], NULL);

      adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), pages[i]);
      layout_check (window, name);
    }

  adw_combo_row_set_selected (ADW_COMBO_ROW (display_get (window, ADW_TYPE_COMBO_ROW,
                                                          "retention_row")), 1);
  layout_check_dialog ("chat-retention");
  layout_use (window, ADW_TYPE_ACTION_ROW, "clear_row");
  layout_check_dialog ("chat-clear");
  gtk_window_destroy (window);
}

static void
check_plain (ChatPair *pair)
{
  GtkWindow *window = chat_plain_window_new (NULL, pair->app, NULL);

  g_settings_set_string (chat_application_get_settings (pair->app), "bind", "127.0.0.1");
  gtk_window_present (window);
  display_fill (window, ADW_TYPE_ENTRY_ROW, "address_row", "192.0.2.1:99999");
  layout_check (window, "chat-plain-begin");
  display_fill (window, ADW_TYPE_ENTRY_ROW, "address_row", "192.0.2.1:9");
  layout_use (window, GTK_TYPE_BUTTON, "begin_button");
  display_fill (window, GTK_TYPE_ENTRY, "entry", "Into the void");
  display_press ("Return");
  display_await_text (window, "Into the void");
  layout_check (window, "chat-plain");
  gtk_window_destroy (window);
}

static void
check_shortcuts (GtkWindow *window)
{
  GtkWindow *shortcuts;

  gtk_widget_activate_action (GTK_WIDGET (window), "win.show-help-overlay", NULL);
  shortcuts = display_get_window (GTK_TYPE_SHORTCUTS_WINDOW);
  layout_check (shortcuts, "chat-shortcuts");
  gtk_window_close (shortcuts);
  display_settle ();
}

static void
check_contact (ChatPair *pair)
{
  GtkWindow *window = chat_contact_window_new (NULL, pair->app, get_peer (pair));

  gtk_window_present (window);
  layout_check (window, "chat-contact");
  layout_use (window, GTK_TYPE_BUTTON, "forget_button");
  layout_check_dialog ("chat-forget");
  layout_use (window, GTK_TYPE_BUTTON, "verify_button");
  layout_use (window, GTK_TYPE_SWITCH, "block_switch");
  layout_check (window, "chat-contact-blocked");
  layout_use (window, GTK_TYPE_SWITCH, "block_switch");
  gtk_window_destroy (window);
}

static void
ask (ChatPair *pair)
{
  GtkWindow *window = chat_get_window ();

  check_preferences (pair);
  check_contact (pair);
  check_plain (pair);
  check_window (chat_connect_new (NULL, pair->app), "chat-connect");
  check_window (chat_explain_new (NULL, pair->app, 0), "chat-explain");
  check_window (chat_explain_new (NULL, pair->app, chat_peer_get_contact (get_peer (pair))->id),
                "chat-explain-contact");
  check_window (GTK_WINDOW (chat_text_window_new (NULL, "A text")), "chat-text");
  check_shortcuts (window);
}

/* --- a conversation --- */

static void
check_list (GtkWindow *window)
{
  GtkWidget *row;

  gtk_widget_activate_action (GTK_WIDGET (window), "win.back", NULL);
  display_get (window, GTK_TYPE_LIST_VIEW, "list");
  layout_check (window, "chat-list");
  layout_check_menu (window, "list-add-symbolic", "chat-menu-add");
  layout_check_menu (window, "open-menu-symbolic", "chat-menu");

  row = display_get (window, g_type_from_name ("ChatSidebarRow"), NULL);
  display_click_secondary (row);
  display_get (row, GTK_TYPE_POPOVER_MENU, NULL);
  layout_check (window, "chat-menu-person");
  display_press ("Escape");
  display_await_gone (row, GTK_TYPE_POPOVER_MENU, NULL);

  gtk_widget_activate_action (GTK_WIDGET (window), "win.search-people", NULL);
  display_type ("nobody");
  display_await_gone (window, GTK_TYPE_LIST_VIEW, "list");
  layout_check (window, "chat-search-people");
  layout_use (window, GTK_TYPE_TOGGLE_BUTTON, "messages_button");
  display_settle ();
  layout_check (window, "chat-search-messages");
  display_press ("Escape");
}

static void
check_message_menu (GtkWindow  *window,
                    const char *text,
                    const char *name)
{
  GtkWidget *view = display_get (window, g_type_from_name ("ChatConversationView"), NULL);

  display_click_secondary (display_get (window, GTK_TYPE_LABEL, text));
  display_get (view, GTK_TYPE_POPOVER_MENU, NULL);
  layout_check (window, name);
  display_press ("Escape");
  display_await_gone (view, GTK_TYPE_POPOVER_MENU, NULL);
}

static gboolean
has_engine (gpointer application)
{
  return chat_application_get_engine (application) != NULL;
}

/* Another comes under a name that is known. */
static void
check_held (ChatPair  *pair,
            GtkWindow *window)
{
  ChatStore *store = chat_engine_get_store (chat_application_get_engine (pair->app));
  const guint8 key[CHAT_CONTACT_KEY_SIZE] = { 2 };
  g_autoptr (ChatContact) known = chat_store_meet (store, key, "Zoe", 1, NULL);
  const guint8 other[CHAT_CONTACT_KEY_SIZE] = { 3 };
  g_autoptr (ChatContact) held = NULL;
  ChatPeer *peer;

  g_assert_true (chat_store_set_trust (store, known->id, CHAT_TRUST_PINNED, NULL));
  held = chat_store_meet (store, other, "zoe", 2, NULL);
  chat_application_start_engine (pair->app);
  display_await (has_engine, pair->app, "the chat begins anew");
  peer = chat_engine_get_peer (chat_application_get_engine (pair->app), held->id);
  chat_window_open (CHAT_WINDOW (window), held->id, FALSE);
  display_get (window, GTK_TYPE_BUTTON, "accept");
  layout_check (window, "chat-held");
  check_window (chat_contact_window_new (NULL, pair->app, peer), "chat-contact-held");

  g_assert_true (chat_engine_set_blocked (chat_application_get_engine (pair->app), peer, TRUE,
                                          NULL));
  display_get (window, GTK_TYPE_BUTTON, "unblock");
  layout_check (window, "chat-blocked");
}

static void
talk (ChatPair *pair)
{
  GtkWindow *window = chat_get_window ();

  layout_check (window, "chat-empty");
  chat_say (pair, "The ferry leaves at noon");
  display_await_text (window, "The ferry leaves at noon");
  display_fill (window, GTK_TYPE_TEXT_VIEW, NULL, "A coat");
  display_press ("Return");
  chat_hear (pair, "A coat");
  layout_check (window, "chat-talk");
  check_message_menu (window, "The ferry leaves at noon", "chat-menu-message");
  check_message_menu (window, "A coat", "chat-menu-own-message");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.search", NULL);
  display_type ("nothing");
  layout_check (window, "chat-find");

  check_list (window);
  check_held (pair, window);
}

static void
walk (void)
{
  chat_pair_run (NULL, FALSE, begin);
  chat_pair_run ("Ann", TRUE, ask);
  chat_pair_run ("Ann", TRUE, talk);
}

int
main (int    argc,
      char **argv)
{
  display_init (&argc, &argv);
  layout_add ("/display/layout/chat", walk);

  return g_test_run ();
}
