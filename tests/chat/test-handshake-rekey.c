/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-handshake-util.h"

#include <string.h>

static void
start_rekey (TestPair *pair,
             guint     from)
{
  chat_handshake_start_rekey (pair->nodes[from].handshake, pair->now,
                              &pair->nodes[1 - from].address, pair->nodes[from].session);
}

/* The sessions are what they were, with other keys, and their numbers go on. */
static void
test_goes_on (TestPair      *pair,
              gconstpointer  data)
{
  g_autoptr (ChatSession) first = NULL;
  uint32_t before;
  uint64_t number;

  test_pair_connect (pair);
  test_pair_assert_talks (pair);
  first = chat_session_ref (pair->nodes[0].session);
  before = chat_session_get_remote (first);
  number = chat_session_peek_number (first);

  for (guint i = 0; i < 6; i++)
    {
      pair->now += CHAT_REKEY_AFTER_BY_RESPONDER;
      g_assert_true (chat_session_wants_rekey (first, pair->now));
      start_rekey (pair, i % 2);
      test_pair_run (pair);

      for (guint j = 0; j < 2; j++)
        {
          g_assert_cmpuint (pair->nodes[j].n_events, ==, 1);
          test_assert_event (&pair->nodes[j], 0, CHAT_HANDSHAKE_REKEYED);
          test_node_clear_events (&pair->nodes[j]);
        }
      g_assert_true (pair->nodes[0].session == first);
      g_assert_false (chat_session_wants_rekey (first, pair->now));
      test_pair_assert_talks (pair);
    }

  g_assert_cmpuint (chat_session_get_remote (first), !=, before);
  g_assert_cmpuint (chat_session_peek_number (first), ==, number + 12);
}

/* After hours of silence, when the keys have long been wiped. */
static void
test_after_silence (TestPair      *pair,
                    gconstpointer  data)
{
  ChatSession *session;

  test_pair_connect (pair);
  session = pair->nodes[0].session;
  test_pair_wait (pair, pair->now + 10 * CHAT_REJECT_AFTER);
  g_assert_false (chat_session_can_seal (session, pair->now));

  start_rekey (pair, 0);
  test_pair_run (pair);
  test_assert_event (&pair->nodes[0], 0, CHAT_HANDSHAKE_REKEYED);
  g_assert_true (pair->nodes[0].session == session);
  test_pair_assert_talks (pair);
}

/* Who was restarted knows nothing of the session, and both have a new one. */
static void
test_forgotten (TestPair      *pair,
                gconstpointer  data)
{
  g_autoptr (ChatSession) first = NULL;

  test_pair_connect (pair);
  first = chat_session_ref (pair->nodes[0].session);
  test_node_restart (&pair->nodes[1]);
  start_rekey (pair, 0);
  test_pair_run (pair);

  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpuint (pair->nodes[i].n_events, ==, 1);
      test_assert_event (&pair->nodes[i], 0, CHAT_HANDSHAKE_ESTABLISHED);
    }
  g_assert_true (pair->nodes[0].session != first);
  test_pair_assert_talks (pair);
}

/* The restarted one begins himself: his session replaces the old one. */
static void
test_restarted (TestPair      *pair,
                gconstpointer  data)
{
  for (guint i = 0; i < 2; i++)
    {
      ChatHandshakeInfo info;

      test_pair_connect (pair);
      test_node_restart (&pair->nodes[i]);
      test_pair_start (pair, i);
      test_pair_run (pair);

      test_assert_event (&pair->nodes[0], 0, CHAT_HANDSHAKE_ESTABLISHED);
      test_assert_event (&pair->nodes[1], 0, CHAT_HANDSHAKE_ESTABLISHED);
      chat_handshake_get_info (pair->nodes[1 - i].handshake, &info);
      g_assert_cmpuint (info.n_sessions, ==, 1);
      test_pair_assert_talks (pair);
      test_node_clear_events (&pair->nodes[0]);
      test_node_clear_events (&pair->nodes[1]);
      test_node_restart (&pair->nodes[1 - i]);
    }
}

/* The last word is lost: both go on with the old keys, which both have. */
static void
test_lost_end (TestPair      *pair,
               gconstpointer  data)
{
  TestDatagram out;

  test_pair_connect (pair);
  start_rekey (pair, 0);
  test_pair_take (pair, 0, CHAT_WIRE_INITIATION, &out);
  test_pair_give (pair, 1, &out);
  test_pair_take (pair, 1, CHAT_WIRE_RESPONSE, &out);
  test_pair_give (pair, 0, &out);
  test_pair_take (pair, 0, CHAT_WIRE_CONFIRMATION, &out);
  test_pair_give (pair, 1, &out);
  test_pair_take (pair, 1, CHAT_WIRE_DONE, &out);
  test_assert_event (&pair->nodes[1], 0, CHAT_HANDSHAKE_REKEYED);
  g_assert_cmpuint (pair->nodes[0].n_events, ==, 0);
  test_pair_assert_talks (pair);

  test_pair_wait (pair, pair->now + CHAT_HANDSHAKE_RETRY_FIRST);
  test_pair_run (pair);
  test_assert_event (&pair->nodes[0], 0, CHAT_HANDSHAKE_REKEYED);
  test_pair_assert_talks (pair);
}

static void
test_both_at_once (TestPair      *pair,
                   gconstpointer  data)
{
  g_autoptr (ChatSession) first = NULL;

  test_pair_connect (pair);
  first = chat_session_ref (pair->nodes[0].session);
  start_rekey (pair, 0);
  start_rekey (pair, 1);
  test_pair_run (pair);

  g_assert_true (pair->nodes[0].session == first);
  for (guint i = 0; i < 2; i++)
    {
      ChatSessionInfo info;

      chat_session_get_info (pair->nodes[i].session, &info);
      g_assert_cmpuint (info.n_rekeyed, ==, 1);
    }
  test_pair_assert_talks (pair);
}

/* Somebody else asks to continue a session of which he has seen the index. */
static void
test_not_his (TestPair      *pair,
              gconstpointer  data)
{
  ChatSessionKeys keys = { .remote_index = 0, .initiator = TRUE };
  g_autoptr (ChatSession) stolen = NULL;
  TestNode thief;
  TestDatagram out;

  test_pair_connect (pair);
  test_node_init (&thief, 0x0a000063, NULL);
  keys.remote_index = chat_session_get_remote (pair->nodes[0].session);
  stolen = chat_session_new (chat_identity_get_public (pair->nodes[1].identity), &keys, pair->now);

  chat_handshake_start_rekey (thief.handshake, pair->now, &pair->nodes[1].address, stolen);
  while (test_node_take (&thief, &out))
    {
      chat_handshake_receive (pair->nodes[1].handshake, pair->now, &thief.address,
                              out.bytes, out.length);
      while (test_node_take (&pair->nodes[1], &out))
        chat_handshake_receive (thief.handshake, pair->now, &pair->nodes[1].address,
                                out.bytes, out.length);
    }
  test_pair_wait (pair, pair->now + 1);

  g_assert_cmpuint (pair->nodes[1].n_events, ==, 0);
  test_pair_assert_talks (pair);
  test_node_clear (&thief);
}

/* An ended session leads nowhere, and its rekeying ends with it. */
static void
test_dropped (TestPair      *pair,
              gconstpointer  data)
{
  uint8_t datagram[CHAT_DATAGRAM_BASE];
  ChatHandshakeInfo info;
  TestNode *node = &pair->nodes[1];
  gsize length;

  test_pair_connect (pair);
  length = chat_session_seal (pair->nodes[0].session, pair->now,
                              chat_session_take_number (pair->nodes[0].session),
                              datagram, 0, sizeof datagram);
  g_assert_nonnull (chat_handshake_find_session (node->handshake, datagram, length));
  start_rekey (pair, 1);
  chat_handshake_drop_session (node->handshake, node->session);

  g_assert_null (chat_handshake_find_session (node->handshake, datagram, length));
  chat_handshake_get_info (node->handshake, &info);
  g_assert_cmpuint (info.n_sessions, ==, 0);
  g_assert_cmpuint (info.n_attempts, ==, 0);
  chat_handshake_drop_session (node->handshake, node->session);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add (name, TestPair, NULL, test_pair_set_up, func, test_pair_tear_down)
  ADD ("/chat/handshake-rekey/goes-on", test_goes_on);
  ADD ("/chat/handshake-rekey/after-silence", test_after_silence);
  ADD ("/chat/handshake-rekey/forgotten", test_forgotten);
  ADD ("/chat/handshake-rekey/restarted", test_restarted);
  ADD ("/chat/handshake-rekey/lost-end", test_lost_end);
  ADD ("/chat/handshake-rekey/both-at-once", test_both_at_once);
  ADD ("/chat/handshake-rekey/not-his", test_not_his);
  ADD ("/chat/handshake-rekey/dropped", test_dropped);
#undef ADD

  return g_test_run ();
}
