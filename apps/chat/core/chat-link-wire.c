/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-deadline.h"
#include "chat-link-private.h"

/* RFC 9002, 6.2.4: two, so that the loss of one does not double the wait. */
#define PROBES 2

/* After so many timeouts in a row the way is taken for a new one. */
#define TIMEOUTS_UNTIL_COLLAPSE 3

/* Less of the stream than this is left for the next payload. */
#define PIECE_MIN 16

/* --- What became of a payload --- */

static void
on_acked (const ChatSent *sent,
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

static gboolean
is_due (gint64 time,
        gint64 now)
{
  return time >= 0 && time <= now;
}

void
chat_link_tick (ChatLink *self,
                gint64    now)
{
  if (!self->is_open)
    return;

  if (is_due (self->recovery.loss_time, now))
    chat_recovery_detect (&self->recovery, now, _chat_link_on_lost, self);
  else if (is_due (chat_recovery_get_probe (&self->recovery), now))
    probe (self, now);

  if (is_due (get_keepalive (self), now))
    self->owes_ping = TRUE;

  if (is_due (get_silence (self), now))
    self->is_silent = TRUE;
}

/* --- Writing --- */

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

  return may_ask (self, CHAT_PAYLOAD_SIZE_MIN) || is_due (self->acks.deadline, now);
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
  if (!wants_ack && !is_due (self->acks.deadline, now))
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

/* --- Reading --- */

typedef enum
{
  TAKEN,
  REFUSED,  /* as if it had not arrived */
  WRONG,
} Result;

/* The peer was started, maybe anew: nothing that was on the way counts any more. */
static void
begin_run (ChatLink *self,
           guint32   run)
{
  if (self->peer_run != 0)
    {
      chat_outgoing_rewind (&self->outgoing);
      chat_incoming_rewind (&self->incoming);
      chat_acks_reset (&self->acks);
      chat_recovery_forget (&self->recovery);
      chat_congestion_init (&self->congestion);
      self->knows_resume = self->knows_name = FALSE;
      self->owes_resume = self->owes_name = TRUE;
      g_clear_pointer (&self->peer_name, g_free);
    }

  self->peer_run = run;
}

/* Says whether the payload is for this run, and from the peer's present one. Keys
 * end with the program that has them, so each session knows only one run. */
static gboolean
is_current (const ChatLink          *self,
            const ChatPayloadHeader *header,
            guint64                  session)
{
  if (header->to != 0 && header->to != self->run)
    return FALSE;

  return header->from == self->peer_run || session >= self->peer_session;
}

static Result
read_ack (ChatLink           *self,
          const ChatFrameAck *ack,
          gint64              now)
{
  if (ack->ranges[0].end > self->number)
    return WRONG;

  chat_recovery_read_ack (&self->recovery, ack, now, on_acked, self);
  chat_recovery_detect (&self->recovery, now, _chat_link_on_lost, self);

  return TAKEN;
}

static Result
read_receipt (ChatLink               *self,
              const ChatFrameReceipt *receipt)
{
  if (!chat_outgoing_check (&self->outgoing, receipt))
    return WRONG;

  chat_outgoing_receipt (&self->outgoing, receipt);
  self->peer_read = MAX (self->peer_read, receipt->read);

  return TAKEN;
}

/* The first one says where to begin. Those that follow are mere receipts, unless the
 * peer did not know this numbering yet when it wrote them. */
static Result
read_resume (ChatLink              *self,
             const ChatFrameResume *resume)
{
  gboolean is_known = resume->epoch == self->outgoing.epoch;

  if (self->outgoing.is_started)
    return is_known ? read_receipt (self, &resume->receipt) : TAKEN;

  if (!chat_outgoing_start (&self->outgoing, resume))
    {
      chat_link_suspend (self);
      self->has_conflict = TRUE;
      return REFUSED;
    }

  if (is_known)
    self->peer_read = MAX (self->peer_read, resume->receipt.read);

  return TAKEN;
}

static Result
read_data (ChatLink            *self,
           const ChatFrameData *data)
{
  if (!chat_incoming_check (&self->incoming, data))
    return WRONG;

  return chat_incoming_add (&self->incoming, data) ? TAKEN : REFUSED;
}

static Result
read_name (ChatLink            *self,
           const ChatFrameName *name)
{
  g_autofree char *text = g_strndup (name->text, name->size);

  if (g_strcmp0 (text, self->peer_name) != 0)
    {
      g_free (self->peer_name);
      self->peer_name = g_steal_pointer (&text);
      self->has_name = TRUE;
    }

  return TAKEN;
}

static Result
read_frame (ChatLink        *self,
            const ChatFrame *frame,
            gint64           now)
{
  switch (frame->type)
    {
    case CHAT_FRAME_ACK:
      return read_ack (self, &frame->ack, now);
    case CHAT_FRAME_RESUME:
      return read_resume (self, &frame->resume);
    case CHAT_FRAME_DATA:
      return read_data (self, &frame->data);
    case CHAT_FRAME_RECEIPT:
      return self->outgoing.is_started ? read_receipt (self, &frame->receipt) : REFUSED;
    case CHAT_FRAME_NAME:
      return read_name (self, &frame->name);
    case CHAT_FRAME_BYE:
      _chat_link_fail (self, frame->reason, TRUE);
      return TAKEN;
    default:
      return TAKEN;
    }
}

static gboolean
read_frames (ChatLink        *self,
             ChatFrameReader *reader,
             guint64          number,
             gint64           now)
{
  gboolean wants_ack = FALSE;
  gboolean is_taken = TRUE;
  ChatFrameResult result;
  ChatFrame frame;

  while ((result = chat_frame_next (reader, &frame)) == CHAT_FRAME_READ && self->is_open)
    {
      Result taken = read_frame (self, &frame, now);

      if (taken == WRONG)
        return FALSE;

      is_taken = is_taken && taken == TAKEN;
      wants_ack = wants_ack || (frame.type != CHAT_FRAME_ACK && frame.type != CHAT_FRAME_BYE);
    }

  if (is_taken)
    chat_acks_arrived (&self->acks, number, wants_ack, now);

  return result != CHAT_FRAME_WRONG;
}

gboolean
chat_link_read (ChatLink     *self,
                gint64        now,
                guint64       session,
                const guint8 *payload,
                gsize         size)
{
  ChatPayloadHeader header;
  ChatFrameReader reader;

  if (!self->is_open)
    return TRUE;

  if (!chat_payload_begin (payload, size, &header, &reader))
    {
      _chat_link_fail (self, CHAT_BYE_ERROR, FALSE);
      return FALSE;
    }

  if (!is_current (self, &header, session))
    {
      self->n_stale++;
      return TRUE;
    }

  if (header.from != self->peer_run)
    begin_run (self, header.from);

  self->peer_session = MAX (self->peer_session, session);
  self->n_read++;
  self->last_heard = now;
  self->silent_since = -1;
  self->is_silent = self->told_silent = FALSE;

  if (read_frames (self, &reader, header.number, now))
    return TRUE;

  _chat_link_fail (self, CHAT_BYE_ERROR, FALSE);

  return FALSE;
}
