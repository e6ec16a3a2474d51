/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-item.h"
#include "chat-store.h"

G_BEGIN_DECLS

/* All messages of a conversation, the oldest first: a GListModel of ChatItem that reads
 * from the store what is looked at, by pages, and forgets what was not looked at for
 * longest. Nothing it does takes longer in a long conversation than in a short one;
 * how long it is becomes known by and by, which adds to its beginning. */
#define CHAT_TYPE_HISTORY (chat_history_get_type ())

G_DECLARE_FINAL_TYPE (ChatHistory, chat_history, CHAT, HISTORY, GObject)

ChatHistory *chat_history_new       (ChatStore         *store,
                                     gint64             conversation) G_GNUC_WARN_UNUSED_RESULT;
ChatItem    *chat_history_get       (ChatHistory       *self,
                                     guint              position) G_GNUC_WARN_UNUSED_RESULT;
gboolean     chat_history_find      (ChatHistory       *self,
                                     gint64             id,
                                     guint             *position);
gboolean     chat_history_is_whole  (ChatHistory       *self);

/* What has happened to the store. */
void         chat_history_catch_up  (ChatHistory       *self);
void         chat_history_remove    (ChatHistory       *self,
                                     gint64             id);
void         chat_history_reload    (ChatHistory       *self);
void         chat_history_set_state (ChatHistory       *self,
                                     gint64             id,
                                     ChatMessageState   state);
ChatItem    *chat_history_peek      (ChatHistory       *self,
                                     gint64             id);

G_END_DECLS
