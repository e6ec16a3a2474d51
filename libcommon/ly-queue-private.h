/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-heap-private.h"
#include "ly-queue.h"

G_BEGIN_DECLS

/* How long an operation may block, beside any positive number of µs. */
#define LY_QUEUE_WAIT_FOREVER (-1)
#define LY_QUEUE_WAIT_NEVER   0

/* At least the unit in which processors take memory away from each other. */
#define LY_QUEUE_CACHE_LINE 64

typedef enum
{
  LY_QUEUE_FIFO,
  LY_QUEUE_LIFO,
  LY_QUEUE_PRIORITY,
} LyQueueOrder;

/* Items go in at one end and out at the other, and each end has a lock of its
 * own, so that producers and consumers do not get in each other's way. What
 * they tell each other is how many items have passed through in all. */
typedef struct
{
  guint8 apart_from_before[LY_QUEUE_CACHE_LINE];

  /* Guarded by @mutex; @count is read by the other end too */
  GMutex mutex;
  gsize  count;
  gsize  seen;      /* the other end's @count when it was last looked at */

  guint8 apart_from_above[LY_QUEUE_CACHE_LINE];

  /* Guarded by @mutex; @n_asleep is read by the other end too, for each item,
   * and is kept apart from what changes with each item */
  GCond  cond;
  guint  n_asleep;
  guint  n_woken;   /* were signalled, and have not noticed yet */
} LyQueueEnd;

struct _LyQueue
{
  GObject         parent_instance;

  /* Set once, before the queue is shared */
  guint           capacity;
  LyQueueOrder    order;
  GDestroyNotify  item_free;

  /* Changed with the mutexes of both ends held, read with one of them */
  gpointer       *ring;
  gsize           ring_mask;
  int             closed;      /* atomic, because who spins holds neither */

  /* Where both mutexes are held, that of @in is locked first */
  LyQueueEnd      in;
  LyQueueEnd      out;

  guint8          apart_from_out[LY_QUEUE_CACHE_LINE];

  /* Guarded by the mutex of @out */
  GPtrArray      *stack;
  LyHeap         *heap;

  /* Guarded by @done_mutex */
  GMutex          done_mutex;
  GCond           all_done;
  gsize           n_done;
  guint           n_joining;
};

/* How many items have passed through @end in all. */
static inline gsize
_ly_queue_count (const LyQueueEnd *end)
{
  return __atomic_load_n (&end->count, __ATOMIC_SEQ_CST);
}

gboolean _ly_queue_put        (LyQueue   *self,
                               gpointer   item,
                               int        priority,
                               gint64     timeout_us,
                               GError   **error);
gpointer _ly_queue_get        (LyQueue   *self,
                               gint64     timeout_us,
                               GError   **error);
gpointer _ly_queue_pop_locked (LyQueue   *self);

G_END_DECLS
