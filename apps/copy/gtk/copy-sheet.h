/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-queue.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What a job is to do: a new one, or one of the queue to be changed. */
#define COPY_TYPE_SHEET (copy_sheet_get_type ())

G_DECLARE_FINAL_TYPE (CopySheet, copy_sheet, COPY, SHEET, AdwWindow)

/* @job: what is to be changed; NULL for a new one */
CopySheet *copy_sheet_new        (CopyQueue     *queue,
                                  CopyQueuedJob *job,
                                  GSettings     *settings) G_GNUC_WARN_UNUSED_RESULT;

/* Each is FALSE if @file is not of this computer. */
gboolean   copy_sheet_add_source (CopySheet     *self,
                                  GFile         *file);
gboolean   copy_sheet_set_dest   (CopySheet     *self,
                                  GFile         *file);

G_END_DECLS
