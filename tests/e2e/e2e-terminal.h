/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "e2e-run.h"

#include <termios.h>

G_BEGIN_DECLS

/* A terminal with the command in it, and somebody who looks at it. The other
 * side is kept open, so that its modes can be read after the end. */
typedef struct
{
  int             fd;
  int             other_fd;
  pid_t           pid;
  struct termios  modes;   /* as they were before */
  GString        *screen;  /* everything that was ever written to it */
} E2eTerminal;

void  e2e_terminal_start           (E2eTerminal  *self,
                                    const char  **argv,
                                    guint         columns);
void  e2e_terminal_clear           (E2eTerminal  *self);
void  e2e_terminal_read            (E2eTerminal  *self);
void  e2e_terminal_press           (E2eTerminal  *self,
                                    const char   *keys);
void  e2e_terminal_await           (E2eTerminal  *self,
                                    gsize         from,
                                    const char   *text);
void  e2e_terminal_await_echo      (E2eTerminal  *self,
                                    gboolean      wanted);
void  e2e_terminal_await_stopped   (E2eTerminal  *self);
int   e2e_terminal_wait            (E2eTerminal  *self);
void  e2e_terminal_assert_restored (E2eTerminal  *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (E2eTerminal, e2e_terminal_clear)

G_END_DECLS
