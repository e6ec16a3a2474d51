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

G_END_DECLS
