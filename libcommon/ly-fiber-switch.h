/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The one thing about fibers that no C can say: to leave one stack in the
 * middle of a function and go on in the middle of another. Written by hand for
 * the processors that count, ly-fiber-switch-portable.c for all others. */

/* Makes the memory below @end into a stack on which @entry is about to be
 * called with @data. @entry must not return. Returns what to switch to. */
void *_ly_fiber_switch_prepare (void  *bottom,
                                void  *end,
                                void (*entry) (void *data),
                                void  *data);

/* Puts what is needed to come back here into @from, and goes on where @to says.
 * Returns when somebody switches back. Keeps what the calling convention wants
 * kept, and the modes of the floating-point unit; no system call is made. */
void  _ly_fiber_switch         (void **from,
                                void  *to);

G_END_DECLS
