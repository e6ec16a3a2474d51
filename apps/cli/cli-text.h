/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char     *cli_text_fit        (const char  *text,
                               guint        width,
                               gboolean     keep_end);
guint     cli_text_get_width  (const char  *text);
char     *cli_text_size       (guint64      bytes);
char     *cli_text_duration   (gint64       seconds);
char     *cli_text_count      (guint64      number);
gboolean  cli_text_parse_size (const char  *text,
                               guint64     *bytes);

G_END_DECLS
