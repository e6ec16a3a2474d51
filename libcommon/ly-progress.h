/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LY_PROGRESS_MAX_COUNTERS:
 *
 * How many counters a [class@Progress] may have.
 */
#define LY_PROGRESS_MAX_COUNTERS 12

#define LY_TYPE_PROGRESS (ly_progress_get_type ())

G_DECLARE_FINAL_TYPE (LyProgress, ly_progress, LY, PROGRESS, GObject)

LyProgress *ly_progress_new        (guint       n_counters) G_GNUC_WARN_UNUSED_RESULT;
void        ly_progress_add        (LyProgress *self,
                                    guint       counter,
                                    gint64      delta);
gint64      ly_progress_get        (LyProgress *self,
                                    guint       counter);
void        ly_progress_add_total  (LyProgress *self,
                                    guint       counter,
                                    gint64      delta);
gint64      ly_progress_get_total  (LyProgress *self,
                                    guint       counter);
double      ly_progress_get_rate   (LyProgress *self,
                                    guint       counter);
gint64      ly_progress_get_eta    (LyProgress *self,
                                    guint       counter);
void        ly_progress_set_status (LyProgress *self,
                                    const char *status);
char       *ly_progress_dup_status (LyProgress *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
