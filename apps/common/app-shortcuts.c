/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app-shortcuts.h"

/* GTK would find such a window by its name, and make it with the first of the app, and keep it. But
 * while it is not shown it costs time and memory, and GTK 4.8 warns of it: a screen reader that asks
 * for a window which has just closed is told of the last one instead, which has no path on the bus. */

static GtkWindow *
find (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (GTK_IS_SHORTCUTS_WINDOW (window))
        return window;
    }

  return NULL;
}

static GtkWindow *
make (GtkWindow *parent)
{
  GApplication *application = G_APPLICATION (gtk_window_get_application (parent));
  g_autofree char *path = g_strconcat (g_application_get_resource_base_path (application),
                                       "/shortcuts.ui", NULL);
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (path);
  GtkWindow *shortcuts = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  gtk_window_set_transient_for (shortcuts, parent);
  gtk_window_set_destroy_with_parent (shortcuts, TRUE);

  return shortcuts;
}

static void
on_show (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  GtkWindow *shortcuts = find ();

  gtk_window_present (shortcuts != NULL ? shortcuts : make (GTK_WINDOW (user_data)));
}

void
app_shortcuts_add (GtkApplicationWindow *window)
{
  static const GActionEntry entry = { "show-help-overlay", on_show };

  g_action_map_add_action_entries (G_ACTION_MAP (window), &entry, 1, window);
}
