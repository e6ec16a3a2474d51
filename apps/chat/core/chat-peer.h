/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-contact.h"

G_BEGIN_DECLS

/* A contact as the network knows it now. Belongs to the main context of its engine,
 * whose signal “peer” tells of every change. */
#define CHAT_TYPE_PEER (chat_peer_get_type ())

G_DECLARE_FINAL_TYPE (ChatPeer, chat_peer, CHAT, PEER, GObject)

ChatContact *chat_peer_get_contact     (ChatPeer *self);
const char  *chat_peer_get_name        (ChatPeer *self);
const char  *chat_peer_get_fingerprint (ChatPeer *self);
const char  *chat_peer_get_address     (ChatPeer *self);
gboolean     chat_peer_is_online       (ChatPeer *self);

G_END_DECLS
