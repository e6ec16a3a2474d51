/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-deadline.h"
#include "chat-link-private.h"

/* What a payload has in it that goes to the peer now. */

/* Less of the stream than this is left for the next payload. */
#define PIECE_MIN 16

/* Until the peer has had a RESUME, each receipt is one: it may come first. And until
 * the peer's numbering is known, too: only a RESUME says which one is meant. */
static void
write_receipt (ChatLink        *self,
               ChatFrameWriter *writer,
               ChatSent        *sent)
{
  ChatFrameResume resume;

  if (!self->owes_resume && !self->owes_receipt)
    return;

  resume = chat_incoming_receipt (&self->incoming);

  if (self->knows_resume && self->incoming.next > 0)
    sent->has_receipt = chat_frame_write_receipt (writer, &resume.receipt);
  else
    sent->has_resume = sent->has_receipt = chat_frame_write_resume (writer, &resume);

  self->owes_resume = self->owes_receipt = FALSE;
}

static void
write_name (ChatLink        *self,
            ChatFrameWriter *writer,
            ChatSent        *sent)
{
  if (!self->owes_name)
    return;

  sent->has_name = chat_frame_write_name (writer, self->name);
  self->owes_name = !sent->has_name;
}

static void
write_ack (ChatLink        *self,
           ChatFrameWriter *writer,
           ChatSent        *sent,
           gint64           now)
{
  guint n_ranges = chat_ranges_get_length (&self->acks.numbers);

  if (!chat_acks_write (&self->acks, writer, now))
    return;

  sent->has_ack = TRUE;
  sent->acked = chat_ranges_get (&self->acks.numbers, n_ranges - 1)->end - 1;
}

static void
write_data (ChatLink        *self,
            ChatFrameWriter *writer,
            ChatSent        *sent)
{
  while (sent->n_spans < CHAT_SENT_SPANS_MAX)
    {
      gsize room = writer->size - writer->length;
      ChatRange span;

      if (room < CHAT_FRAME_HEADER_SIZE + CHAT_FRAME_DATA_SIZE + PIECE_MIN)
        return;

      room = MIN (room - CHAT_FRAME_HEADER_SIZE - CHAT_FRAME_DATA_SIZE,
                  G_MAXUINT16 - CHAT_FRAME_DATA_SIZE);
      if (!chat_outgoing_peek (&self->outgoing, room, &span))
        return;

      chat_outgoing_take (&self->outgoing, span,
                          chat_frame_write_data (writer, span.start, span.end - span.start));
      sent->spans[sent->n_spans++] = span;
    }
}

/* Says whether there is something that the peer has to acknowledge. */
static gboolean
has_something (const ChatLink *self)
{
  ChatRange span;

  return self->owes_resume || self->owes_receipt || self->owes_name || self->owes_ping ||
         chat_outgoing_peek (&self->outgoing, 1, &span);
}

static gsize
write_bye (ChatLink        *self,
           ChatFrameWriter *writer)
{
  if (!self->owes_bye || !chat_frame_write_bye (writer, self->reason))
    return 0;

  self->owes_bye = FALSE;
  self->number++;
  self->n_written++;

  return writer->length;
}

/* Takes notice of a payload that is on its way now. */
static void
note_sent (ChatLink       *self,
           const ChatSent *sent,
           gint64          now)
{
  ChatSent *entry = chat_recovery_sent (&self->recovery, sent->number, now);

  *entry = *sent;
  entry->time = now;

  chat_congestion_sent (&self->congestion, sent->size);
  if (self->n_probes > 0)
    self->n_probes--;
  if (self->silent_since < 0)
    self->silent_since = now;
}

/* What asks to be acknowledged has to wait for room in the congestion window. */
static gboolean
may_ask (const ChatLink *self,
         gsize           size)
{
  return has_something (self) &&
         (self->n_probes > 0 || chat_congestion_may_send (&self->congestion, size));
}

gboolean
chat_link_has_payload (const ChatLink *self,
                       gint64          now)
{
  if (!self->is_open)
    return self->owes_bye;

  return may_ask (self, CHAT_PAYLOAD_SIZE_MIN) || chat_deadline_is_due (self->acks.deadline, now);
}

gsize
chat_link_write (ChatLink *self,
                 gint64    now,
                 guint8   *payload,
                 gsize     size)
{
  ChatPayloadHeader header = { self->peer_run, self->run, self->number };
  ChatFrameWriter writer = { payload, size, 0 };
  ChatSent sent = { .number = self->number };
  gboolean wants_ack;

  g_return_val_if_fail (size >= CHAT_PAYLOAD_SIZE_MIN, 0);

  chat_payload_write_header (&writer, &header);

  if (!self->is_open)
    return write_bye (self, &writer);

  wants_ack = may_ask (self, size);
  if (!wants_ack && !chat_deadline_is_due (self->acks.deadline, now))
    return 0;

  if (wants_ack)
    {
      write_receipt (self, &writer, &sent);
      write_name (self, &writer, &sent);
    }

  write_ack (self, &writer, &sent, now);

  if (wants_ack)
    {
      write_data (self, &writer, &sent);
      if (sent.n_spans == 0 && !sent.has_receipt && !sent.has_resume && !sent.has_name)
        chat_frame_write_ping (&writer);

      self->owes_ping = FALSE;
      sent.size = (guint32) writer.length;
      note_sent (self, &sent, now);
    }

  self->number++;
  self->n_written++;

  return writer.length;
}
