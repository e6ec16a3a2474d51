/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-node.h"
#include "lanyard-common.h"

G_BEGIN_DECLS

/* What one key is to the node. */
typedef struct
{
  uint8_t      key[CHAT_KEY_SIZE];
  ChatAddress  address;
  ChatSession *session;     /* or NULL */
  guint64      n_sessions;
  guint        rekey;       /* the attempt to get new keys, or 0 */
  ChatLink    *link;        /* NULL until the owner opens it */
  GPtrArray   *early;       /* GBytes: payloads that came before that, or NULL */
  gboolean     is_silent;
  gboolean     is_leaving;  /* dropped once its last payload is written */
  gboolean     is_idle;     /* there is nothing to tell, write or wait for */
} ChatNodePeer;

typedef enum
{
  COMMAND_CONNECT,
  COMMAND_OPEN_LINK,
  COMMAND_DROP,
  COMMAND_SEND,
  COMMAND_STORED,
  COMMAND_READ,
  COMMAND_PING,
  COMMAND_BEACON,
  COMMAND_NAME,
} ChatNodeCommandType;

typedef struct
{
  ChatNodeCommandType type;
  uint8_t             key[CHAT_KEY_SIZE];
  gboolean            has_key;
  ChatAddress         address;
  guint               interface;
  union
  {
    struct
    {
      ChatLinkState   state;
      ChatLinkLimits  limits;
    }                 link;
    ChatLinkMessage   message;
    ChatBeacon        beacon;
    guint64           sequence;
    ChatByeReason     reason;
    char             *name;
  };
} ChatNodeCommand;

/* What a peer may say before there is a link: its first words, and them again. */
#define CHAT_NODE_EARLY_MAX 4

/* A payload that is written, and has yet to be sealed in its place in the batch. */
typedef struct
{
  ChatSession *session;
  uint64_t     number;
  guint        index;       /* of the datagram */
  gsize        length;
} ChatNodeWritten;

struct _ChatNode
{
  /* Set once */
  ChatEndpoint  *endpoint;
  LyQueue       *outbox;    /* main context → sending thread: ChatNodeCommand */
  LyQueue       *inbox;     /* both threads → main context: ChatNodeEvent */
  GMainContext  *context;

  /* The sending thread's */
  ChatNodeWritten written[CHAT_BATCH_SEND_MAX];
  guint          n_written;

  /* Guarded by @mutex: either thread works on all of it, a batch or part of one at a
   * time. Sealing and opening take the most time, and are done without it. */
  GMutex         mutex;
  char          *name;
  ChatHandshake *handshake;
  GHashTable    *by_key;    /* of the peers' keys, which it does not own */
  GPtrArray     *peers;     /* ChatNodePeer, owned */
  guint          turn;      /* who of them writes first */
  gint64         next_look; /* when the idle ones are looked at, too */
  guint64        n_foreign;
  guint64        n_refused;
  gboolean       has_news;  /* for the main context */
  gboolean       is_behind; /* and more that there was no room for */
};

ChatNodePeer *_chat_node_find_peer    (ChatNode          *self,
                                       const uint8_t     *key);
gboolean      _chat_node_has_room     (ChatNode          *self);
void          _chat_node_tell         (ChatNode          *self,
                                       ChatNodeEvent     *event);
void          _chat_node_tell_peer    (ChatNode          *self,
                                       ChatNodeEventType  type,
                                       ChatNodePeer      *peer);
void          _chat_node_tell_handshakes (ChatNode       *self,
                                       gint64             now);
void          _chat_node_tell_all     (ChatNode          *self,
                                       gint64             now);
void          _chat_node_command_free (ChatNodeCommand   *command);

void          _chat_node_receive      (ChatBatch         *batch,
                                       gint64             now,
                                       gpointer           user_data);
gint64        _chat_node_send         (ChatBatch         *batch,
                                       gint64             now,
                                       gpointer           user_data);

G_END_DECLS
