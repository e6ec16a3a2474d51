/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-executor.h"

G_BEGIN_DECLS

#define LY_TYPE_THREAD_EXECUTOR (ly_thread_executor_get_type ())

G_DECLARE_FINAL_TYPE (LyThreadExecutor, ly_thread_executor, LY, THREAD_EXECUTOR, LyExecutor)

LyExecutor *ly_thread_executor_new (guint n_workers,
                                    guint capacity) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
