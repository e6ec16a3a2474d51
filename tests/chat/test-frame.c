/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-frame.h"

#include <string.h>

/* Reads @payload to its end. Returns how many frames it has, or -1 if it is wrong. */
static int
count (const guint8 *payload,
       gsize         size)
{
  ChatPayloadHeader header;
  ChatFrameReader reader;
  ChatFrameResult result;
  ChatFrame frame;
  int n = 0;

  if (!chat_payload_begin (payload, size, &header, &reader))
    return -1;

  while ((result = chat_frame_next (&reader, &frame)) == CHAT_FRAME_READ)
    n++;

  return result == CHAT_FRAME_END ? n : -1;
}

static ChatFrameWriter
begin (guint8 *bytes,
       gsize   size)
{
  ChatPayloadHeader header = { 0x01020304, 0x05060708, 0x1112131415161718 };
  ChatFrameWriter writer = { bytes, size, 0 };

  chat_payload_write_header (&writer, &header);

  return writer;
}

static void
next (ChatFrameReader *reader,
      ChatFrame       *frame,
      ChatFrameType    type)
{
  g_assert_cmpint (chat_frame_next (reader, frame), ==, CHAT_FRAME_READ);
  g_assert_cmpuint (frame->type, ==, type);
}

static ChatFrameWriter
write_all (guint8           *bytes,
           gsize             size,
           const ChatRanges *numbers)
{
  ChatFrameReceipt receipt = { 7, 5, CHAT_CREDIT_MIN + 9 };
  ChatFrameResume resume = { 99, receipt, -3 };
  ChatFrameWriter writer = begin (bytes, size);

  g_assert_true (chat_frame_write_resume (&writer, &resume));
  g_assert_true (chat_frame_write_receipt (&writer, &receipt));
  g_assert_true (chat_frame_write_ack (&writer, numbers, 1234));
  g_assert_true (chat_frame_write_ping (&writer));
  memcpy (chat_frame_write_data (&writer, 77, 5), "bytes", 5);
  g_assert_true (chat_frame_write_bye (&writer, CHAT_BYE_BLOCKED));
  g_assert_true (chat_frame_write_name (&writer, "Zoë"));

  return writer;
}

static void
make_numbers (ChatRanges *numbers)
{
  chat_ranges_init (numbers);
  chat_ranges_add (numbers, 0, 1);
  chat_ranges_add (numbers, 4, 9);
  chat_ranges_add (numbers, 1000, 1001);
}

static void
test_frame_there_and_back (void)
{
  guint8 bytes[512] = { 0 };
  ChatFrameWriter writer;
  ChatPayloadHeader header;
  ChatFrameReader reader;
  ChatRanges numbers;
  ChatFrame frame;

  make_numbers (&numbers);
  writer = write_all (bytes, sizeof bytes, &numbers);
  chat_ranges_clear (&numbers);

  /* What follows is padding. */
  g_assert_cmpuint (writer.length, <, sizeof bytes);
  g_assert_true (chat_payload_begin (bytes, sizeof bytes, &header, &reader));
  g_assert_cmpuint (header.to, ==, 0x01020304);
  g_assert_cmpuint (header.from, ==, 0x05060708);
  g_assert_cmpuint (header.number, ==, 0x1112131415161718);

  next (&reader, &frame, CHAT_FRAME_RESUME);
  g_assert_cmpuint (frame.resume.epoch, ==, 99);
  g_assert_cmpuint (frame.resume.receipt.stored, ==, 7);
  g_assert_cmpint (frame.resume.time, ==, -3);
  next (&reader, &frame, CHAT_FRAME_RECEIPT);
  g_assert_cmpuint (frame.receipt.stored, ==, 7);
  g_assert_cmpuint (frame.receipt.read, ==, 5);
  g_assert_cmpuint (frame.receipt.credit, ==, CHAT_CREDIT_MIN + 9);
  next (&reader, &frame, CHAT_FRAME_ACK);
  g_assert_cmpuint (frame.ack.delay, ==, 1234);
  g_assert_cmpuint (frame.ack.n_ranges, ==, 3);
  g_assert_cmpuint (frame.ack.ranges[0].start, ==, 1000);
  g_assert_cmpuint (frame.ack.ranges[1].start, ==, 4);
  g_assert_cmpuint (frame.ack.ranges[1].end, ==, 9);
  g_assert_cmpuint (frame.ack.ranges[2].end, ==, 1);
  next (&reader, &frame, CHAT_FRAME_PING);
  next (&reader, &frame, CHAT_FRAME_DATA);
  g_assert_cmpuint (frame.data.offset, ==, 77);
  g_assert_cmpmem (frame.data.bytes, frame.data.size, "bytes", 5);
  next (&reader, &frame, CHAT_FRAME_BYE);
  g_assert_cmpuint (frame.reason, ==, CHAT_BYE_BLOCKED);
  next (&reader, &frame, CHAT_FRAME_NAME);
  g_assert_cmpmem (frame.name.text, frame.name.size, "Zoë", strlen ("Zoë"));
  g_assert_cmpint (chat_frame_next (&reader, &frame), ==, CHAT_FRAME_END);
}

/* Cut anywhere but between two frames, a payload is wrong. */
static void
test_frame_cut (void)
{
  guint8 bytes[512];
  ChatFrameWriter writer;
  ChatRanges numbers;
  guint n_whole = 0;

  make_numbers (&numbers);
  writer = write_all (bytes, sizeof bytes, &numbers);
  chat_ranges_clear (&numbers);

  for (gsize size = 0; size <= writer.length; size++)
    {
      /* A copy of that length, so that a checker of memory sees who reads beyond. */
      g_autofree guint8 *cut = g_memdup2 (bytes, size);

      n_whole += count (cut, size) >= 0;
    }

  g_assert_cmpuint (n_whole, ==, 8);
}

static void
assert_wrong (const char *body,
              gsize       size)
{
  guint8 bytes[600];
  ChatFrameWriter writer = begin (bytes, sizeof bytes);

  memcpy (bytes + writer.length, body, size);
  g_assert_cmpint (count (bytes, writer.length + size), ==, -1);
}

#define ASSERT_WRONG(literal) assert_wrong (literal, sizeof (literal) - 1)

static void
test_frame_wrong (void)
{
  /* Padding that is not zero, and a length beyond the end */
  ASSERT_WRONG ("\0\0\1");
  ASSERT_WRONG ("\1\1\0");
  /* A type that has to be known, but is not */
  ASSERT_WRONG ("\10\0\0");
  ASSERT_WRONG ("\177\0\0");
  /* A PING with something in it, a piece without anything, a BYE of two bytes */
  ASSERT_WRONG ("\1\1\0x");
  ASSERT_WRONG ("\4\10\0\0\0\0\0\0\0\0\0");
  ASSERT_WRONG ("\6\2\0\0\0");
  /* A name that is not UTF-8, or too long */
  ASSERT_WRONG ("\7\2\0a\377");
  ASSERT_WRONG ("\7\101\0" "0123456789012345678901234567890123456789012345678901234567890123x");
  /* An offset, and an acknowledged number, close to the end of numbers */
  ASSERT_WRONG ("\4\11\0\0\0\0\0\0\0\0\100x");
  ASSERT_WRONG ("\2\20\0\377\377\377\377\377\377\377\377\0\0\0\0\1\0\0\0");
  /* Ranges that are empty, reach below zero, or are half there */
  ASSERT_WRONG ("\2\20\0\5\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
  ASSERT_WRONG ("\2\20\0\5\0\0\0\0\0\0\0\0\0\0\0\7\0\0\0");
  ASSERT_WRONG ("\2\24\0\5\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\1\0\0\0");
  ASSERT_WRONG ("\2\30\0\5\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1\0\0\0");
  ASSERT_WRONG ("\2\30\0\5\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\5\0\0\0\1\0\0\0");
  /* Read before it was stored; a credit too small; something stored of nothing known */
  ASSERT_WRONG ("\5\30\0\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0");
  ASSERT_WRONG ("\5\30\0\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
  ASSERT_WRONG ("\3\50\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0"
                "\0\0\0\0\0\0\0\0");
}

static void
test_frame_header (void)
{
  guint8 bytes[CHAT_PAYLOAD_HEADER_SIZE];
  ChatFrameWriter writer = begin (bytes, sizeof bytes);

  g_assert_cmpint (count (bytes, writer.length), ==, 0);

  memset (bytes + 4, 0, 4);
  g_assert_cmpint (count (bytes, writer.length), ==, -1);

  writer = begin (bytes, sizeof bytes);
  bytes[15] = 0x40;
  g_assert_cmpint (count (bytes, writer.length), ==, -1);
}

/* There is room for what is to come: half of all types are skipped if unknown. */
static void
test_frame_optional (void)
{
  guint8 bytes[64];
  ChatFrameWriter writer = begin (bytes, sizeof bytes);

  memcpy (bytes + writer.length, "\200\3\0abc\377\0\0\1\0\0", 12);
  g_assert_cmpint (count (bytes, writer.length + 12), ==, 3);
}

static void
test_frame_too_many (void)
{
  guint8 bytes[512];
  ChatFrameWriter writer = begin (bytes, sizeof bytes);

  for (guint i = 0; i < CHAT_FRAMES_MAX; i++)
    g_assert_true (chat_frame_write_ping (&writer));
  g_assert_cmpint (count (bytes, writer.length), ==, CHAT_FRAMES_MAX);

  g_assert_true (chat_frame_write_ping (&writer));
  g_assert_cmpint (count (bytes, writer.length), ==, -1);
}

/* What does not fit is left out whole, and of an acknowledgement the oldest. */
static void
test_frame_no_room (void)
{
  ChatFrameReceipt receipt = { 0, 0, CHAT_CREDIT_MIN };
  guint8 bytes[CHAT_PAYLOAD_HEADER_SIZE + 3 + 16 + 8];
  ChatFrameWriter writer = begin (bytes, sizeof bytes);
  ChatRanges numbers;

  g_assert_null (chat_frame_write_data (&writer, 0, 17));
  g_assert_true (chat_frame_write_receipt (&writer, &receipt));
  g_assert_false (chat_frame_write_ping (&writer));
  g_assert_false (chat_frame_write_bye (&writer, CHAT_BYE_LEAVING));
  g_assert_cmpuint (writer.length, ==, sizeof bytes);

  make_numbers (&numbers);
  g_assert_false (chat_frame_write_ack (&writer, &numbers, 0));
  writer = begin (bytes, sizeof bytes);
  g_assert_true (chat_frame_write_ack (&writer, &numbers, 0));
  g_assert_cmpuint (writer.length, ==, sizeof bytes);
  g_assert_cmpint (count (bytes, sizeof bytes), ==, 1);
  chat_ranges_clear (&numbers);
}

/* Whatever comes, nothing is read beyond its end, and all that is believed is sane. */
static void
test_frame_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  guint8 bytes[512];
  ChatFrameWriter writer;
  ChatRanges numbers;
  guint n_right = 0;

  make_numbers (&numbers);

  for (guint i = 0; i < 100000; i++)
    {
      g_autofree guint8 *copy = NULL;

      writer = write_all (bytes, sizeof bytes, &numbers);
      copy = g_memdup2 (bytes, writer.length);

      for (guint changes = 0; changes < 1 + i % 3; changes++)
        copy[g_rand_int_range (rand, 0, (gint32) writer.length)] = (guint8) g_rand_int (rand);

      n_right += count (copy, writer.length) >= 0;
    }

  g_assert_cmpuint (n_right, >, 1000);
  g_assert_cmpuint (n_right, <, 99000);
  chat_ranges_clear (&numbers);
}

static void
test_frame_stream (void)
{
  ChatMessageHeader header = { 5, CHAT_KIND_TEXT, -7 };
  ChatStreamStart start = { 11, 12 };
  guint8 bytes[CHAT_STREAM_START_SIZE];

  chat_message_header_encode (&header, bytes);
  header = (ChatMessageHeader) { 0 };
  g_assert_true (chat_message_header_decode (bytes, &header));
  g_assert_cmpuint (header.size, ==, 5);
  g_assert_cmpuint (header.kind, ==, CHAT_KIND_TEXT);
  g_assert_cmpint (header.time, ==, -7);

  header.size = CHAT_MESSAGE_SIZE_MAX + 1;
  chat_message_header_encode (&header, bytes);
  g_assert_false (chat_message_header_decode (bytes, &header));

  chat_stream_start_encode (&start, bytes);
  g_assert_true (chat_stream_start_decode (bytes, &start));
  g_assert_cmpuint (start.epoch, ==, 11);
  g_assert_cmpuint (start.start, ==, 12);

  start.start = 0;
  chat_stream_start_encode (&start, bytes);
  g_assert_false (chat_stream_start_decode (bytes, &start));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/frame/there-and-back", test_frame_there_and_back);
  g_test_add_func ("/chat/frame/cut", test_frame_cut);
  g_test_add_func ("/chat/frame/wrong", test_frame_wrong);
  g_test_add_func ("/chat/frame/header", test_frame_header);
  g_test_add_func ("/chat/frame/optional", test_frame_optional);
  g_test_add_func ("/chat/frame/too-many", test_frame_too_many);
  g_test_add_func ("/chat/frame/no-room", test_frame_no_room);
  g_test_add_func ("/chat/frame/random", test_frame_random);
  g_test_add_func ("/chat/frame/stream", test_frame_stream);

  return g_test_run ();
}
