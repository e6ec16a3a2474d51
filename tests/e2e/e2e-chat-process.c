/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-chat.h"
#include "e2e-chat-private.h"

#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The program behind an E2eChat: how it starts and ends, and its pipes. */

#define CHUNK 65536

static void
set_up_child (gpointer user_data)
{
  signal (SIGPIPE, SIG_DFL);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* What it wrote to the standard error since it was started. */
char *
e2e_chat_peek_err (E2eChat *self)
{
  GString *text = g_string_new (NULL);
  char buffer[4096];
  gssize n;

  while ((n = pread (self->err_fd, buffer, sizeof buffer, (off_t) text->len)) > 0)
    g_string_append_len (text, buffer, n);

  return g_string_free (text, FALSE);
}

/* --- its output --- */

static void
give_lines (E2eChat *self)
{
  const char *begin = self->rest->str;
  const char *end = begin + self->rest->len;
  const char *newline;

  while ((newline = memchr (begin, '\n', (gsize) (end - begin))) != NULL)
    {
      _e2e_chat_take_line (self, begin, (gsize) (newline - begin));
      begin = newline + 1;
    }

  g_string_erase (self->rest, 0, begin - self->rest->str);
}

static void
close_output (E2eChat *self)
{
  /* Only who was killed leaves half a line. */
  if (self->rest->len > 0 && !self->may_end)
    g_error ("%s ended within a line: %s", self->name, self->rest->str);

  g_string_truncate (self->rest, 0);
  close (self->out_fd);
  self->out_fd = -1;
  self->out_watch = 0;

  if (!self->may_end)
    {
      g_autofree char *err = e2e_chat_peek_err (self);

      g_error ("%s ended by itself, and said: %s", self->name, err);
    }
}

static gboolean
on_output (int          fd,
           GIOCondition condition,
           gpointer     user_data)
{
  E2eChat *self = user_data;
  char buffer[CHUNK];
  gssize n = read (fd, buffer, sizeof buffer);

  if (n > 0)
    {
      g_string_append_len (self->rest, buffer, n);
      give_lines (self);
      return G_SOURCE_CONTINUE;
    }

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;

  close_output (self);

  return G_SOURCE_REMOVE;
}

/* --- its input --- */

static gboolean
on_writable (int          fd,
             GIOCondition condition,
             gpointer     user_data)
{
  E2eChat *self = user_data;
  gssize n = write (fd, self->to_write->str, self->to_write->len);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;

  /* It is gone, which its output will tell. */
  if (n < 0)
    g_string_truncate (self->to_write, 0);
  else
    g_string_erase (self->to_write, 0, n);

  if (self->to_write->len > 0)
    return G_SOURCE_CONTINUE;

  self->in_watch = 0;

  return G_SOURCE_REMOVE;
}

/* Writes a line; @length is -1 for a string. */
void
e2e_chat_write (E2eChat    *self,
                const char *line,
                gssize      length)
{
  g_assert_cmpint (self->in_fd, >=, 0);

  g_string_append_len (self->to_write, line, length);
  g_string_append_c (self->to_write, '\n');

  if (self->in_watch == 0)
    self->in_watch = g_unix_fd_add (self->in_fd, G_IO_OUT, on_writable, self);
}

static gboolean
is_written (gpointer user_data)
{
  return ((E2eChat *) user_data)->in_watch == 0;
}

/* The end of its standard input, after all that was written. */
void
e2e_chat_close_input (E2eChat *self)
{
  e2e_chat_await (is_written, self, "what was written is read");
  self->may_end = TRUE;
  close (self->in_fd);
  self->in_fd = -1;
}

/* --- its life --- */

static void
add_arguments (E2eChat    *self,
               GPtrArray  *argv,
               const char *operand)
{
  const char *fixed[] = {
    e2e_get_lanyard (), "chat", "--json", "--profile", self->profile, "--name", self->name,
    "--port", self->wanted_port
  };

  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++)
    g_ptr_array_add (argv, (char *) fixed[i]);

  if (self->bind != NULL)
    {
      g_ptr_array_add (argv, (char *) "--bind");
      g_ptr_array_add (argv, self->bind);
    }

  if (!self->discovers)
    g_ptr_array_add (argv, (char *) "--no-discovery");

  g_ptr_array_add (argv, (char *) operand);
  g_ptr_array_add (argv, NULL);
}

/* Starts it, and waits for nothing. @operand is a PEER, or NULL. */
void
e2e_chat_launch (E2eChat    *self,
                 const char *operand)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (self->pid, ==, 0);
  add_arguments (self, argv, operand);
  self->may_end = FALSE;

  if (self->err_fd >= 0)
    close (self->err_fd);
  self->err_fd = (int) syscall (SYS_memfd_create, "errors", 1 /* close on exec */);
  g_assert_no_errno (self->err_fd);

  g_spawn_async_with_pipes_and_fds (NULL, (const char * const *) argv->pdata, NULL,
                                    G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CLOEXEC_PIPES,
                                    set_up_child, NULL, -1, -1, self->err_fd, NULL, NULL, 0,
                                    &self->pid, &self->in_fd, &self->out_fd, NULL, &error);
  g_assert_no_error (error);

  self->pid_fd = (int) syscall (SYS_pidfd_open, self->pid, 0);
  g_assert_no_errno (self->pid_fd);
  g_assert_true (g_unix_set_fd_nonblocking (self->in_fd, TRUE, NULL));
  g_assert_true (g_unix_set_fd_nonblocking (self->out_fd, TRUE, NULL));
  self->out_watch = g_unix_fd_add (self->out_fd, G_IO_IN | G_IO_HUP, on_output, self);
}

/* Starts it, and waits until it is ready. */
void
e2e_chat_start (E2eChat *self)
{
  g_autoptr (JsonObject) ready = NULL;

  e2e_chat_launch (self, NULL);
  ready = e2e_chat_take (self, "ready", NULL);

  /* Who has the same profile is the same. */
  if (self->fingerprint != NULL)
    g_assert_cmpstr (e2e_json_get_string (ready, "fingerprint"), ==, self->fingerprint);

  g_free (self->fingerprint);
  self->fingerprint = g_strdup (e2e_json_get_string (ready, "fingerprint"));
  self->port = (guint) json_object_get_int_member (ready, "port");
  g_assert_cmpstr (e2e_json_get_string (ready, "name"), ==, self->name);
}

static gboolean
has_closed_output (gpointer user_data)
{
  return ((E2eChat *) user_data)->out_fd < 0;
}

/* Waits for its end, and until all that it wrote has been read. Returns the exit status,
 * or the number of the signal that ended it with a minus. */
int
e2e_chat_wait (E2eChat *self)
{
  struct pollfd ended = { .fd = self->pid_fd, .events = POLLIN };
  int status;

  self->may_end = TRUE;
  e2e_chat_await (has_closed_output, self, "a chat ends");
  g_assert_cmpint (poll (&ended, 1, E2E_PATIENCE / 1000), ==, 1);
  g_assert_cmpint (waitpid (self->pid, &status, 0), ==, self->pid);

  g_clear_handle_id (&self->in_watch, g_source_remove);
  g_string_truncate (self->to_write, 0);
  if (self->in_fd >= 0)
    close (self->in_fd);
  close (self->pid_fd);
  self->in_fd = self->pid_fd = -1;
  self->pid = 0;

  return WIFEXITED (status) ? WEXITSTATUS (status) : -WTERMSIG (status);
}

/* Ends it at once, wherever it is; what it has written until then is heard. */
void
e2e_chat_kill (E2eChat *self)
{
  self->may_end = TRUE;
  g_assert_no_errno (kill (self->pid, SIGKILL));
  g_assert_cmpint (e2e_chat_wait (self), ==, -SIGKILL);
}

/* Ends it as it likes to be ended. Nothing may have been said to people. */
int
e2e_chat_quit (E2eChat *self)
{
  g_autofree char *err = NULL;
  int status;

  e2e_chat_command (self, "quit", NULL);
  status = e2e_chat_wait (self);
  err = e2e_chat_peek_err (self);
  g_assert_cmpstr (err, ==, "");

  return status;
}

/* --- what the system knows of it --- */

/* Bytes that it has in memory. */
guint64
e2e_chat_get_memory (E2eChat *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", self->pid);
  g_autofree char *text = NULL;
  const char *size;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  size = strstr (text, "VmRSS:");
  g_assert_nonnull (size);

  return g_ascii_strtoull (size + strlen ("VmRSS:"), NULL, 10) * 1024;
}

/* Seconds of a core that it has used. */
double
e2e_chat_get_cpu_time (E2eChat *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", self->pid);
  g_autofree char *text = NULL;
  unsigned long user;
  unsigned long kernel;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpint (sscanf (strrchr (text, ')'), ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
                           "%lu %lu", &user, &kernel), ==, 2);

  return (double) (user + kernel) / (double) sysconf (_SC_CLK_TCK);
}
