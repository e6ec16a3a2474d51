/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-terminal"

#include "cli-terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* GLib's own signal sources do not know the two of job control, so all go
 * through a pipe here. */
static const int watched[] = { SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT };

static int signal_pipe[2] = { -1, -1 };
static guint signal_source;
static CliSignalFunc signal_func;
static gpointer signal_data;

static struct termios old_terminal;
static gboolean terminal_changed;
static guint key_source;
static CliKeyFunc key_func;
static gpointer key_data;

static void
on_signal (int number)
{
  int saved_errno = errno;
  char byte = (char) number;

  if (write (signal_pipe[1], &byte, 1) < 0)
    {
      /* Full: there is more to do than anybody can have asked for. */
    }

  errno = saved_errno;
}

static gboolean
on_signal_byte (int          fd,
                GIOCondition condition,
                gpointer     user_data)
{
  char byte;

  while (read (fd, &byte, 1) == 1)
    signal_func (byte, signal_data);

  return G_SOURCE_CONTINUE;
}

static void
handle (int    number,
        void (*handler) (int))
{
  struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };

  /* What was ignored when we were started stays so, as for any job of a shell
   * that was put into the background. */
  if (handler != SIG_DFL)
    {
      struct sigaction before;

      if (sigaction (number, NULL, &before) == 0 && before.sa_handler == SIG_IGN)
        return;
    }

  sigaction (number, &action, NULL);
}

/* Calls @func on the main context for signals that ask to end, stop or go on. */
void
cli_signals_watch (CliSignalFunc func,
                   gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  signal_func = func;
  signal_data = user_data;

  if (!g_unix_open_pipe (signal_pipe, FD_CLOEXEC, &error))
    g_error ("%s", error->message);

  for (guint i = 0; i < 2; i++)
    g_unix_set_fd_nonblocking (signal_pipe[i], TRUE, NULL);

  signal_source = g_unix_fd_add (signal_pipe[0], G_IO_IN, on_signal_byte, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (watched); i++)
    handle (watched[i], on_signal);
}

void
cli_signals_unwatch (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (watched); i++)
    handle (watched[i], SIG_DFL);

  g_clear_handle_id (&signal_source, g_source_remove);
  close (signal_pipe[0]);
  close (signal_pipe[1]);
}

/* Stops this process as SIGTSTP would have; returns when it is continued. */
void
cli_signals_stop_self (void)
{
  handle (SIGTSTP, SIG_DFL);
  raise (SIGTSTP);
  handle (SIGTSTP, on_signal);
}

static gboolean
on_key (int          fd,
        GIOCondition condition,
        gpointer     user_data)
{
  char key;

  if (read (fd, &key, 1) != 1)
    {
      key_source = 0;
      return G_SOURCE_REMOVE;
    }

  key_func (key, key_data);

  return G_SOURCE_CONTINUE;
}

/* Gives the terminal back as it was. */
void
cli_keys_suspend (void)
{
  if (terminal_changed)
    tcsetattr (STDIN_FILENO, TCSANOW, &old_terminal);

  terminal_changed = FALSE;
}

/* Makes the terminal give each key at once and unseen, if it is ours. */
void
cli_keys_resume (void)
{
  struct termios terminal;

  /* Continued without having been stopped by us: nothing was given back. */
  if (terminal_changed)
    return;

  if (key_source == 0 || tcgetpgrp (STDIN_FILENO) != getpgrp () ||
      tcgetattr (STDIN_FILENO, &old_terminal) != 0)
    return;

  terminal = old_terminal;
  terminal.c_lflag &= ~(tcflag_t) (ICANON | ECHO);
  terminal_changed = tcsetattr (STDIN_FILENO, TCSANOW, &terminal) == 0;
}

/* Calls @func for each key that is pressed. FALSE if there is no keyboard. */
gboolean
cli_keys_watch (CliKeyFunc func,
                gpointer   user_data)
{
  if (!isatty (STDIN_FILENO) || tcgetpgrp (STDIN_FILENO) != getpgrp ())
    return FALSE;

  key_func = func;
  key_data = user_data;
  key_source = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_key, NULL);
  cli_keys_resume ();

  return TRUE;
}

void
cli_keys_unwatch (void)
{
  cli_keys_suspend ();
  g_clear_handle_id (&key_source, g_source_remove);
}

/* The columns of the terminal that standard error is. */
guint
cli_terminal_get_width (void)
{
  struct winsize size;

  if (ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;

  return 80;
}
