/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-outgoing.h"

#include <string.h>

/* Its header is written only on its way, and its body never copied but there. */
typedef struct
{
  guint64  end;   /* position */
  gint64   time;
  GBytes  *body;
  guint8   kind;
} Queued;

void
chat_outgoing_init (ChatOutgoing *self,
                    guint64       epoch,
                    guint64       first,
                    guint64       limit)
{
  *self = (ChatOutgoing) { .epoch = epoch, .first = first, .limit = limit, .sent = first - 1 };
  chat_deque_init (&self->messages, sizeof (Queued));
  chat_ranges_init (&self->lost);
  chat_ranges_init (&self->acked);
}

static void
drop_first (ChatOutgoing *self)
{
  g_bytes_unref (((Queued *) chat_deque_get (&self->messages, 0))->body);
  chat_deque_pop (&self->messages);
}

void
chat_outgoing_clear (ChatOutgoing *self)
{
  while (self->messages.length > 0)
    drop_first (self);

  chat_deque_clear (&self->messages);
  chat_ranges_clear (&self->lost);
  chat_ranges_clear (&self->acked);
}

/* Returns: the sequence number that the next message must have. */
guint64
chat_outgoing_get_next (const ChatOutgoing *self)
{
  return self->first + self->messages.length;
}

gboolean
chat_outgoing_has_room (const ChatOutgoing *self,
                        gsize               size)
{
  return self->messages.length < CHAT_OUTGOING_MESSAGES_MAX &&
         self->end - self->begin + CHAT_MESSAGE_HEADER_SIZE + size <= CHAT_OUTGOING_BYTES_MAX;
}

/* Says whether it is time to fill the queue again. */
gboolean
chat_outgoing_is_low (const ChatOutgoing *self)
{
  return self->messages.length <= CHAT_OUTGOING_MESSAGES_MAX / 2 &&
         self->end - self->begin <= CHAT_OUTGOING_BYTES_MAX / 2;
}

/* The caller has seen to it that there is room, and that it is the next one. */
void
chat_outgoing_push (ChatOutgoing          *self,
                    const ChatLinkMessage *message)
{
  Queued *queued = chat_deque_push (&self->messages);

  self->end += CHAT_MESSAGE_HEADER_SIZE + g_bytes_get_size (message->body);
  self->limit = MAX (self->limit, message->sequence + 1);

  *queued = (Queued) {
    .end = self->end,
    .time = message->time,
    .body = g_bytes_ref (message->body),
    .kind = message->kind,
  };
}

static guint64
get_offset (const ChatOutgoing *self,
            guint64             position)
{
  return position - self->base + CHAT_STREAM_START_SIZE;
}

/* Below it, all is stored by the peer, and nothing needs to be sent. */
static guint64
get_floor (const ChatOutgoing *self)
{
  return self->begin > self->base ? get_offset (self, self->begin) : 0;
}

/* The peer was started anew: whatever is not stored will have to be sent again. */
void
chat_outgoing_rewind (ChatOutgoing *self)
{
  self->is_started = FALSE;
  self->next = 0;
  self->credit = 0;
  chat_ranges_set_empty (&self->lost);
  chat_ranges_set_empty (&self->acked);
}

/* The peer says that it has stored messages that were never sent, or others than
 * those that were: so this side's memory is older than the peer's. That happens
 * when a profile is restored from a backup. Its numbers cannot be trusted. The time
 * to the microsecond is as good as any name to tell one message from another. */
static gboolean
contradicts (const ChatOutgoing    *self,
             const ChatFrameResume *resume)
{
  guint64 stored = resume->receipt.stored;
  const Queued *queued;

  if (stored >= MAX (self->limit, chat_outgoing_get_next (self)))
    return TRUE;
  if (stored < self->first || stored >= chat_outgoing_get_next (self) || resume->time == 0)
    return FALSE;

  queued = chat_deque_get (&self->messages, (guint) (stored - self->first));

  return queued->time != resume->time;
}

static void
drop_stored (ChatOutgoing *self,
             guint64       stored)
{
  while (self->first <= stored && self->messages.length > 0)
    {
      self->begin = ((Queued *) chat_deque_get (&self->messages, 0))->end;
      drop_first (self);
      self->first++;
    }

  /* Those that the owner has not queued again yet are done, too. */
  self->first = MAX (self->first, stored + 1);
  self->sent = MAX (self->sent, stored);
}

/* Begins to send, after the last message that the peer has stored.
 *
 * Returns: FALSE if the peer's memory contradicts this side's */
gboolean
chat_outgoing_start (ChatOutgoing          *self,
                     const ChatFrameResume *resume)
{
  ChatStreamStart start;

  if (resume->epoch == self->epoch)
    {
      if (contradicts (self, resume))
        return FALSE;

      drop_stored (self, resume->receipt.stored);
    }

  start = (ChatStreamStart) { self->epoch, self->first };
  chat_stream_start_encode (&start, self->start);
  self->base = self->begin;
  self->credit = resume->receipt.credit;
  self->is_started = TRUE;

  return TRUE;
}

/* Says whether the peer can mean it: it cannot have what was not sent. */
gboolean
chat_outgoing_check (const ChatOutgoing     *self,
                     const ChatFrameReceipt *receipt)
{
  const Queued *queued;

  if (receipt->stored < self->first)
    return TRUE;
  if (receipt->stored >= chat_outgoing_get_next (self))
    return FALSE;

  queued = chat_deque_get (&self->messages, (guint) (receipt->stored - self->first));

  return get_offset (self, queued->end) <= self->next;
}

void
chat_outgoing_receipt (ChatOutgoing           *self,
                       const ChatFrameReceipt *receipt)
{
  self->credit = MAX (self->credit, receipt->credit);

  if (receipt->stored < self->first)
    return;

  drop_stored (self, receipt->stored);
  chat_ranges_remove (&self->lost, 0, get_floor (self));
  chat_ranges_remove (&self->acked, 0, get_floor (self));
}

/* Returns: the offset up to which there is something, and leave, to send. The beginning
 * of the stream says nothing before there is a message. */
static guint64
get_end (const ChatOutgoing *self)
{
  if (self->next == 0 && self->messages.length == 0)
    return 0;

  return MAX (self->next, MIN (self->credit, get_offset (self, self->end)));
}

/* Finds what has to be sent next, at most @size bytes; what was lost goes first. */
gboolean
chat_outgoing_peek (const ChatOutgoing *self,
                    gsize               size,
                    ChatRange          *span)
{
  if (!self->is_started || size == 0)
    return FALSE;

  if (chat_ranges_get_length (&self->lost) > 0)
    *span = *chat_ranges_get (&self->lost, 0);
  else
    *span = (ChatRange) { self->next, get_end (self) };

  span->end = MIN (span->end, span->start + size);

  return span->start < span->end;
}

static void
advance (ChatOutgoing *self,
         guint64       next)
{
  self->next = next;

  while (self->sent + 1 < chat_outgoing_get_next (self))
    {
      const Queued *queued = chat_deque_get (&self->messages,
                                             (guint) (self->sent + 1 - self->first));

      if (get_offset (self, queued->end) > next)
        break;

      self->sent++;
    }
}

/* Finds the message that has the byte at @position. */
static guint
find_message (const ChatOutgoing *self,
              guint64             position)
{
  guint low = 0;
  guint high = self->messages.length;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (((Queued *) chat_deque_get (&self->messages, middle))->end <= position)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

/* Copies what there is of @queued from the byte @at of it on, at most @size bytes and
 * no more than of its header if that is where it is. Returns how many. */
static gsize
copy_part (const Queued *queued,
           gsize         at,
           gsize         size,
           guint8       *bytes)
{
  gsize length;
  const guint8 *body = g_bytes_get_data (queued->body, &length);
  ChatMessageHeader header = { (guint32) length, queued->kind, queued->time };
  guint8 encoded[CHAT_MESSAGE_HEADER_SIZE];

  if (at >= sizeof encoded)
    {
      size = MIN (size, sizeof encoded + length - at);
      memcpy (bytes, body + at - sizeof encoded, size);
    }
  else
    {
      size = MIN (size, sizeof encoded - at);
      chat_message_header_encode (&header, encoded);
      memcpy (bytes, encoded + at, size);
    }

  return size;
}

static void
copy (const ChatOutgoing *self,
      guint64             position,
      guint8             *bytes,
      gsize               size)
{
  guint i = find_message (self, position);

  while (size > 0)
    {
      const Queued *queued = chat_deque_get (&self->messages, i);
      gsize length = CHAT_MESSAGE_HEADER_SIZE + g_bytes_get_size (queued->body);
      gsize n = copy_part (queued, position - (queued->end - length), size, bytes);

      position += n;
      bytes += n;
      size -= n;
      i += position == queued->end;
    }
}

/* Takes the @span that was found, and copies its bytes to @bytes. */
void
chat_outgoing_take (ChatOutgoing *self,
                    ChatRange     span,
                    guint8       *bytes)
{
  guint64 at = span.start;

  for (; at < MIN (span.end, CHAT_STREAM_START_SIZE); at++)
    *bytes++ = self->start[at];

  if (at < span.end)
    copy (self, self->base + at - CHAT_STREAM_START_SIZE, bytes, span.end - at);

  if (span.start == self->next)
    advance (self, span.end);
  else
    chat_ranges_remove (&self->lost, span.start, span.end);
}

void
chat_outgoing_acked (ChatOutgoing *self,
                     ChatRange     span)
{
  span.start = MAX (span.start, get_floor (self));
  chat_ranges_add (&self->acked, span.start, span.end);
  chat_ranges_remove (&self->lost, span.start, span.end);
}

/* Has @span sent again, except for what has arrived by another way. */
void
chat_outgoing_lost (ChatOutgoing *self,
                    ChatRange     span)
{
  span.start = MAX (span.start, get_floor (self));
  chat_ranges_add (&self->lost, span.start, span.end);

  for (guint i = chat_ranges_find (&self->acked, span.start);
       i < chat_ranges_get_length (&self->acked); i++)
    {
      const ChatRange *acked = chat_ranges_get (&self->acked, i);

      if (acked->start >= span.end)
        break;

      chat_ranges_remove (&self->lost, acked->start, acked->end);
    }
}
