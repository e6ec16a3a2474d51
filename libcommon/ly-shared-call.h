/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-shared-server.h"

G_BEGIN_DECLS

struct _LyShared
{
  GObject         parent_instance;

  /* Set once; one of them */
  LySharedServer *server;
  LyChannel      *channel;      /* used by the thread whose turn it is */

  /* Guarded by @mutex */
  GMutex          mutex;
  GCond           changed;
  GThread        *turn;         /* the thread whose turn it is, if any */
  gboolean        locked;       /* it keeps its turn, since it holds the lock */
  gboolean        closed;
  gint64          timeout_us;
};

/* What each method on the data is. Consumes @args if they are floating. */
GVariant *_ly_shared_call (LyShared    *self,
                           LySharedOp   op,
                           GVariant    *args,
                           GError     **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
