/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-link-message.h"
#include "chat-stream.h"

G_BEGIN_DECLS

/* As many gaps as a full window can have if a third of it is lost. */
#define CHAT_INCOMING_GAPS_MAX 2048

typedef enum
{
  CHAT_INCOMING_NOTHING,  /* no whole message is there */
  CHAT_INCOMING_MESSAGE,
  CHAT_INCOMING_RESET,    /* the peer's numbering is another, or skips some */
  CHAT_INCOMING_WRONG,    /* this peer cannot be understood */
} ChatIncomingResult;

/* The messages of a peer: their stream, put together from its pieces, and how
 * far they have been handed out, stored and read. What is not stored counts
 * against the credit, so memory is bounded by the window. */
typedef struct
{
  /* Messages */
  guint64    window;
  guint64    epoch;      /* the peer's numbering; 0 for none known */
  guint64    stored;
  guint64    read;
  gint64     time;       /* of the message @stored, or 0 */
  guint64    delivered;  /* handed out up to here */
  ChatDeque  unstored;   /* those handed out above @stored */

  /* The peer's run. What is stored counts as such only from where the stream began
   * or was read: the peer must not leave out what it has begun to send. */
  guint64    resume;
  gint64     resume_time;
  gboolean   has_news;   /* more can be said to be stored */
  gboolean   is_wrong;   /* what follows cannot be understood */

  /* The peer's run; all offsets of the stream */
  ChatStream stream;
  ChatRanges pieces;     /* that arrived */
  guint64    parsed;     /* all below was handed out */
  guint64    next;       /* number of the message at @parsed; 0 before the start */
  guint64    freed;      /* end of the last message that is stored */
  guint64    credit;     /* the highest that the peer was told */
} ChatIncoming;

void               chat_incoming_init    (ChatIncoming        *self,
                                          guint64              window,
                                          guint64              epoch,
                                          guint64              stored,
                                          gint64               time);
void               chat_incoming_clear   (ChatIncoming        *self);
void               chat_incoming_rewind  (ChatIncoming        *self);
gboolean           chat_incoming_check   (const ChatIncoming  *self,
                                          const ChatFrameData *data) G_GNUC_WARN_UNUSED_RESULT;
gboolean           chat_incoming_add     (ChatIncoming        *self,
                                          const ChatFrameData *data) G_GNUC_WARN_UNUSED_RESULT;
ChatIncomingResult chat_incoming_next    (ChatIncoming        *self,
                                          ChatLinkMessage     *message);
void               chat_incoming_stored  (ChatIncoming        *self,
                                          guint64              sequence);
ChatFrameResume    chat_incoming_receipt (ChatIncoming        *self);
gboolean           chat_incoming_has_news (const ChatIncoming *self);
gsize              chat_incoming_get_memory (const ChatIncoming *self);

G_END_DECLS
