/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "app-mnemonic"

#include "app-mnemonic.h"

#include <adwaita.h>
#include <glib/gi18n.h>

static gboolean
is_foreign_search (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  if (!ADW_IS_PREFERENCES_WINDOW (root) && !GTK_IS_SHORTCUTS_WINDOW (root))
    return FALSE;

  return GTK_IS_SEARCH_ENTRY (widget) ||
         (GTK_IS_TOGGLE_BUTTON (widget) &&
          g_strcmp0 (gtk_button_get_icon_name (GTK_BUTTON (widget)), "edit-find-symbolic") == 0);
}

/* What a button says that has a label for a child, such as the version in an AdwAboutWindow, or a
 * check button. */
static const char *
get_child_text (GtkWidget *widget)
{
  GtkWidget *child = NULL;

  if (GTK_IS_CHECK_BUTTON (widget))
    child = gtk_widget_get_last_child (widget);
  else if (GTK_IS_BUTTON (widget) && gtk_button_get_label (GTK_BUTTON (widget)) == NULL)
    child = gtk_button_get_child (GTK_BUTTON (widget));

  return GTK_IS_LABEL (child) ? gtk_label_get_text (GTK_LABEL (child)) : NULL;
}

void
app_mnemonic_tidy (GtkWidget *root)
{
  const char *text = is_foreign_search (root) ? _("Search") : get_child_text (root);

  if (text != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (root), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  else if (GTK_IS_BUTTON (root) && gtk_button_get_use_underline (GTK_BUTTON (root)))
    gtk_accessible_reset_property (GTK_ACCESSIBLE (root), GTK_ACCESSIBLE_PROPERTY_LABEL);

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    app_mnemonic_tidy (child);
}

static void
on_windows_changed (GListModel *windows,
                    guint       position,
                    guint       removed,
                    guint       added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GObject) window = g_list_model_get_item (windows, i);

      g_signal_connect (window, "map", G_CALLBACK (app_mnemonic_tidy), NULL);
    }
}

void
app_mnemonic_tidy_all (void)
{
  static gboolean done = FALSE;

  if (!done)
    g_signal_connect (gtk_window_get_toplevels (), "items-changed",
                      G_CALLBACK (on_windows_changed), NULL);
  done = TRUE;
}
