/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-executor.h"

G_BEGIN_DECLS

/* One submitted task on its way to a result. Reference-counted, because a
 * cancellable may hold on to it while a worker finishes it. */
struct _LyCall
{
  gatomicrefcount ref_count;

  /* Set once */
  LyExecutor   *executor;   /* unowned: an executor outlives its calls */
  guint64       id;
  GVariant     *args;       /* or NULL: the unit value */
  LyFuture     *future;
  GCancellable *cancellable;
  gulong        cancel_handler;
  gboolean      run_once;     /* fail at once if the worker is lost */

  /* Atomic */
  int           cancelled;

  /* Guarded by @mutex */
  GMutex        mutex;
  gboolean      settled;    /* its future may not reach its executor any more */
  gint64        expired;    /* when it had run for too long, or 0 */

  /* Guarded by the clock's mutex */
  gint64        deadline;
  GList         clock_link; /* data is set while it is on the clock */

  /* Owned by the thread that runs or supervises the call */
  guint         attempt;
  gboolean      cancel_sent;
  gint64        counted[LY_PROGRESS_MAX_COUNTERS];

  /* Set once */
  char          task[];
};

LyCall   *_ly_call_new         (LyExecutor   *executor,
                               const char   *task,
                               GVariant     *args,
                               GCancellable *cancellable) G_GNUC_WARN_UNUSED_RESULT;
LyCall   *_ly_call_ref         (LyCall       *self);
void      _ly_call_unref       (LyCall       *self);
void      _ly_call_connect     (LyCall       *self);
void      _ly_call_disconnect  (LyCall       *self);
gboolean  _ly_call_settle      (LyCall       *self);
gboolean  _ly_call_expire      (LyCall       *self);
gint64    _ly_call_get_expired (LyCall       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LyCall, _ly_call_unref)

G_END_DECLS
