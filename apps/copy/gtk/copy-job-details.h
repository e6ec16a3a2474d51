/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-queue.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What there is to know of a job beyond its row: its workers and its problems.
 * It belongs into a #CopyJobRow, whose actions its buttons use. */
#define COPY_TYPE_JOB_DETAILS (copy_job_details_get_type ())

G_DECLARE_FINAL_TYPE (CopyJobDetails, copy_job_details, COPY, JOB_DETAILS, GtkBox)

CopyJobDetails *copy_job_details_new    (CopyQueuedJob  *job) G_GNUC_WARN_UNUSED_RESULT;
void            copy_job_details_update (CopyJobDetails *self);

G_END_DECLS
