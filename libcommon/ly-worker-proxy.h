/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-executor-private.h"
#include "ly-process.h"
#include "ly-worker-protocol.h"

G_BEGIN_DECLS

/* One worker process, as its supervisor sees it. Supervisor thread only. */
typedef struct
{
  LyProcess *process;
  gboolean   ready;         /* has said hello */
  gboolean   paused;        /* as it was last told */
  gboolean   recalled;      /* gives back what it was sent ahead */
  GQueue     calls;         /* of LyCall, the oldest of which it runs */
  GQueue     returned;      /* of LyCall, which others shall run */
  gint64     last_heard;
  gint64     last_result;
  double     task_us;       /* how long a task takes it, on average */
} LyWorkerProxy;

LyWorkerProxy *_ly_worker_proxy_start       (guint                number,
                                             const char * const  *argv,
                                             GError             **error);
void           _ly_worker_proxy_free        (LyWorkerProxy       *self);
gboolean       _ly_worker_proxy_run         (LyWorkerProxy       *self,
                                             LyCall              *call,
                                             GError             **error);
void           _ly_worker_proxy_tell        (LyWorkerProxy       *self,
                                             LyWorkerMessageKind  kind,
                                             guint64              id);
gboolean       _ly_worker_proxy_receive     (LyWorkerProxy       *self,
                                             LyExecutor          *executor,
                                             GError             **error);
guint          _ly_worker_proxy_get_room    (LyWorkerProxy       *self);
gboolean       _ly_worker_proxy_has_excess  (LyWorkerProxy       *self);
void           _ly_worker_proxy_recall      (LyWorkerProxy       *self);
gboolean       _ly_worker_proxy_has_stalled (LyWorkerProxy       *self,
                                             gint64               timeout_us);
gboolean       _ly_worker_proxy_is_overdue  (LyWorkerProxy       *self,
                                             LyExecutor          *executor);

G_END_DECLS
