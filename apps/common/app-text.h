/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What others wrote, as it may be shown. */

char *app_text_printable    (const char *bytes) G_GNUC_WARN_UNUSED_RESULT;
char *app_text_escape       (const char *bytes,
                             gsize       length) G_GNUC_WARN_UNUSED_RESULT;
char *app_text_escape_lines (const char *prefix,
                             const char *bytes,
                             gsize       length) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
