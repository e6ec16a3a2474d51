/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-congestion.h"

#define INITIAL_WINDOW (10 * CHAT_CONGESTION_UNIT)
#define WINDOW_MAX     (16u * 1024u * 1024u)

/* Four units where RFC 9002 has two: with fewer, too few come after a lost one to
 * tell of it, and each loss would have to wait for a timeout. */
#define WINDOW_MIN     (4 * CHAT_CONGESTION_UNIT)

void
chat_congestion_init (ChatCongestion *self)
{
  *self = (ChatCongestion) {
    .window = INITIAL_WINDOW,
    .threshold = WINDOW_MAX,
    .recovery = -1,
  };
}

gboolean
chat_congestion_may_send (const ChatCongestion *self,
                          gsize                 size)
{
  return self->in_flight == 0 || self->in_flight + size <= self->window;
}

void
chat_congestion_sent (ChatCongestion *self,
                      gsize           size)
{
  self->in_flight += size;
}

/* @sent: when what is now acknowledged was sent. A window that was not made use
 * of says nothing about the way, and does not grow. */
void
chat_congestion_acked (ChatCongestion *self,
                       gsize           size,
                       gint64          sent)
{
  gboolean slow_start = self->window < self->threshold;
  gboolean is_used = self->in_flight + 3 * CHAT_CONGESTION_UNIT >= self->window ||
                     (slow_start && self->in_flight >= self->window / 2);

  self->in_flight -= size;

  if (!is_used || sent <= self->recovery)
    return;

  if (slow_start)
    self->window += size;
  else
    self->window += MAX (1, CHAT_CONGESTION_UNIT * size / self->window);

  self->window = MIN (self->window, WINDOW_MAX);
}

/* All that is lost of what was under way at a time counts as one loss. */
void
chat_congestion_lost (ChatCongestion *self,
                      gsize           size,
                      gint64          sent,
                      gint64          now)
{
  self->in_flight -= size;

  if (sent <= self->recovery)
    return;

  self->recovery = now;
  self->window = MAX (self->window / 2, WINDOW_MIN);
  self->threshold = self->window;
}

/* Nothing came through for long: begin from below. */
void
chat_congestion_collapse (ChatCongestion *self)
{
  self->threshold = MAX (self->window / 2, WINDOW_MIN);
  self->window = WINDOW_MIN;
}
