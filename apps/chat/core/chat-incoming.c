/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-incoming.h"

typedef struct
{
  guint64 end;   /* offset in this stream, or 0 if it has not come again in it */
  gint64  time;
} Unstored;

void
chat_incoming_init (ChatIncoming *self,
                    guint64       window,
                    guint64       epoch,
                    guint64       stored,
                    gint64        time)
{
  *self = (ChatIncoming) {
    .window = MAX (window, CHAT_CREDIT_MIN),
    .epoch = epoch,
    .stored = stored,
    .time = time,
    .delivered = stored,
    .resume = stored,
    .resume_time = time,
  };
  chat_deque_init (&self->unstored, sizeof (Unstored));
  chat_stream_init (&self->stream);
  chat_ranges_init (&self->pieces);
}

void
chat_incoming_clear (ChatIncoming *self)
{
  chat_deque_clear (&self->unstored);
  chat_stream_clear (&self->stream);
  chat_ranges_clear (&self->pieces);
}

/* The peer was started anew, and the stream begins again. What was handed out and
 * is not stored will come again, and is skipped then. */
void
chat_incoming_rewind (ChatIncoming *self)
{
  for (guint i = 0; i < self->unstored.length; i++)
    ((Unstored *) chat_deque_get (&self->unstored, i))->end = 0;

  chat_stream_clear (&self->stream);
  chat_ranges_set_empty (&self->pieces);
  self->resume = self->stored;
  self->resume_time = self->time;
  self->has_news = FALSE;
  self->is_wrong = FALSE;
  self->parsed = 0;
  self->next = 0;
  self->freed = 0;
  self->credit = 0;
}

/* Says whether the peer keeps to its credit. */
gboolean
chat_incoming_check (const ChatIncoming  *self,
                     const ChatFrameData *data)
{
  return data->offset + data->size <= self->credit;
}

/* Returns: how many bytes are there without a gap. */
static guint64
get_available (const ChatIncoming *self)
{
  const ChatRange *first;

  if (chat_ranges_get_length (&self->pieces) == 0)
    return 0;

  first = chat_ranges_get (&self->pieces, 0);

  return first->start == self->parsed ? first->end - first->start : 0;
}

/* Returns: FALSE if there are too many gaps. The payload is to be treated as one
 * that did not arrive: it comes again, when there are fewer. */
gboolean
chat_incoming_add (ChatIncoming        *self,
                   const ChatFrameData *data)
{
  guint64 start = MAX (data->offset, self->parsed);
  guint64 end = data->offset + data->size;

  if (start >= end)
    return TRUE;

  /* The first gap may always be filled, or nothing would ever go on. */
  if (chat_ranges_get_length (&self->pieces) >= CHAT_INCOMING_GAPS_MAX &&
      start > self->parsed + get_available (self))
    return FALSE;

  chat_stream_write (&self->stream, start, data->bytes + (start - data->offset), end - start);
  chat_ranges_add (&self->pieces, start, end);

  return TRUE;
}

static void
advance (ChatIncoming *self,
         gsize         size)
{
  chat_ranges_remove (&self->pieces, self->parsed, self->parsed + size);
  self->parsed += size;
  chat_stream_release (&self->stream, self->parsed);
}

/* What the peer counts from: usually what follows the last that is known. If its
 * store is a new one, or ours an older one, its word is taken for where to go on. */
static ChatIncomingResult
read_start (ChatIncoming *self)
{
  guint8 bytes[CHAT_STREAM_START_SIZE];
  ChatStreamStart start;

  if (get_available (self) < sizeof bytes)
    return CHAT_INCOMING_NOTHING;

  chat_stream_read (&self->stream, self->parsed, bytes, sizeof bytes);
  if (!chat_stream_start_decode (bytes, &start))
    return CHAT_INCOMING_WRONG;

  advance (self, sizeof bytes);
  self->freed = self->parsed;
  self->next = start.start;

  if (start.epoch == self->epoch && start.start <= self->delivered + 1)
    return CHAT_INCOMING_NOTHING;

  if (start.epoch != self->epoch)
    self->read = 0;

  self->epoch = start.epoch;
  self->stored = self->delivered = start.start - 1;
  self->time = 0;
  chat_deque_clear (&self->unstored);

  return CHAT_INCOMING_RESET;
}

/* A message is complete. One that was handed out from an earlier stream is not
 * handed out again, but room has to be made for it all the same. */
static gboolean
is_new (ChatIncoming            *self,
        const ChatMessageHeader *header)
{
  guint64 sequence = self->next++;
  Unstored *unstored;

  if (sequence <= self->stored)
    {
      self->freed = self->parsed;
      self->has_news = TRUE;
      return FALSE;
    }

  if (sequence <= self->delivered)
    {
      unstored = chat_deque_get (&self->unstored, (guint) (sequence - self->stored - 1));
      unstored->end = self->parsed;
      return FALSE;
    }

  unstored = chat_deque_push (&self->unstored);
  unstored->end = self->parsed;
  unstored->time = header->time;
  self->delivered = sequence;

  return TRUE;
}

/* Takes one message off the stream, with a NUL after its body that does not count. */
static ChatIncomingResult
read_message (ChatIncoming       *self,
              ChatMessageHeader  *header,
              guint8            **body)
{
  guint8 bytes[CHAT_MESSAGE_HEADER_SIZE];
  gsize size;

  if (get_available (self) < sizeof bytes)
    return CHAT_INCOMING_NOTHING;

  chat_stream_read (&self->stream, self->parsed, bytes, sizeof bytes);
  if (!chat_message_header_decode (bytes, header))
    return CHAT_INCOMING_WRONG;

  size = sizeof bytes + header->size;
  if (get_available (self) < size)
    return CHAT_INCOMING_NOTHING;

  *body = g_malloc (header->size + 1);
  chat_stream_read (&self->stream, self->parsed + sizeof bytes, *body, header->size);
  (*body)[header->size] = '\0';
  advance (self, size);

  return chat_link_message_check (header->kind, *body, header->size, NULL) ?
         CHAT_INCOMING_MESSAGE : CHAT_INCOMING_WRONG;
}

static ChatIncomingResult
read_next (ChatIncoming    *self,
           ChatLinkMessage *message)
{
  ChatIncomingResult result;

  if (self->next == 0)
    {
      result = read_start (self);
      if (result != CHAT_INCOMING_NOTHING || self->next == 0)
        return result;
    }

  while (TRUE)
    {
      g_autofree guint8 *body = NULL;
      ChatMessageHeader header;

      result = read_message (self, &header, &body);
      if (result != CHAT_INCOMING_MESSAGE)
        return result;
      if (!is_new (self, &header))
        continue;

      message->sequence = self->delivered;
      message->kind = header.kind;
      message->time = header.time;
      message->body = g_bytes_new_take (g_steal_pointer (&body), header.size);

      return CHAT_INCOMING_MESSAGE;
    }
}

/* Takes what comes next off the stream: usually a whole message. */
ChatIncomingResult
chat_incoming_next (ChatIncoming    *self,
                    ChatLinkMessage *message)
{
  ChatIncomingResult result = self->is_wrong ? CHAT_INCOMING_WRONG : read_next (self, message);

  self->is_wrong = result == CHAT_INCOMING_WRONG;

  return result;
}

/* All messages up to @sequence are safe now. */
void
chat_incoming_stored (ChatIncoming *self,
                      guint64       sequence)
{
  while (self->stored < sequence && self->unstored.length > 0)
    {
      const Unstored *unstored = chat_deque_get (&self->unstored, 0);

      self->freed = MAX (self->freed, unstored->end);
      self->time = unstored->time;
      chat_deque_pop (&self->unstored);
      self->stored++;
    }
}

/* What the peer is to be told, and is then held to. */
ChatFrameResume
chat_incoming_receipt (ChatIncoming *self)
{
  guint64 stored = self->next > 0 ? MIN (self->stored, self->next - 1) : self->resume;

  self->credit = self->freed + self->window;
  self->has_news = FALSE;

  return (ChatFrameResume) {
    .epoch = self->epoch,
    .receipt = { stored, MIN (self->read, stored), self->credit },
    .time = stored == self->resume ? self->resume_time : 0,
  };
}

/* Says whether the peer could be told more than it was, though nothing was stored
 * since: what came again and was not handed out makes room, too. */
gboolean
chat_incoming_has_news (const ChatIncoming *self)
{
  return self->has_news;
}

/* Returns: the bytes of memory that a peer makes this hold. */
gsize
chat_incoming_get_memory (const ChatIncoming *self)
{
  return chat_stream_get_memory (&self->stream) +
         self->unstored.capacity * sizeof (Unstored) +
         chat_ranges_get_length (&self->pieces) * sizeof (ChatRange);
}
