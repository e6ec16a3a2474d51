/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-frame.h"

#include <string.h>

static guint16
get_u16 (const guint8 *bytes)
{
  return (guint16) (bytes[0] | bytes[1] << 8);
}

static guint32
get_u32 (const guint8 *bytes)
{
  guint32 value;

  memcpy (&value, bytes, sizeof value);

  return GUINT32_FROM_LE (value);
}

static guint64
get_u64 (const guint8 *bytes)
{
  guint64 value;

  memcpy (&value, bytes, sizeof value);

  return GUINT64_FROM_LE (value);
}

static guint8 *
put_u32 (guint8  *bytes,
         guint32  value)
{
  value = GUINT32_TO_LE (value);
  memcpy (bytes, &value, sizeof value);

  return bytes + sizeof value;
}

static guint8 *
put_u64 (guint8  *bytes,
         guint64  value)
{
  value = GUINT64_TO_LE (value);
  memcpy (bytes, &value, sizeof value);

  return bytes + sizeof value;
}

static gboolean
is_zero (const guint8 *bytes,
         gsize         size)
{
  /* All bytes are as their neighbours, and the first is zero. */
  return size == 0 || (bytes[0] == 0 && memcmp (bytes, bytes + 1, size - 1) == 0);
}

/* Ranges come from the top: how many numbers arrived, how many did not, how
 * many did, … None may reach below zero, and none may be empty. */
static gboolean
parse_ack (const guint8 *body,
           gsize         length,
           ChatFrameAck *ack)
{
  guint64 end;
  gsize n_more;

  if (length < CHAT_FRAME_ACK_SIZE ||
      (length - CHAT_FRAME_ACK_SIZE) % CHAT_FRAME_ACK_RANGE_SIZE != 0)
    return FALSE;

  n_more = (length - CHAT_FRAME_ACK_SIZE) / CHAT_FRAME_ACK_RANGE_SIZE;
  if (n_more >= CHAT_FRAME_ACK_RANGES_MAX || get_u64 (body) >= CHAT_NUMBER_MAX)
    return FALSE;

  end = get_u64 (body) + 1;
  ack->delay = get_u32 (body + 8);
  ack->n_ranges = 0;

  for (const guint8 *at = body + 12; ; at += CHAT_FRAME_ACK_RANGE_SIZE)
    {
      guint32 n_arrived = get_u32 (at);
      guint32 n_missing;

      if (n_arrived == 0 || n_arrived > end)
        return FALSE;

      ack->ranges[ack->n_ranges++] = (ChatRange) { end - n_arrived, end };
      end -= n_arrived;
      if (n_more-- == 0)
        return TRUE;

      n_missing = get_u32 (at + 4);
      if (n_missing == 0 || n_missing > end)
        return FALSE;

      end -= n_missing;
    }
}

static gboolean
parse_receipt (const guint8     *body,
               ChatFrameReceipt *receipt)
{
  receipt->stored = get_u64 (body);
  receipt->read = get_u64 (body + 8);
  receipt->credit = get_u64 (body + 16);

  return receipt->stored < CHAT_NUMBER_MAX && receipt->read <= receipt->stored &&
         receipt->credit < CHAT_NUMBER_MAX && receipt->credit >= CHAT_CREDIT_MIN;
}

static gboolean
parse_resume (const guint8    *body,
              ChatFrameResume *resume)
{
  resume->epoch = get_u64 (body);
  resume->time = (gint64) get_u64 (body + 8 + CHAT_FRAME_RECEIPT_SIZE);

  return parse_receipt (body + 8, &resume->receipt) &&
         (resume->epoch != 0 || resume->receipt.stored == 0);
}

static gboolean
parse_data (const guint8  *body,
            gsize          length,
            ChatFrameData *data)
{
  if (length <= CHAT_FRAME_DATA_SIZE)
    return FALSE;

  data->offset = get_u64 (body);
  data->bytes = body + CHAT_FRAME_DATA_SIZE;
  data->size = length - CHAT_FRAME_DATA_SIZE;

  return data->offset < CHAT_NUMBER_MAX;
}

static gboolean
parse_body (ChatFrame    *frame,
            const guint8 *body,
            gsize         length)
{
  switch (frame->type)
    {
    case CHAT_FRAME_PING:
      return length == 0;
    case CHAT_FRAME_ACK:
      return parse_ack (body, length, &frame->ack);
    case CHAT_FRAME_RESUME:
      return length == CHAT_FRAME_RESUME_SIZE && parse_resume (body, &frame->resume);
    case CHAT_FRAME_DATA:
      return parse_data (body, length, &frame->data);
    case CHAT_FRAME_RECEIPT:
      return length == CHAT_FRAME_RECEIPT_SIZE && parse_receipt (body, &frame->receipt);
    case CHAT_FRAME_BYE:
      frame->reason = length == CHAT_FRAME_BYE_SIZE ? body[0] : 0;
      return length == CHAT_FRAME_BYE_SIZE;
    case CHAT_FRAME_NAME:
      frame->name = (ChatFrameName) { (const char *) body, length };
      return length <= CHAT_FRAME_NAME_MAX && g_utf8_validate_len ((const char *) body, length, NULL);
    default:
      return frame->type >= CHAT_FRAME_OPTIONAL;
    }
}

/* Reads what every payload begins with, and sets the reader to its frames. */
gboolean
chat_payload_begin (const guint8      *payload,
                    gsize              size,
                    ChatPayloadHeader *header,
                    ChatFrameReader   *reader)
{
  if (size < CHAT_PAYLOAD_HEADER_SIZE)
    return FALSE;

  header->to = get_u32 (payload);
  header->from = get_u32 (payload + 4);
  header->number = get_u64 (payload + 8);
  *reader = (ChatFrameReader) { payload + CHAT_PAYLOAD_HEADER_SIZE,
                                size - CHAT_PAYLOAD_HEADER_SIZE, 0 };

  return header->from != 0 && header->number < CHAT_NUMBER_MAX;
}

/* Takes the next frame off the payload that the reader was set to. What the
 * frame points to lives as long as the payload. After anything but
 * CHAT_FRAME_READ there is nothing more to take. */
ChatFrameResult
chat_frame_next (ChatFrameReader *reader,
                 ChatFrame       *frame)
{
  gsize length;

  if (reader->size == 0 || reader->data[0] == CHAT_FRAME_PADDING)
    return is_zero (reader->data, reader->size) ? CHAT_FRAME_END : CHAT_FRAME_WRONG;

  if (reader->size < CHAT_FRAME_HEADER_SIZE || reader->n_frames == CHAT_FRAMES_MAX)
    return CHAT_FRAME_WRONG;

  frame->type = reader->data[0];
  length = get_u16 (reader->data + 1);
  reader->data += CHAT_FRAME_HEADER_SIZE;
  reader->size -= CHAT_FRAME_HEADER_SIZE;

  if (length > reader->size || !parse_body (frame, reader->data, length))
    return CHAT_FRAME_WRONG;

  reader->data += length;
  reader->size -= length;
  reader->n_frames++;

  return CHAT_FRAME_READ;
}

/* The caller has seen to it that there is room. */
void
chat_payload_write_header (ChatFrameWriter         *writer,
                           const ChatPayloadHeader *header)
{
  guint8 *at = writer->data + writer->length;

  g_assert (writer->size - writer->length >= CHAT_PAYLOAD_HEADER_SIZE);

  at = put_u32 (at, header->to);
  at = put_u32 (at, header->from);
  put_u64 (at, header->number);
  writer->length += CHAT_PAYLOAD_HEADER_SIZE;
}

/* Begins a frame and returns where its body goes. */
static guint8 *
begin (ChatFrameWriter *writer,
       ChatFrameType    type,
       gsize            length)
{
  guint8 *at = writer->data + writer->length;

  if (writer->size - writer->length < CHAT_FRAME_HEADER_SIZE + length)
    return NULL;

  g_assert (length <= G_MAXUINT16);

  at[0] = (guint8) type;
  at[1] = (guint8) length;
  at[2] = (guint8) (length >> 8);
  writer->length += CHAT_FRAME_HEADER_SIZE + length;

  return at + CHAT_FRAME_HEADER_SIZE;
}

gboolean
chat_frame_write_ping (ChatFrameWriter *writer)
{
  return begin (writer, CHAT_FRAME_PING, 0) != NULL;
}

/* How many of the newest ranges fit into a frame of @room bytes. */
static guint
n_ranges_that_fit (const ChatRanges *numbers,
                   gsize             room)
{
  guint n_max = chat_ranges_get_length (numbers);
  guint n = 1;

  room -= CHAT_FRAME_HEADER_SIZE + CHAT_FRAME_ACK_SIZE;
  n_max = MIN (n_max, MIN (CHAT_FRAME_ACK_RANGES_MAX, 1 + room / CHAT_FRAME_ACK_RANGE_SIZE));

  for (; n < n_max; n++)
    {
      guint above = chat_ranges_get_length (numbers) - n;
      const ChatRange *range = chat_ranges_get (numbers, above);

      /* A number of numbers too big for its field ends what can be said. */
      if (range->end - range->start > G_MAXUINT32 ||
          range->start - chat_ranges_get (numbers, above - 1)->end > G_MAXUINT32)
        break;
    }

  return n;
}

/* Writes as many of the newest ranges as there is room for. There has to be one. */
gboolean
chat_frame_write_ack (ChatFrameWriter  *writer,
                      const ChatRanges *numbers,
                      guint32           delay)
{
  gsize room = writer->size - writer->length;
  guint last = chat_ranges_get_length (numbers) - 1;
  const ChatRange *range = chat_ranges_get (numbers, last);
  guint n_ranges;
  guint8 *at;

  if (room < CHAT_FRAME_HEADER_SIZE + CHAT_FRAME_ACK_SIZE)
    return FALSE;

  n_ranges = n_ranges_that_fit (numbers, room);
  at = begin (writer, CHAT_FRAME_ACK,
              CHAT_FRAME_ACK_SIZE + (n_ranges - 1) * CHAT_FRAME_ACK_RANGE_SIZE);
  at = put_u64 (at, range->end - 1);
  at = put_u32 (at, delay);
  at = put_u32 (at, (guint32) MIN (range->end - range->start, G_MAXUINT32));

  for (guint i = 1; i < n_ranges; i++)
    {
      const ChatRange *below = chat_ranges_get (numbers, last - i);

      at = put_u32 (at, (guint32) (range->start - below->end));
      at = put_u32 (at, (guint32) MIN (below->end - below->start, G_MAXUINT32));
      range = below;
    }

  return TRUE;
}

static guint8 *
put_receipt (guint8                 *at,
             const ChatFrameReceipt *receipt)
{
  at = put_u64 (at, receipt->stored);
  at = put_u64 (at, receipt->read);

  return put_u64 (at, receipt->credit);
}

gboolean
chat_frame_write_resume (ChatFrameWriter       *writer,
                         const ChatFrameResume *resume)
{
  guint8 *at = begin (writer, CHAT_FRAME_RESUME, CHAT_FRAME_RESUME_SIZE);

  if (at == NULL)
    return FALSE;

  at = put_u64 (at, resume->epoch);
  at = put_receipt (at, &resume->receipt);
  put_u64 (at, (guint64) resume->time);

  return TRUE;
}

gboolean
chat_frame_write_receipt (ChatFrameWriter        *writer,
                          const ChatFrameReceipt *receipt)
{
  guint8 *at = begin (writer, CHAT_FRAME_RECEIPT, CHAT_FRAME_RECEIPT_SIZE);

  if (at == NULL)
    return FALSE;

  put_receipt (at, receipt);

  return TRUE;
}

gboolean
chat_frame_write_bye (ChatFrameWriter *writer,
                      ChatByeReason    reason)
{
  guint8 *at = begin (writer, CHAT_FRAME_BYE, CHAT_FRAME_BYE_SIZE);

  if (at != NULL)
    *at = (guint8) reason;

  return at != NULL;
}

gboolean
chat_frame_write_name (ChatFrameWriter *writer,
                       const char      *name)
{
  gsize length = strlen (name);
  guint8 *at = begin (writer, CHAT_FRAME_NAME, length);

  if (at != NULL)
    memcpy (at, name, length);

  return at != NULL;
}

/* Returns where the caller has to put the @size bytes, or NULL. */
guint8 *
chat_frame_write_data (ChatFrameWriter *writer,
                       guint64          offset,
                       gsize            size)
{
  guint8 *at = begin (writer, CHAT_FRAME_DATA, CHAT_FRAME_DATA_SIZE + size);

  return at != NULL ? put_u64 (at, offset) : NULL;
}

void
chat_stream_start_encode (const ChatStreamStart *start,
                          guint8                *bytes)
{
  put_u64 (put_u64 (bytes, start->epoch), start->start);
}

gboolean
chat_stream_start_decode (const guint8    *bytes,
                          ChatStreamStart *start)
{
  start->epoch = get_u64 (bytes);
  start->start = get_u64 (bytes + 8);

  return start->epoch != 0 && start->start != 0 && start->start < CHAT_NUMBER_MAX;
}

void
chat_message_header_encode (const ChatMessageHeader *header,
                            guint8                  *bytes)
{
  bytes = put_u32 (bytes, header->size);
  *bytes++ = header->kind;
  put_u64 (bytes, (guint64) header->time);
}

gboolean
chat_message_header_decode (const guint8      *bytes,
                            ChatMessageHeader *header)
{
  header->size = get_u32 (bytes);
  header->kind = bytes[4];
  header->time = (gint64) get_u64 (bytes + 5);

  return header->size <= CHAT_MESSAGE_SIZE_MAX;
}
