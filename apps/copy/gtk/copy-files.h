/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-report.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a window does with files. Trouble is told by the action "win.tell" of
 * the widget that asked. Each returns at once. */
void copy_files_save_report (GtkWidget           *widget,
                             const CopyReport    *report);
void copy_files_show        (GtkWidget           *widget,
                             const char * const  *paths);

/* Lets the user choose folders or files; calls @chosen with a list of GFile,
 * unless nothing was chosen or @owner is gone. */
typedef void (*CopyFilesChosen) (GObject    *owner,
                                 GListModel *files);

void copy_files_choose      (GtkWindow            *parent,
                             const char           *title,
                             gboolean              folders,
                             gboolean              multiple,
                             CopyFilesChosen       chosen,
                             GObject              *owner);

/* The files that were copied in a file manager; none is an empty list. */
void copy_files_paste       (GtkWidget            *widget,
                             CopyFilesChosen       pasted);

/* Those that are dropped on @widget; always some. @invitation, or NULL, is revealed while they
 * are held over it. */
void copy_files_add_drop_target
                            (GtkWidget            *widget,
                             GtkRevealer          *invitation,
                             CopyFilesChosen       dropped,
                             GObject              *owner);

G_END_DECLS
