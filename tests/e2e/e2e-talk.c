/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-talk.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Does not outlive a test that fails. */
static void
set_up_child (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

E2eTalk *
e2e_talk_start (const char *program,
                ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  E2eTalk *self = g_new0 (E2eTalk, 1);
  va_list more;

  va_start (more, program);
  for (const char *argument = program; argument != NULL; argument = va_arg (more, const char *))
    g_ptr_array_add (argv, (char *) argument);
  va_end (more);
  g_ptr_array_add (argv, NULL);

  g_spawn_async_with_pipes (NULL, (char **) argv->pdata, NULL,
                            G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH, set_up_child, NULL,
                            &self->pid, &self->in_fd, &self->out_fd, &self->err_fd, &error);
  g_assert_no_error (error);

  /* Programs that are started later would keep it open. */
  fcntl (self->in_fd, F_SETFD, FD_CLOEXEC);
  self->out = g_string_new (NULL);
  self->err = g_string_new (NULL);

  return self;
}

static void
take (int      fd,
      GString *text,
      short    events)
{
  char buffer[65536];
  gssize n;

  if (events == 0)
    return;

  n = read (fd, buffer, sizeof buffer);
  if (n > 0)
    g_string_append_len (text, buffer, n);
}

/* Takes what was written, waiting a little for it. FALSE at the end of all. */
static gboolean
look (E2eTalk *self,
      int      timeout_ms)
{
  struct pollfd fds[2] = {
    { .fd = self->out_fd, .events = POLLIN }, { .fd = self->err_fd, .events = POLLIN },
  };

  poll (fds, G_N_ELEMENTS (fds), timeout_ms);
  take (self->out_fd, self->out, fds[0].revents & POLLIN);
  take (self->err_fd, self->err, fds[1].revents & POLLIN);

  return ((fds[0].revents & fds[1].revents) & POLLHUP) == 0 ||
         ((fds[0].revents | fds[1].revents) & POLLIN) != 0;
}

void
e2e_talk_say_bytes (E2eTalk    *self,
                    const char *bytes,
                    gsize       length)
{
  while (length > 0)
    {
      gssize n = write (self->in_fd, bytes, length);

      g_assert_no_errno (n);
      bytes += n;
      length -= (gsize) n;
    }
}

void
e2e_talk_say (E2eTalk    *self,
              const char *text)
{
  e2e_talk_say_bytes (self, text, strlen (text));
}

/* Waits until there is @text in @where, which is what it wrote to one of the two. */
void
e2e_talk_await (E2eTalk       *self,
                const GString *where,
                const char    *text)
{
  gint64 deadline = g_get_monotonic_time () + E2E_PATIENCE;

  while (strstr (where->str, text) == NULL)
    {
      gboolean is_there = look (self, 50);

      if (strstr (where->str, text) == NULL &&
          (!is_there || g_get_monotonic_time () > deadline))
        g_error ("“%s” is never written, only “%s” and “%s”", text, self->out->str,
                 self->err->str);
    }
}

/* Where "lanyard chat" says that it listens. */
guint
e2e_talk_get_port (E2eTalk *self)
{
  e2e_talk_await (self, self->err, "port ");
  e2e_talk_await (self, self->err, "\n");

  return (guint) atoi (strstr (self->err->str, "port ") + strlen ("port "));
}

/* Ends its standard input. */
void
e2e_talk_hang_up (E2eTalk *self)
{
  if (self->in_fd >= 0)
    close (self->in_fd);

  self->in_fd = -1;
}

/* Waits for its end. Returns its status, or the signal that ended it with a minus. */
int
e2e_talk_wait (E2eTalk *self)
{
  gint64 deadline = g_get_monotonic_time () + E2E_PATIENCE;
  int status;

  if (self->has_ended)
    return self->status;

  while (look (self, 50))
    if (g_get_monotonic_time () > deadline)
      g_error ("a program does not end; it wrote “%s” and “%s”", self->out->str, self->err->str);

  g_assert_cmpint (waitpid (self->pid, &status, 0), ==, self->pid);
  self->has_ended = TRUE;
  self->status = WIFEXITED (status) ? WEXITSTATUS (status) : -WTERMSIG (status);

  return self->status;
}

void
e2e_talk_free (E2eTalk *self)
{
  e2e_talk_hang_up (self);
  if (!self->has_ended)
    {
      kill (self->pid, SIGKILL);
      e2e_talk_wait (self);
    }

  close (self->out_fd);
  close (self->err_fd);
  g_string_free (self->out, TRUE);
  g_string_free (self->err, TRUE);
  g_free (self);
}
