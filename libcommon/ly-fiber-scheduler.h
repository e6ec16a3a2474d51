/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "ly-fiber.h"

G_BEGIN_DECLS

/* What runs the fibers of one main context: a source with the queue of those
 * that are ready, and the deadlines of those that sleep. */
typedef struct _LyFiberScheduler LyFiberScheduler;

LyFiberScheduler *_ly_fiber_scheduler_acquire     (GMainContext     *context);
void              _ly_fiber_scheduler_release     (LyFiberScheduler *self);
GMainContext     *_ly_fiber_scheduler_get_context (LyFiberScheduler *self);
void              _ly_fiber_scheduler_wake        (LyFiberScheduler *self,
                                                   LyFiber          *fiber);
gboolean          _ly_fiber_scheduler_may_wait    (LyFiberScheduler *self,
                                                   LyFiber          *fiber);
void              _ly_fiber_scheduler_set_timer   (LyFiberScheduler *self,
                                                   LyFiber          *fiber,
                                                   gint64            deadline);
void              _ly_fiber_scheduler_clear_timer (LyFiberScheduler *self,
                                                   LyFiber          *fiber);
gboolean          _ly_fiber_scheduler_is_wanted   (LyFiberScheduler *self,
                                                   gint64            now);

G_END_DECLS
