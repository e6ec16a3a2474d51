/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/* Where a datagram comes from or goes to: a plain value. An IPv4 address is held as
 * the IPv6 address that stands for it (::ffff:a.b.c.d), so a peer has the same
 * address whichever socket heard it. */
typedef struct
{
  uint8_t  ip[16];
  uint32_t scope;  /* of a link-local IPv6 address: the interface; else 0 */
  uint16_t port;
} ChatAddress;

gboolean chat_address_from_native (ChatAddress             *self,
                                   const struct sockaddr   *native,
                                   gsize                    length) G_GNUC_WARN_UNUSED_RESULT;
gsize    chat_address_to_native   (const ChatAddress       *self,
                                   struct sockaddr_storage *native);
gboolean chat_address_is_v4       (const ChatAddress       *self);
gboolean chat_address_equal       (const ChatAddress       *self,
                                   const ChatAddress       *other);
guint    chat_address_hash        (const ChatAddress       *self);
char    *chat_address_to_ip_string (const ChatAddress      *self) G_GNUC_WARN_UNUSED_RESULT;
char    *chat_address_to_string   (const ChatAddress       *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
