/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-queue.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Keeps a row in @list for each job of a queue, in their order. */
typedef struct _CopyJobRows CopyJobRows;

CopyJobRows *copy_job_rows_new   (CopyQueue   *queue,
                                  GtkListBox  *list);
void         copy_job_rows_free  (CopyJobRows *self);

/* Goes to the row of the job with this id, if there is one. */
void         copy_job_rows_focus (CopyJobRows *self,
                                  guint64      id);

G_END_DECLS
