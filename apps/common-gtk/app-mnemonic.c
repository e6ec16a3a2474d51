/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "app-mnemonic"

#include "app-mnemonic.h"

void
app_mnemonic_tidy (GtkWidget *root)
{
  gboolean tidy = (GTK_IS_BUTTON (root) && gtk_button_get_use_underline (GTK_BUTTON (root))) ||
                  (GTK_IS_CHECK_BUTTON (root) &&
                   gtk_check_button_get_use_underline (GTK_CHECK_BUTTON (root)));

  if (tidy)
    {
      gtk_accessible_reset_property (GTK_ACCESSIBLE (root), GTK_ACCESSIBLE_PROPERTY_LABEL);
      return;
    }

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
