/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-editor"

#include "cli-editor.h"

#include "app-text.h"


#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#define HISTORY_MAX 1000

/* Ends of the program at which nobody gets to tidy up. */
static const int fatal[] = { SIGQUIT, SIGABRT, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGILL };

static CliEditorFuncs editor;
static gpointer editor_data;
static char *history_path;
static gboolean is_started;
static gboolean is_suspended;
static gboolean in_handler;     /* nothing is on the screen that could be hidden */
static guint resize_source;
static char **candidates;

static struct termios old_terminal;
static struct sigaction old_actions[G_N_ELEMENTS (fatal)];

/* --- the end --- */

/* Gives the terminal back, and then lets happen what would have. */
static void
on_fatal (int number)
{
  tcsetattr (STDIN_FILENO, TCSANOW, &old_terminal);

  for (guint i = 0; i < G_N_ELEMENTS (fatal); i++)
    if (fatal[i] == number)
      sigaction (number, &old_actions[i], NULL);

  raise (number);
}

static void
watch_fatal (void)
{
  struct sigaction action = { .sa_handler = on_fatal };

  for (guint i = 0; i < G_N_ELEMENTS (fatal); i++)
    sigaction (fatal[i], &action, &old_actions[i]);
}

static void
unwatch_fatal (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (fatal); i++)
    sigaction (fatal[i], &old_actions[i], NULL);
}

/* --- history --- */

static void
remember (const char *line)
{
  HIST_ENTRY *last = history_length > 0 ? history_get (history_base + history_length - 1) : NULL;

  if (*line != '\0' && (last == NULL || strcmp (last->line, line) != 0))
    add_history (line);
}

static void
save_history (void)
{
  /* No more than a convenience: no reason to complain when ending. */
  if (history_path != NULL)
    write_history (history_path);

  clear_history ();
  g_clear_pointer (&history_path, g_free);
}

/* --- completion --- */

/* Names come from the network, too: one that a terminal would obey is not offered. */
static gboolean
is_harmless (const char *candidate)
{
  g_autofree char *escaped = app_text_escape (candidate, strlen (candidate));

  return g_str_equal (escaped, candidate);
}

static char *
next_candidate (const char *word,
                int         state)
{
  static guint next;

  if (state == 0)
    next = 0;

  while (candidates != NULL && candidates[next] != NULL)
    {
      const char *candidate = candidates[next++];

      /* Freed by readline. */
      if (g_str_has_prefix (candidate, word) && is_harmless (candidate))
        return strdup (candidate);
    }

  return NULL;
}

static char **
complete (const char *word,
          int         start,
          int         end)
{
  g_autofree char *before = g_strndup (rl_line_buffer, (gsize) start);
  char **matches;

  rl_attempted_completion_over = 1;
  if (editor.complete == NULL)
    return NULL;

  candidates = editor.complete (before, editor_data);
  matches = rl_completion_matches (word, next_candidate);
  g_clear_pointer (&candidates, g_strfreev);

  return matches;
}

/* --- lines --- */

/* Between two lines readline would give the terminal back for a moment, in which keys
 * that are typed ahead, or pasted, mean something else. */
static void
keep_terminal (void)
{
}

static void
give_terminal_back (void)
{
  rl_callback_handler_remove ();
  rl_deprep_terminal ();
  fputc ('\n', rl_outstream);
  fflush (rl_outstream);
  is_started = FALSE;
}

static void
on_line (char *line)
{
  g_autofree char *text = NULL;

  if (line == NULL)
    {
      give_terminal_back ();
      editor.line (NULL, editor_data);
      return;
    }

  remember (line);
  text = g_locale_to_utf8 (line, -1, NULL, NULL, NULL);

  in_handler = TRUE;
  editor.line (text != NULL ? text : line, editor_data);
  in_handler = FALSE;
  free (line);
}

static gboolean
on_resize (gpointer user_data)
{
  if (is_started && !is_suspended)
    rl_resize_terminal ();

  return G_SOURCE_CONTINUE;
}

/* @history is a file, or %NULL. The terminal is given back by cli_editor_stop(), and
 * when the program crashes. */
void
cli_editor_start (const char           *prompt,
                  const char           *history,
                  const CliEditorFuncs *funcs,
                  gpointer              user_data)
{
  editor = *funcs;
  editor_data = user_data;
  is_suspended = FALSE;

  tcgetattr (STDIN_FILENO, &old_terminal);
  watch_fatal ();
  resize_source = g_unix_signal_add (SIGWINCH, on_resize, NULL);

  rl_readline_name = "lanyard";
  rl_deprep_term_function = keep_terminal;
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_attempted_completion_function = complete;
  rl_completer_word_break_characters = " ";

  using_history ();
  stifle_history (HISTORY_MAX);
  history_path = g_strdup (history);
  if (history_path != NULL)
    read_history (history_path);

  is_started = TRUE;
  rl_callback_handler_install (prompt, on_line);
}

/* Does nothing more than that if the input has ended. */
void
cli_editor_stop (void)
{
  if (is_started && !is_suspended)
    give_terminal_back ();

  is_started = FALSE;
  g_clear_handle_id (&resize_source, g_source_remove);
  unwatch_fatal ();
  save_history ();
}

/* There is something to read: at most one key's worth of it. */
void
cli_editor_read (void)
{
  rl_callback_read_char ();
}

/* Makes room for something to be written where the line is, until cli_editor_show(). */
void
cli_editor_hide (void)
{
  if (!is_started || is_suspended || in_handler)
    return;

  /* What is written next may go another way. */
  rl_clear_visible_line ();
  fflush (rl_outstream);
}

void
cli_editor_show (void)
{
  if (!is_started || is_suspended || in_handler)
    return;

  rl_on_new_line ();
  rl_redisplay ();
}

void
cli_editor_set_prompt (const char *prompt)
{
  cli_editor_hide ();
  rl_set_prompt (prompt);
  cli_editor_show ();
}

/* Gives the terminal to somebody else, until cli_editor_resume(). */
void
cli_editor_suspend (void)
{
  if (!is_started || is_suspended)
    return;

  rl_clear_visible_line ();
  fflush (rl_outstream);
  rl_deprep_terminal ();
  is_suspended = TRUE;
}

/* Does nothing while the terminal is somebody else's. */
void
cli_editor_resume (void)
{
  if (!is_started || !is_suspended || tcgetpgrp (STDIN_FILENO) != getpgrp ())
    return;

  is_suspended = FALSE;
  rl_prep_terminal (1);
  cli_editor_show ();
}
