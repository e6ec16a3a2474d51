/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-queue.h"

G_BEGIN_DECLS

/* Tells the desktop that a job has ended, if that is news to the user. */
void copy_notify_ended (GApplication  *application,
                        CopyQueuedJob *job);

G_END_DECLS
