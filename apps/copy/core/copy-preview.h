/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-job.h"

G_BEGIN_DECLS

/* How many lines a preview keeps; all are counted. */
#define COPY_PREVIEW_MAX_LINES 100000

#define COPY_TYPE_PLAN_LINE (copy_plan_line_get_type ())

/**
 * CopyPlanLine:
 *
 * One thing that a job would do. Made when the list is asked for it. @from is
 * %NULL for %COPY_ACTION_DELETE. Paths are bytes.
 */
G_DECLARE_FINAL_TYPE (CopyPlanLine, copy_plan_line, COPY, PLAN_LINE, GObject)

CopyAction  copy_plan_line_get_action (CopyPlanLine *self);
const char *copy_plan_line_get_from   (CopyPlanLine *self);
const char *copy_plan_line_get_to     (CopyPlanLine *self);

#define COPY_TYPE_PREVIEW (copy_preview_get_type ())

/**
 * CopyPreview:
 *
 * What a request would do: a dry run in a thread of its own, and a #GListModel
 * of #CopyPlanLine that grows on the main context, some hundred lines at a
 * time. For the main context alone. If that is slow the dry run waits.
 *
 * Dropping the last reference ends the dry run early, without waiting for it.
 *
 * Properties: "done" (boolean, notified), "n-lines" (uint64: how many lines
 * there would be; notified with each batch).
 */
G_DECLARE_FINAL_TYPE (CopyPreview, copy_preview, COPY, PREVIEW, GObject)

/* Begins at once. @request is copied. Only lines with an action in @actions, a
 * set of 1 << CopyAction (0: all), are listed and counted: what a mirror would
 * delete is 1 << COPY_ACTION_DELETE. */
CopyPreview      *copy_preview_new        (const CopyRequest *request,
                                           guint              actions) G_GNUC_WARN_UNUSED_RESULT;
gboolean          copy_preview_is_done    (CopyPreview       *self);
guint64           copy_preview_get_count  (CopyPreview       *self,
                                           CopyAction         action);
guint64           copy_preview_get_n_lines
                                          (CopyPreview       *self);

/* Once it is done: why it could not start, or else what it would report. */
const GError     *copy_preview_get_error  (CopyPreview       *self);
const CopyReport *copy_preview_get_report (CopyPreview       *self);

G_END_DECLS
