/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-stranger.h"
#include "e2e-terminal.h"
#include "e2e-util.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* The chat on a terminal, and somebody else with a socket. */
typedef struct
{
  E2eTerminal  terminal;
  E2eStranger  stranger;
  guint        port;
  char        *prompt;   /* once the other has spoken */
} Scene;

/* With @script, a shell runs that, with the command as its arguments. */
static void
scene_init_in (Scene      *self,
               const char *script)
{
  const char *argv[] = {
    "/bin/sh", "-m", "-c", script, "sh",
    e2e_get_lanyard (), "chat", "--plain", "--bind", "127.0.0.1", "--port", "0", NULL
  };

  e2e_stranger_init (&self->stranger);
  self->prompt = g_strdup_printf ("127.0.0.1:%u> ", self->stranger.port);

  e2e_terminal_start (&self->terminal, script != NULL ? argv : argv + 5, 100);
  e2e_terminal_await (&self->terminal, 0, "This connection is not encrypted.");
  e2e_terminal_await (&self->terminal, 0, "chooses.\r\n> ");
  self->port = (guint) atoi (strstr (self->terminal.screen->str, "port ") + strlen ("port "));
}

static void
scene_init (Scene *self)
{
  scene_init_in (self, NULL);
}

static void
scene_clear (Scene *self)
{
  e2e_terminal_clear (&self->terminal);
  e2e_stranger_clear (&self->stranger);
  g_free (self->prompt);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scene, scene_clear)

/* Returns where on the screen that begins which follows from it. */
static gsize
say (Scene      *self,
     const char *bytes)
{
  gsize from = self->terminal.screen->len;

  e2e_stranger_say (&self->stranger, self->port, bytes, strlen (bytes));

  return from;
}

static void
assert_hears (Scene      *self,
              const char *text)
{
  e2e_stranger_assert_hears (&self->stranger, text, strlen (text));
}

/* Has the other speak, so that lines go there. */
static void
scene_meet (Scene *self)
{
  gsize from = say (self, "met");

  e2e_terminal_await (&self->terminal, from, ": met\r\n");
  e2e_terminal_await (&self->terminal, from, ".\r\n127.0.0.1:");
}

static void
test_editing (void)
{
  g_auto (Scene) scene = { 0 };

  scene_init (&scene);
  scene_meet (&scene);
  e2e_terminal_press (&scene.terminal, "wrld\033[D\033[D\033[Do\001hello \005!x\177\r");
  assert_hears (&scene, "hello world!");
  e2e_terminal_press (&scene.terminal, "你好吗\177们\r");
  assert_hears (&scene, "你好们");
  e2e_terminal_press (&scene.terminal, "\033[A\033[A again\r");
  assert_hears (&scene, "hello world! again");

  /* Nothing was typed, so nothing is sent. */
  e2e_terminal_press (&scene.terminal, "\r\rend\r");
  assert_hears (&scene, "end");

  /* Ahead of what is done with it. */
  e2e_terminal_press (&scene.terminal, "one\rtw\001\005你\177o\r\033[A\033[A!\r\004");
  assert_hears (&scene, "one");
  assert_hears (&scene, "two");
  assert_hears (&scene, "one!");
  g_assert_cmpint (e2e_terminal_wait (&scene.terminal), ==, 0);
  e2e_terminal_assert_restored (&scene.terminal);
}

/* What comes stands on lines of its own, and what is being typed stays. */
static void
test_above (void)
{
  g_auto (Scene) scene = { 0 };
  g_autofree char *shown = NULL;
  gsize from;

  scene_init (&scene);
  scene_meet (&scene);
  e2e_terminal_press (&scene.terminal, "half a ");
  e2e_terminal_await (&scene.terminal, 0, "half a ");

  shown = g_strdup_printf ("\r\033[K\r>>>127.0.0.1:%u: meanwhile\r\n%shalf a ", scene.stranger.port,
                           scene.prompt);
  from = say (&scene, "meanwhile");
  e2e_terminal_await (&scene.terminal, from, shown);

  e2e_terminal_press (&scene.terminal, "line\r");
  assert_hears (&scene, "half a line");
  e2e_terminal_press (&scene.terminal, "\004");
  g_assert_cmpint (e2e_terminal_wait (&scene.terminal), ==, 0);
}

static void
test_completion (void)
{
  g_auto (Scene) scene = { 0 };
  gsize from;

  scene_init (&scene);
  scene_meet (&scene);
  from = scene.terminal.screen->len;
  e2e_terminal_press (&scene.terminal, "/h\t\r");
  e2e_terminal_await (&scene.terminal, from, "/quit          end");

  from = scene.terminal.screen->len;
  e2e_terminal_press (&scene.terminal, "/to\r");
  e2e_terminal_await (&scene.terminal, from, "whoever speaks next");
  from = scene.terminal.screen->len;
  e2e_terminal_press (&scene.terminal, "/t\t127\t\r");
  e2e_terminal_await (&scene.terminal, from, "Lines go to 127.0.0.1:");
  e2e_terminal_press (&scene.terminal, "completed\r/q\t\r");
  assert_hears (&scene, "completed");
  g_assert_cmpint (e2e_terminal_wait (&scene.terminal), ==, 0);
  e2e_terminal_assert_restored (&scene.terminal);
}

/* The terminal gets nothing to obey but what the line itself takes. */
static void
test_harmful (void)
{
  static const char * const bytes[] = {
    "\033[2J", "\033]0;title\007", "\033[31m", "\033c", "\x9b" "2J", "\xc2\x9b" "2J", "\b\b\b",
    "\016", "\u202e", "\u2067", "\xff", "\033P1;1|17/6b\033\\",
  };
  g_auto (Scene) scene = { 0 };
  gsize from;

  scene_init (&scene);
  scene_meet (&scene);
  from = scene.terminal.screen->len;

  for (guint i = 0; i < G_N_ELEMENTS (bytes); i++)
    {
      g_autofree char *text = g_strdup_printf ("%ucase %s end%u", i, bytes[i], i);
      g_autofree char *last = g_strdup_printf ("end%u\r\n", i);

      say (&scene, text);
      e2e_terminal_await (&scene.terminal, from, last);
    }

  for (guint i = 0; i < G_N_ELEMENTS (bytes); i++)
    if (strstr (scene.terminal.screen->str + from, bytes[i]) != NULL)
      g_error ("case %u reaches the terminal", i);
  g_assert_true (g_utf8_validate (scene.terminal.screen->str, -1, NULL));
}

/* However it ends. SIGQUIT is what a crash is to the terminal. */
static void
test_restored (void)
{
  static const struct { const char *keys; int number; int status; } cases[] = {
    { "\003", 0, 130 },
    { "", SIGTERM, 143 },
    { "", SIGHUP, 143 },
    { "\034", 0, -SIGQUIT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Scene) scene = { 0 };

      scene_init (&scene);
      e2e_terminal_await_echo (&scene.terminal, FALSE);
      e2e_terminal_press (&scene.terminal, "half");
      e2e_terminal_await (&scene.terminal, 0, "> half");
      e2e_terminal_press (&scene.terminal, cases[i].keys);
      if (cases[i].number != 0)
        kill (scene.terminal.pid, cases[i].number);
      g_assert_cmpint (e2e_terminal_wait (&scene.terminal), ==, cases[i].status);
      e2e_terminal_assert_restored (&scene.terminal);
    }
}

/* The user's shell, which gets the terminal when the chat is stopped, and gives it back
 * when it is told to. */
static void
test_stopped (void)
{
  g_auto (Scene) scene = { 0 };
  gsize from;

  scene_init_in (&scene, "\"$@\"; echo \"stopped: $?\"; read -r go; fg");
  scene_meet (&scene);
  e2e_terminal_press (&scene.terminal, "half");
  e2e_terminal_await (&scene.terminal, 0, "> half");
  e2e_terminal_press (&scene.terminal, "\032");
  e2e_terminal_await (&scene.terminal, 0, "stopped: ");
  e2e_terminal_assert_restored (&scene.terminal);

  from = scene.terminal.screen->len;
  e2e_terminal_press (&scene.terminal, "\n");
  e2e_terminal_await (&scene.terminal, from, "> half");
  e2e_terminal_await_echo (&scene.terminal, FALSE);
  e2e_terminal_press (&scene.terminal, " and half\r");
  assert_hears (&scene, "half and half");
  e2e_terminal_press (&scene.terminal, "\004");
  g_assert_cmpint (e2e_terminal_wait (&scene.terminal), ==, 0);
  e2e_terminal_assert_restored (&scene.terminal);
}

int
main (int    argc,
      char **argv)
{
  e2e_init (&argc, &argv);

  /* A terminal that is known, and nobody's own keys. */
  g_setenv ("TERM", "xterm", TRUE);
  g_setenv ("INPUTRC", "/dev/null", TRUE);

  g_test_add_func ("/e2e/chat-terminal/editing", test_editing);
  g_test_add_func ("/e2e/chat-terminal/above", test_above);
  g_test_add_func ("/e2e/chat-terminal/completion", test_completion);
  g_test_add_func ("/e2e/chat-terminal/harmful", test_harmful);
  g_test_add_func ("/e2e/chat-terminal/restored", test_restored);
  g_test_add_func ("/e2e/chat-terminal/stopped", test_stopped);

  return g_test_run ();
}
