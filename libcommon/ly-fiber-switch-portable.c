/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "ly-fiber-switch.h"

#include <ucontext.h>

/* See ly-fiber-switch.h. As POSIX had it until 2008, and systems still do. It
 * keeps the signal mask too, which costs a system call for each switch. */

/* What makecontext() calls is passed integers; a pointer fits into two. */
static void
start (unsigned int entry_high,
       unsigned int entry_low,
       unsigned int data_high,
       unsigned int data_low)
{
  gsize entry = (gsize) (((guint64) entry_high << 32) | entry_low);
  gsize data = (gsize) (((guint64) data_high << 32) | data_low);

  ((void (*) (void *)) entry) ((void *) data);
  g_assert_not_reached ();
}

void *
_ly_fiber_switch_prepare (void  *bottom,
                          void  *end,
                          void (*entry) (void *data),
                          void  *data)
{
  char *top = (char *) end - sizeof (ucontext_t);
  ucontext_t *context = (ucontext_t *) ((gsize) top & ~(gsize) 63);
  guint64 entry_bits = (gsize) entry;
  guint64 data_bits = (gsize) data;

  if (getcontext (context) != 0)
    g_error ("getcontext() failed");

  context->uc_stack.ss_sp = bottom;
  context->uc_stack.ss_size = (gsize) ((char *) context - (char *) bottom);
  context->uc_link = NULL;
  makecontext (context, (void (*) (void)) start, 4,
               (unsigned int) (entry_bits >> 32), (unsigned int) entry_bits,
               (unsigned int) (data_bits >> 32), (unsigned int) data_bits);

  return context;
}

void
_ly_fiber_switch (void **from,
                  void  *to)
{
  /* It may lie here, since this stack is not touched until we come back. */
  ucontext_t here;

  *from = &here;
  if (swapcontext (&here, to) != 0)
    g_error ("swapcontext() failed");
}
