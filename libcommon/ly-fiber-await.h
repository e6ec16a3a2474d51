/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-fiber.h"

G_BEGIN_DECLS

/**
 * LyFiberAsync:
 *
 * One asynchronous operation of GIO that is waited for. It lives on the stack
 * of who waits and begins as %LY_FIBER_ASYNC_INIT.
 */
typedef struct
{
  /*< private >*/
  GAsyncResult *result;
  LyFiber      *fiber;
} LyFiberAsync;

/**
 * LY_FIBER_ASYNC_INIT: (skip)
 *
 * Initializes a [struct@FiberAsync].
 */
#define LY_FIBER_ASYNC_INIT { NULL, NULL }

GVariant     *ly_fiber_await           (LyFuture       *future,
                                        gint64          timeout_us,
                                        GError        **error) G_GNUC_WARN_UNUSED_RESULT;
GVariant     *ly_fiber_join            (LyFiber        *fiber,
                                        gint64          timeout_us,
                                        GError        **error) G_GNUC_WARN_UNUSED_RESULT;
GVariant     *ly_fiber_run             (LyFiber        *self,
                                        GError        **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean      ly_fiber_sleep           (gint64          duration_us,
                                        GError        **error);
gboolean      ly_fiber_pass            (GError        **error);
gboolean      ly_fiber_await_fd        (int             fd,
                                        GIOCondition    condition,
                                        gint64          timeout_us,
                                        GError        **error);
GCancellable *ly_fiber_get_cancellable (void);
void          ly_fiber_async_ready     (GObject        *source,
                                        GAsyncResult   *result,
                                        gpointer        async);
GAsyncResult *ly_fiber_await_async     (LyFiberAsync   *async) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
