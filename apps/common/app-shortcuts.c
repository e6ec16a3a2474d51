/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app-shortcuts.h"

/* GTK would find such a window by its name, and make it with the first of the app. But until it is
 * shown it costs time and memory, and GTK 4.8 warns of it: a screen reader that asks for a window
 * which has just closed is told of the last one instead, which has no path on the bus yet. */

static void
on_show (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  GtkApplicationWindow *window = user_data;
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (window));
  g_autofree char *path = g_strconcat (
    g_application_get_resource_base_path (G_APPLICATION (application)), "/shortcuts.ui", NULL);
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (path);
  GObject *shortcuts = gtk_builder_get_object (builder, "shortcuts");

  /* That puts an action that shows this one in the place of ours. */
  gtk_application_window_set_help_overlay (window, GTK_SHORTCUTS_WINDOW (shortcuts));
  gtk_window_present (GTK_WINDOW (shortcuts));
}

void
app_shortcuts_add (GtkApplicationWindow *window)
{
  static const GActionEntry entry = { "show-help-overlay", on_show };

  g_action_map_add_action_entries (G_ACTION_MAP (window), &entry, 1, window);
}
