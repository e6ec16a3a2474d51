/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-engine.h"
#include "cli.h"
#include "cli-line.h"

G_BEGIN_DECLS

/* What “lanyard chat” on a terminal has in hand: cli-chat-talk.c tells and sends,
 * cli-chat-commands.c obeys. */
typedef struct
{
  ChatEngine *engine;
  CliLine    *line;
  GMainLoop  *loop;
  CliExit     status;
  guint       n_failed;
  ChatPeer   *to;       /* whom lines go to, or NULL */
  char       *wanted;   /* an address whose peer will be that, or NULL */
  GHashTable *here;     /* ChatPeer, owned: whom the user knows to be here */
  GHashTable *held;     /* and of whom he was warned */
} CliTalk;

void        cli_talk_note         (CliTalk      *self,
                                   const char   *format,
                                   ...) G_GNUC_PRINTF (2, 3);
void        cli_talk_fail         (CliTalk      *self,
                                   const char   *message);
void        cli_talk_show         (CliTalk      *self,
                                   ChatPeer     *peer,
                                   ChatMessage  *message);
void        cli_talk_set_to       (CliTalk      *self,
                                   ChatPeer     *peer);
void        cli_talk_choose       (CliTalk      *self,
                                   const char   *peer);
void        cli_talk_run_command  (CliTalk      *self,
                                   const char   *line);
void        cli_talk_add_commands (GStrvBuilder *names);

G_END_DECLS
