/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-job.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define COPY_APPLICATION_ID "io.github.lanyard.Lanyard.Copy"

/* The desktop app: it owns the jobs and the settings, and lets one window show them. */
#define COPY_TYPE_APPLICATION (copy_application_get_type ())

G_DECLARE_FINAL_TYPE (CopyApplication, copy_application, COPY, APPLICATION, AdwApplication)

CopyApplication *copy_application_new          (void) G_GNUC_WARN_UNUSED_RESULT;
GSettings       *copy_application_get_settings (CopyApplication *self);

G_END_DECLS
