/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-address.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One UDP socket for each address family, on the same port. */
typedef struct
{
  GSocket  *v4;           /* or NULL */
  GSocket  *v6;           /* or NULL */
  uint16_t  port;
  uint8_t   source[4];    /* the IPv4 address that it is bound to, or zeros */
  gboolean  can_segment;  /* the system splits long messages: the sender's thread only */
} ChatSockets;

gboolean        chat_sockets_open             (ChatSockets        *self,
                                               const char         *bind,
                                               uint16_t            port,
                                               GError            **error)
                                              G_GNUC_WARN_UNUSED_RESULT;
void            chat_sockets_close            (ChatSockets        *self);
GSocket        *chat_sockets_get_for          (const ChatSockets  *self,
                                               const ChatAddress  *to);
void            chat_sockets_choose_interface (ChatSockets        *self,
                                               const ChatAddress  *to,
                                               guint               interface);

/* The address as GIO knows it. */
GSocketAddress *chat_address_to_gio           (const ChatAddress  *self)
                                              G_GNUC_WARN_UNUSED_RESULT;
gboolean        chat_address_from_gio         (ChatAddress        *self,
                                               GSocketAddress     *address)
                                              G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatSockets, chat_sockets_close)

G_END_DECLS
