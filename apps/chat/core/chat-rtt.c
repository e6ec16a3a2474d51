/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-rtt.h"

#include "chat-acks.h"

/* RFC 9002, 6.1.2 and 6.2.2 */
#define GRANULARITY 1000
#define INITIAL_RTT 333000

/* @guess is the time that a handshake took, or 0 if there was none. */
void
chat_rtt_init (ChatRtt *self,
               gint64   guess)
{
  *self = (ChatRtt) { .smoothed = guess > 0 ? guess : INITIAL_RTT };
  self->latest = self->smoothed;
  self->variation = self->smoothed / 2;
}

void
chat_rtt_sample (ChatRtt *self,
                 gint64   rtt,
                 gint64   ack_delay)
{
  self->latest = MAX (rtt, 1);

  if (!self->measured)
    {
      self->measured = TRUE;
      self->smallest = self->smoothed = self->latest;
      self->variation = self->latest / 2;
      return;
    }

  /* What the peer says it waited is believed only as far as it can be true. */
  self->smallest = MIN (self->smallest, self->latest);
  ack_delay = CLAMP (ack_delay, 0, CHAT_ACK_DELAY_MAX);
  rtt = self->latest - ack_delay >= self->smallest ? self->latest - ack_delay : self->latest;

  self->variation += (ABS (self->smoothed - rtt) - self->variation) / 4;
  self->smoothed += (rtt - self->smoothed) / 8;
}

/* How long to wait for any acknowledgement before asking for one. */
gint64
chat_rtt_get_timeout (const ChatRtt *self)
{
  return self->smoothed + MAX (4 * self->variation, GRANULARITY) + CHAT_ACK_DELAY_MAX;
}

/* How much longer than a later one a payload may take before it is lost. */
gint64
chat_rtt_get_patience (const ChatRtt *self)
{
  gint64 rtt = MAX (self->smoothed, self->latest);

  return MAX (rtt + rtt / 8, GRANULARITY);
}
