/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-noise-cipher.h"
#include "chat-wire.h"

G_BEGIN_DECLS

/* The sealed datagrams that are exchanged with one peer.
 *
 * A session outlives its keys. Each handshake that continues it brings a new
 * generation of them, with indexes of its own, while the numbers of datagrams go on:
 * whoever keeps account of numbers does not notice that it was rekeyed.
 *
 * It is counted by references. All may be called from any thread: sealing and
 * opening hold no lock while they encrypt. Times are monotonic microseconds. */
typedef struct _ChatSession ChatSession;

/* What a handshake agrees on. */
typedef struct
{
  uint8_t  send[CHAT_NOISE_KEY_SIZE];
  uint8_t  receive[CHAT_NOISE_KEY_SIZE];
  uint32_t local_index;   /* what the peer's datagrams carry */
  uint32_t remote_index;  /* what ours carry */
  gboolean initiator;     /* the handshake was begun on this side */
} ChatSessionKeys;

typedef struct
{
  uint8_t  *payload;  /* within the datagram, padding included */
  gsize     length;
  uint64_t  number;
  gboolean  newest;   /* none with a higher number has come: the peer is where this is from */
} ChatOpened;

typedef struct
{
  uint64_t n_sealed;
  uint64_t n_opened;
  uint64_t n_replayed;  /* authentic or not: they had a number that was had or too old */
  uint64_t n_forged;    /* did not open */
  guint    n_rekeyed;
} ChatSessionInfo;

/* At most previous, current and next */
#define CHAT_SESSION_GENERATIONS 3

ChatSession   *chat_session_new          (const uint8_t         *peer,
                                          const ChatSessionKeys *keys,
                                          gint64                 now) G_GNUC_WARN_UNUSED_RESULT;
ChatSession   *chat_session_ref          (ChatSession           *self);
void           chat_session_unref        (ChatSession           *self);

const uint8_t *chat_session_get_peer     (const ChatSession     *self);
uint32_t       chat_session_get_remote   (ChatSession           *self);
guint          chat_session_get_indexes  (ChatSession           *self,
                                          uint32_t               indexes[CHAT_SESSION_GENERATIONS]);
void           chat_session_get_info     (ChatSession           *self,
                                          ChatSessionInfo       *info);

void           chat_session_rekey        (ChatSession           *self,
                                          const ChatSessionKeys *keys,
                                          gint64                 now);
gboolean       chat_session_wants_rekey  (ChatSession           *self,
                                          gint64                 now);
gboolean       chat_session_can_seal     (ChatSession           *self,
                                          gint64                 now);
void           chat_session_tick         (ChatSession           *self,
                                          gint64                 now);

uint64_t       chat_session_peek_number  (ChatSession           *self);
uint64_t       chat_session_take_number  (ChatSession           *self);
gsize          chat_session_seal         (ChatSession           *self,
                                          gint64                 now,
                                          uint64_t               number,
                                          uint8_t               *datagram,
                                          gsize                  length,
                                          gsize                  size) G_GNUC_WARN_UNUSED_RESULT;
gboolean       chat_session_open         (ChatSession           *self,
                                          gint64                 now,
                                          uint8_t               *datagram,
                                          gsize                  length,
                                          ChatOpened            *opened) G_GNUC_WARN_UNUSED_RESULT;

gsize          chat_session_pad          (gsize                  length,
                                          gsize                  most);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatSession, chat_session_unref)

G_END_DECLS
