/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-queue-file.h"
#include "copy-queue.h"

G_BEGIN_DECLS

struct _CopyQueue
{
  GObject         parent_instance;

  CopyQueueStore *store;
  char          **worker_argv;
  char           *set_aside;
  char           *trouble;

  GMainContext   *context;
  CopyQueueFile   file;         /* what is kept beside the jobs */
  GPtrArray      *jobs;         /* of CopyQueuedJob */
  GPtrArray      *leaving;      /* those that were taken out and still clean up */
  gboolean        open;         /* jobs may start */
  gboolean        disposed;
  GSource        *settle;       /* starts what may start, and saves */
};

void    _copy_queue_settle         (CopyQueue     *self);
guint64 _copy_queue_save           (CopyQueue     *self);
void    _copy_queue_on_job_changed (CopyQueuedJob *job,
                                    gboolean       ended,
                                    gpointer       user_data);

G_END_DECLS
