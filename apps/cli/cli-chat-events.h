/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-engine.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What “lanyard chat --json” and “lanyard peers --json” print: an event on each line. A
 * @tag, which may be NULL, is that of the command they answer. */
void cli_chat_print_ready   (ChatEngine       *engine);
void cli_chat_print_peer    (ChatPeer         *peer,
                             JsonNode         *tag);
void cli_chat_print_message (ChatPeer         *peer,
                             ChatMessage      *message);
void cli_chat_print_state   (ChatPeer         *peer,
                             gint64            id,
                             ChatMessageState  state,
                             JsonNode         *tag);
void cli_chat_print_history (const char       *mine,
                             ChatPeer         *peer,
                             ChatMessage      *message,
                             JsonNode         *tag);
void cli_chat_print_end     (guint             count,
                             JsonNode         *tag);
void cli_chat_print_error   (const char       *message,
                             JsonNode         *tag);

G_END_DECLS
