/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Deadlines are monotonic microseconds, or -1 for never. */
static inline gint64
chat_deadline_sooner (gint64 one,
                      gint64 other)
{
  if (one < 0 || other < 0)
    return MAX (one, other);

  return MIN (one, other);
}

static inline gboolean
chat_deadline_is_due (gint64 time,
                      gint64 now)
{
  return time >= 0 && time <= now;
}

G_END_DECLS
