/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-line"

#include "cli-line.h"

#include "app-text.h"
#include "cli-editor.h"
#include "cli-terminal.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The longest message there is, 1 MiB, has six times that when each of its bytes is
 * written as a number in JSON. */
#define LINE_MAX_LENGTH (8 * 1024 * 1024)

#define CHUNK 65536

struct _CliLine
{
  CliLineFuncs  funcs;
  gpointer      user_data;
  gboolean      is_interactive;
  guint         source;
  gboolean      is_held;
  gboolean      has_ended;

  /* Of lines that are not edited: what is not a whole one yet. */
  GString      *rest;
  gsize         n_given;        /* of it: these bytes have been told of ... */
  gsize         n_seen;         /* ... and beyond them, no line ends in these */
  gboolean      is_passing;     /* over the rest of a line that is too long */
};

static void
end (CliLine *self,
     CliExit  status)
{
  if (self->has_ended)
    return;

  self->has_ended = TRUE;
  g_clear_handle_id (&self->source, g_source_remove);
  self->funcs.ended (status, self->user_data);
}

/* --- lines that are not edited --- */

static void
give_line (CliLine    *self,
           const char *text,
           gsize       length)
{
  /* A line ends with CR LF in files from elsewhere. */
  if (length > 0 && text[length - 1] == '\r')
    length--;

  self->funcs.line (text, length, self->user_data);
}

/* Gives the lines that are whole, as long as they are wanted. */
static void
give_lines (CliLine *self)
{
  while (!self->is_held && !self->has_ended)
    {
      const char *begin = self->rest->str + self->n_given;
      const char *newline = memchr (self->rest->str + self->n_seen, '\n',
                                    self->rest->len - self->n_seen);
      g_autofree char *line = NULL;
      gsize length;

      if (newline == NULL)
        {
          g_string_erase (self->rest, 0, (gssize) self->n_given);
          self->n_given = 0;
          self->n_seen = self->rest->len;
          return;
        }

      /* A copy: what it was read into may change while it is told of. */
      length = (gsize) (newline - begin);
      line = g_malloc (length + 1);
      memcpy (line, begin, length);
      line[length] = '\0';
      self->n_given += length + 1;
      self->n_seen = self->n_given;

      if (self->is_passing)
        self->is_passing = FALSE;
      else
        give_line (self, line, length);
    }
}

static void
pass_over (CliLine *self)
{
  if (self->is_held || self->has_ended || self->rest->len <= LINE_MAX_LENGTH)
    return;

  g_string_truncate (self->rest, 0);
  self->n_seen = 0;
  if (!self->is_passing)
    self->funcs.too_long (self->user_data);
  self->is_passing = TRUE;
}

static gboolean
on_bytes (int          fd,
          GIOCondition condition,
          gpointer     user_data)
{
  CliLine *self = user_data;
  char buffer[CHUNK];
  gssize n = read (fd, buffer, sizeof buffer);

  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;

  if (n > 0)
    {
      g_string_append_len (self->rest, buffer, n);
      give_lines (self);
      pass_over (self);
      return G_SOURCE_CONTINUE;
    }

  /* The last line need not end. */
  if (self->rest->len > 0 && !self->is_passing)
    give_line (self, self->rest->str, self->rest->len);
  g_string_truncate (self->rest, 0);
  end (self, CLI_EXIT_OK);

  return G_SOURCE_REMOVE;
}

/* --- lines that are --- */

static gboolean
on_keys (int          fd,
         GIOCondition condition,
         gpointer     user_data)
{
  cli_editor_read ();

  return G_SOURCE_CONTINUE;
}

static void
on_edited_line (const char *text,
                gpointer    user_data)
{
  CliLine *self = user_data;

  if (text != NULL)
    self->funcs.line (text, strlen (text), self->user_data);
  else
    end (self, CLI_EXIT_OK);
}

static char **
on_complete (const char *before,
             gpointer    user_data)
{
  CliLine *self = user_data;

  return self->funcs.complete != NULL ? self->funcs.complete (before, self->user_data) : NULL;
}

/* --- both --- */

static void
on_signal (int      number,
           gpointer user_data)
{
  CliLine *self = user_data;

  switch (number)
    {
    case SIGTSTP:
      if (self->is_interactive)
        cli_editor_suspend ();
      cli_signals_stop_self ();
      /* It was continued, whichever thread is told so. */
      G_GNUC_FALLTHROUGH;

    case SIGCONT:
      if (self->is_interactive)
        cli_editor_resume ();
      break;

    default:
      end (self, number == SIGINT ? CLI_EXIT_INTERRUPTED : CLI_EXIT_TERMINATED);
      break;
    }
}

static void
start_reading (CliLine *self)
{
  if (self->source == 0 && !self->is_held && !self->has_ended)
    self->source = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR | G_IO_NVAL,
                                  self->is_interactive ? on_keys : on_bytes, self);
}

/* Begins to read standard input. With a @prompt, lines are edited if a terminal is
 * there to do that on; without, they never are. @history is a file that what was typed
 * is kept in, or %NULL. The functions must not free the object. */
CliLine *
cli_line_new (const char         *prompt,
              const char         *history,
              const CliLineFuncs *funcs,
              gpointer            user_data)
{
  static const CliEditorFuncs editor_funcs = { on_edited_line, on_complete };
  CliLine *self = g_new0 (CliLine, 1);

  self->funcs = *funcs;
  self->user_data = user_data;
  self->is_interactive = prompt != NULL && isatty (STDIN_FILENO) && isatty (STDOUT_FILENO);
  self->rest = g_string_new (NULL);

  cli_signals_watch (on_signal, self);
  if (self->is_interactive)
    {
      g_autofree char *printable = app_text_escape (prompt, strlen (prompt));

      cli_editor_start (printable, history, &editor_funcs, self);
    }
  start_reading (self);

  return self;
}

/* Gives the terminal back as it was. */
void
cli_line_free (CliLine *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  if (self->is_interactive)
    cli_editor_stop ();
  cli_signals_unwatch ();

  g_string_free (self->rest, TRUE);
  g_free (self);
}

/* Whether somebody sits there and types. */
gboolean
cli_line_is_interactive (CliLine *self)
{
  return self->is_interactive;
}

/* Tells texts from commands, which begin with a slash. A text that does so has two, of
 * which one is passed over. Enter alone is pressed on a terminal for no reason; a script
 * has one. */
CliLineKind
cli_line_sort (CliLine     *self,
               const char **text,
               gsize       *length)
{
  if (*length == 0)
    return self->is_interactive ? CLI_LINE_NOTHING : CLI_LINE_TEXT;

  if (**text != '/')
    return CLI_LINE_TEXT;

  if (*length == 1 || (*text)[1] != '/')
    return CLI_LINE_COMMAND;

  (*text)++;
  (*length)--;

  return CLI_LINE_TEXT;
}

void
cli_line_set_prompt (CliLine    *self,
                     const char *prompt)
{
  if (self->is_interactive)
    {
      g_autofree char *printable = app_text_escape (prompt, strlen (prompt));

      cli_editor_set_prompt (printable);
    }
}

/* While held, no line comes, and whoever writes them waits. */
void
cli_line_set_held (CliLine  *self,
                   gboolean  held)
{
  self->is_held = held;

  if (held)
    {
      g_clear_handle_id (&self->source, g_source_remove);
    }
  else
    {
      give_lines (self);
      start_reading (self);
    }
}

/* In the terminal's own encoding; elsewhere text is UTF-8. */
static void
write_text (FILE       *stream,
            const char *text)
{
  g_autofree char *local = NULL;
  const char *charset;

  if (!g_get_charset (&charset) && isatty (fileno (stream)))
    local = g_convert_with_fallback (text, -1, charset, "UTF-8", NULL, NULL, NULL, NULL);

  fputs (local != NULL ? local : text, stream);
  fflush (stream);
}

static void
write_above (CliLine    *self,
             FILE       *stream,
             const char *text)
{
  gboolean is_there = self->is_interactive && isatty (fileno (stream));

  if (is_there)
    cli_editor_hide ();
  write_text (stream, text);
  if (is_there)
    cli_editor_show ();
}

/* Prints what somebody said, on standard output: any bytes, which can do no harm, each
 * line with @prefix before it, so that none can be taken for somebody else's. */
void
cli_line_print (CliLine    *self,
                const char *prefix,
                const char *bytes,
                gsize       length)
{
  g_autofree char *text = app_text_escape_lines (prefix, bytes, length);

  write_above (self, stdout, text);
}

/* Tells something about the program itself: on standard error, so that what was said
 * is alone on standard output. It may have lines, and does no harm either. */
void
cli_line_note (CliLine    *self,
               const char *text)
{
  g_autofree char *printable = app_text_escape_lines ("", text, strlen (text));

  write_above (self, stderr, printable);
}
