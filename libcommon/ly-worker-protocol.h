/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a process executor and its workers say to each other: each message is
 * a kind, the id of the call it is about (0 if none), and a payload. */
#define LY_WORKER_MESSAGE_FORMAT "(yt@v)"
#define LY_WORKER_MESSAGE_TYPE G_VARIANT_TYPE ("(ytv)")

typedef enum
{
  /* To the worker */
  LY_WORKER_RUN      = 'T',  /* (suv): task, attempt, arguments */
  LY_WORKER_CANCEL   = 'C',  /* () */
  LY_WORKER_RECALL   = 'B',  /* (): give back what was not begun */
  LY_WORKER_PAUSE    = 'P',  /* () */
  LY_WORKER_RESUME   = 'R',  /* () */

  /* From the worker */
  LY_WORKER_HELLO    = 'H',  /* (): ready to run tasks */
  LY_WORKER_VALUE    = 'V',  /* any: the task's value */
  LY_WORKER_ERROR    = 'E',  /* (siay): domain, code, message in any encoding */
  LY_WORKER_RETURN   = 'U',  /* (): this one was not begun, and will not be */
  LY_WORKER_NEWS     = 'N',  /* (axay): counted since last time, status */
  LY_WORKER_REPORT   = 'M',  /* any: what the task says */
} LyWorkerMessage;

G_END_DECLS
