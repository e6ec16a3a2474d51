/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-fiber"

#include "ly-fiber-context.h"
#include "ly-fiber-switch.h"

static LY_FIBER_THREAD_LOCAL LyFiberContext own_context;

/* What was left by the last switch of this thread. */
static LY_FIBER_THREAD_LOCAL LyFiberContext *left;

/* The context of the stack that this thread was born with. */
LyFiberContext *
_ly_fiber_context_get_thread (void)
{
  return &own_context;
}

/* Makes a stack on which @entry is called with @data by the first switch. It
 * must begin with _ly_fiber_context_enter() and end with
 * _ly_fiber_context_leave(). */
void
_ly_fiber_context_open (LyFiberContext  *self,
                        gsize            stack_size,
                        void           (*entry) (void *data),
                        void            *data)
{
  char *bottom;
  char *end;

  /* As GLib does when memory is at its end. */
  if (!_ly_fiber_stack_take (&self->stack, stack_size))
    g_error ("no memory for a fiber's stack of %" G_GSIZE_FORMAT " bytes, or too many of them",
             stack_size);

  bottom = _ly_fiber_stack_get_bottom (&self->stack);
  end = _ly_fiber_stack_get_end (&self->stack);

  self->place = _ly_fiber_switch_prepare (bottom, end, entry, data);
  _ly_sanitizer_open_stack (&self->sanitizer, bottom, (gsize) (end - bottom));
}

/* Gives the stack back. It must have been left for good. */
void
_ly_fiber_context_close (LyFiberContext *self)
{
  _ly_sanitizer_close_stack (&self->sanitizer);
  _ly_fiber_stack_give (&self->stack);
}

void
_ly_fiber_context_enter (LyFiberContext *self)
{
  _ly_sanitizer_arrive (&self->sanitizer, &left->sanitizer);
}

/* Leaves @self, on which we are, for @to; returns when somebody comes back. */
void
_ly_fiber_context_switch (LyFiberContext *self,
                          LyFiberContext *to)
{
  left = self;
  _ly_sanitizer_leave (&self->sanitizer, &to->sanitizer, FALSE);
  _ly_fiber_switch (&self->place, to->place);
  _ly_sanitizer_arrive (&self->sanitizer, &left->sanitizer);
}

/* Leaves @self for good. */
void
_ly_fiber_context_leave (LyFiberContext *self,
                         LyFiberContext *to)
{
  left = self;
  _ly_sanitizer_leave (&self->sanitizer, &to->sanitizer, TRUE);
  _ly_fiber_switch (&self->place, to->place);
  g_assert_not_reached ();
}
