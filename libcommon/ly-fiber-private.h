/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-fiber-context.h"
#include "ly-fiber-scheduler.h"
#include "ly-fiber.h"

G_BEGIN_DECLS

typedef enum
{
  LY_FIBER_NEW,
  LY_FIBER_YIELDED,
  LY_FIBER_ACTIVE,    /* runs, waits, or has resumed one that does */
  LY_FIBER_ENDED,
} LyFiberState;

struct _LyFiber
{
  GObject           parent_instance;

  /* Set once, the last when the fiber is started */
  LyFiberFunc       func;
  gpointer          user_data;
  GDestroyNotify    destroy;
  gsize             stack_size;
  LyFiberScheduler *scheduler;

  /* Only in the thread where it runs */
  GThread          *thread;
  LyFiberContext    context;
  LyFiberState      state;
  LyFiber          *resumer;      /* who gets control back; %NULL: the thread */
  LyFiber          *innermost;    /* of a started one: where to go on */
  GVariant         *transfer;     /* on its way in or out */
  gint64            deadline;
  GSequenceIter    *timer;

  /* Guarded by the scheduler's mutex */
  gboolean          waiting;
  gboolean          woken;
  GList             link;

  /* Atomic; @value and @error never change once @done is set */
  int               cancelled;
  int               done;
  GCancellable     *cancellable;
  GVariant         *value;
  GError           *error;

  /* Guarded by @mutex */
  GMutex            mutex;
  LyFuture         *future;
};

LyFiber *_ly_fiber_get_root     (void);
gboolean _ly_fiber_is_cancelled (LyFiber   *self,
                                 GError   **error);
void     _ly_fiber_run          (LyFiber   *self);
void     _ly_fiber_suspend      (LyFiber   *root);
void     _ly_fiber_pass         (LyFiber   *root);
void     _ly_fiber_switch_to    (LyFiber   *self,
                                 LyFiber   *target);
void     _ly_fiber_finish_unborn
                                (LyFiber   *self);
void     _ly_fiber_complete_future
                                (LyFiber   *self,
                                 LyFuture  *future);

G_END_DECLS
