/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-queue.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A job in the window's list. Its actions are "job.…". */
#define COPY_TYPE_JOB_ROW (copy_job_row_get_type ())

G_DECLARE_FINAL_TYPE (CopyJobRow, copy_job_row, COPY, JOB_ROW, GtkListBoxRow)

CopyJobRow    *copy_job_row_new     (CopyQueue     *queue,
                                     CopyQueuedJob *job) G_GNUC_WARN_UNUSED_RESULT;
CopyQueuedJob *copy_job_row_get_job (CopyJobRow    *self);

G_END_DECLS
