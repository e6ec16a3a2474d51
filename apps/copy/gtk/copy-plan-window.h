/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-preview.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What a job would do, as a list to search. It may be everything, to look at,
 * or what a mirror would delete, to be confirmed: then "confirmed" is emitted
 * when the user wants it, and the window closes. */
#define COPY_TYPE_PLAN_WINDOW (copy_plan_window_get_type ())

G_DECLARE_FINAL_TYPE (CopyPlanWindow, copy_plan_window, COPY, PLAN_WINDOW, AdwWindow)

CopyPlanWindow *copy_plan_window_new (const CopyRequest *request,
                                      gboolean           confirm_deletions,
                                      GtkWindow         *parent) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
