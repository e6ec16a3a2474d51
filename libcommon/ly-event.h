/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LY_TYPE_EVENT (ly_event_get_type ())

G_DECLARE_FINAL_TYPE (LyEvent, ly_event, LY, EVENT, GObject)

LyEvent  *ly_event_new            (void) G_GNUC_WARN_UNUSED_RESULT;
LyEvent  *ly_event_new_auto_reset (void) G_GNUC_WARN_UNUSED_RESULT;
void      ly_event_set            (LyEvent *self);
void      ly_event_reset          (LyEvent *self);
gboolean  ly_event_is_set         (LyEvent *self);
gboolean  ly_event_wait           (LyEvent *self,
                                   gint64   timeout_us);

G_END_DECLS
