/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often a condition is looked at. */
#define LOOK_MS 2

/* The command under test. */
const char *
e2e_get_lanyard (void)
{
  const char *path = g_getenv ("LANYARD");

  if (path == NULL)
    g_error ("LANYARD does not name the command to test");

  return path;
}

/* A group of its own, of which we are the parent: so it can be stopped. */
static void
set_up_child (gpointer user_data)
{
  setpgid (0, 0);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static int
open_scratch (void)
{
  int fd = (int) syscall (SYS_memfd_create, "output", 1 /* close on exec */);

  g_assert_no_errno (fd);

  return fd;
}

/* Starts any program, with nothing to read. @directory is where, or NULL. */
E2eRun *
e2e_start_argv (const char **argv,
                const char  *directory)
{
  E2eRun *self = g_new0 (E2eRun, 1);
  g_autoptr (GError) error = NULL;
  int null = open ("/dev/null", O_RDWR | O_CLOEXEC);

  self->out_fd = open_scratch ();
  self->err_fd = open_scratch ();
  g_spawn_async_with_fds (directory, (char **) argv, NULL,
                          G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH, set_up_child, NULL,
                          &self->pid, null, self->out_fd, self->err_fd, &error);
  g_assert_no_error (error);
  close (null);

  self->pid_fd = (int) syscall (SYS_pidfd_open, self->pid, 0);
  g_assert_no_errno (self->pid_fd);

  return self;
}

static E2eRun *
start_valist (const char * const *prefix,
              const char         *directory,
              const char         *first,
              va_list             more)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  for (; prefix != NULL && *prefix != NULL; prefix++)
    g_ptr_array_add (argv, (char *) *prefix);

  for (const char *argument = first; argument != NULL; argument = va_arg (more, const char *))
    g_ptr_array_add (argv, (char *) argument);

  g_ptr_array_add (argv, NULL);

  return e2e_start_argv ((const char **) argv->pdata, directory);
}

/* Starts the command with these arguments. */
E2eRun *
e2e_start (const char *first,
           ...)
{
  const char *prefix[] = { e2e_get_lanyard (), NULL };
  va_list more;
  E2eRun *self;

  va_start (more, first);
  self = start_valist (prefix, NULL, first, more);
  va_end (more);

  return self;
}

/* Runs the command to its end. */
E2eRun *
e2e_run (const char *first,
         ...)
{
  const char *prefix[] = { e2e_get_lanyard (), NULL };
  va_list more;
  E2eRun *self;

  va_start (more, first);
  self = start_valist (prefix, NULL, first, more);
  va_end (more);
  e2e_run_wait (self);

  return self;
}

E2eRun *
e2e_run_in (const char *directory,
            const char *first,
            ...)
{
  const char *prefix[] = { e2e_get_lanyard (), NULL };
  va_list more;
  E2eRun *self;

  va_start (more, first);
  self = start_valist (prefix, directory, first, more);
  va_end (more);
  e2e_run_wait (self);

  return self;
}

E2eRun *
e2e_run_as_nobody (const char *first,
                   ...)
{
  const char *prefix[] = {
    "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", e2e_get_lanyard (), NULL
  };
  va_list more;
  E2eRun *self;

  va_start (more, first);
  self = start_valist (prefix, "/", first, more);
  va_end (more);
  e2e_run_wait (self);

  return self;
}

/* Runs another program to its end, whatever that is. */
E2eRun *
e2e_run_tool (const char *program,
              ...)
{
  va_list more;
  E2eRun *self;

  va_start (more, program);
  self = start_valist (NULL, NULL, program, more);
  va_end (more);
  e2e_run_wait (self);

  return self;
}

/* Runs another program, which must succeed. */
void
e2e_do (const char *program,
        ...)
{
  g_autoptr (E2eRun) run = NULL;
  va_list more;

  va_start (more, program);
  run = start_valist (NULL, NULL, program, more);
  va_end (more);
  e2e_run_wait (run);

  if (run->status != 0)
    g_error ("%s failed: %s", program, run->err);
}

static char *
read_scratch (int fd)
{
  GString *text = g_string_new (NULL);
  char buffer[4096];
  gssize n;

  while ((n = pread (fd, buffer, sizeof buffer, (off_t) text->len)) > 0)
    g_string_append_len (text, buffer, n);

  return g_string_free (text, FALSE);
}

/* What it has written to standard error so far. */
char *
e2e_run_peek_err (E2eRun *self)
{
  return read_scratch (self->err_fd);
}

/* Waits for the end, for so many microseconds. Returns whether it came. */
gboolean
e2e_run_wait_until (E2eRun *self,
                    gint64  timeout)
{
  struct pollfd pollfd = { .fd = self->pid_fd, .events = POLLIN };
  struct timespec time = { timeout / G_USEC_PER_SEC, timeout % G_USEC_PER_SEC * 1000 };
  int wait_status;

  if (self->ended)
    return TRUE;

  if (ppoll (&pollfd, 1, &time, NULL) == 0)
    return FALSE;

  g_assert_cmpint (waitpid (self->pid, &wait_status, 0), ==, self->pid);
  self->ended = TRUE;
  self->status = WIFEXITED (wait_status) ? WEXITSTATUS (wait_status) : -WTERMSIG (wait_status);
  self->out = read_scratch (self->out_fd);
  self->err = read_scratch (self->err_fd);

  return TRUE;
}

void
e2e_run_wait (E2eRun *self)
{
  if (!e2e_run_wait_until (self, E2E_PATIENCE))
    {
      g_autofree char *err = e2e_run_peek_err (self);

      kill (-self->pid, SIGKILL);
      g_error ("a program does not end; so far it said: %s", err);
    }
}

/* Waits until @is_over, which is asked whenever a child has ended or stopped,
 * and each second, since another thread may have been told in our place. */
static void
await_children (E2eCondition  is_over,
                gpointer      user_data,
                const char   *complaint)
{
  const struct timespec second = { 1, 0 };
  gint64 deadline = g_get_monotonic_time () + E2E_PATIENCE;
  sigset_t change;
  sigset_t before;

  sigemptyset (&change);
  sigaddset (&change, SIGCHLD);
  g_assert_no_errno (sigprocmask (SIG_BLOCK, &change, &before));
  while (!is_over (user_data))
    {
      if (g_get_monotonic_time () > deadline)
        g_error ("%s", complaint);
      sigtimedwait (&change, NULL, &second);
    }
  g_assert_no_errno (sigprocmask (SIG_SETMASK, &before, NULL));
}

/* An end is left for e2e_run_wait() to take. */
static gboolean
has_stopped (gpointer user_data)
{
  E2eRun *self = user_data;
  siginfo_t info = { 0 };

  g_assert_no_errno (waitid (P_PID, (id_t) self->pid, &info,
                             WSTOPPED | WEXITED | WNOHANG | WNOWAIT));
  if (info.si_pid == 0)
    return FALSE;

  g_assert_cmpint (info.si_code, ==, CLD_STOPPED);
  g_assert_no_errno (waitid (P_PID, (id_t) self->pid, &info, WSTOPPED));

  return TRUE;
}

/* Waits until a signal has stopped it. */
void
e2e_run_wait_stopped (E2eRun *self)
{
  await_children (has_stopped, self, "a program does not stop");
}

/* To the program alone, as from the command kill. */
void
e2e_run_signal (E2eRun *self,
                int     number)
{
  g_assert_no_errno (kill (self->pid, number));
}

/* Its children, as ints. */
GArray *
e2e_run_list_workers (E2eRun *self)
{
  GArray *pids = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "stat", NULL);
      g_autofree char *text = NULL;
      const char *rest;
      char state;
      int parent;
      int pid = atoi (name);

      if (pid > 0 && g_file_get_contents (path, &text, NULL, NULL) &&
          (rest = strrchr (text, ')')) != NULL &&
          sscanf (rest, ") %c %d", &state, &parent) == 2 && parent == self->pid && state != 'Z')
        g_array_append_val (pids, pid);
    }

  return pids;
}

void
e2e_run_free (E2eRun *self)
{
  if (!self->ended)
    {
      kill (self->pid, SIGKILL);
      e2e_run_wait (self);
    }

  close (self->pid_fd);
  close (self->out_fd);
  close (self->err_fd);
  g_free (self->out);
  g_free (self->err);
  g_free (self);
}

/* Ends the run, and the test with all that was said if it ended otherwise. */
void
e2e_assert_status (E2eRun *self,
                   int     status)
{
  e2e_run_wait (self);

  if (self->status != status)
    g_error ("ended with %d instead of %d, wrote “%.2000s” and told “%.2000s”", self->status,
             status, self->out, self->err);
}

/* It could not start, and said why. */
void
e2e_assert_refused (E2eRun     *self,
                    const char *reason)
{
  e2e_assert_status (self, 3);

  if (strstr (self->err, reason) == NULL)
    g_error ("“%s” is not said in: %s", reason, self->err);
}

/* Waits for @condition; FALSE if the program ended before it came true. */
gboolean
e2e_run_await (E2eRun       *self,
               E2eCondition  condition,
               gpointer      user_data)
{
  gint64 deadline = g_get_monotonic_time () + E2E_PATIENCE;

  while (!condition (user_data))
    {
      if (e2e_run_wait_until (self, LOOK_MS * 1000))
        return FALSE;
      if (g_get_monotonic_time () > deadline)
        g_error ("what a test waits for does not happen");
    }

  return TRUE;
}

static gboolean
path_exists (gpointer user_data)
{
  struct stat st;

  return lstat (user_data, &st) == 0;
}

gboolean
e2e_run_await_path (E2eRun     *self,
                    const char *path)
{
  return e2e_run_await (self, path_exists, (gpointer) path);
}

static gboolean
have_all_ended (gpointer user_data)
{
  pid_t pid;

  while ((pid = waitpid (-1, NULL, WNOHANG)) > 0)
    continue;

  return pid < 0;
}

/* No process that a test started is alive any more, or will be in a moment:
 * those of a job that was killed see its end and follow. */
void
e2e_assert_no_workers (void)
{
  await_children (have_all_ended, NULL, "a worker outlives its job");
}
