/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-util.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static void
open_pair (LyChannel **one,
           LyChannel **other)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ly_channel_new_pair (LY_CHANNEL_DEFAULT_LIMIT, one, other, &error));
  g_assert_no_error (error);
}

/* A channel, and the bare other end of it. */
static LyChannel *
open_half (guint32  limit,
           int     *fd)
{
  int fds[2];

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM, 0, fds));
  *fd = fds[1];

  return ly_channel_new (fds[0], limit);
}

static void
send_message (LyChannel *channel,
              GVariant  *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ly_channel_send (channel, message, &error));
  g_assert_no_error (error);
}

static GVariant *
receive (LyChannel *channel)
{
  g_autoptr (GError) error = NULL;
  GVariant *message = ly_channel_receive (channel, &error);

  g_assert_no_error (error);
  g_assert_nonnull (message);

  return message;
}

static void
receive_uint (LyChannel *channel,
              guint32    expected)
{
  g_autoptr (GVariant) message = receive (channel);

  g_assert_cmpuint (g_variant_get_uint32 (message), ==, expected);
}

static void
receive_error (LyChannel  *channel,
               GIOErrorEnum code,
               const char *text)
{
  /* Twice: what went wrong stays so. */
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (ly_channel_receive (channel, &error));
      g_assert_error (error, G_IO_ERROR, (int) code);
      g_assert_cmpstr (error->message, ==, text);
    }
}

static void
test_round_trip (void)
{
  const char *texts[] = {
    "true", "byte 0xff", "int16 -1", "uint16 1", "-2", "uint32 2", "int64 -3", "uint64 3", "1.5",
    "'text'", "''", "'ŝtring 文字'", "objectpath '/a/b'", "signature 'a{sv}'", "()", "(1, 'a', true)",
    "[1, 2, 3]", "@as []", "@aay []", "b'caf\\351'", "{'key': <(1, <'deep'>)>}", "@a{sv} {}",
    "@mi nothing", "@mmi just nothing", "@mi 4", "<<<'box'>>>", "[<1>, <'two'>, <(3, 3)>]",
    "(byte 1, uint64 2, byte 3, [uint16 4, 5], 'six')", "{1: 'one', 2: 'two'}",
  };
  LyChannel *one;
  LyChannel *other;

  open_pair (&one, &other);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GVariant) sent = g_variant_new_parsed (texts[i]);
      g_autoptr (GVariant) there = NULL;
      g_autoptr (GVariant) back = NULL;

      g_variant_ref_sink (sent);
      send_message (one, sent);
      there = receive (other);
      g_assert_cmpvariant (there, sent);
      send_message (other, there);
      back = receive (one);
      g_assert_cmpvariant (back, sent);
    }

  g_assert_finalize_object (one);
  g_assert_finalize_object (other);
}

/* One that came with the wrong size, and so without bytes, can be passed on. */
static void
test_wrong_size (void)
{
  g_autoptr (GVariant) wrong = g_variant_new_from_data (G_VARIANT_TYPE ("(xu)"), "abc", 3, FALSE,
                                                        NULL, NULL);
  g_autoptr (GVariant) zeros = g_variant_ref_sink (g_variant_new ("(xu)", (gint64) 0, 0));
  g_autoptr (GVariant) there = NULL;
  LyChannel *one;
  LyChannel *other;

  g_variant_ref_sink (wrong);
  open_pair (&one, &other);
  send_message (one, wrong);
  there = receive (other);
  g_assert_cmpvariant (there, zeros);
  g_assert_finalize_object (one);
  g_assert_finalize_object (other);
}

#define BIG (1024 * 1024)

static GVariant *
new_bytes (gsize  size,
           guint8 first)
{
  guint8 *bytes = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8) (first + i * 7);

  return g_variant_new_from_data (G_VARIANT_TYPE_BYTESTRING, bytes, size, TRUE, g_free, bytes);
}

/* Not g_assert_cmpvariant(), which prints what came from outside. */
static void
assert_bytes (GVariant *message,
              gsize     size,
              guint8    first)
{
  g_autoptr (GVariant) expected = g_variant_ref_sink (new_bytes (size, first));

  g_assert_cmpstr (g_variant_get_type_string (message), ==, "ay");
  g_assert_cmpmem (g_variant_get_data (message), g_variant_get_size (message),
                   g_variant_get_data (expected), size);
}

static gpointer
send_big (gpointer data)
{
  for (guint i = 0; i < 16; i++)
    send_message (data, new_bytes (BIG + i, (guint8) i));

  return NULL;
}

/* Much larger than what the system keeps, both ways at the same time. */
static void
test_big (void)
{
  LyChannel *ends[2];
  GThread *senders[2];

  open_pair (&ends[0], &ends[1]);
  for (guint i = 0; i < 2; i++)
    senders[i] = g_thread_new ("send", send_big, ends[i]);

  for (guint i = 0; i < 16; i++)
    for (guint end = 0; end < 2; end++)
      {
        g_autoptr (GVariant) message = receive (ends[end]);

        assert_bytes (message, BIG + i, (guint8) i);
      }

  for (guint i = 0; i < 2; i++)
    g_thread_join (senders[i]);
  for (guint i = 0; i < 2; i++)
    g_assert_finalize_object (ends[i]);
}

#define N_SENDERS 8
#define N_MESSAGES 3000

typedef struct
{
  LyChannel *channel;
  guint32    number;
} Sender;

static gpointer
send_numbered (gpointer data)
{
  Sender *sender = data;

  for (guint32 i = 0; i < N_MESSAGES; i++)
    send_message (sender->channel,
                  g_variant_new ("(uu@ay)", sender->number, i, new_bytes (i % 500, (guint8) i)));

  return NULL;
}

static void
test_many_senders (void)
{
  LyChannel *one;
  LyChannel *other;
  Sender senders[N_SENDERS];
  GThread *threads[N_SENDERS];
  guint32 next[N_SENDERS] = { 0 };

  open_pair (&one, &other);
  for (guint i = 0; i < N_SENDERS; i++)
    {
      senders[i] = (Sender) { one, i };
      threads[i] = g_thread_new ("send", send_numbered, &senders[i]);
    }

  for (guint i = 0; i < N_SENDERS * N_MESSAGES; i++)
    {
      g_autoptr (GVariant) message = receive (other);
      g_autoptr (GVariant) bytes = NULL;
      guint32 number, count;

      g_variant_get (message, "(uu@ay)", &number, &count, &bytes);
      g_assert_cmpuint (count, ==, next[number]);
      g_assert_cmpuint (g_variant_n_children (bytes), ==, count % 500);
      next[number]++;
    }

  for (guint i = 0; i < N_SENDERS; i++)
    g_thread_join (threads[i]);
  g_assert_finalize_object (one);
  receive_error (other, G_IO_ERROR_CLOSED, "channel is closed");
  g_assert_finalize_object (other);
}

/* The limit is the size of the message in its box, which says its type. */
static void
test_limit_of_sender (void)
{
  int fd;
  LyChannel *sender = open_half (100, &fd);
  LyChannel *receiver = ly_channel_new (fd, 100);
  g_autoptr (GVariant) largest = NULL;
  g_autoptr (GError) error = NULL;

  send_message (sender, new_bytes (97, 1));
  g_assert_false (ly_channel_send (sender, new_bytes (98, 1), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_cmpstr (error->message, ==, "message of 101 bytes is over the channel's limit of 100");
  g_clear_error (&error);
  g_assert_false (ly_channel_post (sender, new_bytes (98, 1), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_false (ly_channel_has_posted (sender));

  /* What was refused left no trace. */
  send_message (sender, g_variant_new_uint32 (7));
  largest = receive (receiver);
  g_assert_cmpuint (g_variant_n_children (largest), ==, 97);
  receive_uint (receiver, 7);

  g_assert_finalize_object (sender);
  g_assert_finalize_object (receiver);
}

static void
test_limit_of_receiver (void)
{
  int fd;
  LyChannel *sender = open_half (1000, &fd);
  LyChannel *receiver = ly_channel_new (fd, 100);

  send_message (sender, g_variant_new_uint32 (7));
  send_message (sender, new_bytes (98, 1));
  receive_uint (receiver, 7);
  receive_error (receiver, G_IO_ERROR_MESSAGE_TOO_LARGE,
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
      LyChannel *channel = open_half (100, &fd);

      g_assert_cmpint (write (fd, cases[i].data, cases[i].size), ==, (gssize) cases[i].size);
      g_assert_no_errno (close (fd));
      receive_error (channel, cases[i].code, cases[i].text);
      g_assert_finalize_object (channel);
    }
}

/* Whatever stands in a frame, it becomes some message and harms nobody. */
static void
test_broken_payload (void)
{
  int fd;
  LyChannel *channel = open_half (100, &fd);

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
      message = receive (channel);
      text = g_variant_print (message, TRUE);
      if (frame.size == 0)
        g_assert_cmpstr (text, ==, "()");
    }

  close (fd);
  g_assert_finalize_object (channel);
}

static void
test_closed (void)
{
  LyChannel *one;
  LyChannel *other;
  g_autoptr (GError) error = NULL;

  open_pair (&one, &other);
  send_message (other, g_variant_new_uint32 (1));
  send_message (other, g_variant_new_uint32 (2));
  /* Never read, which makes the system answer our reads with a reset. */
  send_message (one, g_variant_new_uint32 (3));
  g_assert_finalize_object (other);

  receive_uint (one, 1);
  receive_uint (one, 2);
  receive_error (one, G_IO_ERROR_CLOSED, "channel is closed");
  g_assert_null (ly_channel_try_receive (one, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);

  for (guint i = 0; i < 2; i++)
    {
      g_assert_false (ly_channel_send (one, g_variant_new_uint32 (4), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
      g_assert_cmpstr (error->message, ==, "writing to a channel: Broken pipe");
      g_clear_error (&error);
    }

  g_assert_finalize_object (one);
}

static gpointer
receive_seven (gpointer data)
{
  receive_uint (data, 7);
  receive_error (data, G_IO_ERROR_CLOSED, "channel is closed");

  return NULL;
}

static void
test_receive_blocks (void)
{
  LyChannel *one;
  LyChannel *other;
  GThread *thread;

  open_pair (&one, &other);
  thread = g_thread_new ("receive", receive_seven, other);
  send_message (one, g_variant_new_uint32 (7));
  g_assert_finalize_object (one);
  g_thread_join (thread);
  g_assert_finalize_object (other);
}

static void
test_post (void)
{
  LyChannel *one;
  LyChannel *other;
  guint n_posted = 0;
  guint n_received = 0;
  g_autoptr (GError) error = NULL;

  open_pair (&one, &other);
  g_assert_null (ly_channel_try_receive (other, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpstr (error->message, ==, "no message is there yet");
  g_clear_error (&error);

  /* Until the system takes no more, and then some. */
  while (!ly_channel_has_posted (one))
    g_assert_true (ly_channel_post (one, g_variant_new ("(u@ay)", n_posted++, new_bytes (999, 1)),
                                    NULL));
  for (guint i = 0; i < 1000; i++)
    g_assert_true (ly_channel_post (one, g_variant_new ("(u@ay)", n_posted++, new_bytes (999, 1)),
                                    NULL));
  g_assert_true (ly_channel_flush (one, &error));
  g_assert_true (ly_channel_has_posted (one));

  while (n_received < n_posted)
    {
      g_autoptr (GVariant) message = ly_channel_try_receive (other, &error);
      guint32 number;

      if (message == NULL)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
          g_clear_error (&error);
          g_assert_true (ly_channel_has_posted (one));
          g_assert_true (ly_channel_flush (one, &error));
          continue;
        }

      g_variant_get (message, "(u@ay)", &number, NULL);
      g_assert_cmpuint (number, ==, n_received++);
    }

  g_assert_false (ly_channel_has_posted (one));
  g_assert_finalize_object (one);
  g_assert_finalize_object (other);
}

static gsize
count_resident (void)
{
  g_autofree char *text = NULL;
  gsize pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    pages = g_ascii_strtoull (strchr (text, ' '), NULL, 10);

  return pages * (gsize) getpagesize ();
}

/* A peer that is always a little behind costs what it is behind, no more. */
static void
test_post_to_slow_peer (void)
{
  LyChannel *one;
  LyChannel *other;
  gsize before;

  open_pair (&one, &other);
  for (guint i = 0; i < 4; i++)
    g_assert_true (ly_channel_post (one, new_bytes (BIG, 1), NULL));
  before = count_resident ();

  for (guint i = 0; i < 400; i++)
    {
      GVariant *message;

      g_assert_true (ly_channel_post (one, new_bytes (BIG, 1), NULL));
      while ((message = ly_channel_try_receive (other, NULL)) == NULL)
        g_assert_true (ly_channel_flush (one, NULL));

      g_variant_unref (message);
      g_assert_true (ly_channel_has_posted (one));
    }

  if (before > 0)
    g_assert_cmpuint (count_resident (), <, before + 200 * BIG);

  g_assert_finalize_object (one);
  g_assert_finalize_object (other);
}

static void
refuse_message (LyChannel *channel)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ly_channel_send (channel, g_variant_new_uint32 (1), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpstr (error->message, ==, "channel is closed");
  g_clear_error (&error);

  g_assert_false (ly_channel_post (channel, g_variant_new_uint32 (1), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* What was sent is still there, and there may be an answer. */
static void
test_close (void)
{
  LyChannel *one;
  LyChannel *other;

  open_pair (&one, &other);
  send_message (one, g_variant_new_uint32 (1));
  ly_channel_close (one);
  ly_channel_close (one);
  refuse_message (one);

  receive_uint (other, 1);
  receive_error (other, G_IO_ERROR_CLOSED, "channel is closed");

  send_message (other, g_variant_new_uint32 (2));
  receive_uint (one, 2);
  ly_channel_close (other);
  receive_error (one, G_IO_ERROR_CLOSED, "channel is closed");

  g_assert_finalize_object (one);
  g_assert_finalize_object (other);
}

/* The end comes after what was posted. */
static void
test_close_posted (void)
{
  g_autoptr (GError) error = NULL;
  LyChannel *one;
  LyChannel *other;

  open_pair (&one, &other);
  for (guint i = 0; i < 4; i++)
    g_assert_true (ly_channel_post (one, new_bytes (BIG, 1), NULL));
  ly_channel_close (one);
  refuse_message (one);
  g_assert_true (ly_channel_has_posted (one));

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GVariant) message = NULL;

      while ((message = ly_channel_try_receive (other, &error)) == NULL)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
          g_clear_error (&error);
          g_assert_true (ly_channel_flush (one, NULL));
        }
    }

  g_assert_false (ly_channel_has_posted (one));
  receive_error (other, G_IO_ERROR_CLOSED, "channel is closed");

  g_assert_finalize_object (one);
  g_assert_finalize_object (other);
}

/* One way, and no other. */
static void
test_pipe (void)
{
  g_autoptr (GError) error = NULL;
  LyChannel *in;
  LyChannel *out;

  g_assert_true (ly_channel_new_pipe (1000, &in, &out, &error));
  g_assert_no_error (error);
  g_assert_cmpint (fcntl (ly_channel_get_fd (in), F_GETFD), ==, FD_CLOEXEC);
  g_assert_cmpint (fcntl (ly_channel_get_fd (out), F_GETFD), ==, FD_CLOEXEC);

  send_message (out, g_variant_new_uint32 (1));
  g_assert_true (ly_channel_post (out, g_variant_new_uint32 (2), NULL));
  receive_uint (in, 1);
  receive_uint (in, 2);

  g_assert_null (ly_channel_receive (out, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpstr (error->message, ==, "reading from a channel: Bad file descriptor");
  g_clear_error (&error);
  g_assert_false (ly_channel_send (in, g_variant_new_uint32 (3), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpstr (error->message, ==, "writing to a channel: Bad file descriptor");

  ly_channel_close (out);
  refuse_message (out);
  receive_error (in, G_IO_ERROR_CLOSED, "channel is closed");
  g_assert_finalize_object (out);
  g_assert_finalize_object (in);
}

/* Nobody at the other end is an error, never a signal. */
static void
test_broken_pipe (void)
{
  g_autoptr (GError) error = NULL;
  LyChannel *out;
  int fds[2];

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }

  signal (SIGPIPE, SIG_DFL);
  g_assert_no_errno (pipe2 (fds, O_CLOEXEC));
  close (fds[0]);
  out = ly_channel_new (fds[1], 1000);
  g_assert_false (ly_channel_send (out, g_variant_new_uint32 (1), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  g_assert_cmpstr (error->message, ==, "writing to a channel: Broken pipe");
  g_assert_finalize_object (out);
}

static void
test_descriptors (void)
{
  guint n_before = test_count_fds ();
  LyChannel *one;
  LyChannel *other;
  int fd;

  for (guint i = 0; i < 100; i++)
    {
      open_pair (&one, &other);
      g_assert_true (fcntl (ly_channel_get_fd (one), F_GETFD) & FD_CLOEXEC);
      g_assert_true (fcntl (ly_channel_get_fd (other), F_GETFD) & FD_CLOEXEC);
      g_assert_finalize_object (one);
      g_assert_finalize_object (other);
    }

  g_assert_cmpuint (test_count_fds (), ==, n_before);

  /* One that was taken out outlives its channel. */
  open_pair (&one, &other);
  fd = ly_channel_steal_fd (other);
  g_assert_cmpint (ly_channel_get_fd (other), ==, -1);
  g_assert_finalize_object (other);
  send_message (one, g_variant_new_uint32 (7));
  other = ly_channel_new (fd, 100);
  receive_uint (other, 7);
  g_assert_finalize_object (one);
  g_assert_finalize_object (other);
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  g_test_add_func ("/common/channel/round-trip", test_round_trip);
  g_test_add_func ("/common/channel/wrong-size", test_wrong_size);
  g_test_add_func ("/common/channel/big", test_big);
  g_test_add_func ("/common/channel/many-senders", test_many_senders);
  g_test_add_func ("/common/channel/limit/of-sender", test_limit_of_sender);
  g_test_add_func ("/common/channel/limit/of-receiver", test_limit_of_receiver);
  g_test_add_func ("/common/channel/broken-frames", test_broken_frames);
  g_test_add_func ("/common/channel/broken-payload", test_broken_payload);
  g_test_add_func ("/common/channel/closed", test_closed);
  g_test_add_func ("/common/channel/receive-blocks", test_receive_blocks);
  g_test_add_func ("/common/channel/post", test_post);
  g_test_add_func ("/common/channel/post-to-slow-peer", test_post_to_slow_peer);
  g_test_add_func ("/common/channel/close", test_close);
  g_test_add_func ("/common/channel/close-posted", test_close_posted);
  g_test_add_func ("/common/channel/pipe", test_pipe);
  g_test_add_func ("/common/channel/broken-pipe", test_broken_pipe);
  g_test_add_func ("/common/channel/descriptors", test_descriptors);

  return g_test_run ();
}
