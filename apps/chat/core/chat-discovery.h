/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-node.h"

G_BEGIN_DECLS

/* Beacons: says on every interface that we are here, and hears who else is. Belongs to
 * one main context. Times are of g_get_monotonic_time(). */
typedef struct _ChatDiscovery ChatDiscovery;

/* @address is where the sender of a beacon can be spoken to; @is_earlier if its run,
 * which tells one start of a program from another, comes before ours. Returns whether
 * it has yet to hear of us, so that it is answered if it asks. */
typedef gboolean (*ChatDiscoveryFunc) (const ChatAddress *address,
                                       const uint8_t     *run,
                                       gboolean           is_earlier,
                                       gpointer           user_data);

ChatDiscovery *chat_discovery_new       (ChatNode            *node,
                                         const char          *bind,
                                         ChatDiscoveryFunc    func,
                                         gpointer             user_data)
                                        G_GNUC_WARN_UNUSED_RESULT;
void           chat_discovery_free      (ChatDiscovery       *self);
void           chat_discovery_receive   (ChatDiscovery       *self,
                                         const ChatAddress   *from,
                                         const ChatBeacon    *beacon);
void           chat_discovery_explain   (ChatDiscovery       *self,
                                         GString             *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatDiscovery, chat_discovery_free)

G_END_DECLS
