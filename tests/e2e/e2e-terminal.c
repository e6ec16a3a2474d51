/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

void
e2e_terminal_start (E2eTerminal  *self,
                    const char  **argv,
                    guint         columns)
{
  struct winsize size = { 24, (unsigned short) columns, 0, 0 };

  self->screen = g_string_new (NULL);
  g_assert_no_errno (openpty (&self->fd, &self->other_fd, NULL, NULL, &size));
  g_assert_no_errno (tcgetattr (self->other_fd, &self->modes));
  self->pid = fork ();
  g_assert_no_errno (self->pid);

  if (self->pid == 0)
    {
      /* As a terminal has it, whatever the tests were started by ignores. */
      signal (SIGINT, SIG_DFL);
      signal (SIGQUIT, SIG_DFL);
      signal (SIGHUP, SIG_DFL);

      close (self->fd);
      login_tty (self->other_fd);
      execv (argv[0], (char **) argv);
      _exit (127);
    }

  fcntl (self->other_fd, F_SETFD, FD_CLOEXEC);
}

void
e2e_terminal_clear (E2eTerminal *self)
{
  close (self->fd);
  close (self->other_fd);
  g_string_free (self->screen, TRUE);
}

/* Takes what was written, waiting a little for it. */
void
e2e_terminal_read (E2eTerminal *self)
{
  struct pollfd pollfd = { .fd = self->fd, .events = POLLIN };
  char buffer[4096];
  gssize n;

  if (poll (&pollfd, 1, 5) != 1)
    return;

  n = read (self->fd, buffer, sizeof buffer);
  if (n > 0)
    g_string_append_len (self->screen, buffer, n);
}

void
e2e_terminal_press (E2eTerminal *self,
                    const char  *keys)
{
  g_assert_cmpint (write (self->fd, keys, strlen (keys)), ==, (gssize) strlen (keys));
}

/* Waits until something is written, from the place @from on. */
void
e2e_terminal_await (E2eTerminal *self,
                    gsize        from,
                    const char  *text)
{
  gint64 deadline = g_get_monotonic_time () + E2E_PATIENCE;

  while (strstr (self->screen->str + from, text) == NULL)
    {
      if (g_get_monotonic_time () > deadline)
        g_error ("“%s” is never seen, only: %s", text, self->screen->str);
      e2e_terminal_read (self);
    }
}

/* Waits for the end, reading on, since a full terminal would hold it up. */
int
e2e_terminal_wait (E2eTerminal *self)
{
  gint64 deadline = g_get_monotonic_time () + E2E_PATIENCE;
  int status;
  pid_t pid;

  while ((pid = waitpid (self->pid, &status, WNOHANG)) == 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      e2e_terminal_read (self);
    }

  g_assert_cmpint (pid, ==, self->pid);
  e2e_terminal_read (self);

  return WIFEXITED (status) ? WEXITSTATUS (status) : -WTERMSIG (status);
}

void
e2e_terminal_assert_restored (E2eTerminal *self)
{
  struct termios after;

  g_assert_no_errno (tcgetattr (self->other_fd, &after));
  g_assert_cmpuint (after.c_lflag, ==, self->modes.c_lflag);
  g_assert_cmpuint (after.c_iflag, ==, self->modes.c_iflag);
  g_assert_cmpuint (after.c_oflag, ==, self->modes.c_oflag);
}

/* Waits until keys are neither shown nor held back, or are again. */
void
e2e_terminal_await_echo (E2eTerminal *self,
                         gboolean     wanted)
{
  gint64 deadline = g_get_monotonic_time () + E2E_PATIENCE;
  struct termios modes;

  do
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      e2e_terminal_read (self);
      g_assert_no_errno (tcgetattr (self->other_fd, &modes));
    }
  while (((modes.c_lflag & ECHO) != 0) != wanted);
}

void
e2e_terminal_await_stopped (E2eTerminal *self)
{
  gint64 deadline = g_get_monotonic_time () + E2E_PATIENCE;
  siginfo_t info = { 0 };

  while (info.si_pid == 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      e2e_terminal_read (self);
      g_assert_no_errno (waitid (P_PID, (id_t) self->pid, &info, WSTOPPED | WNOHANG));
    }

  g_assert_cmpint (info.si_code, ==, CLD_STOPPED);
}
