/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A row for a file or folder with a path that is to be copied; its button is the action
 * "sheet.remove" for that path. */
GtkWidget *copy_source_row_new (GFile *file);

G_END_DECLS
