/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-link-private.h"

/* What a payload that has come says. It was authenticated, but may be wrong all the same. */

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

  chat_recovery_read_ack (&self->recovery, ack, now, _chat_link_on_acked, self);
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
