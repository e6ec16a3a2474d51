/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-item.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A message in its bubble, and what stands above it: its day, and where new ones begin.
 * Made to show one message after another.
 *
 * “menu” (x and y, int): the user wants to do something with it. */
#define CHAT_TYPE_MESSAGE_ROW (chat_message_row_get_type ())

G_DECLARE_FINAL_TYPE (ChatMessageRow, chat_message_row, CHAT, MESSAGE_ROW, GtkWidget)

/* What the rows of a conversation have in common. */
typedef struct
{
  gint64   first_new;  /* id of the message that “New messages” stands above, or 0 */
  gint64   shown;      /* and of the one that stands out, or 0 */
  GStrv    words;      /* that are looked for, or NULL */
} ChatRowContext;

GtkWidget  *chat_message_row_new          (void) G_GNUC_WARN_UNUSED_RESULT;
void        chat_message_row_set_context  (ChatMessageRow       *self,
                                           const ChatRowContext *context);
void        chat_message_row_set_item     (ChatMessageRow       *self,
                                           ChatItem             *item);
ChatItem   *chat_message_row_get_item     (ChatMessageRow       *self);
char       *chat_message_row_get_selection (ChatMessageRow      *self);
const char *chat_message_row_get_link     (ChatMessageRow       *self);

G_END_DECLS
