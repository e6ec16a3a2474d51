/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-link-node.h"

#include <string.h>

/* Started from a copy of the store that is older than what was sent since. */
static void
test_conflict (void)
{
  ChatLinkState right_state = {
    .run = 2, .epoch = 200, .first = 1, .next = 1,
    .peer_epoch = 100, .stored = 5, .stored_time = 999,
  };

  for (guint other_time = 0; other_time < 2; other_time++)
    {
      ChatLinkState left_state = {
        .run = 1, .epoch = 100, .first = 5, .next = other_time ? 6 : 5,
      };
      g_auto (Node) left = node_new (&left_state, NULL);
      g_auto (Node) right = node_new (&right_state, NULL);

      if (other_time)
        node_send (&left, "not the fifth that the peer has");

      node_carry (&right, &left);
      node_carry (&left, &right);
      g_assert_cmpuint (left.n_conflicts, ==, 1);
      g_assert_false (chat_link_is_open (left.link));
      g_assert_cmpuint (right.bodies->len, ==, 0);
    }
}

/* With a new name for its numbers, the peer takes them for what they are. */
static void
test_reset (void)
{
  ChatLinkState left_state = { .run = 1, .epoch = 101, .first = 3, .next = 3 };
  ChatLinkState right_state = {
    .run = 2, .epoch = 200, .first = 1, .next = 1,
    .peer_epoch = 100, .stored = 5, .read = 5, .stored_time = 999,
  };
  g_auto (Node) left = node_new (&left_state, NULL);
  g_auto (Node) right = node_new (&right_state, NULL);

  node_send (&left, "third of a new row");
  node_settle (&left, &right);
  g_assert_cmpuint (right.reset_epoch, ==, 101);
  g_assert_cmpuint (right.reset_sequence, ==, 2);
  g_assert_cmpstr (node_get_text (&right, 0), ==, "third of a new row");

  chat_link_stored (right.link, 3);
  node_settle (&left, &right);
  g_assert_cmpuint (left.stored, ==, 3);
  g_assert_cmpuint (left.read, ==, 0);
}

/* All had been delivered when this side went, and was read while it was away. */
static void
test_read_while_away (void)
{
  ChatLinkState left_state = { .run = 1, .epoch = 100, .first = 6, .next = 6 };
  ChatLinkState right_state = {
    .run = 2, .epoch = 200, .first = 1, .next = 1,
    .peer_epoch = 100, .stored = 5, .read = 4, .stored_time = 999,
  };
  g_auto (Node) left = node_new (&left_state, NULL);
  g_auto (Node) right = node_new (&right_state, NULL);

  node_settle (&left, &right);
  g_assert_cmpuint (left.read, ==, 4);
}

/* The peer speaks of its old numbering while the new one is on its way. */
static void
test_reset_crossed (void)
{
  ChatLinkState left_state = { .run = 1, .epoch = 101, .first = 1, .next = 1 };
  ChatLinkState right_state = {
    .run = 2, .epoch = 200, .first = 1, .next = 1,
    .peer_epoch = 100, .stored = 5, .read = 3, .stored_time = 999,
  };
  g_auto (Node) left = node_new (&left_state, NULL);
  g_auto (Node) right = node_new (&right_state, NULL);
  const char *ack = "\2\20\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0";
  guint8 payload[CHAT_PAYLOAD_HEADER_SIZE + 19] = { 2, 0, 0, 0, 1, 0, 0, 0, 0xff };

  node_carry (&right, &left);
  memcpy (payload + CHAT_PAYLOAD_HEADER_SIZE, ack, 19);
  g_assert_true (chat_link_read (right.link, node_now, 1, payload, sizeof payload));
  chat_link_set_read (right.link, 5);
  g_assert_cmpuint (node_carry (&right, &left), ==, 1);
  g_assert_cmpuint (left.n_closed, ==, 0);

  node_send (&left, "first of a new row");
  node_settle (&left, &right);
  g_assert_cmpstr (node_get_text (&right, 0), ==, "first of a new row");
  g_assert_cmpuint (left.read, ==, 0);
}

/* An echo of an earlier run of either side changes nothing. */
static void
test_stale (void)
{
  g_auto (Node) left = node_new_fresh (1);
  g_auto (Node) right = node_new_fresh (2);
  g_auto (Node) former = node_new_fresh (3);
  guint8 payload[NODE_SIZE];
  gsize length;
  ChatLinkInfo info;

  /* What the former one sent in session 1 arrives after the present one's in 2. */
  node_send (&former, "former");
  length = chat_link_write (former.link, node_now, payload, NODE_SIZE);
  g_assert_cmpuint (length, >, 0);
  {
    guint8 present[NODE_SIZE];
    gsize size = chat_link_write (right.link, node_now, present, NODE_SIZE);

    g_assert_true (chat_link_read (left.link, node_now, 2, present, size));
  }
  g_assert_true (chat_link_read (left.link, node_now, 1, payload, length));
  chat_link_get_info (left.link, &info);
  g_assert_cmpuint (info.n_stale, ==, 1);

  /* What was meant for someone who was here before */
  payload[0] = 77;
  g_assert_true (chat_link_read (left.link, node_now, 3, payload, length));
  chat_link_get_info (left.link, &info);
  g_assert_cmpuint (info.n_stale, ==, 2);

  node_send (&left, "still the same");
  node_settle (&left, &right);
  g_assert_cmpstr (node_get_text (&right, 0), ==, "still the same");
}

static void
assert_breaks (const char *frame,
               gsize       size)
{
  g_auto (Node) left = node_new_fresh (1);
  g_auto (Node) right = node_new_fresh (2);
  guint8 payload[NODE_SIZE] = { 1, 0, 0, 0, 2, 0, 0, 0, 0xff };

  node_settle (&left, &right);
  memcpy (payload + CHAT_PAYLOAD_HEADER_SIZE, frame, size);
  size += CHAT_PAYLOAD_HEADER_SIZE;
  g_assert_false (chat_link_read (left.link, node_now, 1, payload, size));
  node_take_events (&left);
  g_assert_cmpuint (left.n_closed, ==, 1);
  g_assert_cmpuint (left.reason, ==, CHAT_BYE_ERROR);
  g_assert_false (left.from_peer);

  /* And the peer is told. */
  g_assert_cmpuint (node_carry (&left, &right), ==, 1);
  g_assert_cmpuint (right.n_closed, ==, 1);
  g_assert_cmpuint (right.reason, ==, CHAT_BYE_ERROR);
}

#define ASSERT_BREAKS(literal) assert_breaks (literal, sizeof (literal) - 1)

static void
test_broken_peer (void)
{
  /* An unknown frame; a number that was never used; a message that was never sent */
  ASSERT_BREAKS ("\10\0\0");
  ASSERT_BREAKS ("\2\20\0\377\377\0\0\0\0\0\0\0\0\0\0\1\0\0\0");
  ASSERT_BREAKS ("\5\30\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0");
  /* Beyond the credit */
  ASSERT_BREAKS ("\4\11\0\0\0\0\1\0\0\0\0x");
}

/* A text that is none closes the link instead of reaching the owner. */
static void
test_broken_stream (void)
{
  static const char *streams[] = {
    "\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0" "\1\0\0\0\1\0\0\0\0\0\0\0\0\377",
    "\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0" "\1\0\20\0\1\0\0\0\0\0\0\0\0x",
    "\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0" "\1\0\0\0\1\0\0\0\0\0\0\0\0x",
  };

  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    {
      g_auto (Node) left = node_new_fresh (1);
      guint8 payload[NODE_SIZE] = { 1, 0, 0, 0, 2, 0, 0, 0, 0xff };
      ChatFrameWriter writer = { payload, NODE_SIZE, CHAT_PAYLOAD_HEADER_SIZE };

      node_carry (&left, NULL);
      g_assert_true (chat_frame_write_name (&writer, "Zoë"));
      memcpy (chat_frame_write_data (&writer, 0, 30), streams[i], 30);
      chat_link_read (left.link, node_now, 1, payload, writer.length);
      node_take_events (&left);
      g_assert_cmpuint (left.bodies->len, ==, 0);
      g_assert_cmpuint (left.n_closed, ==, 1);
      g_assert_cmpuint (left.reason, ==, CHAT_BYE_ERROR);

      /* Nothing of it will ever be understood, whatever follows. */
      chat_link_open (left.link, node_now, 0);
      node_take_events (&left);
      g_assert_cmpuint (left.bodies->len, ==, 0);
      g_assert_cmpuint (left.n_closed, ==, 2);
    }
}

/* A peer that is idle is asked for a sign of life, and one that gives none is told of
 * once. */
static void
test_silence (void)
{
  ChatLinkState state = { .run = 1, .epoch = 100, .first = 1, .next = 1 };
  ChatLinkLimits limits = {
    .keepalive = 10 * G_TIME_SPAN_SECOND, .patience = 15 * G_TIME_SPAN_SECOND,
  };
  g_auto (Node) left = node_new (&state, &limits);
  g_auto (Node) right = node_new_fresh (2);
  ChatLinkInfo info;
  gint64 start;

  for (guint i = 0; i < 10; i++, node_now += 20 * MS)
    {
      chat_link_tick (left.link, node_now);
      chat_link_tick (right.link, node_now);
      node_carry (&left, &right);
      node_carry (&right, &left);
    }

  start = node_now;
  node_now = chat_link_get_timeout (left.link);
  g_assert_cmpint (node_now, >, start + 9 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (node_now, <=, start + 10 * G_TIME_SPAN_SECOND);
  chat_link_tick (left.link, node_now);
  g_assert_cmpuint (node_carry (&left, NULL), ==, 1);

  for (start = node_now; left.n_silent == 0; node_now = chat_link_get_timeout (left.link))
    {
      g_assert_cmpint (node_now, <=, start + 15 * G_TIME_SPAN_SECOND);
      chat_link_tick (left.link, node_now);
      node_carry (&left, NULL);
    }

  g_assert_cmpint (node_now, >=, start + 15 * G_TIME_SPAN_SECOND);

  /* It comes back, in its own time. */
  chat_link_tick (left.link, node_now);
  node_carry (&left, &right);
  node_now += 20 * MS;
  node_carry (&right, &left);
  g_assert_cmpuint (left.n_silent, ==, 1);
  chat_link_get_info (left.link, &info);
  g_assert_cmpint (info.last_heard, ==, node_now);
  g_assert_cmpint (info.silent_since, ==, -1);
}

/* Messages wait for the name of who sent them, whatever comes first. */
static void
test_name (void)
{
  g_auto (Node) left = node_new_fresh (1);
  g_auto (Node) right = node_new_fresh (2);

  chat_link_set_name (left.link, "Zoë");
  node_send (&left, "from Zoë");
  node_settle (&left, &right);
  g_assert_cmpstr (right.peer_name, ==, "Zoë");
  g_assert_cmpstr (left.peer_name, ==, "");
  g_assert_cmpstr (node_get_text (&right, 0), ==, "from Zoë");

  chat_link_set_name (left.link, "Zoe");
  node_settle (&left, &right);
  g_assert_cmpstr (right.peer_name, ==, "Zoe");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/link/conflict", test_conflict);
  g_test_add_func ("/chat/link/name", test_name);
  g_test_add_func ("/chat/link/reset", test_reset);
  g_test_add_func ("/chat/link/read-while-away", test_read_while_away);
  g_test_add_func ("/chat/link/reset-crossed", test_reset_crossed);
  g_test_add_func ("/chat/link/stale", test_stale);
  g_test_add_func ("/chat/link/broken-peer", test_broken_peer);
  g_test_add_func ("/chat/link/broken-stream", test_broken_stream);
  g_test_add_func ("/chat/link/silence", test_silence);

  return g_test_run ();
}
