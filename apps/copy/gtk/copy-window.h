/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-application.h"

G_BEGIN_DECLS

#define COPY_TYPE_WINDOW (copy_window_get_type ())

G_DECLARE_FINAL_TYPE (CopyWindow, copy_window, COPY, WINDOW, AdwApplicationWindow)

CopyWindow *copy_window_new (CopyApplication *application) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
