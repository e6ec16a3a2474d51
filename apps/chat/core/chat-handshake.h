/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-address.h"
#include "chat-identity.h"
#include "chat-session.h"

G_BEGIN_DECLS

/* All handshakes of one node, those that it begins and those that it answers, and
 * the sessions that came of them.
 *
 *   initiation    →   e                 padded to 1200 bytes
 *                 ←   (cookie)          only under load: the initiation again, with it
 *   response      ←   e, ee, s, es
 *   confirmation  →   s, se
 *   done          ←                     sealed: the keys are in use
 *
 * It knows no sockets and no clock. Its owner gives to chat_handshake_receive() what
 * came in, calls chat_handshake_tick() at the time that chat_handshake_get_timeout()
 * tells, and after each call takes what there is to send and what there is to know.
 *
 * Times are monotonic microseconds. Not safe against threads: one owner at a time. */
typedef struct _ChatHandshake ChatHandshake;

/* 0 stands for the default. */
typedef struct
{
  guint unproven_rate;   /* initiations in a second answered without a cookie */
  guint unproven_burst;
  guint source_rate;     /* of one address that has shown a cookie */
  guint source_burst;
  guint pending_max;     /* begun by others and remembered */
} ChatHandshakeLimits;

typedef enum
{
  CHAT_HANDSHAKE_ESTABLISHED, /* .session is new; all others with .peer are dropped */
  CHAT_HANDSHAKE_REKEYED,     /* .session goes on with new keys */
  CHAT_HANDSHAKE_FAILED,      /* .attempt came to nothing: .reason */
} ChatHandshakeEventType;

typedef enum
{
  CHAT_HANDSHAKE_SILENT,      /* nobody answered, or not to the end */
  CHAT_HANDSHAKE_WRONG_PEER,  /* somebody else is there: .peer */
  CHAT_HANDSHAKE_SELF,        /* it is ourselves */
  CHAT_HANDSHAKE_NEEDLESS,    /* another handshake with .peer was faster */
} ChatHandshakeReason;

typedef struct
{
  ChatHandshakeEventType type;
  ChatHandshakeReason    reason;
  guint                  attempt;    /* ours, or 0 if it was begun by the peer */
  ChatSession           *session;
  ChatAddress            address;    /* where the peer is, or where we tried */
  gboolean               knows_peer;
  uint8_t                peer[CHAT_NOISE_KEY_SIZE];
} ChatHandshakeEvent;

void chat_handshake_event_clear (ChatHandshakeEvent *event);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatHandshakeEvent, chat_handshake_event_clear)

/* How it goes, for those who ask why. */
typedef struct
{
  guint    n_attempts;     /* of ours, going on */
  guint    n_pending;      /* of others, remembered */
  guint    n_sessions;
  uint64_t n_received;     /* datagrams of handshakes */
  uint64_t n_answered;     /* initiations that were given a response */
  uint64_t n_cookies;      /* or a cookie */
  uint64_t n_limited;      /* or nothing, because of the limits */
  uint64_t n_dropped;      /* wrong in any way */
  uint64_t n_established;
} ChatHandshakeInfo;

ChatHandshake *chat_handshake_new           (const ChatIdentity        *identity,
                                             const ChatHandshakeLimits *limits)
                                            G_GNUC_WARN_UNUSED_RESULT;
void           chat_handshake_free          (ChatHandshake             *self);

guint          chat_handshake_start         (ChatHandshake             *self,
                                             gint64                     now,
                                             const ChatAddress         *to,
                                             const uint8_t             *peer);
guint          chat_handshake_start_rekey   (ChatHandshake             *self,
                                             gint64                     now,
                                             const ChatAddress         *to,
                                             ChatSession               *session);
void           chat_handshake_cancel        (ChatHandshake             *self,
                                             guint                      attempt);

void           chat_handshake_receive       (ChatHandshake             *self,
                                             gint64                     now,
                                             const ChatAddress         *from,
                                             const uint8_t             *datagram,
                                             gsize                      length);
gsize          chat_handshake_next_datagram (ChatHandshake             *self,
                                             ChatAddress               *to,
                                             uint8_t                   *datagram)
                                            G_GNUC_WARN_UNUSED_RESULT;
gboolean       chat_handshake_next_event    (ChatHandshake             *self,
                                             ChatHandshakeEvent        *event)
                                            G_GNUC_WARN_UNUSED_RESULT;
gint64         chat_handshake_get_timeout   (const ChatHandshake       *self);
void           chat_handshake_tick          (ChatHandshake             *self,
                                             gint64                     now);

ChatSession   *chat_handshake_find_session  (const ChatHandshake       *self,
                                             const uint8_t             *datagram,
                                             gsize                      length);
void           chat_handshake_drop_session  (ChatHandshake             *self,
                                             ChatSession               *session);
void           chat_handshake_get_info      (const ChatHandshake       *self,
                                             ChatHandshakeInfo         *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatHandshake, chat_handshake_free)

G_END_DECLS
