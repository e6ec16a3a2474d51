/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-recovery.h"

#include "chat-acks.h"

/* RFC 9002, 6.1.1: how many later ones must arrive before one is lost. */
#define REORDERING_MAX 3

/* Asking less often than this would only make the peer's return go unnoticed. */
#define TIMEOUT_MAX (2 * G_TIME_SPAN_SECOND)

void
chat_recovery_init (ChatRecovery *self)
{
  *self = (ChatRecovery) { .loss_time = -1 };
  chat_rtt_init (&self->rtt, 0);
  chat_deque_init (&self->sent, sizeof (ChatSent));
}

void
chat_recovery_clear (ChatRecovery *self)
{
  chat_deque_clear (&self->sent);
}

/* A way that was not measured yet: @rtt is a first guess, or 0 for none. */
void
chat_recovery_guess (ChatRecovery *self,
                     gint64        rtt)
{
  if (rtt <= 0 && self->rtt.measured)
    rtt = self->rtt.smoothed;

  chat_rtt_init (&self->rtt, rtt);
}

/* Forgets all that is on its way. */
void
chat_recovery_forget (ChatRecovery *self)
{
  chat_deque_clear (&self->sent);
  self->loss_time = -1;
  self->n_timeouts = 0;
}

/* Returns the new entry, for the caller to say what was in it. */
ChatSent *
chat_recovery_sent (ChatRecovery *self,
                    guint64       number,
                    gint64        now)
{
  ChatSent *sent = chat_deque_push (&self->sent);

  sent->number = number;
  sent->time = now;
  self->last_time = now;

  return sent;
}

/* Finds the first entry that does not come before @number. */
static guint
find (const ChatRecovery *self,
      guint64             number)
{
  guint low = 0;
  guint high = self->sent.length;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const ChatSent *sent = chat_deque_get (&self->sent, middle);

      if (sent->number < number)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

static void
drop_done (ChatRecovery *self)
{
  while (self->sent.length > 0 && ((ChatSent *) chat_deque_get (&self->sent, 0))->is_done)
    chat_deque_pop (&self->sent);
}

/* Calls @acked for each payload that is acknowledged for the first time. The
 * caller has checked that all numbers were used. */
void
chat_recovery_read_ack (ChatRecovery       *self,
                        const ChatFrameAck *ack,
                        gint64              now,
                        ChatSentFunc        acked,
                        gpointer            user_data)
{
  gboolean is_new = FALSE;
  gint64 largest_time = -1;

  for (guint r = 0; r < ack->n_ranges; r++)
    {
      ChatRange range = ack->ranges[r];

      for (guint i = find (self, range.start); i < self->sent.length; i++)
        {
          ChatSent *sent = chat_deque_get (&self->sent, i);

          if (sent->number >= range.end)
            break;
          if (sent->is_done)
            continue;

          if (sent->number == ack->ranges[0].end - 1)
            largest_time = sent->time;

          sent->is_done = is_new = TRUE;
          acked (sent, now, user_data);
        }
    }

  if (largest_time >= 0)
    chat_rtt_sample (&self->rtt, now - largest_time, ack->delay);

  self->acked_end = MAX (self->acked_end, ack->ranges[0].end);
  if (is_new)
    self->n_timeouts = 0;

  drop_done (self);
}

/* Calls @lost for each payload that must be taken for lost by now. */
void
chat_recovery_detect (ChatRecovery *self,
                      gint64        now,
                      ChatSentFunc  lost,
                      gpointer      user_data)
{
  gint64 patience = chat_rtt_get_patience (&self->rtt);

  self->loss_time = -1;

  for (guint i = 0; i < self->sent.length; i++)
    {
      ChatSent *sent = chat_deque_get (&self->sent, i);

      if (sent->number >= self->acked_end)
        break;
      if (sent->is_done)
        continue;

      if (self->acked_end - 1 - sent->number < REORDERING_MAX && now < sent->time + patience)
        {
          self->loss_time = sent->time + patience;
          break;
        }

      sent->is_done = TRUE;
      self->n_lost++;
      lost (sent, now, user_data);
    }

  drop_done (self);
}

/* Returns: when nothing will have been heard for so long that it is time to send
 * something again, or -1. Each time in a row doubles the wait. */
gint64
chat_recovery_get_probe (const ChatRecovery *self)
{
  gint64 timeout = chat_rtt_get_timeout (&self->rtt);

  if (self->loss_time >= 0 || self->sent.length == 0)
    return -1;

  return self->last_time + MAX (timeout, MIN (timeout << MIN (self->n_timeouts, 16), TIMEOUT_MAX));
}

/* Returns: when something has to be done, or -1. */
gint64
chat_recovery_get_timeout (const ChatRecovery *self)
{
  return self->loss_time >= 0 ? self->loss_time : chat_recovery_get_probe (self);
}
