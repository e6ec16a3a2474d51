/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ly-fiber-sanitizer.h"
#include "ly-fiber-stack.h"

G_BEGIN_DECLS

/* For what every switch looks up. The usual way to a thread's variables calls a
 * function, which takes as long as the switch itself; glibc has room for some
 * that are found at once, even in libraries that are loaded late. */
#ifdef __GLIBC__
# define LY_FIBER_THREAD_LOCAL _Thread_local __attribute__ ((tls_model ("initial-exec")))
#else
# define LY_FIBER_THREAD_LOCAL _Thread_local
#endif

/* A stack and where on it to go on: the bare coroutine below a fiber. Each
 * thread also has one for the stack that it was born with. */
typedef struct
{
  void             *place;      /* while it is left */
  LyFiberStack      stack;      /* none for a thread's own */
  LySanitizerStack  sanitizer;
} LyFiberContext;

LyFiberContext *_ly_fiber_context_get_thread (void);
void            _ly_fiber_context_open       (LyFiberContext  *self,
                                              gsize            stack_size,
                                              void           (*entry) (void *data),
                                              void            *data);
void            _ly_fiber_context_close      (LyFiberContext  *self);
void            _ly_fiber_context_enter      (LyFiberContext  *self);
void            _ly_fiber_context_switch     (LyFiberContext  *self,
                                              LyFiberContext  *to);
void            _ly_fiber_context_leave      (LyFiberContext  *self,
                                              LyFiberContext  *to) G_GNUC_NORETURN;

G_END_DECLS
