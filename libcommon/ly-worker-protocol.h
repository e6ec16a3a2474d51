/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-channel-private.h"

G_BEGIN_DECLS

/* What a process executor and its workers say to each other. */
typedef enum
{
  /* To the worker */
  LY_WORKER_RUN      = 'T',  /* task, attempt, arguments */
  LY_WORKER_CANCEL   = 'C',
  LY_WORKER_RECALL   = 'B',  /* give back what was not begun */
  LY_WORKER_PAUSE    = 'P',
  LY_WORKER_RESUME   = 'R',

  /* From the worker */
  LY_WORKER_HELLO    = 'H',  /* ready to run tasks */
  LY_WORKER_VALUE    = 'V',  /* any: the task's value */
  LY_WORKER_ERROR    = 'E',  /* (siay): domain, code, message in any encoding */
  LY_WORKER_RETURN   = 'U',  /* this one was not begun, and will not be */
  LY_WORKER_NEWS     = 'N',  /* (axay): counted since last time, status */
  LY_WORKER_REPORT   = 'M',  /* any: what the task says */
} LyWorkerMessageKind;

typedef struct
{
  LyWorkerMessageKind  kind;
  guint64              id;        /* of the call that it is about, or 0 */
  const char          *task;      /* or NULL, which goes as an empty one */
  guint                attempt;
  GVariant            *payload;   /* or NULL: the unit value, or none */
} LyWorkerMessage;

gboolean _ly_worker_message_send (const LyWorkerMessage  *self,
                                  LyChannel              *channel,
                                  gboolean                later,
                                  GError                **error);
gboolean _ly_worker_message_read (LyWorkerMessage        *self,
                                  const guint8           *bytes,
                                  gsize                   size);

G_END_DECLS
