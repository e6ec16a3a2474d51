/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-overview.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What the desktop is told while nobody looks: that files are being copied, so that the computer
 * stays awake, and that a job has ended. */
typedef struct _CopyAttendant CopyAttendant;

CopyAttendant *copy_attendant_new  (GtkApplication *application,
                                    CopyOverview   *overview,
                                    CopyQueue      *queue,
                                    GSettings      *settings) G_GNUC_WARN_UNUSED_RESULT;
void           copy_attendant_free (CopyAttendant  *self);

G_END_DECLS
