/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-shared-private.h"
#include "ly-shared-store.h"

G_BEGIN_DECLS

typedef struct _LySharedRequest LySharedRequest;

/* Takes @value, which may be floating, or @error. */
typedef void (*LySharedAnswerFunc) (LySharedRequest *request,
                                    GVariant        *value,
                                    GError          *error);

/* What somebody wants. It is the caller's, and stays until it is answered. */
struct _LySharedRequest
{
  gconstpointer       who;        /* wants it */
  LySharedOp          op;
  GVariant           *args;
  gint64              deadline;
  LySharedAnswerFunc  answer;
  gpointer            data;       /* for the above */

  /* The arbiter's: its place in the queue */
  GList               link;
};

/* Decides whose turn it is. Not for more than one thread at a time. */
typedef struct
{
  LySharedStore *store;
  GQueue         waiting;     /* of LySharedRequest; empty unless there is a holder */
  gconstpointer  holder;      /* who holds the lock */
  gboolean       abandoned;   /* a holder vanished, and the next is to be told */
} LySharedArbiter;

void   _ly_shared_arbiter_init      (LySharedArbiter *self,
                                     gsize            max_size);
void   _ly_shared_arbiter_clear     (LySharedArbiter *self);
void   _ly_shared_arbiter_take      (LySharedArbiter *self,
                                     LySharedRequest *request);
void   _ly_shared_arbiter_time_out  (LySharedArbiter *self,
                                     LySharedRequest *request);
gint64 _ly_shared_arbiter_expire    (LySharedArbiter *self);
void   _ly_shared_arbiter_forget    (LySharedArbiter *self,
                                     gconstpointer    who);
void   _ly_shared_arbiter_close     (LySharedArbiter *self);

G_END_DECLS
