/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-acks.h"
#include "chat-congestion.h"
#include "chat-incoming.h"
#include "chat-link.h"
#include "chat-outgoing.h"
#include "chat-recovery.h"

G_BEGIN_DECLS

struct _ChatLink
{
  /* Set once */
  guint32        run;
  gint64         keepalive;     /* or 0 */
  gint64         patience;

  ChatOutgoing   outgoing;
  ChatIncoming   incoming;

  /* The way */
  gboolean       is_open;
  ChatRecovery   recovery;
  ChatCongestion congestion;
  guint64        number;        /* of the next payload */
  guint          n_probes;      /* payloads that the congestion window does not hold back */
  gint64         last_heard;    /* or -1 */
  gint64         silent_since;  /* or -1 */

  /* The peer's run */
  guint32        peer_run;      /* 0 if not known yet */
  guint64        peer_session;  /* the last one in which it was heard */
  ChatAcks       acks;
  gboolean       knows_resume;  /* the peer has had a RESUME */
  gboolean       knows_name;    /* the peer has had our NAME */
  char          *name;
  char          *peer_name;     /* or NULL: this run of the peer has not said it yet */

  /* Has to be written */
  gboolean       owes_resume;
  gboolean       owes_receipt;
  gboolean       owes_name;
  gboolean       owes_ping;
  gboolean       owes_bye;
  guint8         reason;        /* of the BYE */

  /* Has to be told to the owner */
  gboolean       has_closed;
  gboolean       has_conflict;
  gboolean       has_name;
  gboolean       is_silent;
  gboolean       told_silent;
  gboolean       wants_room;
  gboolean       was_peer;      /* who closed */
  guint8         why;           /* it was closed */
  guint64        peer_read;     /* the peer's user has read ours up to here */
  guint64        told_sent;
  guint64        told_stored;
  guint64        told_read;

  guint64        n_written;
  guint64        n_read;
  guint64        n_stale;
};

/* chat-link.c is its life, -write what is sent, -read what comes, -time what becomes of it. */
void _chat_link_fail     (ChatLink       *self,
                          ChatByeReason   reason,
                          gboolean        by_peer);
void _chat_link_on_acked (const ChatSent *sent,
                          gint64          now,
                          gpointer        user_data);
void _chat_link_on_lost  (const ChatSent *sent,
                          gint64          now,
                          gpointer        user_data);

G_END_DECLS
