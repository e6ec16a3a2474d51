/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-executor.h"

G_BEGIN_DECLS

#define LY_TYPE_PROCESS_EXECUTOR (ly_process_executor_get_type ())

G_DECLARE_FINAL_TYPE (LyProcessExecutor, ly_process_executor, LY, PROCESS_EXECUTOR, LyExecutor)

LyExecutor *ly_process_executor_new               (guint               n_workers,
                                                   guint               capacity,
                                                   const char * const *worker_argv) G_GNUC_WARN_UNUSED_RESULT;
void        ly_process_executor_prestart          (LyProcessExecutor  *self);
void        ly_process_executor_set_stall_timeout (LyProcessExecutor  *self,
                                                   gint64              timeout_us);

G_END_DECLS
