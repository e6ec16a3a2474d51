/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-acks.h"

/* RFC 9000, 13.2: every second one is acknowledged at once. */
#define UNSAID_MAX 2

void
chat_acks_init (ChatAcks *self)
{
  *self = (ChatAcks) { .deadline = -1 };
  chat_ranges_init (&self->numbers);
}

void
chat_acks_clear (ChatAcks *self)
{
  chat_ranges_clear (&self->numbers);
}

/* Numbers begin anew. */
void
chat_acks_reset (ChatAcks *self)
{
  chat_ranges_set_empty (&self->numbers);
  self->n_unsaid = 0;
  self->deadline = -1;
}

/* One that is not the next in order tells of a loss, or mends one: either way
 * the sender gains by knowing at once. */
void
chat_acks_arrived (ChatAcks *self,
                   guint64   number,
                   gboolean  wants_ack,
                   gint64    now)
{
  guint n_ranges = chat_ranges_get_length (&self->numbers);
  guint64 next = n_ranges > 0 ? chat_ranges_get (&self->numbers, n_ranges - 1)->end : number;

  chat_ranges_add (&self->numbers, number, number + 1);

  /* What is forgotten here was said many times over. */
  n_ranges = chat_ranges_get_length (&self->numbers);
  if (n_ranges > CHAT_FRAME_ACK_RANGES_MAX)
    chat_ranges_drop (&self->numbers, n_ranges - CHAT_FRAME_ACK_RANGES_MAX);

  if (number >= next)
    self->largest_time = now;

  if (!wants_ack)
    return;

  self->n_unsaid++;
  if (self->n_unsaid >= UNSAID_MAX || number != next)
    self->deadline = now;
  else if (self->deadline < 0)
    self->deadline = now + CHAT_ACK_DELAY_MAX;
}

/* Writes what has not been said yet, if there is anything and room for it. */
gboolean
chat_acks_write (ChatAcks        *self,
                 ChatFrameWriter *writer,
                 gint64           now)
{
  gint64 delay = now - self->largest_time;

  if (self->n_unsaid == 0 ||
      !chat_frame_write_ack (writer, &self->numbers, (guint32) CLAMP (delay, 0, G_MAXUINT32)))
    return FALSE;

  self->n_unsaid = 0;
  self->deadline = -1;

  return TRUE;
}

/* The peer has an acknowledgement of all up to @number: no need to say it again.
 * The highest stays, since a frame needs one. */
void
chat_acks_known (ChatAcks *self,
                 guint64   number)
{
  guint n_ranges = chat_ranges_get_length (&self->numbers);

  if (n_ranges > 0)
    chat_ranges_remove (&self->numbers, 0,
                        MIN (number + 1, chat_ranges_get (&self->numbers, n_ranges - 1)->end - 1));
}
