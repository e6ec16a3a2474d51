/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Adds the action “show-help-overlay” to @window: shows "shortcuts" of the resource shortcuts.ui. */
void app_shortcuts_add (GtkApplicationWindow *window);

G_END_DECLS
