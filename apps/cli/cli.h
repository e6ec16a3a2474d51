/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the command's exit statuses mean. */
typedef enum
{
  CLI_EXIT_OK          = 0,
  CLI_EXIT_INCOMPLETE  = 1,    /* done, but some items failed */
  CLI_EXIT_USAGE       = 2,
  CLI_EXIT_NOT_STARTED = 3,    /* nothing was changed */
  CLI_EXIT_INTERRUPTED = 130,
  CLI_EXIT_TERMINATED  = 143,
} CliExit;

/* One file for each subcommand. @argv[0] is its name. */
int cli_chat (int    argc,
              char **argv);
int cli_copy (int    argc,
              char **argv);
int cli_identity (int    argc,
                  char **argv);
int cli_peers (int    argc,
               char **argv);
int cli_send (int    argc,
              char **argv);

/* Says what is wrong with the command line; always FALSE. */
gboolean cli_usage_error (GError     **error,
                          const char  *format,
                          ...) G_GNUC_PRINTF (2, 3);

/* The path of the running program, to start workers with. */
const char *cli_get_program (void);

G_END_DECLS
