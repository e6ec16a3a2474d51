/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-future.h"

G_BEGIN_DECLS

#define LY_TYPE_FIBER (ly_fiber_get_type ())

G_DECLARE_FINAL_TYPE (LyFiber, ly_fiber, LY, FIBER, GObject)

/**
 * LY_FIBER_STACK_SIZE:
 *
 * How many bytes of stack a fiber has unless it is given another size.
 */
#define LY_FIBER_STACK_SIZE (64 * 1024)

/**
 * LyFiberFunc:
 * @user_data: what was given to [ctor@Fiber.new]
 * @error: return location for why there is no result
 *
 * What a fiber does, on its own stack.
 *
 * Returns: (transfer full) (nullable): the result, which may be floating, or
 *   %NULL with @error set; %NULL without an error stands for the unit value `()`
 */
typedef GVariant *(*LyFiberFunc) (gpointer   user_data,
                                  GError   **error);

LyFiber  *ly_fiber_new            (LyFiberFunc      func,
                                   gpointer         user_data,
                                   GDestroyNotify   destroy) G_GNUC_WARN_UNUSED_RESULT;
LyFiber  *ly_fiber_new_with_stack (LyFiberFunc      func,
                                   gpointer         user_data,
                                   GDestroyNotify   destroy,
                                   gsize            stack_size) G_GNUC_WARN_UNUSED_RESULT;
void      ly_fiber_start          (LyFiber         *self,
                                   GMainContext    *context);
GVariant *ly_fiber_resume         (LyFiber         *self,
                                   GVariant        *value,
                                   GError         **error) G_GNUC_WARN_UNUSED_RESULT;
void      ly_fiber_cancel         (LyFiber         *self);
gboolean  ly_fiber_is_done        (LyFiber         *self);
GVariant *ly_fiber_get_result     (LyFiber         *self,
                                   GError         **error) G_GNUC_WARN_UNUSED_RESULT;
LyFuture *ly_fiber_get_future     (LyFiber         *self);

LyFiber  *ly_fiber_get_current    (void);
GVariant *ly_fiber_yield          (GVariant        *value,
                                   GError         **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
