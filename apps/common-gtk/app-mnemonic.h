/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Lets the buttons below @root be called what is written on them. GTK 4.8 would have screen
 * readers say "_Copy Copy": the label with its underline, and then the label that it is shown
 * with. And names what libadwaita 1.2 and GTK leave without a name: the search of windows for
 * preferences and shortcuts, and buttons whose label is a child. */
void app_mnemonic_tidy     (GtkWidget *root);

/* Does so for each window that is made from now on when it is shown, dialogs too. What is made or
 * gets another label later needs the above. */
void app_mnemonic_tidy_all (void);

G_END_DECLS
