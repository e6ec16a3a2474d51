/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-engine.h"
#include "cli.h"

G_BEGIN_DECLS

/* The options of the commands that talk to the network for a moment. */
typedef struct
{
  char     *profile;
  char     *name;
  char     *bind;
  int       port;           /* 0: the system chooses */
  gboolean  no_discovery;
} CliNetworkOptions;

void        cli_network_options_clear (CliNetworkOptions        *self);
gboolean    cli_network_parse         (CliNetworkOptions        *self,
                                       const char               *operands,
                                       const char               *summary,
                                       const char               *description,
                                       const GOptionEntry       *entries,
                                       int                       argc,
                                       char                    **argv,
                                       GError                  **error);
int         cli_network_refuse        (const char               *command,
                                       const GError             *error);
ChatEngine *cli_network_open          (const char               *command,
                                       const CliNetworkOptions  *options)
                                      G_GNUC_WARN_UNUSED_RESULT;
void        cli_network_watch_signals (GMainLoop                *loop,
                                       CliExit                  *status);

G_END_DECLS
