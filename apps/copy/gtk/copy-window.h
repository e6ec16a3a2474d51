/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-application.h"

G_BEGIN_DECLS

#define COPY_TYPE_WINDOW (copy_window_get_type ())

G_DECLARE_FINAL_TYPE (CopyWindow, copy_window, COPY, WINDOW, AdwApplicationWindow)

CopyWindow *copy_window_new      (CopyApplication *application) G_GNUC_WARN_UNUSED_RESULT;

/* Opens the sheet of a new job for a list of GFile, or adds them to the one that
 * is open. @dest may be NULL. */
void        copy_window_add      (CopyWindow      *self,
                                  GListModel      *files,
                                  GFile           *dest);
void        copy_window_show_job (CopyWindow      *self,
                                  guint64          id);

G_END_DECLS
