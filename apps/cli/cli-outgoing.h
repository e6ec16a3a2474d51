/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-engine.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What “lanyard chat --json” was told to send: what came in one go is made safe
 * together, and what is for an address waits until somebody is found there. */
typedef struct
{
  ChatEngine *engine;
  GHashTable *tags;      /* id of a message → JsonNode, until it has been read */
  GPtrArray  *waiting;   /* Waiting: for whoever is at an address */

  /* What came in one go for one peer: the disk is waited for once. */
  ChatPeer   *batch_to;
  GPtrArray  *batch_texts;
  GPtrArray  *batch_tags;  /* JsonNode, or NULL */
  guint       batch_end;   /* the source that sends it */
} CliOutgoing;

void cli_outgoing_init        (CliOutgoing      *self,
                               ChatEngine       *engine);
void cli_outgoing_clear       (CliOutgoing      *self);
void cli_outgoing_send        (CliOutgoing      *self,
                               ChatPeer         *peer,
                               const char       *text,
                               JsonNode         *tag);
void cli_outgoing_look_at     (CliOutgoing      *self,
                               const char       *address,
                               const char       *text,
                               JsonNode         *tag);
void cli_outgoing_flush       (CliOutgoing      *self);
void cli_outgoing_found       (CliOutgoing      *self,
                               ChatPeer         *peer);
void cli_outgoing_unreached   (CliOutgoing      *self,
                               const char       *address,
                               const char       *reason);
void cli_outgoing_print_state (CliOutgoing      *self,
                               ChatPeer         *peer,
                               gint64            id,
                               ChatMessageState  state);

G_END_DECLS
