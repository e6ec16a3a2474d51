/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-overview.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The settings have the same name wherever they are kept; of the app there may be several. */
#define COPY_APPLICATION_ID APP_ID ".Copy"
#define COPY_SETTINGS_ID "io.github.lanyard.Lanyard.Copy"

/* The desktop app: it owns the queue and the settings, and lets one window show
 * them. */
#define COPY_TYPE_APPLICATION (copy_application_get_type ())

G_DECLARE_FINAL_TYPE (CopyApplication, copy_application, COPY, APPLICATION, AdwApplication)

/* @worker_program: what is started with "worker" as a worker process; NULL runs
 * jobs on threads. */
CopyApplication *copy_application_new          (const char      *worker_program)
                                                G_GNUC_WARN_UNUSED_RESULT;
GSettings       *copy_application_get_settings (CopyApplication *self);

/* NULL, with the reason in @reason, if there can be no queue. */
CopyQueue       *copy_application_get_queue    (CopyApplication *self,
                                                const GError   **reason);
CopyOverview    *copy_application_get_overview (CopyApplication *self);

/* Ends the program; asks first if jobs are active. What runs can go on the next
 * time. */
void             copy_application_quit         (CopyApplication *self);

/* The signal that asked the program to end, or 0. */
int              copy_application_get_ended_by (CopyApplication *self);

G_END_DECLS
