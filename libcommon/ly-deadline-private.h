/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Timeouts are microseconds from now and -1 means without end; deadlines are
 * moments of the monotonic clock, so that a wait that is woken early and goes
 * on does not get longer. */
#define LY_NO_DEADLINE G_MAXINT64

static inline gint64
_ly_deadline (gint64 timeout_us)
{
  if (timeout_us < 0)
    return LY_NO_DEADLINE;

  return g_get_monotonic_time () + MIN (timeout_us, G_MAXINT64 / 2);
}

/* FALSE once the time is up. */
static inline gboolean
_ly_cond_wait (GCond  *cond,
               GMutex *mutex,
               gint64  deadline)
{
  if (deadline != LY_NO_DEADLINE)
    return g_cond_wait_until (cond, mutex, deadline);

  g_cond_wait (cond, mutex);

  return TRUE;
}

G_END_DECLS
