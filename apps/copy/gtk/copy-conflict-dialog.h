/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-overview.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks what to do about names that are taken: the open questions of all jobs,
 * one after the other. Comes by itself when there is one; closed, it stays so
 * until it is asked for or all those questions are gone. */
#define COPY_TYPE_CONFLICT_DIALOG (copy_conflict_dialog_get_type ())

G_DECLARE_FINAL_TYPE (CopyConflictDialog, copy_conflict_dialog, COPY, CONFLICT_DIALOG, AdwWindow)

CopyConflictDialog *copy_conflict_dialog_new      (CopyQueue          *queue,
                                                   CopyOverview       *overview,
                                                   GtkWindow          *parent)
                                                   G_GNUC_WARN_UNUSED_RESULT;

/* Shows the questions of @job first; NULL for any. */
void                copy_conflict_dialog_show_job (CopyConflictDialog *self,
                                                   CopyQueuedJob      *job);

G_END_DECLS
