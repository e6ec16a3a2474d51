/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-application.h"

G_BEGIN_DECLS

/* What was found in all conversations. “activated” (ChatPeer, id of the message as
 * gint64) says which hit the user wants to see. */
#define CHAT_TYPE_SEARCH_VIEW (chat_search_view_get_type ())

G_DECLARE_FINAL_TYPE (ChatSearchView, chat_search_view, CHAT, SEARCH_VIEW, AdwBin)

void chat_search_view_set_query (ChatSearchView  *self,
                                 ChatApplication *application,
                                 const char      *query);
void chat_search_view_look      (ChatSearchView  *self,
                                 ChatEngine      *engine,
                                 const char      *query);

G_END_DECLS
