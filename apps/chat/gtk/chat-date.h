/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Times are microseconds since 1970, UTC; days and hours are those of this place. */

gboolean chat_date_is_same_day     (gint64 a,
                                    gint64 b);
char    *chat_date_describe_day    (gint64 time,
                                    gint64 now) G_GNUC_WARN_UNUSED_RESULT;
char    *chat_date_describe_short  (gint64 time,
                                    gint64 now) G_GNUC_WARN_UNUSED_RESULT;
char    *chat_date_describe_moment (gint64 time,
                                    gint64 now) G_GNUC_WARN_UNUSED_RESULT;
char    *chat_date_describe_hour   (gint64 time) G_GNUC_WARN_UNUSED_RESULT;
char    *chat_date_describe        (gint64 time) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
