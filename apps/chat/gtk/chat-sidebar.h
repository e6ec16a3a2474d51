/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-application.h"

G_BEGIN_DECLS

/* Everybody, and what was said: one list, and a search in both. Its signals are
 *
 * - “opened” (ChatPeer, gboolean): the user wants to see the conversation; TRUE if it is
 *   to be talked in at once, FALSE if it was only passed by;
 * - “found” (ChatPeer, id of a message as gint64): that one is to be shown. */
#define CHAT_TYPE_SIDEBAR (chat_sidebar_get_type ())

G_DECLARE_FINAL_TYPE (ChatSidebar, chat_sidebar, CHAT, SIDEBAR, AdwBin)

void chat_sidebar_set_application (ChatSidebar     *self,
                                   ChatApplication *application);
void chat_sidebar_set_engine      (ChatSidebar     *self,
                                   ChatEngine      *engine);
void chat_sidebar_select          (ChatSidebar     *self,
                                   gint64           contact);
void chat_sidebar_search_people   (ChatSidebar     *self);
void chat_sidebar_search_messages (ChatSidebar     *self);

G_END_DECLS
