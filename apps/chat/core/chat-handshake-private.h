/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-cookie.h"
#include "chat-handshake.h"
#include "chat-limiter.h"

G_BEGIN_DECLS

typedef enum
{
  ATTEMPT_WAITS,             /* for its turn: it has not begun */
  ATTEMPT_AWAITS_RESPONSE,
  ATTEMPT_AWAITS_DONE,
} ChatAttemptState;

/* How fast handshakes may follow each other, and how soon they are answered. */
typedef struct
{
  guint  n_fresh;    /* on their way, and not yet overdue */
  gint64 answering;  /* how long an answer takes on the average, */
  gint64 deviation;  /* and how far most are from that */
} ChatPace;

/* A handshake of ours. */
typedef struct
{
  uint32_t             index;      /* also its number for the owner */
  ChatAttemptState     state;
  ChatAddress          to;
  uint64_t             step;       /* when it began */
  ChatPace            *pace;       /* that it takes a place of, or NULL */

  /* Who has to answer, if that is known, and what is to be continued, or NULL */
  gboolean             expects_peer;
  uint8_t              expected[CHAT_NOISE_KEY_SIZE];
  ChatSession         *session;

  /* What is sent again and again: it never changes, but for the cookie */
  guint                n_sent;
  gint64               first_time;
  gint64               interval;
  gint64               next_time;
  gint64               deadline;
  ChatWireInitiation   initiation;
  ChatWireConfirmation confirmation;

  /* Until there is a response */
  ChatNoise            noise;
  guint                n_wrong;
  gboolean             wrong_peer;  /* somebody else has answered: .peer */

  /* From then on */
  uint8_t              peer[CHAT_NOISE_KEY_SIZE];
  gboolean             continued;
  ChatSessionKeys      keys;
} ChatAttempt;

#define CHAT_PENDING_IDENTITY (8 + CHAT_WIRE_KEY_SIZE + sizeof (ChatWireHello))

/* A handshake of somebody else, whom only its last message makes known. */
typedef struct
{
  uint32_t             index;
  uint64_t             step;       /* when it began */
  gint64               created;
  gint64               answered;
  GList               *link;       /* in the order of creation */
  uint8_t              initiation[CHAT_PENDING_IDENTITY]; /* up to its padding */
  uint32_t             continues;
  ChatNoise            noise;
  ChatWireResponse     response;

  /* Once it is over, to say so again */
  gboolean             is_done;
  ChatWireConfirmation confirmation;
  ChatWireDone         done;
} ChatPending;

/* A session, all indexes that lead to it, and when and by whom it was renewed. */
typedef struct
{
  ChatSession *session;
  uint32_t     indexes[CHAT_SESSION_GENERATIONS];
  guint        n_indexes;
  uint64_t     step;       /* when it was renewed */
  gboolean     by_us;
} ChatRecord;

typedef struct
{
  ChatAddress to;
  gsize       length;
  uint8_t     bytes[CHAT_DATAGRAM_BASE];
} ChatOutgoing;

struct _ChatHandshake
{
  const ChatIdentity *identity;
  ChatRate            unproven_rate;
  guint               pending_max;

  ChatCookies         cookies;
  ChatBucket          unproven;
  ChatLimiter        *sources;   /* who has shown a cookie */
  ChatLimiter        *liars;     /* who has sent wrong responses */

  GHashTable         *attempts;  /* by index */
  GQueue              strangers; /* those of them that wait for their turn */
  GQueue              known;     /* and those that wait longer, as somebody is expected */
  ChatPace            pace;
  GHashTable         *pending;   /* by index */
  GHashTable         *initiations; /* the same, by what began them */
  GQueue              order;     /* the same, the oldest first */
  GHashTable         *sessions;  /* records, by each index */
  GHashTable         *peers;     /* records, by key; these own them */

  GQueue              datagrams;
  GQueue              events;
  gint64              timeout;
  uint64_t            n_steps;   /* begun and ended, to tell what was before what */
  gint64              next_sweep;
  ChatHandshakeInfo   info;
};

uint32_t     chat_handshake_new_index        (const ChatHandshake      *self);
void         chat_handshake_begin_noise      (const ChatHandshake      *self,
                                              ChatNoise                *noise,
                                              gboolean                  initiator,
                                              const ChatWireInitiation *initiation);
gboolean     chat_handshake_is_self          (const ChatHandshake      *self,
                                              const uint8_t            *key);
void         chat_handshake_send             (ChatHandshake            *self,
                                              const ChatAddress        *to,
                                              gconstpointer             bytes,
                                              gsize                     length);
void         chat_handshake_push_event       (ChatHandshake            *self,
                                              ChatHandshakeEvent       *event);
ChatRecord  *chat_handshake_find_record      (const ChatHandshake      *self,
                                              uint32_t                  index);
ChatRecord  *chat_handshake_find_peer        (const ChatHandshake      *self,
                                              const uint8_t            *key);
void         chat_handshake_finish           (ChatHandshake            *self,
                                              gint64                    now,
                                              const ChatAddress        *address,
                                              const uint8_t            *peer,
                                              ChatSession              *continued,
                                              const ChatSessionKeys    *keys,
                                              guint                     attempt);

/* chat-handshake-initiator.c */
void         chat_attempt_free               (ChatAttempt              *attempt);
void         chat_attempts_tick              (ChatHandshake            *self,
                                              gint64                    now);
void         chat_attempt_transmit_first     (ChatHandshake            *self,
                                              ChatAttempt              *attempt,
                                              gint64                    now);
gboolean     chat_attempts_is_any_awaiting   (const ChatHandshake      *self,
                                              const uint8_t            *peer);
void         chat_attempts_end_needless      (ChatHandshake            *self,
                                              const uint8_t            *peer,
                                              const ChatAddress        *address);
gboolean     chat_attempts_read_response     (ChatHandshake            *self,
                                              gint64                    now,
                                              const ChatAddress        *from,
                                              const ChatWireResponse   *response);
gboolean     chat_attempts_read_done         (ChatHandshake            *self,
                                              gint64                    now,
                                              const ChatAddress        *from,
                                              const ChatWireDone       *done);
gboolean     chat_attempts_read_cookie       (ChatHandshake            *self,
                                              gint64                    now,
                                              const ChatWireCookie     *cookie);

/* chat-handshake-start.c */
void         chat_attempts_begin             (ChatHandshake            *self,
                                              gint64                    now);

/* chat-handshake-responder.c */
void         chat_pending_free               (ChatPending              *pending);
void         chat_pending_tick               (ChatHandshake            *self,
                                              gint64                    now);
guint        chat_pending_hash               (gconstpointer             initiation);
gboolean     chat_pending_equal              (gconstpointer             one,
                                              gconstpointer             other);
gboolean     chat_pending_read_initiation    (ChatHandshake            *self,
                                              gint64                    now,
                                              const ChatAddress        *from,
                                              const ChatWireInitiation *initiation);
gboolean     chat_pending_read_confirmation  (ChatHandshake              *self,
                                              gint64                      now,
                                              const ChatAddress          *from,
                                              const ChatWireConfirmation *confirmation);

G_END_DECLS
