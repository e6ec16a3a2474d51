/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Before a thread sleeps it looks this often whether what it waits for has
 * come: a few microseconds in all, about what it costs to sleep and be woken.
 * Between looks it pauses, since each look slows the other side down, and what
 * comes meanwhile is seen at once. Longer pauses let more through in a second,
 * but let a single one wait. */
#define LY_SPIN_LOOKS  20
#define LY_SPIN_PAUSES 10

static inline void
_ly_spin (void)
{
  for (guint i = 0; i < LY_SPIN_PAUSES; i++)
    {
#if defined (__i386__) || defined (__x86_64__)
      __builtin_ia32_pause ();
#elif defined (__aarch64__)
      __asm__ __volatile__ ("yield");
#endif
    }
}

G_END_DECLS
