/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-application.h"

G_BEGIN_DECLS

/* The conversation with one peer: what was said, and where to say more. */
#define CHAT_TYPE_CONVERSATION_VIEW (chat_conversation_view_get_type ())

G_DECLARE_FINAL_TYPE (ChatConversationView, chat_conversation_view,
                      CHAT, CONVERSATION_VIEW, AdwBin)

void      chat_conversation_view_set_peer     (ChatConversationView *self,
                                               ChatApplication      *application,
                                               ChatPeer             *peer);
void      chat_conversation_view_open         (ChatConversationView *self,
                                               ChatEngine           *engine,
                                               ChatPeer             *peer);
ChatPeer *chat_conversation_view_get_peer     (ChatConversationView *self);
void      chat_conversation_view_show_message (ChatConversationView *self,
                                               gint64                id);
void      chat_conversation_view_begin_search (ChatConversationView *self);
void      chat_conversation_view_begin_writing (ChatConversationView *self);

G_END_DECLS
