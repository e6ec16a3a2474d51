/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-address.h"

G_BEGIN_DECLS

/* A network interface that is up, and its addresses; their ports are 0. */
typedef struct
{
  char     *name;
  guint     index;
  gboolean  is_loopback;
  GArray   *addresses;   /* ChatAddress */
  GArray   *broadcasts;  /* ChatAddress: of its IPv4 networks */
} ChatInterface;

GPtrArray *chat_interface_list    (void) G_GNUC_WARN_UNUSED_RESULT;
void       chat_interface_free    (ChatInterface       *self);
gboolean   chat_interface_has     (const ChatInterface *self,
                                   gboolean             v4);
gboolean   chat_interface_has_address (const ChatInterface *self,
                                       const ChatAddress   *address);
gboolean   chat_interfaces_equal  (GPtrArray           *one,
                                   GPtrArray           *other);

G_END_DECLS
