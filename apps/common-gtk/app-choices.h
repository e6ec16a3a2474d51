/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Buttons that belong together: beside one another where there is room for all of them, and below
 * one another, equally wide, where there is not. None is ever left alone in a second line. */
#define APP_TYPE_CHOICES (app_choices_get_type ())

G_DECLARE_FINAL_TYPE (AppChoices, app_choices, APP, CHOICES, GtkWidget)

void app_choices_append (AppChoices *self,
                         GtkWidget  *child);

G_END_DECLS
