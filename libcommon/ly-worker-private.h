/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-worker-protocol.h"

G_BEGIN_DECLS

/* A task that the parent wants to be run. */
typedef struct
{
  guint64   id;
  guint     attempt;
  GVariant *args;
  char      task[];
} LyWorkerOrder;

/* A worker process. Its first thread runs tasks; what the parent says is read by
 * whichever of its two threads has the time, see ly-worker-inbox.c. */
typedef struct
{
  /* Set once */
  LyChannel  *channel;      /* who receives is @receiving */
  int         wake_fds[2];

  /* Guarded by @mutex */
  GMutex      mutex;
  GCond       changed;
  gboolean    receiving;    /* a thread is listening to the parent */
  gboolean    dozing;       /* the listener sleeps until it is woken */
  GQueue      orders;       /* of LyWorkerOrder */
  guint64     n_begun;
  gboolean    paused;
  GHashTable *cancelled;    /* set of call ids that are still to end */

  /* Changed with @mutex held by the running thread, which reads it without: the
   * id of what is being run, or 0 */
  guint64     running;

  /* Changed with @mutex held, read without: tasks are paused or cancelled */
  int         attention;
} LyWorker;

G_NORETURN void  _ly_worker_abandon      (void);
LyWorkerOrder   *_ly_worker_next_order   (LyWorker      *self);
void             _ly_worker_end_order    (LyWorker      *self,
                                          LyWorkerOrder *order);
gboolean         _ly_worker_wait_resumed (LyWorker      *self);
gpointer         _ly_worker_listen       (gpointer       worker);

G_END_DECLS
