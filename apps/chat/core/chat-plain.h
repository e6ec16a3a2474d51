/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"

G_BEGIN_DECLS

/* The plain wire: a message is one datagram of bare UTF-8, with nothing around it and
 * no answer to it. Whatever can send text over UDP can talk with it.
 *
 * Its functions are for the thread of one main context. */
typedef struct _ChatPlain ChatPlain;

typedef enum
{
  CHAT_PLAIN_RECEIVED,  /* .bytes, which may be anything and of any length, from .address */
  CHAT_PLAIN_UNSENT,    /* the system would not send to .address: too long for the way there,
                         * or no way there */
} ChatPlainEventType;

typedef struct
{
  ChatPlainEventType  type;
  ChatAddress         address;
  GBytes             *bytes;
  guint64             number;  /* of what was not sent, see chat_plain_get_number() */
} ChatPlainEvent;

typedef void (*ChatPlainFunc) (const ChatPlainEvent *event,
                               gpointer              user_data);

ChatPlain *chat_plain_new      (const char         *bind,
                                uint16_t            port,
                                ChatPlainFunc       func,
                                gpointer            user_data,
                                GError            **error)
                               G_GNUC_WARN_UNUSED_RESULT;
void       chat_plain_free     (ChatPlain          *self);
uint16_t   chat_plain_get_port (const ChatPlain    *self);
gboolean   chat_plain_reaches  (const ChatPlain    *self,
                                GSocketFamily       family);
gboolean   chat_plain_send     (ChatPlain          *self,
                                const ChatAddress  *to,
                                const char         *text,
                                gsize               length,
                                GError            **error);
guint64    chat_plain_get_number (const ChatPlain  *self);
gboolean   chat_plain_flush    (ChatPlain          *self,
                                gint64              timeout_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatPlain, chat_plain_free)

G_END_DECLS
