/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli.h"

G_BEGIN_DECLS

/* What the command line of "lanyard chat" says, checked as far as it can be. */
typedef struct
{
  const char *profile;       /* a directory, or NULL: the usual one */
  const char *name;          /* what others are to see, or NULL */
  const char *bind;          /* an IP address, or NULL: all there are */
  int         port;          /* 0: the system chooses; -1: the wire's own */
  gboolean    no_discovery;
  gboolean    json;
  const char *peer;          /* whom to talk to, or NULL; on the plain wire HOST:PORT */
} CliChatOptions;

/* One file for each wire. Return the exit status. */
int cli_chat_plain  (const CliChatOptions *options);
int cli_chat_secure (const CliChatOptions *options);

G_END_DECLS
