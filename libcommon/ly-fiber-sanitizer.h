/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Tells the sanitizers, which watch stacks, that a thread changes its stack.
 * Without a sanitizer nothing of this is left. */

#ifndef __has_feature
# define __has_feature(feature) 0
#endif

#if defined (__SANITIZE_ADDRESS__) || __has_feature (address_sanitizer)
# define LY_ASAN 1
# include <sanitizer/asan_interface.h>
# include <sanitizer/common_interface_defs.h>
#endif

#if defined (__SANITIZE_THREAD__) || __has_feature (thread_sanitizer)
# define LY_TSAN 1
# include <sanitizer/tsan_interface.h>
#endif

/* What they keep about one stack. */
typedef struct
{
#ifdef LY_ASAN
  void       *fake_stack;
  const void *bottom;
  gsize       size;
#endif
#ifdef LY_TSAN
  void       *fiber;
#endif
  char        nothing[0];
} LySanitizerStack;

static inline void
_ly_sanitizer_open_stack (LySanitizerStack *self,
                          const void       *bottom,
                          gsize             size)
{
#ifdef LY_ASAN
  self->fake_stack = NULL;
  self->bottom = bottom;
  self->size = size;
#endif
#ifdef LY_TSAN
  self->fiber = __tsan_create_fiber (0);
#endif
}

/* To be called from another stack. */
static inline void
_ly_sanitizer_close_stack (LySanitizerStack *self)
{
#ifdef LY_TSAN
  __tsan_destroy_fiber (self->fiber);
#endif
}

/* Before a switch; the stack we are on is left for good if @ending. */
static inline void
_ly_sanitizer_leave (LySanitizerStack *from,
                     LySanitizerStack *to,
                     gboolean          ending)
{
#ifdef LY_ASAN
  __sanitizer_start_switch_fiber (ending ? NULL : &from->fake_stack, to->bottom, to->size);
#endif
#ifdef LY_TSAN
  from->fiber = __tsan_get_current_fiber ();
  __tsan_switch_to_fiber (to->fiber, 0);
#endif
}

/* After a switch, on the stack @here; @from is where we come from. */
static inline void
_ly_sanitizer_arrive (LySanitizerStack *here,
                      LySanitizerStack *from)
{
#ifdef LY_ASAN
  __sanitizer_finish_switch_fiber (here->fake_stack, &from->bottom, &from->size);
#endif
}

/* The memory of a stack gets another use. */
static inline void
_ly_sanitizer_forget_stack (const void *bottom,
                            gsize       size)
{
#ifdef LY_ASAN
  __asan_unpoison_memory_region (bottom, size);
#endif
}

G_END_DECLS
