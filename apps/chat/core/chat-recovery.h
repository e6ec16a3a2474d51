/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-deque.h"
#include "chat-frame.h"
#include "chat-rtt.h"

G_BEGIN_DECLS

#define CHAT_SENT_SPANS_MAX 4

/* A payload on its way that wants to be acknowledged, and what it held. */
typedef struct
{
  guint64   number;
  gint64    time;
  guint32   size;
  guint8    n_spans;
  guint     is_done : 1;
  guint     has_resume : 1;
  guint     has_receipt : 1;
  guint     has_name : 1;
  guint     has_ack : 1;
  guint64   acked;      /* the highest number that it acknowledges */
  ChatRange spans[CHAT_SENT_SPANS_MAX];  /* of the stream */
} ChatSent;

typedef void (*ChatSentFunc) (const ChatSent *sent,
                              gint64          now,
                              gpointer        user_data);

/* What is on its way, what of it got lost, and when to ask: RFC 9002, 5 and 6.
 * There is one number space, and each payload in it has a number of its own. */
typedef struct
{
  ChatRtt    rtt;
  ChatDeque  sent;           /* of ChatSent; the first one is not done */
  gint64     last_time;      /* when the last of them was sent */
  gint64     loss_time;      /* when the next one counts as lost, or -1 */
  guint64    acked_end;      /* above the highest number that was acknowledged */
  guint      n_timeouts;     /* since something was acknowledged */
  guint64    n_lost;         /* in all its life */
} ChatRecovery;

void      chat_recovery_init         (ChatRecovery       *self);
void      chat_recovery_clear        (ChatRecovery       *self);
void      chat_recovery_guess        (ChatRecovery       *self,
                                      gint64              rtt);
void      chat_recovery_forget       (ChatRecovery       *self);
ChatSent *chat_recovery_sent         (ChatRecovery       *self,
                                      guint64             number,
                                      gint64              now);
void      chat_recovery_read_ack     (ChatRecovery       *self,
                                      const ChatFrameAck *ack,
                                      gint64              now,
                                      ChatSentFunc        acked,
                                      gpointer            user_data);
void      chat_recovery_detect       (ChatRecovery       *self,
                                      gint64              now,
                                      ChatSentFunc        lost,
                                      gpointer            user_data);
gint64    chat_recovery_get_timeout  (const ChatRecovery *self);
gint64    chat_recovery_get_probe    (const ChatRecovery *self);

G_END_DECLS
