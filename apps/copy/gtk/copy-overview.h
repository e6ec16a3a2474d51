/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-queue.h"

G_BEGIN_DECLS

/* All jobs of a queue at a glance. Signal "changed", ten times a second at most
 * for each job: what the functions say may have changed. */
#define COPY_TYPE_OVERVIEW (copy_overview_get_type ())

G_DECLARE_FINAL_TYPE (CopyOverview, copy_overview, COPY, OVERVIEW, GObject)

CopyOverview *copy_overview_new             (CopyQueue    *queue) G_GNUC_WARN_UNUSED_RESULT;
guint         copy_overview_get_n_running   (CopyOverview *self);
guint         copy_overview_get_n_ended     (CopyOverview *self);
guint         copy_overview_get_n_questions (CopyOverview *self);
double        copy_overview_get_fraction    (CopyOverview *self);

G_END_DECLS
