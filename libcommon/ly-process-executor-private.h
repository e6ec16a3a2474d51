/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-process-executor.h"

G_BEGIN_DECLS

#define LY_PROCESS_STALL_TIMEOUT_US (20 * G_USEC_PER_SEC)

struct _LyProcessExecutor
{
  LyExecutor   parent_instance;

  /* Set once */
  char       **worker_argv;
  gint64       stall_timeout;
  int          wake_fds[2];

  /* Guarded by @mutex */
  GMutex       mutex;
  GThread     *supervisor;
  GQueue       inbox;           /* of LyCall */
  gboolean     stopping;
  gboolean     prestart;        /* start workers before there is work */
  gboolean     awake;           /* will look at the above before it sleeps */

  /* Supervisor only */
  GQueue       pending;         /* of LyCall */
  GPtrArray   *workers;         /* of LyWorkerProxy */
  guint        n_started;
  guint        failed_starts;
  GError      *start_error;
};

/* The supervisor's thread, see ly-process-supervisor.c. */
gpointer _ly_process_executor_supervise (gpointer executor);

G_END_DECLS
