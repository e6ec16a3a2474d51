/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _LyLockNode LyLockNode;
typedef struct _LyLockThread LyLockThread;

/* A lock that is checked. Which thread holds which lock and waits for which is
 * known in one place and changes under one mutex, so it can be followed from
 * lock to thread to lock without anything moving. */
struct _LyLockNode
{
  /* Set once */
  char         *name;
  gboolean      recursive;

  /* Guarded by the graph's mutex */
  GCond         freed;
  LyLockThread *owner;
  guint         depth;       /* how often @owner has taken it */
  guint         n_waiting;
  GHashTable   *later;       /* locks that were taken while this one was held, … */
  GHashTable   *earlier;     /* …and the way back */
};

/* A thread that takes checked locks. */
struct _LyLockThread
{
  /* Set once */
  guint         number;

  /* Guarded by the graph's mutex */
  char         *name;        /* as it was when the thread last began to wait */
  GPtrArray    *held;        /* in the order in which they were taken */
  LyLockNode   *awaited;
  gboolean      ended;
};

LyLockNode *_ly_lock_node_new    (const char  *name,
                                  gboolean     recursive) G_GNUC_WARN_UNUSED_RESULT;
void        _ly_lock_node_free   (LyLockNode  *self);
gboolean    _ly_lock_node_lock   (LyLockNode  *self,
                                  gint64       timeout_us,
                                  GError     **error);
gboolean    _ly_lock_node_unlock (LyLockNode  *self);

/* ly-lock-order.c, called with the graph's mutex held */
void        _ly_lock_order_init  (LyLockNode  *self);
void        _ly_lock_order_clear (LyLockNode  *self);
GPtrArray  *_ly_lock_order_learn (LyLockNode  *self,
                                  GPtrArray   *held);

G_END_DECLS
