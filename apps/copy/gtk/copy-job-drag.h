/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-queue.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Lets the row of a job be dragged by @handle onto that of another one, before which it is then
 * in the queue. The row keeps both. */
void copy_job_drag_add (GtkListBoxRow *row,
                        GtkWidget     *handle,
                        CopyQueue     *queue,
                        CopyQueuedJob *job);

G_END_DECLS
