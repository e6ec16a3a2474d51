/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-endpoint.h"
#include "chat-handshake.h"
#include "chat-link.h"

G_BEGIN_DECLS

/* All that happens on the network, off the main context: handshakes, sessions and
 * links with any number of peers, on the two threads of an endpoint.
 *
 * What is to be done goes through a bounded queue, the outbox, to the sending thread.
 * What happened comes through another, the inbox, from both threads. When nobody
 * empties it, links keep what they have, and in the end their peers wait.
 *
 * Unless said otherwise its functions are for the thread of one main context. */
typedef struct _ChatNode ChatNode;

typedef enum
{
  CHAT_NODE_SESSION,    /* .key has shown that it is at .address. It is not heard before
                         * chat_node_open_link(), or chat_node_drop(). */
  CHAT_NODE_FAILED,     /* an attempt at .address came to nothing: .reason, and .key if
                         * that is who was wanted */
  CHAT_NODE_LINK,       /* .link tells about .key */
  CHAT_NODE_MOVED,      /* .key is at .address now */
  CHAT_NODE_HEARD,      /* .key, which was silent, answers again */
  CHAT_NODE_BEACON,     /* .beacon came from .address */
} ChatNodeEventType;

typedef struct
{
  ChatNodeEventType   type;
  uint8_t             key[CHAT_KEY_SIZE];
  gboolean            has_key;
  ChatAddress         address;
  ChatHandshakeReason reason;
  ChatLinkEvent       link;
  ChatBeacon          beacon;
} ChatNodeEvent;

void           chat_node_event_free   (ChatNodeEvent         *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatNodeEvent, chat_node_event_free)

/* How it goes with one peer, for those who ask why. */
typedef struct
{
  gboolean        has_session;
  ChatAddress     address;
  ChatSessionInfo session;
  ChatLinkInfo    link;
} ChatNodePeerInfo;

typedef struct
{
  ChatEndpointInfo  endpoint;
  ChatHandshakeInfo handshakes;
  guint64           n_foreign;   /* datagrams that are not ours */
  guint64           n_refused;   /* sealed ones that did not open, or for no session */
} ChatNodeInfo;

ChatNode      *chat_node_new          (const ChatIdentity    *identity,
                                       const char            *name,
                                       const char            *bind,
                                       uint16_t               port,
                                       GError               **error)
                                      G_GNUC_WARN_UNUSED_RESULT;
void           chat_node_free         (ChatNode              *self);
void           chat_node_start        (ChatNode              *self);
uint16_t       chat_node_get_port     (const ChatNode        *self);

/* What happened, in its order, or NULL; and a source that is ready when there is
 * something. */
ChatNodeEvent *chat_node_next_event   (ChatNode              *self)
                                      G_GNUC_WARN_UNUSED_RESULT;
GSource       *chat_node_create_source (ChatNode             *self)
                                      G_GNUC_WARN_UNUSED_RESULT;

/* What is to be done. These wait while the outbox is full. */
void           chat_node_connect      (ChatNode              *self,
                                       const ChatAddress     *to,
                                       const uint8_t         *key);
void           chat_node_open_link    (ChatNode              *self,
                                       const uint8_t         *key,
                                       const ChatLinkState   *state,
                                       const ChatLinkLimits  *limits);
void           chat_node_drop         (ChatNode              *self,
                                       const uint8_t         *key,
                                       ChatByeReason          reason);
void           chat_node_set_stored   (ChatNode              *self,
                                       const uint8_t         *key,
                                       guint64                sequence);
void           chat_node_set_read     (ChatNode              *self,
                                       const uint8_t         *key,
                                       guint64                sequence);
void           chat_node_set_name     (ChatNode              *self,
                                       const char            *name);
void           chat_node_ping         (ChatNode              *self,
                                       const uint8_t         *key);
void           chat_node_send_beacon  (ChatNode              *self,
                                       const ChatAddress     *to,
                                       guint                  interface,
                                       const ChatBeacon      *beacon);

/* Never waits: FALSE if the outbox is full. The link must have room, see
 * CHAT_LINK_EVENT_ROOM. */
gboolean       chat_node_send         (ChatNode              *self,
                                       const uint8_t         *key,
                                       const ChatLinkMessage *message);

/* From any thread. */
gboolean       chat_node_get_peer     (ChatNode              *self,
                                       const uint8_t         *key,
                                       ChatNodePeerInfo      *info);
void           chat_node_get_info     (ChatNode              *self,
                                       ChatNodeInfo          *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatNode, chat_node_free)

G_END_DECLS
