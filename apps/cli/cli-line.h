/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli.h"

G_BEGIN_DECLS

/* What somebody types, line by line, and what is told meanwhile, on the main context.
 * On a terminal lines are edited, and what is told appears above the one that is being
 * typed. Elsewhere lines are read as they are. There is one at a time in a program,
 * and while there is, signals are its business. */
typedef struct _CliLine CliLine;

typedef struct
{
  /* UTF-8 from a terminal, and anything from elsewhere */
  void    (*line)     (const char *text,
                       gsize       length,
                       gpointer    user_data);

  /* A line that nobody can have meant was passed over. */
  void    (*too_long) (gpointer    user_data);

  /* There will be no more: CLI_EXIT_OK at the end of the input, CLI_EXIT_INTERRUPTED or
   * CLI_EXIT_TERMINATED if a signal says so. */
  void    (*ended)    (CliExit     status,
                       gpointer    user_data);

  /* What can stand behind @before in a line, or NULL. May itself be NULL. */
  char ** (*complete) (const char *before,
                       gpointer    user_data);
} CliLineFuncs;

/* What a line of a chat is. */
typedef enum
{
  CLI_LINE_NOTHING,
  CLI_LINE_TEXT,
  CLI_LINE_COMMAND,
} CliLineKind;

CliLine  *cli_line_new            (const char         *prompt,
                                   const char         *history,
                                   const CliLineFuncs *funcs,
                                   gpointer            user_data) G_GNUC_WARN_UNUSED_RESULT;
void      cli_line_free           (CliLine            *self);
gboolean  cli_line_is_interactive (CliLine            *self);
CliLineKind cli_line_sort         (CliLine            *self,
                                   const char        **text,
                                   gsize              *length);
void      cli_line_set_prompt     (CliLine            *self,
                                   const char         *prompt);
void      cli_line_set_held       (CliLine            *self,
                                   gboolean            held);
void      cli_line_print          (CliLine            *self,
                                   const char         *prefix,
                                   const char         *bytes,
                                   gsize               length);
void      cli_line_note           (CliLine            *self,
                                   const char         *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliLine, cli_line_free)

G_END_DECLS
