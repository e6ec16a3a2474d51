/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli-line.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE (30 * G_USEC_PER_SEC)

/* --- the program on the terminal: it repeats what is typed --- */

static CliLine *repeater;
static GMainLoop *repeater_loop;

static gboolean
on_released (gpointer user_data)
{
  cli_line_print (repeater, "", "released", strlen ("released"));
  cli_line_set_held (repeater, FALSE);

  return G_SOURCE_REMOVE;
}

static void
on_line (const char *text,
         gsize       length,
         gpointer    user_data)
{
  cli_line_print (repeater, "said ", text, length);

  if (strcmp (text, "hold") == 0)
    {
      cli_line_set_held (repeater, TRUE);
      g_idle_add_full (G_PRIORITY_LOW, on_released, NULL, NULL);
    }
}

static void
on_too_long (gpointer user_data)
{
  cli_line_note (repeater, "too long");
}

static void
on_ended (CliExit  status,
          gpointer user_data)
{
  g_main_loop_quit (repeater_loop);
}

static char **
on_complete (const char *before,
             gpointer    user_data)
{
  static const char * const names[] = { "Anna", "Annette", "An\033[2J", "Berta", NULL };

  return *before == '\0' ? g_strdupv ((char **) names) : NULL;
}

G_NORETURN static void
run_repeater (const char *history)
{
  static const CliLineFuncs funcs = { on_line, on_too_long, on_ended, on_complete };

  repeater_loop = g_main_loop_new (NULL, FALSE);
  repeater = cli_line_new ("> ", history, &funcs, NULL);
  g_main_loop_run (repeater_loop);
  cli_line_free (repeater);
  _exit (0);
}

/* --- who sits before it --- */

typedef struct
{
  int      fd;
  pid_t    pid;
  GString *screen;
} User;

static void
user_start (User       *self,
            const char *history)
{
  self->screen = g_string_new (NULL);
  self->pid = forkpty (&self->fd, NULL, NULL, NULL);
  g_assert_no_errno (self->pid);

  if (self->pid == 0)
    run_repeater (history);
}

static void
user_type (User       *self,
           const char *keys)
{
  g_assert_cmpint (write (self->fd, keys, strlen (keys)), ==, (gssize) strlen (keys));
}

static gboolean
user_look (User *self)
{
  struct pollfd pollfd = { .fd = self->fd, .events = POLLIN };
  char buffer[4096];
  gssize n;

  if (poll (&pollfd, 1, PATIENCE / 1000) != 1)
    g_error ("nothing more is seen than: %s", self->screen->str);

  n = read (self->fd, buffer, sizeof buffer);
  if (n > 0)
    g_string_append_len (self->screen, buffer, n);

  return n > 0;
}

/* Ends it, and returns all that was ever seen. */
static char *
user_end (User *self)
{
  int status;

  user_type (self, "\004");
  while (user_look (self))
    ;
  g_assert_cmpint (waitpid (self->pid, &status, 0), ==, self->pid);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  close (self->fd);

  return g_string_free (self->screen, FALSE);
}

static void
user_await (User       *self,
            const char *text)
{
  while (strstr (self->screen->str, text) == NULL)
    g_assert_true (user_look (self));
}

/* What was typed in one run is there in the next, and is nobody else's to read. */
static void
test_history (void)
{
  g_autofree char *dir = g_dir_make_tmp ("test-line-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "history", NULL);
  User user;

  for (guint run = 0; run < 2; run++)
    {
      g_autofree char *seen = NULL;
      struct stat st;

      user_start (&user, path);
      user_await (&user, "> ");
      if (run == 0)
        user_type (&user, "first\rsecond\rsecond\r");
      else
        user_type (&user, "\020\020 again\r");
      user_await (&user, run == 0 ? "said second" : "said first again");
      seen = user_end (&user);

      g_assert_no_errno (stat (path, &st));
      g_assert_cmpuint (st.st_mode & 0777, ==, 0600);
    }

  g_unlink (path);
  g_rmdir (dir);
}

static void
test_no_history (void)
{
  g_autofree char *seen = NULL;
  User user;

  user_start (&user, NULL);
  user_await (&user, "> ");
  user_type (&user, "\020here\r");
  user_await (&user, "said here\r\n");
  seen = user_end (&user);
}

/* Names are offered; one that would be obeyed is not. */
static void
test_completion (void)
{
  g_autofree char *seen = NULL;
  User user;

  user_start (&user, NULL);
  user_await (&user, "> ");
  user_type (&user, "A\t\t\t");
  user_await (&user, "Anna     Annette");
  user_type (&user, "a\t!\r");
  user_await (&user, "said Anna !\r\n");
  user_type (&user, "B\tx\r");
  user_await (&user, "said Berta x\r\n");
  seen = user_end (&user);
  g_assert_null (strstr (seen, "\033[2J"));
}

/* No line comes until it may. */
static void
test_held (void)
{
  g_autofree char *seen = NULL;
  User user;

  user_start (&user, NULL);
  user_await (&user, "> ");
  user_type (&user, "hold\rnext\r");
  user_await (&user, "said next");
  seen = user_end (&user);
  g_assert_true (strstr (seen, "said hold") < strstr (seen, "released"));
  g_assert_true (strstr (seen, "released") < strstr (seen, "said next"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_setenv ("TERM", "xterm", TRUE);
  g_setenv ("INPUTRC", "/dev/null", TRUE);

  g_test_add_func ("/cli/line/history", test_history);
  g_test_add_func ("/cli/line/no-history", test_no_history);
  g_test_add_func ("/cli/line/completion", test_completion);
  g_test_add_func ("/cli/line/held", test_held);

  return g_test_run ();
}
