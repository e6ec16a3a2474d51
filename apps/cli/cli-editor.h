/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The line that is being edited on the terminal: GNU readline, which knows only one. */
typedef struct
{
  /* A line, or NULL at the end of all. */
  void    (*line)     (const char *text,
                       gpointer    user_data);
  char ** (*complete) (const char *before,
                       gpointer    user_data);
} CliEditorFuncs;

void cli_editor_start      (const char           *prompt,
                            const char           *history,
                            const CliEditorFuncs *funcs,
                            gpointer              user_data);
void cli_editor_stop       (void);
void cli_editor_read       (void);
void cli_editor_hide       (void);
void cli_editor_show       (void);
void cli_editor_set_prompt (const char           *prompt);
void cli_editor_suspend    (void);
void cli_editor_resume     (void);

G_END_DECLS
