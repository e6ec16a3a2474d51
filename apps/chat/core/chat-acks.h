/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-frame.h"

G_BEGIN_DECLS

/* The longest that an acknowledgement is held back, in microseconds. Both sides
 * count on it (RFC 9002, max_ack_delay). */
#define CHAT_ACK_DELAY_MAX 10000

/* Which payloads arrived, and when that has to be said. */
typedef struct
{
  ChatRanges numbers;
  gint64     largest_time;  /* when the one with the highest number came */
  guint      n_unsaid;      /* arrived, want it, and were not acknowledged */
  gint64     deadline;      /* to say so, or -1 */
} ChatAcks;

void     chat_acks_init     (ChatAcks        *self);
void     chat_acks_clear    (ChatAcks        *self);
void     chat_acks_reset    (ChatAcks        *self);
void     chat_acks_arrived  (ChatAcks        *self,
                             guint64          number,
                             gboolean         wants_ack,
                             gint64           now);
gboolean chat_acks_write    (ChatAcks        *self,
                             ChatFrameWriter *writer,
                             gint64           now);
void     chat_acks_known    (ChatAcks        *self,
                             guint64          number);

G_END_DECLS
