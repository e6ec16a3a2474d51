/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-address.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A text of the plain wire as it is shown; all of it is properties for the row. */
#define CHAT_TYPE_PLAIN_ITEM (chat_plain_item_get_type ())

G_DECLARE_FINAL_TYPE (ChatPlainItem, chat_plain_item, CHAT, PLAIN_ITEM, GObject)

ChatPlainItem *chat_plain_item_new_sent     (guint64            number,
                                             const char        *text) G_GNUC_WARN_UNUSED_RESULT;
ChatPlainItem *chat_plain_item_new_received (const ChatAddress *from,
                                             GBytes            *bytes,
                                             gboolean           is_other)
                                            G_GNUC_WARN_UNUSED_RESULT;
guint64        chat_plain_item_get_number   (ChatPlainItem     *self);
const char    *chat_plain_item_get_text     (ChatPlainItem     *self);
const char    *chat_plain_item_get_heading  (ChatPlainItem     *self);
gboolean       chat_plain_item_is_unsent    (ChatPlainItem     *self);
void           chat_plain_item_set_unsent   (ChatPlainItem     *self);

G_END_DECLS
