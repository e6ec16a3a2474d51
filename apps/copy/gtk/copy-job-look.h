/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-queued-job.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How the state of a job looks: an icon with its colour, and what it is called. */
void        copy_job_look_show      (GtkImage     *icon,
                                     CopyJobState  state);
const char *copy_job_look_get_words (CopyJobState  state);

G_END_DECLS
