/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-progress.h"
#include "ly-task.h"

G_BEGIN_DECLS

/* What a task counted since it last told its executor. */
typedef struct
{
  gint64      counters[LY_PROGRESS_MAX_COUNTERS];
  const char *status;
} LyTaskNews;

/* How an executor answers a task. Each function is called in the task's
 * thread. */
typedef struct
{
  /* Passes on @news; all of it zero is a mere sign of life. */
  void     (*flush)      (LyTaskContext     *context,
                          const LyTaskNews  *news);
  void     (*report)     (LyTaskContext     *context,
                          GVariant          *message);
  /* Blocks while the executor is paused; FALSE with @error set to stop. */
  gboolean (*checkpoint) (LyTaskContext     *context,
                          GError           **error);
} LyTaskHost;

struct _LyTaskContext
{
  const LyTaskHost *host;
  gpointer          host_data;
  guint             attempt;

  LyTaskNews        news;
  gint64            now;         /* at the last checkpoint */
  gint64            last_flush;
};

/* The name of the task that every program has: it runs another one for each of
 * many arguments.
 * Takes (sv): task, array of arguments; those of type v are unboxed.
 * Gives (xa(bv)): microseconds it took, and for each TRUE and the value, or
 * FALSE and (siay): domain, code, message in any encoding. */
#define LY_TASK_CHUNK "ly:chunk"

GVariant *_ly_task_run       (LyTaskContext  *context,
                              const char     *name,
                              GVariant       *args,
                              GError        **error) G_GNUC_WARN_UNUSED_RESULT;
GVariant *_ly_task_run_chunk (LyTaskContext  *context,
                              GVariant       *args,
                              GError        **error);

G_END_DECLS
