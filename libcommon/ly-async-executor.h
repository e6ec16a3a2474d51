/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-executor.h"

G_BEGIN_DECLS

#define LY_TYPE_ASYNC_EXECUTOR (ly_async_executor_get_type ())

G_DECLARE_FINAL_TYPE (LyAsyncExecutor, ly_async_executor, LY, ASYNC_EXECUTOR, LyExecutor)

/**
 * LY_ASYNC_EXECUTOR_STACK_SIZE:
 *
 * How many bytes of stack a task has unless another size is chosen. It is more
 * than %LY_FIBER_STACK_SIZE, since a task may not know that it runs on a fiber.
 */
#define LY_ASYNC_EXECUTOR_STACK_SIZE (256 * 1024)

LyExecutor *ly_async_executor_new            (guint            n_workers,
                                              guint            capacity) G_GNUC_WARN_UNUSED_RESULT;
void        ly_async_executor_set_stack_size (LyAsyncExecutor *self,
                                              gsize            stack_size);

G_END_DECLS
