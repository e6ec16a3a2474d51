/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-address.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A text of the plain wire. */
#define CHAT_TYPE_PLAIN_ROW (chat_plain_row_get_type ())

G_DECLARE_FINAL_TYPE (ChatPlainRow, chat_plain_row, CHAT, PLAIN_ROW, GtkListBoxRow)

GtkWidget *chat_plain_row_new_sent     (guint64            number,
                                        const char        *text) G_GNUC_WARN_UNUSED_RESULT;
GtkWidget *chat_plain_row_new_received (const ChatAddress *from,
                                        GBytes            *bytes,
                                        gboolean           is_other) G_GNUC_WARN_UNUSED_RESULT;
guint64    chat_plain_row_get_number   (ChatPlainRow      *self);
void       chat_plain_row_set_unsent   (ChatPlainRow      *self);

G_END_DECLS
