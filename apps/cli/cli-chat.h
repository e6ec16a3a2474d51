/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli.h"
#include "chat-engine.h"

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

/* The two faces of the secure one: for people, and for programs. */
int cli_chat_talk   (ChatEngine           *engine,
                     const char           *peer);
int cli_chat_json   (ChatEngine           *engine,
                     const char           *peer);

/* The engine of a command, or NULL if it cannot start, which was said then. */
ChatEngine *cli_chat_open (const char           *command,
                           const CliChatOptions *options) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
