/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-channel-util.h"

#include <unistd.h>

/* Messages that are too large, and bytes that are none. */

/* The limit is the size of the message in its box, which says its type. */
static void
test_limit_of_sender (void)
{
  int fd;
  LyChannel *sender = test_open_half (100, &fd);
  LyChannel *receiver = ly_channel_new (fd, 100);
  g_autoptr (GVariant) largest = NULL;
  g_autoptr (GError) error = NULL;

  test_send (sender, test_new_bytes (97, 1));
  g_assert_false (ly_channel_send (sender, test_new_bytes (98, 1), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_cmpstr (error->message, ==, "message of 101 bytes is over the channel's limit of 100");
  g_clear_error (&error);
  g_assert_false (ly_channel_post (sender, test_new_bytes (98, 1), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_false (ly_channel_has_posted (sender));

  /* What was refused left no trace. */
  test_send (sender, g_variant_new_uint32 (7));
  largest = test_receive (receiver);
  g_assert_cmpuint (g_variant_n_children (largest), ==, 97);
  test_receive_uint32 (receiver, 7);

  g_assert_finalize_object (sender);
  g_assert_finalize_object (receiver);
}

static void
test_limit_of_receiver (void)
{
  int fd;
  LyChannel *sender = test_open_half (1000, &fd);
  LyChannel *receiver = ly_channel_new (fd, 100);

  test_send (sender, g_variant_new_uint32 (7));
  test_send (sender, test_new_bytes (98, 1));
  test_receive_uint32 (receiver, 7);
  test_receive_error (receiver, G_IO_ERROR_MESSAGE_TOO_LARGE,
                      "a message of 101 bytes arrived, over the channel's limit of 100");
  g_assert_finalize_object (sender);
  g_assert_finalize_object (receiver);
}

/* Frames written by hand, as a peer that is broken or evil would. */

typedef struct
{
  guint32 mark;
  guint32 size;
  guint8  bytes[64];
} Frame;

#define MARK 0x314c594cu

static void
test_broken_frames (void)
{
  const Frame frame = { MARK, 10, { 0 } };
  const Frame huge = { MARK, G_MAXUINT32, { 0 } };
  const struct { gconstpointer data; gsize size; GIOErrorEnum code; const char *text; } cases[] = {
    { &frame, 3, G_IO_ERROR_PARTIAL_INPUT,
      "channel was closed in the middle of a message, 5 bytes short" },
    { &frame, 8, G_IO_ERROR_PARTIAL_INPUT,
      "channel was closed in the middle of a message, 10 bytes short" },
    { &frame, 12, G_IO_ERROR_PARTIAL_INPUT,
      "channel was closed in the middle of a message, 6 bytes short" },
    { &frame, 17, G_IO_ERROR_PARTIAL_INPUT,
      "channel was closed in the middle of a message, 1 bytes short" },
    { &huge, sizeof huge, G_IO_ERROR_MESSAGE_TOO_LARGE,
      "a message of 4294967295 bytes arrived, over the channel's limit of 100" },
    { "GET / HTTP/1.0\r\n", 16, G_IO_ERROR_INVALID_DATA,
      "what arrived on the channel is not a message" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int fd;
      LyChannel *channel = test_open_half (100, &fd);

      g_assert_cmpint (write (fd, cases[i].data, cases[i].size), ==, (gssize) cases[i].size);
      g_assert_no_errno (close (fd));
      test_receive_error (channel, cases[i].code, cases[i].text);
      g_assert_finalize_object (channel);
    }
}

/* Whatever stands in a frame, it becomes some message and harms nobody. */
static void
test_broken_payload (void)
{
  int fd;
  LyChannel *channel = test_open_half (100, &fd);

  for (guint round = 0; round < 20000; round++)
    {
      Frame frame = { MARK, (guint32) g_test_rand_int_range (0, sizeof frame.bytes), { 0 } };
      const char types[] = "\0vsayaa{sv}(y)xmiogbd";
      g_autoptr (GVariant) message = NULL;
      g_autofree char *text = NULL;

      for (guint i = 0; i < frame.size; i++)
        frame.bytes[i] = g_test_rand_int_range (0, 2) == 0
                         ? (guint8) g_test_rand_int ()
                         : (guint8) types[g_test_rand_int_range (0, sizeof types)];

      g_assert_cmpint (write (fd, &frame, 8 + frame.size), ==, 8 + (gssize) frame.size);
      message = test_receive (channel);
      text = g_variant_print (message, TRUE);
      if (frame.size == 0)
        g_assert_cmpstr (text, ==, "()");
    }

  close (fd);
  g_assert_finalize_object (channel);
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/channel-frames/limit-of-sender", test_limit_of_sender);
  g_test_add_func ("/common/channel-frames/limit-of-receiver", test_limit_of_receiver);
  g_test_add_func ("/common/channel-frames/broken", test_broken_frames);
  g_test_add_func ("/common/channel-frames/broken-payload", test_broken_payload);

  return g_test_run ();
}
