/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the sums are made with, about the size of a full payload. */
#define CHAT_CONGESTION_UNIT 1200u

/* How many bytes may be on their way: NewReno, as in RFC 9002, 7. */
typedef struct
{
  gsize  window;
  gsize  threshold;  /* where slow start ends */
  gsize  in_flight;
  gint64 recovery;   /* when the window was last made smaller, or -1 */
} ChatCongestion;

void     chat_congestion_init     (ChatCongestion       *self);
gboolean chat_congestion_may_send (const ChatCongestion *self,
                                   gsize                 size);
void     chat_congestion_sent     (ChatCongestion       *self,
                                   gsize                 size);
void     chat_congestion_acked    (ChatCongestion       *self,
                                   gsize                 size,
                                   gint64                sent);
void     chat_congestion_lost     (ChatCongestion       *self,
                                   gsize                 size,
                                   gint64                sent,
                                   gint64                now);
void     chat_congestion_collapse (ChatCongestion       *self);

G_END_DECLS
