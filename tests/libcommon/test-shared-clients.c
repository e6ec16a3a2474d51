/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-shared-util.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The owner among clients that come, go, wait, and lie. */

static LyChannel *
connect_channel (LyShared *owner)
{
  g_autoptr (GError) error = NULL;
  int fd = ly_shared_connect (owner, &error);

  g_assert_no_error (error);

  return ly_channel_new (fd, LY_CHANNEL_DEFAULT_LIMIT);
}

static void
send_request (LyChannel *channel,
              guchar     op,
              gint64     timeout_us,
              GVariant  *args)
{
  g_autoptr (GError) error = NULL;

  ly_channel_send (channel, g_variant_new ("(yxv)", op, timeout_us, args), &error);
  g_assert_no_error (error);
}

static void
assert_answer (LyChannel  *channel,
               const char *text)
{
  g_autoptr (GVariant) expected = g_variant_ref_sink (g_variant_new_parsed (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = ly_channel_receive (channel, &error);

  g_assert_no_error (error);
  g_assert_cmpvariant (answer, expected);
}

/* Sees the owner hang up, after which it has room for another. */
static void
await_hangup (LyChannel *channel)
{
  struct pollfd pollfd = { .fd = ly_channel_get_fd (channel), .events = POLLIN };
  char byte;

  g_assert_cmpint (poll (&pollfd, 1, TEST_PATIENCE / 1000), ==, 1);
  g_assert_cmpint (read (pollfd.fd, &byte, 1), <=, 0);
}

/* --- What no client of ours would send ------------------------------------- */

static void
send_bytes (LyChannel  *channel,
            const void *bytes,
            gsize       size)
{
  g_assert_cmpint (write (ly_channel_get_fd (channel), bytes, size), ==, size);
}

static void
send_rubbish (LyChannel *channel)
{
  send_bytes (channel, "GET / HTTP/1.0\r\n\r\n", 18);
}

static void
send_huge (LyChannel *channel)
{
  const guint32 header[2] = { 0x314c594c, LY_SHARED_FRAME_LIMIT + 1 };

  send_bytes (channel, header, sizeof header);
}

static void
send_half (LyChannel *channel)
{
  const guint32 header[2] = { 0x314c594c, 100 };

  send_bytes (channel, header, sizeof header);
  g_assert_no_errno (shutdown (ly_channel_get_fd (channel), SHUT_WR));
}

/* The right type in an encoding that is not its own. */
static void
send_deformed (LyChannel *channel)
{
  GVariant *request = g_variant_new ("(yxv)", '=', (gint64) -1, g_variant_new_string ("counter"));
  g_autoptr (GVariant) boxed = g_variant_ref_sink (g_variant_new_variant (request));
  gsize size = g_variant_get_size (boxed);
  g_autofree char *bytes = g_memdup2 (g_variant_get_data (boxed), size);
  const guint32 header[2] = { 0x314c594c, (guint32) size };

  /* The padding between the first member and the second. */
  bytes[1] = 'x';
  send_bytes (channel, header, sizeof header);
  send_bytes (channel, bytes, size);
}

static void
send_other_type (LyChannel *channel)
{
  ly_channel_send (channel, g_variant_new_string ("hello?"), NULL);
}

static void
send_unknown (LyChannel *channel)
{
  send_request (channel, '?', -1, g_variant_new ("()"));
}

static void
send_wrong_arguments (LyChannel *channel)
{
  send_request (channel, 'S', -1, g_variant_new ("(ss)", "key", "value"));
}

static void
send_wrong_timeout (LyChannel *channel)
{
  send_request (channel, '=', -2, g_variant_new_string ("counter"));
}

static void
send_unlock (LyChannel *channel)
{
  send_request (channel, 'U', -1, g_variant_new ("()"));
}

static void
send_lock_again (LyChannel *channel)
{
  send_request (channel, 'L', -1, g_variant_new ("()"));
  g_variant_unref (ly_channel_receive (channel, NULL));
  send_request (channel, 'L', -1, g_variant_new ("()"));
}

/* Does not wait for the first answer. */
static void
send_two (LyChannel *channel)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (guint i = 0; i < 2; i++)
    {
      GVariant *request = g_variant_new ("(yxv)", 'n', (gint64) -1, g_variant_new ("()"));
      g_autoptr (GVariant) boxed = g_variant_ref_sink (g_variant_new_variant (request));
      const guint32 header[2] = { 0x314c594c, (guint32) g_variant_get_size (boxed) };

      g_byte_array_append (bytes, (const guint8 *) header, sizeof header);
      g_byte_array_append (bytes, g_variant_get_data (boxed), header[1]);
    }

  send_bytes (channel, bytes->data, bytes->len);
}

static const struct { const char *name; void (*send) (LyChannel *channel); } lies[] = {
  { "rubbish", send_rubbish },
  { "huge", send_huge },
  { "half", send_half },
  { "deformed", send_deformed },
  { "other-type", send_other_type },
  { "unknown", send_unknown },
  { "wrong-arguments", send_wrong_arguments },
  { "wrong-timeout", send_wrong_timeout },
  { "unlock", send_unlock },
  { "lock-again", send_lock_again },
  { "two", send_two },
};

/* Whatever one client sends, it is the one that is gone then. */
static void
test_lie (gconstpointer data)
{
  void (*const *lie) (LyChannel *channel) = data;
  LyShared *owner = ly_shared_new (2, TEST_SHARED_SIZE);
  LyShared *honest = test_shared_new_client (owner);

  g_assert_true (ly_shared_counter_add (honest, "counter", 1, NULL, NULL));

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (LyChannel) liar = connect_channel (owner);
      gint64 number;

      (*lie) (liar);
      await_hangup (liar);
      g_assert_true (ly_shared_counter_get (honest, "counter", &number, NULL));
      g_assert_cmpint (number, ==, 1);
    }

  g_assert_true (ly_shared_lock (owner, 0, NULL, NULL));
  g_assert_true (ly_shared_unlock (owner, NULL));
  g_assert_finalize_object (honest);
  g_assert_finalize_object (owner);
}

/* One that does not take its answers is not answered any more, and nobody
 * waits for it. */
static void
test_deaf (void)
{
  LyShared *owner = ly_shared_new (2, LY_SHARED_FRAME_LIMIT);
  LyShared *other = test_shared_new_client (owner);
  LyChannel *deaf = connect_channel (owner);
  g_autofree char *text = g_strnfill (LY_SHARED_FRAME_LIMIT / 2, 'x');

  g_assert_true (ly_shared_dict_set (other, "big", g_variant_new_string (text), NULL));
  send_request (deaf, 'G', -1, g_variant_new_string ("big"));
  for (guint i = 0; i < 10; i++)
    g_assert_true (ly_shared_dict_contains (other, "big", NULL));

  /* It is late, not lost. */
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GVariant) answer = ly_channel_receive (deaf, NULL);

      g_assert_cmpuint (g_variant_get_size (answer), >, LY_SHARED_FRAME_LIMIT / 2);
      if (i == 0)
        send_request (deaf, 'G', -1, g_variant_new_string ("big"));
    }

  g_assert_finalize_object (deaf);
  g_assert_finalize_object (other);
  g_assert_finalize_object (owner);
}

/* The owner may have more than can be told at once. */
static void
test_too_large (void)
{
  LyShared *owner = ly_shared_new (1, 3 * LY_SHARED_FRAME_LIMIT);
  LyShared *client = test_shared_new_client (owner);
  g_autofree char *text = g_strnfill (LY_SHARED_FRAME_LIMIT * 2 / 3, 'x');
  g_autofree char *too_much = g_strnfill (LY_SHARED_FRAME_LIMIT, 'x');
  g_autoptr (GVariant) all = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (ly_shared_list_append (client, g_variant_new_string (text), NULL));
  g_assert_true (ly_shared_list_append (client, g_variant_new_string (text), NULL));
  g_assert_null (ly_shared_list_snapshot (client, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_clear_error (&error);

  g_assert_false (ly_shared_list_append (client, g_variant_new_string (too_much), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);

  /* Neither does any harm. */
  all = ly_shared_list_snapshot (owner, NULL);
  g_assert_cmpuint (g_variant_n_children (all), ==, 2);
  g_variant_unref (ly_shared_list_pop (client, 0, NULL));
  g_assert_finalize_object (client);
  g_assert_finalize_object (owner);
}

static void
test_too_many (void)
{
  LyShared *owner = ly_shared_new (2, TEST_SHARED_SIZE);
  LyChannel *first = connect_channel (owner);
  LyChannel *second = connect_channel (owner);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 10; i++)
    {
      g_assert_cmpint (ly_shared_connect (owner, &error), ==, -1);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
      g_assert_cmpstr (error->message, ==, "shared data has 2 clients already");
      g_clear_error (&error);

      g_assert_no_errno (shutdown (ly_channel_get_fd (first), SHUT_WR));
      await_hangup (first);
      g_assert_finalize_object (first);
      first = connect_channel (owner);
    }

  g_assert_finalize_object (first);
  g_assert_finalize_object (second);
  g_assert_finalize_object (owner);
}

/* --- Waiting --------------------------------------------------------------- */

static void
assert_no_answer (LyChannel *channel)
{
  struct pollfd pollfd = { .fd = ly_channel_get_fd (channel), .events = POLLIN };

  g_assert_cmpint (poll (&pollfd, 1, TEST_MOMENT / 1000), ==, 0);
}

/* The lock and everything else is had in the order of asking. */
static void
test_order (void)
{
  LyShared *owner = ly_shared_new (3, TEST_SHARED_SIZE);
  LyChannel *first = connect_channel (owner);
  LyChannel *second = connect_channel (owner);
  LyChannel *third = connect_channel (owner);

  g_assert_true (ly_shared_lock (owner, -1, NULL, NULL));
  send_request (first, '+', -1, g_variant_new ("(sx)", "n", (gint64) 1));
  assert_no_answer (first);
  send_request (second, 'L', -1, g_variant_new ("()"));
  assert_no_answer (second);
  send_request (third, '+', -1, g_variant_new ("(sx)", "n", (gint64) 1));
  assert_no_answer (third);

  g_assert_true (ly_shared_unlock (owner, NULL));
  assert_answer (first, "(byte 0x56, <int64 0>)");
  assert_answer (second, "(byte 0x56, <false>)");
  assert_no_answer (third);
  send_request (second, '=', -1, g_variant_new_string ("n"));
  assert_answer (second, "(byte 0x56, <int64 1>)");
  send_request (second, 'U', -1, g_variant_new ("()"));
  assert_answer (second, "(byte 0x56, <()>)");
  assert_answer (third, "(byte 0x56, <int64 1>)");

  g_assert_finalize_object (first);
  g_assert_finalize_object (second);
  g_assert_finalize_object (third);
  g_assert_finalize_object (owner);
}

/* Each waits for as long as it said, and the others go on waiting. */
static void
test_timed_out (void)
{
  const char *answer = "(byte 0x45, <(24, 'lock of the shared data did not come free in time')>)";
  LyShared *owner = ly_shared_new (3, TEST_SHARED_SIZE);
  LyChannel *patient = connect_channel (owner);
  LyChannel *slow = connect_channel (owner);
  LyChannel *quick = connect_channel (owner);
  gint64 begin = g_get_monotonic_time ();

  g_assert_true (ly_shared_lock (owner, -1, NULL, NULL));
  send_request (patient, 'L', G_MAXINT64, g_variant_new ("()"));
  send_request (slow, 'n', 2 * TEST_MOMENT, g_variant_new ("()"));
  send_request (quick, 'L', 0, g_variant_new ("()"));
  assert_answer (quick, answer);
  send_request (quick, 'L', TEST_MOMENT, g_variant_new ("()"));
  assert_answer (quick, answer);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, TEST_MOMENT);
  assert_answer (slow, answer);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 2 * TEST_MOMENT);

  g_assert_true (ly_shared_unlock (owner, NULL));
  assert_answer (patient, "(byte 0x56, <false>)");
  send_request (quick, 'L', 0, g_variant_new ("()"));
  assert_answer (quick, answer);

  g_assert_finalize_object (patient);
  g_assert_finalize_object (slow);
  g_assert_finalize_object (quick);
  g_assert_true (ly_shared_lock (owner, TEST_PATIENCE, NULL, NULL));
  g_assert_true (ly_shared_unlock (owner, NULL));
  g_assert_finalize_object (owner);
}

typedef struct
{
  LyShared *shared;
  int       waits;
} Waiter;

static gpointer
wait_for_close (gpointer data)
{
  Waiter *waiter = data;
  g_autoptr (GError) error = NULL;

  g_assert_false (ly_shared_lock (waiter->shared, 0, NULL, NULL));
  g_atomic_int_set (&waiter->waits, TRUE);
  g_assert_false (ly_shared_lock (waiter->shared, -1, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);

  return NULL;
}

/* Closing wakes who waits, by whichever of the two it waits at. */
static void
test_close_wakes (void)
{
  for (guint i = 0; i < 60; i++)
    {
      LyShared *owner = ly_shared_new (2, TEST_SHARED_SIZE);
      LyShared *client = test_shared_new_client (owner);
      LyShared *other = test_shared_new_client (owner);
      LyShared *holders[] = { other, owner, client };
      LyShared *waiting[] = { client, client, owner };
      LyShared *closing[] = { client, owner, owner };
      Waiter waiter = { waiting[i % 3], FALSE };
      GThread *thread;

      g_assert_true (ly_shared_lock (holders[i % 3], -1, NULL, NULL));
      thread = g_thread_new ("wait", wait_for_close, &waiter);
      while (!g_atomic_int_get (&waiter.waits))
        g_thread_yield ();
      /* Early, while it may not wait yet, or late: others get so much done. */
      for (guint j = 0; j < i / 3 * 10; j++)
        g_assert_true (ly_shared_counter_add (holders[i % 3], "calls", 1, NULL, NULL));
      ly_shared_close (closing[i % 3]);
      g_thread_join (thread);

      g_assert_finalize_object (client);
      g_assert_finalize_object (other);
      g_assert_finalize_object (owner);
    }
}

/* A client that closes with the lock in its hands is one that ended. */
static void
test_closed_holder (void)
{
  LyShared *owner = ly_shared_new (1, TEST_SHARED_SIZE);
  LyShared *client = test_shared_new_client (owner);
  gboolean abandoned = FALSE;

  g_assert_true (ly_shared_lock (client, -1, NULL, NULL));
  ly_shared_close (client);
  g_assert_true (ly_shared_lock (owner, TEST_PATIENCE, &abandoned, NULL));
  g_assert_true (abandoned);
  g_assert_true (ly_shared_unlock (owner, NULL));
  g_assert_finalize_object (client);
  g_assert_finalize_object (owner);
}

int
main (int   argc,
      char *argv[])
{
  test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      g_autofree char *path = g_strdup_printf ("/common/shared/lies/%s", lies[i].name);

      g_test_add_data_func (path, &lies[i].send, test_lie);
    }

  g_test_add_func ("/common/shared/deaf", test_deaf);
  g_test_add_func ("/common/shared/too-large", test_too_large);
  g_test_add_func ("/common/shared/too-many", test_too_many);
  g_test_add_func ("/common/shared/order", test_order);
  g_test_add_func ("/common/shared/timed-out", test_timed_out);
  g_test_add_func ("/common/shared/close-wakes", test_close_wakes);
  g_test_add_func ("/common/shared/closed-holder", test_closed_holder);

  return g_test_run ();
}
