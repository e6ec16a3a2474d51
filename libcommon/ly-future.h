/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LY_TYPE_FUTURE (ly_future_get_type ())

G_DECLARE_FINAL_TYPE (LyFuture, ly_future, LY, FUTURE, GObject)

/**
 * LyFutureFunc:
 * @future: the future that is done
 * @user_data: what was given to [method@Future.then]
 *
 * Called once, when a future is done.
 */
typedef void (*LyFutureFunc) (LyFuture *future,
                              gpointer  user_data);

LyFuture     *ly_future_new             (void) G_GNUC_WARN_UNUSED_RESULT;
gboolean      ly_future_resolve         (LyFuture        *self,
                                         GVariant        *value);
gboolean      ly_future_reject          (LyFuture        *self,
                                         GError          *error);
gboolean      ly_future_cancel          (LyFuture        *self);
GCancellable *ly_future_get_cancellable (LyFuture        *self);
gboolean      ly_future_is_done         (LyFuture        *self);
gboolean      ly_future_wait            (LyFuture        *self,
                                         gint64           timeout_us);
GVariant     *ly_future_get             (LyFuture        *self,
                                         gint64           timeout_us,
                                         GError         **error) G_GNUC_WARN_UNUSED_RESULT;
void          ly_future_then            (LyFuture        *self,
                                         GMainContext    *context,
                                         LyFutureFunc     func,
                                         gpointer         user_data,
                                         GDestroyNotify   destroy);

G_END_DECLS
