/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

G_BEGIN_DECLS

/* A message as a window shows it. */
#define CHAT_TYPE_ITEM (chat_item_get_type ())

G_DECLARE_FINAL_TYPE (ChatItem, chat_item, CHAT, ITEM, GObject)

/* As much of a text as is kept of it, in bytes: what is longer is read again when the
 * user wants to see it all. */
#define CHAT_ITEM_MAX_TEXT 8192

ChatItem         *chat_item_new          (const ChatMessage *message) G_GNUC_WARN_UNUSED_RESULT;
ChatItem         *chat_item_new_unreadable (void) G_GNUC_WARN_UNUSED_RESULT;

gint64            chat_item_get_id       (ChatItem          *self);
gint64            chat_item_get_time     (ChatItem          *self);
const char       *chat_item_get_text     (ChatItem          *self);
gsize             chat_item_get_size     (ChatItem          *self);
gboolean          chat_item_is_whole     (ChatItem          *self);
gboolean          chat_item_is_outgoing  (ChatItem          *self);
ChatMessageState  chat_item_get_state    (ChatItem          *self);
void              chat_item_set_state    (ChatItem          *self,
                                          ChatMessageState   state);
gboolean          chat_item_is_hidden    (ChatItem          *self);
void              chat_item_set_hidden   (ChatItem          *self,
                                          gboolean           hidden);

/* How it stands to the message before it. */
gboolean          chat_item_begins_day   (ChatItem          *self);
gboolean          chat_item_follows      (ChatItem          *self);
void              chat_item_set_previous (ChatItem          *self,
                                          ChatItem          *previous);

G_END_DECLS
