/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LY_TYPE_SEMAPHORE (ly_semaphore_get_type ())

G_DECLARE_FINAL_TYPE (LySemaphore, ly_semaphore, LY, SEMAPHORE, GObject)

LySemaphore *ly_semaphore_new         (guint         initial,
                                       guint         bound) G_GNUC_WARN_UNUSED_RESULT;
gboolean     ly_semaphore_acquire     (LySemaphore  *self,
                                       gint64        timeout_us);
gboolean     ly_semaphore_release     (LySemaphore  *self,
                                       GError      **error);
guint        ly_semaphore_get_bound   (LySemaphore  *self);
guint        ly_semaphore_get_value   (LySemaphore  *self);

G_END_DECLS
