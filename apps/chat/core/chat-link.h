/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-link-message.h"

G_BEGIN_DECLS

/* One peer's reliable exchange of messages: each is handed out by the other side
 * exactly once, whole and in order, whatever becomes of the datagrams, and also
 * if either side is killed and started again.
 *
 * A link knows no sockets, no clock and no keys. Its owner seals what
 * chat_link_write() gives and sends it, gives to chat_link_read() what it opened,
 * and calls chat_link_tick() at the time that chat_link_get_timeout() tells. After
 * each of these (a batch of reads is best) it takes the events until there are no
 * more, then writes until that gives nothing, and then asks for the time-out.
 *
 * One link lasts as long as the program, over any number of sessions with the
 * peer: new keys and new addresses need no call. It is opened when there is a
 * session, and suspended when there is none.
 *
 * Times are in microseconds of any clock that does not go back. Not safe against
 * threads: one owner at a time. */
typedef struct _ChatLink ChatLink;

/* What has to survive a restart, and @run, which must not. The numbers of messages
 * are their owner's: from 1, without a gap, in the order in which they were queued. */
typedef struct
{
  guint32 run;         /* random, not 0, and new for each link */

  /* Of what goes out */
  guint64 epoch;       /* names our numbering: random, not 0, made with the store */
  guint64 first;       /* of the oldest message that the peer has not stored */
  guint64 next;        /* what the next new message will be given */

  /* Of what comes in; all 0 for a new peer */
  guint64 peer_epoch;
  guint64 stored;      /* the peer's messages are stored up to here */
  guint64 read;        /* and were read up to here */
  gint64  stored_time; /* of the message @stored, as it came; 0 if not known */
} ChatLinkState;

/* 0 stands for the default. */
typedef struct
{
  gsize  window;     /* bytes a peer may be ahead of what is stored; 4 MiB */
  gint64 keepalive;  /* ping a peer that was not heard for so long; never */
  gint64 patience;   /* when silence is an event; 20 s */
} ChatLinkLimits;

typedef enum
{
  CHAT_LINK_EVENT_NAME,      /* what the peer calls itself is .name: before the first message */
  CHAT_LINK_EVENT_MESSAGE,   /* store .message, then call chat_link_stored() */
  CHAT_LINK_EVENT_SENT,      /* ours up to .sequence were sent once, at least */
  CHAT_LINK_EVENT_STORED,    /* the peer has stored ours up to .sequence */
  CHAT_LINK_EVENT_READ,      /* a human has read ours up to .sequence */
  CHAT_LINK_EVENT_ROOM,      /* chat_link_send() will take more */
  CHAT_LINK_EVENT_RESET,     /* the peer goes on after .sequence in its numbering .epoch:
                              * keep both. Numbers from before mean nothing now. */
  CHAT_LINK_EVENT_CONFLICT,  /* the peer has other messages under our numbers, so our
                              * store is an old copy: give what is queued a new epoch,
                              * and begin a new link. This one is suspended. */
  CHAT_LINK_EVENT_SILENT,    /* the peer does not answer. The link goes on trying. */
  CHAT_LINK_EVENT_CLOSED,    /* by the peer, or for its errors: .reason. The link is
                              * suspended, and may be opened again. */
} ChatLinkEventType;

typedef struct
{
  ChatLinkEventType type;
  ChatLinkMessage   message;
  char             *name;
  guint64           sequence;
  guint64           epoch;      /* RESET: the new one; MESSAGE: whose number it is */
  guint8            reason;     /* a ChatByeReason, or an unknown one */
  gboolean          from_peer;  /* it was the peer who closed */
} ChatLinkEvent;

void chat_link_event_clear (ChatLinkEvent *event);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChatLinkEvent, chat_link_event_clear)

/* How it goes, for those who ask why. Counts are over the whole life of the link. */
typedef struct
{
  gint64  rtt;             /* smoothed, or 0 if not measured yet */
  gsize   window;          /* of congestion, in bytes */
  gsize   in_flight;       /* bytes */
  gint64  last_heard;      /* when a payload was read, or -1 */
  gint64  silent_since;    /* when the first of what is unanswered was sent, or -1 */
  guint   n_queued;        /* messages that the peer has not stored */
  guint64 n_queued_bytes;
  gsize   n_held_bytes;    /* memory for what the peer sent */
  guint64 n_written;       /* payloads */
  guint64 n_read;
  guint64 n_lost;          /* of those written */
  guint64 n_stale;         /* payloads for or from an earlier run, dropped */
} ChatLinkInfo;

ChatLink *chat_link_new           (const ChatLinkState   *state,
                                   const ChatLinkLimits  *limits) G_GNUC_WARN_UNUSED_RESULT;
void      chat_link_free          (ChatLink              *self);

/* What the peer is told that we are called: at most CHAT_FRAME_NAME_MAX bytes of UTF-8. */
void      chat_link_set_name      (ChatLink              *self,
                                   const char            *name);

/* There is a session, or a new address: @rtt is what the handshake took, or 0. What
 * was on its way is taken for lost, so don't call it for new keys alone. */
void      chat_link_open          (ChatLink              *self,
                                   gint64                 now,
                                   gint64                 rtt);

/* There is no session: nothing is written, and there is no time-out. */
void      chat_link_suspend       (ChatLink              *self);

/* The next payload is the last. */
void      chat_link_close         (ChatLink              *self,
                                   ChatByeReason          reason);
gboolean  chat_link_is_open       (const ChatLink        *self);

/* Queues a message, whose number must be that of chat_link_get_next(). At first
 * these are the ones from state.first on, up to state.next. */
guint64   chat_link_get_next      (const ChatLink        *self);
gboolean  chat_link_send          (ChatLink              *self,
                                   const ChatLinkMessage *message,
                                   GError               **error);

/* All messages of the peer up to @sequence are safe; a human has read them. */
void      chat_link_stored        (ChatLink              *self,
                                   guint64                sequence);
void      chat_link_set_read      (ChatLink              *self,
                                   guint64                sequence);

/* Asks the peer for a sign of life. */
void      chat_link_ping          (ChatLink              *self);

gboolean  chat_link_next_event    (ChatLink              *self,
                                   ChatLinkEvent         *event) G_GNUC_WARN_UNUSED_RESULT;

/* Writes the next payload of at most @size bytes, CHAT_PAYLOAD_SIZE_MIN or more.
 * Returns its length, or 0 if there is nothing to send now. */
gsize     chat_link_write         (ChatLink              *self,
                                   gint64                 now,
                                   guint8                *payload,
                                   gsize                  size);

/* Whether chat_link_write() has something to write now. */
gboolean  chat_link_has_payload   (const ChatLink        *self,
                                   gint64                 now);

/* Takes a payload that was opened with any session of this peer. @session counts
 * the sessions with it, in the order in which they were made: it tells a peer that
 * was started anew from an echo of the one before. Returns FALSE if no honest peer
 * can have sent the payload; the link is closed then. */
gboolean  chat_link_read          (ChatLink              *self,
                                   gint64                 now,
                                   guint64                session,
                                   const guint8          *payload,
                                   gsize                  size);

/* When to call chat_link_tick(), or -1. It may be called at any other time, too. */
gint64    chat_link_get_timeout   (const ChatLink        *self);
void      chat_link_tick          (ChatLink              *self,
                                   gint64                 now);

void      chat_link_get_info      (const ChatLink        *self,
                                   ChatLinkInfo          *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatLink, chat_link_free)

G_END_DECLS
