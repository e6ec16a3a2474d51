/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LyTaskContext:
 *
 * What a running task may ask of the executor that runs it.
 *
 * It belongs to the thread that runs the task and is gone when the task
 * returns.
 */
typedef struct _LyTaskContext LyTaskContext;

/**
 * LyTaskFunc:
 * @context: the way back to the executor
 * @args: what the task was submitted with; distrust its type
 * @error: return location for why there is no result
 *
 * A task: work that knows nothing but its arguments, so that it runs the same
 * in a thread and in a worker process.
 *
 * Returns: (transfer full) (nullable): the result, which may be floating, or
 *   %NULL with @error set; %NULL without an error stands for the unit value `()`
 */
typedef GVariant *(*LyTaskFunc) (LyTaskContext  *context,
                                 GVariant       *args,
                                 GError        **error);

void        ly_task_register               (const char    *name,
                                            LyTaskFunc     func);
LyTaskFunc  ly_task_lookup                 (const char    *name,
                                            GError       **error);

gboolean    ly_task_context_checkpoint     (LyTaskContext *self,
                                            GError       **error);
guint       ly_task_context_get_attempt    (LyTaskContext *self);
void        ly_task_context_add_progress   (LyTaskContext *self,
                                            guint          counter,
                                            gint64         delta);
void        ly_task_context_set_status     (LyTaskContext *self,
                                            const char    *status);
void        ly_task_context_report         (LyTaskContext *self,
                                            GVariant      *message);

G_END_DECLS
