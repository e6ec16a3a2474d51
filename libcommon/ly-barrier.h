/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LY_TYPE_BARRIER (ly_barrier_get_type ())

G_DECLARE_FINAL_TYPE (LyBarrier, ly_barrier, LY, BARRIER, GObject)

LyBarrier *ly_barrier_new           (guint       n_parties) G_GNUC_WARN_UNUSED_RESULT;
int        ly_barrier_wait          (LyBarrier  *self,
                                     gint64      timeout_us,
                                     GError    **error);
void       ly_barrier_abort         (LyBarrier  *self);
void       ly_barrier_reset         (LyBarrier  *self);
gboolean   ly_barrier_is_broken     (LyBarrier  *self);
guint      ly_barrier_get_n_parties (LyBarrier  *self);
guint      ly_barrier_get_n_waiting (LyBarrier  *self);

G_END_DECLS
