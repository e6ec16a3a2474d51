/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-deadline.h"
#include "chat-link-private.h"

/* What becomes of the payloads that were sent, and when something has to be done about it. */

/* RFC 9002, 6.2.4: two, so that the loss of one does not double the wait. */
#define PROBES 2

/* After so many timeouts in a row the way is taken for a new one. */
#define TIMEOUTS_UNTIL_COLLAPSE 3

/* --- What became of a payload --- */

void
_chat_link_on_acked (const ChatSent *sent,
                     gint64          now,
                     gpointer        user_data)
{
  ChatLink *self = user_data;

  chat_congestion_acked (&self->congestion, sent->size, sent->time);

  for (guint i = 0; i < sent->n_spans; i++)
    chat_outgoing_acked (&self->outgoing, sent->spans[i]);

  if (sent->has_resume)
    {
      self->knows_resume = TRUE;
      self->owes_resume = FALSE;
    }

  if (sent->has_name)
    {
      self->knows_name = TRUE;
      self->owes_name = FALSE;
    }

  if (sent->has_ack)
    chat_acks_known (&self->acks, sent->acked);
}

/* Sees to it that what was in it is sent again. */
static void
send_again (ChatLink       *self,
            const ChatSent *sent)
{
  for (guint i = 0; i < sent->n_spans; i++)
    chat_outgoing_lost (&self->outgoing, sent->spans[i]);

  if (sent->has_resume && !self->knows_resume)
    self->owes_resume = TRUE;
  if (sent->has_name && !self->knows_name)
    self->owes_name = TRUE;
  if (sent->has_receipt)
    self->owes_receipt = TRUE;
}

void
_chat_link_on_lost (const ChatSent *sent,
                    gint64          now,
                    gpointer        user_data)
{
  ChatLink *self = user_data;

  chat_congestion_lost (&self->congestion, sent->size, sent->time, now);
  send_again (self, sent);
}

/* --- Time --- */

/* Nothing was heard for too long. What is the oldest on its way goes out once more,
 * and if that is nothing but a question, the question. */
static void
probe (ChatLink *self,
       gint64    now)
{
  guint n = 0;

  self->recovery.last_time = now;
  self->n_probes = PROBES;
  self->owes_ping = TRUE;
  self->recovery.n_timeouts++;

  for (guint i = 0; i < self->recovery.sent.length && n < PROBES; i++)
    {
      const ChatSent *sent = chat_deque_get (&self->recovery.sent, i);

      if (sent->is_done)
        continue;

      send_again (self, sent);
      n++;
    }

  if (self->recovery.n_timeouts == TIMEOUTS_UNTIL_COLLAPSE)
    chat_congestion_collapse (&self->congestion);
}

/* Returns: when an idle peer is asked for a sign of life, or -1. */
static gint64
get_keepalive (const ChatLink *self)
{
  if (self->keepalive == 0 || self->owes_ping || self->recovery.sent.length > 0)
    return -1;

  return self->last_heard + self->keepalive;
}

static gint64
get_silence (const ChatLink *self)
{
  return self->silent_since >= 0 && !self->is_silent ? self->silent_since + self->patience : -1;
}

gint64
chat_link_get_timeout (const ChatLink *self)
{
  gint64 timeout;

  if (!self->is_open)
    return -1;

  timeout = chat_deadline_sooner (self->acks.deadline, chat_recovery_get_timeout (&self->recovery));
  timeout = chat_deadline_sooner (timeout, get_keepalive (self));

  return chat_deadline_sooner (timeout, get_silence (self));
}

void
chat_link_tick (ChatLink *self,
                gint64    now)
{
  if (!self->is_open)
    return;

  if (chat_deadline_is_due (self->recovery.loss_time, now))
    chat_recovery_detect (&self->recovery, now, _chat_link_on_lost, self);
  else if (chat_deadline_is_due (chat_recovery_get_probe (&self->recovery), now))
    probe (self, now);

  if (chat_deadline_is_due (get_keepalive (self), now))
    self->owes_ping = TRUE;

  if (chat_deadline_is_due (get_silence (self), now))
    self->is_silent = TRUE;
}
