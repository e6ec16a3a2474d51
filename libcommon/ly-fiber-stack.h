/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Memory for a fiber to run on. It begins with a guard: a page that may not be
 * touched, so that what overflows the stack dies there and then. */
typedef struct
{
  char  *base;    /* of the guard */
  gsize  size;    /* the guard included */
  gsize  guard;
} LyFiberStack;

gboolean _ly_fiber_stack_take (LyFiberStack *stack,
                               gsize         usable);
void     _ly_fiber_stack_give (LyFiberStack *stack);

static inline char *
_ly_fiber_stack_get_bottom (const LyFiberStack *stack)
{
  return stack->base + stack->guard;
}

static inline char *
_ly_fiber_stack_get_end (const LyFiberStack *stack)
{
  return stack->base + stack->size;
}

G_END_DECLS
