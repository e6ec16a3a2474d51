/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-link-message.h"
#include "chat-deque.h"

G_BEGIN_DECLS

/* What is queued here at most; the rest waits with its owner. */
#define CHAT_OUTGOING_BYTES_MAX    (8u * 1024u * 1024u)
#define CHAT_OUTGOING_MESSAGES_MAX 65536

/* The messages for a peer, from the first one that it has not stored, and what
 * of them has to be sent (again). One behind the other they are a stream of bytes,
 * whose offsets count from where it began for this run of the peer; inside, bytes
 * have positions that count from the beginning of the object. */
typedef struct
{
  /* Messages */
  ChatDeque  messages;    /* each where it ends */
  guint64    epoch;
  guint64    first;       /* the sequence number of the first of them */
  guint64    limit;       /* numbers from here on were never given to a message */
  guint64    sent;        /* up to here, all were sent at least once */
  guint64    begin;       /* position of the first of them */
  guint64    end;         /* position after the last */

  /* The peer's run */
  gboolean   is_started;
  guint8     start[CHAT_STREAM_START_SIZE];
  guint64    base;        /* position of what comes after @start */
  guint64    next;        /* offset of what was never sent */
  guint64    credit;      /* offset that must not be reached */
  ChatRanges lost;        /* offsets to send again */
  ChatRanges acked;       /* offsets never to send again */
} ChatOutgoing;

void     chat_outgoing_init        (ChatOutgoing           *self,
                                    guint64                 epoch,
                                    guint64                 first,
                                    guint64                 limit);
void     chat_outgoing_clear       (ChatOutgoing           *self);
guint64  chat_outgoing_get_next    (const ChatOutgoing     *self);
gboolean chat_outgoing_has_room    (const ChatOutgoing     *self,
                                    gsize                   size);
gboolean chat_outgoing_is_low      (const ChatOutgoing     *self);
void     chat_outgoing_push        (ChatOutgoing           *self,
                                    const ChatLinkMessage  *message);

void     chat_outgoing_rewind      (ChatOutgoing           *self);
gboolean chat_outgoing_start       (ChatOutgoing           *self,
                                    const ChatFrameResume  *resume) G_GNUC_WARN_UNUSED_RESULT;
gboolean chat_outgoing_check       (const ChatOutgoing     *self,
                                    const ChatFrameReceipt *receipt) G_GNUC_WARN_UNUSED_RESULT;
void     chat_outgoing_receipt     (ChatOutgoing           *self,
                                    const ChatFrameReceipt *receipt);

gboolean chat_outgoing_peek        (const ChatOutgoing     *self,
                                    gsize                   size,
                                    ChatRange              *span);
void     chat_outgoing_take        (ChatOutgoing           *self,
                                    ChatRange               span,
                                    guint8                 *bytes);
void     chat_outgoing_acked       (ChatOutgoing           *self,
                                    ChatRange               span);
void     chat_outgoing_lost        (ChatOutgoing           *self,
                                    ChatRange               span);

G_END_DECLS
