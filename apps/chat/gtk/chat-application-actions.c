/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-application"

#include "chat-application-actions.h"

#include "chat-about.h"
#include "chat-connect.h"
#include "chat-explain.h"
#include "chat-preferences.h"

/* The window in front, since that is what a dialog belongs to. */
static GtkWindow *
get_front (ChatApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  return window != NULL ? window : GTK_WINDOW (chat_application_get_window (self));
}

static void
on_quit (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  GtkApplication *application = user_data;
  GList *windows;

  while ((windows = gtk_application_get_windows (application)) != NULL)
    gtk_window_destroy (windows->data);

  g_application_quit (G_APPLICATION (application));
}

static void
on_preferences (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  gtk_window_present (chat_preferences_new (get_front (user_data), user_data));
}

static void
on_about (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  chat_about_show (get_front (user_data));
}

static void
on_shortcuts (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (chat_application_get_window (user_data)),
                              "win.show-help-overlay", NULL);
}

static void
on_explain (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  gtk_window_present (chat_explain_new (get_front (user_data), user_data, 0));
}

static void
on_restart_engine (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  chat_application_restart_engine (user_data);
}

static void
on_new_conversation (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  if (chat_application_get_engine (user_data) != NULL)
    gtk_window_present (chat_connect_new (get_front (user_data), user_data));
}

/* Whether it is to look or to reply, the composer has the focus: who clicks on a
 * notification may want to do either. */
static void
on_open_conversation (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  ChatWindow *window = chat_application_get_window (user_data);

  gtk_window_present (GTK_WINDOW (window));
  chat_window_open (window, g_variant_get_int64 (parameter), TRUE);
}

static void
add_keys (GtkApplication *application)
{
  static const struct
  {
    const char *action;
    const char *keys[3];
  } all[] = {
    { "app.quit", { "<Control>q" } },
    { "app.preferences", { "<Control>comma" } },
    { "app.shortcuts", { "<Control>question", "F1" } },
    { "app.new-conversation", { "<Control>n" } },
    { "window.close", { "<Control>w" } },
    { "win.search", { "<Control>f" } },
    { "win.search-all", { "<Control><Shift>f" } },
    { "win.search-people", { "<Control>k" } },
    { "win.details", { "<Control>i" } },
    { "win.previous", { "<Alt>Up" } },
    { "win.next", { "<Alt>Down" } },
    { "win.back", { "<Alt>Left" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    gtk_application_set_accels_for_action (application, all[i].action, all[i].keys);
}

void
chat_application_add_actions (ChatApplication *self)
{
  static const GActionEntry entries[] = {
    { "quit", on_quit },
    { "preferences", on_preferences },
    { "about", on_about },
    { "shortcuts", on_shortcuts },
    { "explain", on_explain },
    { "restart-engine", on_restart_engine },
    { "new-conversation", on_new_conversation },
    { "open-conversation", on_open_conversation, "x" },
    { "reply", on_open_conversation, "x" },
  };
  g_autoptr (GAction) quiet = g_settings_create_action (chat_application_get_settings (self),
                                                        "quiet");

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_action_map_add_action (G_ACTION_MAP (self), quiet);
  add_keys (GTK_APPLICATION (self));
}
