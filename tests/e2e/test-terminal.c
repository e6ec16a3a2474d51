/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-judge.h"
#include "e2e-terminal.h"
#include "e2e-tree.h"
#include "e2e-util.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB (1024 * 1024)

typedef struct
{
  E2eTemp  *temp;
  char     *source;
  char     *target;
  E2eTerminal  terminal;
} Scene;

static void
scene_init (Scene      *self,
            const char *backend,
            const char *rate,
            guint       columns)
{
  self->temp = e2e_temp_new_in_memory ();
  self->source = e2e_make_dir (self->temp->path, "source");
  self->target = e2e_temp_get (self->temp, "target");

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *name = g_strdup_printf ("name-%u", i);

      e2e_make_file (self->source, name, 256 * 1024);
    }

  if (rate != NULL)
    {
      const char *argv[] = {
        e2e_get_lanyard (), "copy", backend, rate, self->source, self->target, NULL
      };

      e2e_terminal_start (&self->terminal, argv, columns);
    }
}

static void
scene_clear (Scene *self)
{
  if (self->terminal.screen != NULL)
    e2e_terminal_clear (&self->terminal);
  g_free (self->source);
  g_free (self->target);
  e2e_temp_free (self->temp);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scene, scene_clear)

static void
test_progress_line (const char *backend)
{
  g_auto (Scene) scene = { 0 };

  scene_init (&scene, backend, "--limit-rate=8M", 100);
  e2e_terminal_await (&scene.terminal, 0, "\r");
  e2e_terminal_await (&scene.terminal, 0, " of 41 items");
  e2e_terminal_await (&scene.terminal, 0, " of 10.0");
  e2e_terminal_await (&scene.terminal, 0, "MiB/s");
  e2e_terminal_await (&scene.terminal, 0, "%");
  e2e_terminal_await (&scene.terminal, 0, "name-");
  g_assert_cmpint (e2e_terminal_wait (&scene.terminal), ==, 0);
  e2e_terminal_await (&scene.terminal, 0, "Copied 40 files");
  e2e_terminal_assert_restored (&scene.terminal);
  e2e_assert_same (scene.source, scene.target);
}

/* Each line in its place: never wider than the terminal, never a line feed
 * before the end, and no clearing before writing, which would flicker. */
static void
test_narrow (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_auto (GStrv) lines = NULL;
  char *end;

  scene_init (&scene, backend, "--limit-rate=8M", 40);
  g_assert_cmpint (e2e_terminal_wait (&scene.terminal), ==, 0);

  end = strstr (scene.terminal.screen->str, "Copied");
  g_assert_nonnull (end);
  *end = '\0';
  g_assert_null (strchr (scene.terminal.screen->str, '\n'));
  g_assert_null (strstr (scene.terminal.screen->str, "\033[2K"));

  lines = g_strsplit (scene.terminal.screen->str, "\r", -1);
  g_assert_cmpuint (g_strv_length (lines), >, 2);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], "\033", 2);

      if (parts[0] != NULL)
        g_assert_cmpint (g_utf8_strlen (parts[0], -1), <=, 40);
    }
}

static void
test_interrupt_key (const char *backend)
{
  g_auto (Scene) scene = { 0 };

  scene_init (&scene, backend, "--limit-rate=1M", 100);
  e2e_terminal_await (&scene.terminal, 0, "name-");
  e2e_terminal_press (&scene.terminal, "\003");
  g_assert_cmpint (e2e_terminal_wait (&scene.terminal), ==, 130);
  e2e_terminal_await (&scene.terminal, 0, "--resume");
  e2e_terminal_assert_restored (&scene.terminal);
}

static void
test_interrupt_key_twice (const char *backend)
{
  g_auto (Scene) scene = { 0 };

  scene_init (&scene, backend, "--limit-rate=1M", 100);
  e2e_terminal_await (&scene.terminal, 0, "name-");
  e2e_terminal_press (&scene.terminal, "\003\003\003");
  g_assert_cmpint (e2e_terminal_wait (&scene.terminal), ==, 130);
  e2e_terminal_assert_restored (&scene.terminal);
}

static void
test_pause_key (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  gsize from;

  scene_init (&scene, backend, "--limit-rate=8M", 100);
  e2e_terminal_await (&scene.terminal, 0, "name-");
  e2e_terminal_press (&scene.terminal, "p");
  e2e_terminal_await (&scene.terminal, 0, "paused");
  e2e_assert_idle (scene.target);
  g_assert_cmpuint (e2e_count (scene.target), <, 40);
  g_assert_cmpint (waitpid (scene.terminal.pid, NULL, WNOHANG), ==, 0);

  from = scene.terminal.screen->len;
  e2e_terminal_press (&scene.terminal, "p");
  e2e_terminal_await (&scene.terminal, from, "MiB/s");
  g_assert_cmpint (e2e_terminal_wait (&scene.terminal), ==, 0);
  e2e_assert_same (scene.source, scene.target);
}

/* A stop that nobody can refuse, and so nobody can prepare for. */
static void
test_stopped (const char *backend)
{
  g_auto (Scene) scene = { 0 };

  scene_init (&scene, backend, "--limit-rate=8M", 100);
  e2e_terminal_await (&scene.terminal, 0, "name-");
  e2e_terminal_await_echo (&scene.terminal, FALSE);
  kill (scene.terminal.pid, SIGSTOP);
  e2e_terminal_await_stopped (&scene.terminal);
  kill (scene.terminal.pid, SIGCONT);

  g_assert_cmpint (e2e_terminal_wait (&scene.terminal), ==, 0);
  e2e_terminal_assert_restored (&scene.terminal);
  e2e_assert_same (scene.source, scene.target);
}

/* Ctrl+Z gives the terminal back; to go on takes it again. It needs a shell
 * above it, which has not stopped. */
static void
test_stop_key (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autofree char *script = NULL;
  const char *argv[] = { "/bin/sh", "-c", NULL, NULL };
  gsize from;

  scene_init (&scene, backend, NULL, 0);
  script = g_strdup_printf ("set -m; '%s' copy %s --limit-rate=8M '%s' '%s'; echo stopped: $?; "
                            "read -r line; fg; echo ended: $?", e2e_get_lanyard (), backend,
                            scene.source, scene.target);
  argv[2] = script;
  e2e_terminal_start (&scene.terminal, argv, 100);
  e2e_terminal_await (&scene.terminal, 0, "name-");
  e2e_terminal_await_echo (&scene.terminal, FALSE);
  e2e_terminal_press (&scene.terminal, "\032");
  e2e_terminal_await (&scene.terminal, 0, "stopped: 148");
  e2e_terminal_assert_restored (&scene.terminal);

  from = scene.terminal.screen->len;
  e2e_terminal_press (&scene.terminal, "\n");
  e2e_terminal_await (&scene.terminal, from, "MiB/s");
  e2e_terminal_await (&scene.terminal, from, "ended: 0");
  g_assert_cmpint (e2e_terminal_wait (&scene.terminal), ==, 0);
  e2e_terminal_assert_restored (&scene.terminal);
  e2e_assert_same (scene.source, scene.target);
}

/* Nothing in a name may speak to the terminal. */
static void
assert_harmless (const char *text)
{
  g_assert_null (strstr (text, "\033]"));
  g_assert_null (strstr (text, "\033[3"));
  g_assert_null (strchr (text, '\a'));
  g_assert_null (strstr (text, "\xe2\x80\xae"));
  g_assert_true (g_utf8_validate (text, -1, NULL));
}

static void
test_odd_names (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autofree char *existing = NULL;
  static const char * const names[] = {
    "\033]0;title\a", "\033[31mred", "bell\a", "new\nline", "\xe2\x80\xae", "\xff", "\xc2\x9bm",
  };
  const char *argv[] = {
    e2e_get_lanyard (), "copy", "-T", "--conflict=fail", backend, "--limit-rate=8M", NULL, NULL, NULL
  };

  scene_init (&scene, backend, NULL, 0);
  g_free (e2e_make_dir (scene.target, ""));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *twin = g_strconcat (names[i], "2", NULL);

      e2e_make_file (scene.source, names[i], 500 * 1024);
      e2e_make_text (scene.source, twin, "new");
      e2e_make_text (scene.target, twin, "old");
    }

  argv[6] = scene.source;
  argv[7] = scene.target;
  e2e_terminal_start (&scene.terminal, argv, 200);
  g_assert_cmpint (e2e_terminal_wait (&scene.terminal), ==, 1);
  e2e_terminal_await (&scene.terminal, 0, "7 items failed");
  assert_harmless (scene.terminal.screen->str);
}

/* An error that names the operand itself. */
static void
test_odd_operand (const char *backend)
{
  g_autoptr (E2eRun) missing = e2e_run ("copy", backend, "\033]0;a\a\xff", "b", NULL);
  g_autoptr (E2eRun) option = e2e_run ("copy", backend, "--\033]0;a\a", "b", NULL);
  g_autoptr (E2eRun) command = e2e_run ("\033]0;a\a\xff", "b", NULL);

  e2e_assert_status (missing, 3);
  assert_harmless (missing->err);
  e2e_assert_status (option, 2);
  assert_harmless (option->err);
  e2e_assert_status (command, 2);
  assert_harmless (command->err);
}

/* And those of a dry run, and of the advice how to resume. */
static void
test_odd_names_listed (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_make_dir (temp->path, "source \033]0;a\a");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autofree char *file = g_build_filename (target, "file", NULL);
  g_autoptr (E2eRun) dry = NULL;
  g_autoptr (E2eRun) run = NULL;

  e2e_make_text (source, "\033]0;a\a\xff", "text");
  e2e_make_file (source, "file", 10 * MIB);
  dry = e2e_run ("copy", "-n", backend, source, target, NULL);
  e2e_assert_status (dry, 0);
  assert_harmless (dry->out);

  run = e2e_start ("copy", backend, "--limit-rate=1M", source, target, NULL);
  g_assert_true (e2e_run_await_path (run, file));
  e2e_run_signal (run, SIGINT);
  e2e_assert_status (run, 130);
  assert_harmless (run->err);
}

/* Without a terminal: lines, and nothing that moves about. */
static void
test_plain (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (E2eRun) silent = NULL;

  scene_init (&scene, backend, NULL, 0);
  run = e2e_run ("copy", backend, "--progress=plain", scene.source, scene.target, NULL);
  e2e_assert_status (run, 0);
  g_assert_nonnull (strstr (run->out, "Copied 40 files"));
  g_assert_null (strchr (run->err, '\r'));
  g_assert_null (strchr (run->err, '\033'));
  g_assert_null (strchr (run->out, '\033'));

  silent = e2e_run ("copy", "-T", backend, "--progress=none", scene.source, scene.target, NULL);
  e2e_assert_status (silent, 0);
  g_assert_cmpstr (silent->out, ==, "");
  g_assert_cmpstr (silent->err, ==, "");
}

/* Each question is answered by one key, and a capital answers the rest. */
static void
test_ask (const char *backend)
{
  g_auto (Scene) scene = { 0 };
  const char *argv[] = { e2e_get_lanyard (), "copy", "-T", backend, "--conflict=ask", NULL, NULL,
                         NULL };
  gsize from;

  scene_init (&scene, backend, NULL, 0);
  argv[5] = scene.source;
  argv[6] = scene.target;
  g_assert_cmpint (g_mkdir (scene.target, 0755), ==, 0);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("name-%u", i);

      e2e_make_file (scene.target, name, 1);
    }

  e2e_terminal_start (&scene.terminal, argv, 100);
  e2e_terminal_await (&scene.terminal, 0, "over  ");
  e2e_terminal_await (&scene.terminal, 0, "256.0 KiB");
  e2e_terminal_await (&scene.terminal, 0, "so for all");
  from = scene.terminal.screen->len;
  e2e_terminal_press (&scene.terminal, "r");
  e2e_terminal_await (&scene.terminal, from, "so for all");
  e2e_terminal_press (&scene.terminal, "xO");
  g_assert_cmpint (e2e_terminal_wait (&scene.terminal), ==, 0);
  e2e_terminal_await (&scene.terminal, 0, "Copied 40 files");
  e2e_terminal_assert_restored (&scene.terminal);

  /* The one that is kept and the copy of its source. */
  g_assert_cmpuint (e2e_count (scene.target), ==, 41);
}

int
main (int    argc,
      char **argv)
{
  e2e_init (&argc, &argv);

  e2e_add ("terminal/progress-line", test_progress_line);
  e2e_add ("terminal/narrow", test_narrow);
  e2e_add ("terminal/interrupt-key", test_interrupt_key);
  e2e_add ("terminal/interrupt-key-twice", test_interrupt_key_twice);
  e2e_add ("terminal/pause-key", test_pause_key);
  e2e_add ("terminal/ask", test_ask);
  e2e_add ("terminal/stopped", test_stopped);
  e2e_add ("terminal/stop-key", test_stop_key);
  e2e_add ("terminal/odd-names", test_odd_names);
  e2e_add ("terminal/odd-operand", test_odd_operand);
  e2e_add ("terminal/odd-names-listed", test_odd_names_listed);
  e2e_add ("terminal/plain", test_plain);

  return g_test_run ();
}
