/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-preferences"

#include "copy-preferences.h"

void
copy_preferences_present (GtkWindow *parent,
                          GSettings *settings)
{
  g_autoptr (GtkBuilder) builder =
    gtk_builder_new_from_resource ("/io/github/lanyard/Lanyard/Copy/copy-preferences.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "window"));

  g_settings_bind (settings, "notify", gtk_builder_get_object (builder, "notify_switch"),
                   "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "several", gtk_builder_get_object (builder, "several_spin"),
                   "value", G_SETTINGS_BIND_DEFAULT);
  gtk_window_set_transient_for (window, parent);
  gtk_window_present (window);
}
