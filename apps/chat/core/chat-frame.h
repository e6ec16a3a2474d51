/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-ranges.h"

G_BEGIN_DECLS

/* What is inside a sealed payload: all types, limits and layouts in one place.
 * Integers are little-endian and unsigned unless said otherwise.
 *
 *   payload  = to u32, from u32, number u64, frame*, padding
 *   frame    = type u8, length u16, body of that length
 *   padding  = zero bytes up to the end of the payload
 *
 *   PING     (empty)                                   wants to be acknowledged
 *   ACK      largest u64, delay u32, first u32, (gap u32, length u32)*
 *   RESUME   epoch u64, stored u64, read u64, credit u64, time i64
 *   DATA     offset u64, bytes (at least one)          a piece of the stream
 *   RECEIPT  stored u64, read u64, credit u64
 *   BYE      reason u8
 *   NAME     UTF-8                                     what the sender is called
 *
 * The stream, one each way, begins anew when either side was started anew:
 *
 *   stream   = epoch u64, start u64, message*
 *   message  = size u32, kind u8, time i64, body of that size
 *
 * The first message has the sequence number @start, the next one @start + 1. An
 * epoch and a sequence number together, 128 bits, name a message for ever. */

#define CHAT_PAYLOAD_HEADER_SIZE  16
#define CHAT_FRAME_HEADER_SIZE    3
#define CHAT_FRAME_ACK_SIZE       16
#define CHAT_FRAME_ACK_RANGE_SIZE 8
#define CHAT_FRAME_RESUME_SIZE    40
#define CHAT_FRAME_DATA_SIZE      8   /* and the bytes */
#define CHAT_FRAME_RECEIPT_SIZE   24
#define CHAT_FRAME_BYE_SIZE       1

#define CHAT_STREAM_START_SIZE    16
#define CHAT_MESSAGE_HEADER_SIZE  13
#define CHAT_MESSAGE_SIZE_MAX     (1024u * 1024u)

/* What a peer calls itself, in bytes. */
#define CHAT_FRAME_NAME_MAX       64

/* A payload of this size has room for any one frame. */
#define CHAT_PAYLOAD_SIZE_MIN     128

/* More than any honest payload has; each costs the reader some work. */
#define CHAT_FRAMES_MAX           64
#define CHAT_FRAME_ACK_RANGES_MAX 64

/* Numbers stay below this, so that sums of two of them cannot overflow. */
#define CHAT_NUMBER_MAX           (G_GUINT64_CONSTANT (1) << 62)

/* A credit always has room for the longest message, or it could never be sent. */
#define CHAT_CREDIT_MIN           (CHAT_MESSAGE_SIZE_MAX + 65536u)

typedef enum
{
  CHAT_FRAME_PADDING  = 0x00,
  CHAT_FRAME_PING     = 0x01,
  CHAT_FRAME_ACK      = 0x02,
  CHAT_FRAME_RESUME   = 0x03,
  CHAT_FRAME_DATA     = 0x04,
  CHAT_FRAME_RECEIPT  = 0x05,
  CHAT_FRAME_BYE      = 0x06,
  CHAT_FRAME_NAME     = 0x07,

  /* Types from here on are skipped by those who don't know them; an unknown
   * type below makes the whole payload wrong. */
  CHAT_FRAME_OPTIONAL = 0x80,
} ChatFrameType;

/* Any other kind is passed on, too: new ones need no new transport. */
typedef enum
{
  CHAT_KIND_NONE = 0,  /* keeps the place of a message that was withdrawn */
  CHAT_KIND_TEXT = 1,  /* the body is UTF-8 without NUL */
} ChatKind;

typedef enum
{
  CHAT_BYE_LEAVING = 0,  /* the program ends */
  CHAT_BYE_ERROR   = 1,  /* the peer broke the protocol */
  CHAT_BYE_BLOCKED = 2,  /* the user does not want to hear from the peer */
} ChatByeReason;

/* Who speaks to whom, and the number of the payload. A run is a random number
 * that a program takes at its start, so that what was meant for an earlier run of
 * either side is known as such, whatever keys it was sealed with. */
typedef struct
{
  guint32 to;      /* the receiver's run, or 0 if it is not known yet */
  guint32 from;    /* the sender's; never 0 */
  guint64 number;  /* never used twice by one run */
} ChatPayloadHeader;

/* Packet numbers that have arrived, the highest first. */
typedef struct
{
  guint32   delay;     /* microseconds since the highest arrived */
  guint     n_ranges;
  ChatRange ranges[CHAT_FRAME_ACK_RANGES_MAX];
} ChatFrameAck;

/* What is known of the receiver's stream: all up to @stored is safe with the
 * sender of this, all up to @read was seen by a human, and the stream may go on
 * up to the offset @credit. */
typedef struct
{
  guint64 stored;
  guint64 read;
  guint64 credit;
} ChatFrameReceipt;

typedef struct
{
  guint64          epoch;   /* which numbering is meant; 0 for none known */
  ChatFrameReceipt receipt;
  gint64           time;    /* of the message @stored, or 0 if there is none */
} ChatFrameResume;

typedef struct
{
  guint64       offset;
  const guint8 *bytes;
  gsize         size;
} ChatFrameData;

typedef struct
{
  const char *text;  /* not terminated */
  gsize       size;
} ChatFrameName;

typedef struct
{
  guint8 type;
  union
  {
    ChatFrameAck     ack;
    ChatFrameResume  resume;
    ChatFrameData    data;
    ChatFrameReceipt receipt;
    ChatFrameName    name;
    guint8           reason;
  };
} ChatFrame;

typedef struct
{
  guint64 epoch;
  guint64 start;
} ChatStreamStart;

typedef struct
{
  guint32 size;
  guint8  kind;
  gint64  time;  /* when it was written: microseconds since 1970, UTC */
} ChatMessageHeader;

typedef struct
{
  const guint8 *data;
  gsize         size;
  guint         n_frames;
} ChatFrameReader;

typedef enum
{
  CHAT_FRAME_READ,
  CHAT_FRAME_END,
  CHAT_FRAME_WRONG,
} ChatFrameResult;

gboolean        chat_payload_begin (const guint8      *payload,
                                    gsize              size,
                                    ChatPayloadHeader *header,
                                    ChatFrameReader   *reader) G_GNUC_WARN_UNUSED_RESULT;
ChatFrameResult chat_frame_next    (ChatFrameReader   *reader,
                                    ChatFrame         *frame) G_GNUC_WARN_UNUSED_RESULT;

typedef struct
{
  guint8 *data;
  gsize   size;
  gsize   length;  /* written so far */
} ChatFrameWriter;

void     chat_payload_write_header (ChatFrameWriter         *writer,
                                    const ChatPayloadHeader *header);

/* Each writes one frame, or nothing if there is no room for it. */
gboolean chat_frame_write_ping    (ChatFrameWriter        *writer);
gboolean chat_frame_write_ack     (ChatFrameWriter        *writer,
                                   const ChatRanges       *numbers,
                                   guint32                 delay);
gboolean chat_frame_write_resume  (ChatFrameWriter        *writer,
                                   const ChatFrameResume  *resume);
gboolean chat_frame_write_receipt (ChatFrameWriter        *writer,
                                   const ChatFrameReceipt *receipt);
gboolean chat_frame_write_bye     (ChatFrameWriter        *writer,
                                   ChatByeReason           reason);
gboolean chat_frame_write_name    (ChatFrameWriter        *writer,
                                   const char             *name);
guint8  *chat_frame_write_data    (ChatFrameWriter        *writer,
                                   guint64                 offset,
                                   gsize                   size);

void     chat_stream_start_encode   (const ChatStreamStart   *start,
                                     guint8                  *bytes);
gboolean chat_stream_start_decode   (const guint8            *bytes,
                                     ChatStreamStart         *start) G_GNUC_WARN_UNUSED_RESULT;
void     chat_message_header_encode (const ChatMessageHeader *header,
                                     guint8                  *bytes);
gboolean chat_message_header_decode (const guint8            *bytes,
                                     ChatMessageHeader       *header) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
