/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-channel-util.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

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

  test_open_pair (&one, &other);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GVariant) sent = g_variant_new_parsed (texts[i]);
      g_autoptr (GVariant) there = NULL;
      g_autoptr (GVariant) back = NULL;

      g_variant_ref_sink (sent);
      test_send (one, sent);
      there = test_receive (other);
      g_assert_cmpvariant (there, sent);
      test_send (other, there);
      back = test_receive (one);
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
  test_open_pair (&one, &other);
  test_send (one, wrong);
  there = test_receive (other);
  g_assert_cmpvariant (there, zeros);
  g_assert_finalize_object (one);
  g_assert_finalize_object (other);
}

#define BIG (1024 * 1024)

/* Not g_assert_cmpvariant(), which prints what came from outside. */
static void
assert_bytes (GVariant *message,
              gsize     size,
              guint8    first)
{
  g_autoptr (GVariant) expected = g_variant_ref_sink (test_new_bytes (size, first));

  g_assert_cmpstr (g_variant_get_type_string (message), ==, "ay");
  g_assert_cmpmem (g_variant_get_data (message), g_variant_get_size (message),
                   g_variant_get_data (expected), size);
}

static gpointer
send_big (gpointer data)
{
  for (guint i = 0; i < 16; i++)
    test_send (data, test_new_bytes (BIG + i, (guint8) i));

  return NULL;
}

/* Much larger than what the system keeps, both ways at the same time. */
static void
test_big (void)
{
  LyChannel *ends[2];
  GThread *senders[2];

  test_open_pair (&ends[0], &ends[1]);
  for (guint i = 0; i < 2; i++)
    senders[i] = g_thread_new ("send", send_big, ends[i]);

  for (guint i = 0; i < 16; i++)
    for (guint end = 0; end < 2; end++)
      {
        g_autoptr (GVariant) message = test_receive (ends[end]);

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
    test_send (sender->channel,
               g_variant_new ("(uu@ay)", sender->number, i, test_new_bytes (i % 500, (guint8) i)));

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

  test_open_pair (&one, &other);
  for (guint i = 0; i < N_SENDERS; i++)
    {
      senders[i] = (Sender) { one, i };
      threads[i] = g_thread_new ("send", send_numbered, &senders[i]);
    }

  for (guint i = 0; i < N_SENDERS * N_MESSAGES; i++)
    {
      g_autoptr (GVariant) message = test_receive (other);
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
  test_receive_error (other, G_IO_ERROR_CLOSED, "channel is closed");
  g_assert_finalize_object (other);
}

static void
test_closed (void)
{
  LyChannel *one;
  LyChannel *other;
  g_autoptr (GError) error = NULL;

  test_open_pair (&one, &other);
  test_send (other, g_variant_new_uint32 (1));
  test_send (other, g_variant_new_uint32 (2));
  /* Never read, which makes the system answer our reads with a reset. */
  test_send (one, g_variant_new_uint32 (3));
  g_assert_finalize_object (other);

  test_receive_uint32 (one, 1);
  test_receive_uint32 (one, 2);
  test_receive_error (one, G_IO_ERROR_CLOSED, "channel is closed");
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
  test_receive_uint32 (data, 7);
  test_receive_error (data, G_IO_ERROR_CLOSED, "channel is closed");

  return NULL;
}

static void
test_receive_blocks (void)
{
  LyChannel *one;
  LyChannel *other;
  GThread *thread;

  test_open_pair (&one, &other);
  thread = g_thread_new ("receive", receive_seven, other);
  test_send (one, g_variant_new_uint32 (7));
  g_assert_finalize_object (one);
  g_thread_join (thread);
  g_assert_finalize_object (other);
}

/* What was sent is still there, and there may be an answer. */
static void
test_close (void)
{
  LyChannel *one;
  LyChannel *other;

  test_open_pair (&one, &other);
  test_send (one, g_variant_new_uint32 (1));
  ly_channel_close (one);
  ly_channel_close (one);
  test_assert_refused (one);

  test_receive_uint32 (other, 1);
  test_receive_error (other, G_IO_ERROR_CLOSED, "channel is closed");

  test_send (other, g_variant_new_uint32 (2));
  test_receive_uint32 (one, 2);
  ly_channel_close (other);
  test_receive_error (one, G_IO_ERROR_CLOSED, "channel is closed");

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

  test_send (out, g_variant_new_uint32 (1));
  g_assert_true (ly_channel_post (out, g_variant_new_uint32 (2), NULL));
  test_receive_uint32 (in, 1);
  test_receive_uint32 (in, 2);

  g_assert_null (ly_channel_receive (out, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpstr (error->message, ==, "reading from a channel: Bad file descriptor");
  g_clear_error (&error);
  g_assert_false (ly_channel_send (in, g_variant_new_uint32 (3), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpstr (error->message, ==, "writing to a channel: Bad file descriptor");

  ly_channel_close (out);
  test_assert_refused (out);
  test_receive_error (in, G_IO_ERROR_CLOSED, "channel is closed");
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
      test_open_pair (&one, &other);
      g_assert_true (fcntl (ly_channel_get_fd (one), F_GETFD) & FD_CLOEXEC);
      g_assert_true (fcntl (ly_channel_get_fd (other), F_GETFD) & FD_CLOEXEC);
      g_assert_finalize_object (one);
      g_assert_finalize_object (other);
    }

  g_assert_cmpuint (test_count_fds (), ==, n_before);

  /* One that was taken out outlives its channel. */
  test_open_pair (&one, &other);
  fd = ly_channel_steal_fd (other);
  g_assert_cmpint (ly_channel_get_fd (other), ==, -1);
  g_assert_finalize_object (other);
  test_send (one, g_variant_new_uint32 (7));
  other = ly_channel_new (fd, 100);
  test_receive_uint32 (other, 7);
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
  g_test_add_func ("/common/channel/closed", test_closed);
  g_test_add_func ("/common/channel/receive-blocks", test_receive_blocks);
  g_test_add_func ("/common/channel/close", test_close);
  g_test_add_func ("/common/channel/pipe", test_pipe);
  g_test_add_func ("/common/channel/broken-pipe", test_broken_pipe);
  g_test_add_func ("/common/channel/descriptors", test_descriptors);

  return g_test_run ();
}
