/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long the way there and back takes, as RFC 9002, 5 estimates it. All in
 * microseconds. */
typedef struct
{
  gboolean measured;
  gint64   latest;
  gint64   smallest;
  gint64   smoothed;
  gint64   variation;
} ChatRtt;

void   chat_rtt_init         (ChatRtt       *self,
                              gint64         guess);
void   chat_rtt_sample       (ChatRtt       *self,
                              gint64         rtt,
                              gint64         ack_delay);
gint64 chat_rtt_get_timeout  (const ChatRtt *self);
gint64 chat_rtt_get_patience (const ChatRtt *self);

G_END_DECLS
