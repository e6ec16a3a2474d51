/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-handshake-util.h"

#include <string.h>

static void
test_establish (TestPair      *pair,
                gconstpointer  data)
{
  guint attempt = test_pair_start (pair, 0);

  test_pair_run (pair);

  test_assert_event (&pair->nodes[0], 0, CHAT_HANDSHAKE_ESTABLISHED);
  g_assert_cmpuint (pair->nodes[0].events[0].attempt, ==, attempt);
  g_assert_true (chat_address_equal (&pair->nodes[0].events[0].address,
                                     &pair->nodes[1].address));
  test_assert_event (&pair->nodes[1], 0, CHAT_HANDSHAKE_ESTABLISHED);
  g_assert_cmpuint (pair->nodes[1].events[0].attempt, ==, 0);
  g_assert_true (chat_address_equal (&pair->nodes[1].events[0].address,
                                     &pair->nodes[0].address));
  test_pair_assert_talks (pair);
}

/* Whatever is lost, the same bytes come again, and the end is the same. */
static void
test_losses (gconstpointer data)
{
  guint lost = GPOINTER_TO_UINT (data);
  ChatWireType types[] = { CHAT_WIRE_INITIATION, CHAT_WIRE_RESPONSE, CHAT_WIRE_CONFIRMATION,
                           CHAT_WIRE_DONE };
  TestPair pair;
  TestDatagram first, again;

  test_pair_set_up (&pair, NULL);
  test_pair_start (&pair, 0);
  for (guint i = 0; i < lost; i++)
    {
      test_pair_take (&pair, i % 2, types[i], &first);
      test_pair_give (&pair, 1 - i % 2, &first);
    }
  test_pair_take (&pair, lost % 2, types[lost], &first);

  test_pair_wait (&pair, pair.now + CHAT_HANDSHAKE_RETRY_FIRST - 1);
  g_assert_false (test_node_take (&pair.nodes[0], &again));
  test_pair_wait (&pair, pair.now + 1);

  /* The initiator sees to it: an answer comes again when what it answers does. */
  if (lost % 2 == 1)
    {
      test_pair_take (&pair, 0, types[lost - 1], &again);
      test_pair_give (&pair, 1, &again);
    }
  test_pair_take (&pair, lost % 2, types[lost], &again);
  g_assert_cmpmem (again.bytes, again.length, first.bytes, first.length);

  test_pair_give (&pair, 1 - lost % 2, &again);
  test_pair_run (&pair);
  test_pair_assert_talks (&pair);
  g_assert_cmpuint (pair.nodes[0].n_events, ==, 1);
  g_assert_cmpuint (pair.nodes[1].n_events, ==, 1);
  test_pair_tear_down (&pair, NULL);
}

/* Everything twice, and the old once more at the end. */
static void
test_repeated (TestPair      *pair,
               gconstpointer  data)
{
  TestDatagram seen[4];
  ChatHandshakeInfo info;
  TestDatagram again;

  test_pair_start (pair, 0);
  for (guint i = 0; i < G_N_ELEMENTS (seen); i++)
    {
      g_assert_true (test_node_take (&pair->nodes[i % 2], &seen[i]));
      test_pair_give (pair, 1 - i % 2, &seen[i]);
      test_pair_give (pair, 1 - i % 2, &seen[i]);
      while (i == 2 && test_node_take (&pair->nodes[1], &again))
        test_pair_give (pair, 0, &again);
      if (i == 2)
        break;
    }
  for (guint i = 0; i < 3; i++)
    test_pair_give (pair, 1 - i % 2, &seen[i]);
  test_pair_run (pair);

  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpuint (pair->nodes[i].n_events, ==, 1);
      chat_handshake_get_info (pair->nodes[i].handshake, &info);
      g_assert_cmpuint (info.n_established, ==, 1);
      g_assert_cmpuint (info.n_sessions, ==, 1);
    }
  test_pair_assert_talks (pair);
}

/* An initiation that is sent again by somebody else, long after, is answered to him; he
 * cannot go on, and who talks notices nothing. */
static void
test_replayed (TestPair      *pair,
               gconstpointer  data)
{
  TestDatagram initiation, confirmation, out;
  ChatAddress stranger;

  test_pair_start (pair, 0);
  test_pair_take (pair, 0, CHAT_WIRE_INITIATION, &initiation);
  test_pair_give (pair, 1, &initiation);
  test_pair_take (pair, 1, CHAT_WIRE_RESPONSE, &out);
  test_pair_give (pair, 0, &out);
  test_pair_take (pair, 0, CHAT_WIRE_CONFIRMATION, &confirmation);
  test_pair_give (pair, 1, &confirmation);
  test_pair_run (pair);
  test_pair_assert_talks (pair);

  test_pair_wait (pair, pair->now + 2 * CHAT_HANDSHAKE_LIFE);
  test_address_set (&stranger, 0x0a000063, 1);
  chat_handshake_receive (pair->nodes[1].handshake, pair->now, &stranger,
                          initiation.bytes, initiation.length);
  test_pair_take (pair, 1, CHAT_WIRE_RESPONSE, &out);
  g_assert_true (chat_address_equal (&out.to, &stranger));

  /* Our old words do not fit his new ones. */
  memcpy (confirmation.bytes + 4, "????", 4);
  test_pair_give (pair, 1, &confirmation);
  test_pair_give (pair, 0, &out);
  g_assert_false (test_node_take (&pair->nodes[0], &out));
  g_assert_false (test_node_take (&pair->nodes[1], &out));

  g_assert_cmpuint (pair->nodes[1].n_events, ==, 1);
  test_pair_assert_talks (pair);
}

static void
test_silent (TestPair      *pair,
             gconstpointer  data)
{
  guint attempt = test_pair_start (pair, 0);
  guint n_sent = 0;
  TestDatagram first, again;

  g_assert_cmpuint (test_pair_start (pair, 0), ==, attempt);
  test_pair_wait (pair, pair->now + 30 * G_USEC_PER_SEC);

  test_pair_take (pair, 0, CHAT_WIRE_INITIATION, &first);
  for (n_sent = 1; test_node_take (&pair->nodes[0], &again); n_sent++)
    g_assert_cmpmem (again.bytes, again.length, first.bytes, first.length);
  g_assert_cmpuint (n_sent, ==, CHAT_HANDSHAKE_TRIES);

  g_assert_cmpuint (pair->nodes[0].n_events, ==, 1);
  test_assert_event (&pair->nodes[0], 0, CHAT_HANDSHAKE_FAILED);
  g_assert_cmpint (pair->nodes[0].events[0].reason, ==, CHAT_HANDSHAKE_SILENT);
  g_assert_cmpuint (pair->nodes[0].events[0].attempt, ==, attempt);
  g_assert_cmpint (chat_handshake_get_timeout (pair->nodes[0].handshake), ==, G_MAXINT64);
}

static void
test_cancelled (TestPair      *pair,
                gconstpointer  data)
{
  TestDatagram out;

  chat_handshake_cancel (pair->nodes[0].handshake, test_pair_start (pair, 0));
  test_pair_take (pair, 0, CHAT_WIRE_INITIATION, &out);
  test_pair_give (pair, 1, &out);
  test_pair_run (pair);
  test_pair_wait (pair, pair->now + 30 * G_USEC_PER_SEC);

  g_assert_cmpuint (pair->nodes[0].n_events, ==, 0);
  g_assert_cmpuint (pair->nodes[1].n_events, ==, 0);
}

/* Who answers is not who was asked for: he does not learn who asked. */
static void
test_wrong_peer (TestPair      *pair,
                 gconstpointer  data)
{
  g_autoptr (ChatIdentity) other = chat_identity_new ();

  chat_handshake_start (pair->nodes[0].handshake, pair->now, &pair->nodes[1].address,
                        chat_identity_get_public (other));
  test_pair_run (pair);
  test_pair_wait (pair, pair->now + 2 * G_USEC_PER_SEC);

  g_assert_cmpuint (pair->nodes[1].n_events, ==, 0);
  g_assert_cmpuint (pair->nodes[0].n_events, ==, 1);
  test_assert_event (&pair->nodes[0], 0, CHAT_HANDSHAKE_FAILED);
  g_assert_cmpint (pair->nodes[0].events[0].reason, ==, CHAT_HANDSHAKE_WRONG_PEER);
  g_assert_cmpmem (pair->nodes[0].events[0].peer, CHAT_NOISE_KEY_SIZE,
                   chat_identity_get_public (pair->nodes[1].identity), CHAT_NOISE_KEY_SIZE);
}

/* A stranger who is faster than the right one does not spoil it. */
static void
test_wrong_peer_first (TestPair      *pair,
                       gconstpointer  data)
{
  TestNode stranger;
  TestDatagram initiation, response;

  test_node_init (&stranger, 0x0a000063, NULL);
  chat_handshake_start (pair->nodes[0].handshake, pair->now, &pair->nodes[1].address,
                        chat_identity_get_public (pair->nodes[1].identity));
  test_pair_take (pair, 0, CHAT_WIRE_INITIATION, &initiation);
  chat_handshake_receive (stranger.handshake, pair->now, &pair->nodes[0].address,
                          initiation.bytes, initiation.length);
  g_assert_true (test_node_take (&stranger, &response));
  test_pair_give (pair, 0, &response);
  g_assert_false (test_node_take (&pair->nodes[0], &response));

  test_pair_give (pair, 1, &initiation);
  test_pair_run (pair);
  test_pair_assert_talks (pair);
  test_node_clear (&stranger);
}

static void
test_self (TestPair      *pair,
           gconstpointer  data)
{
  TestNode *node = &pair->nodes[0];
  TestDatagram out;

  chat_handshake_start (node->handshake, pair->now, &node->address, NULL);
  while (test_node_take (node, &out))
    chat_handshake_receive (node->handshake, pair->now, &node->address, out.bytes, out.length);
  test_pair_wait (pair, pair->now + 1);
  g_assert_cmpuint (node->n_events, ==, 1);
  test_assert_event (node, 0, CHAT_HANDSHAKE_FAILED);
  g_assert_cmpint (node->events[0].reason, ==, CHAT_HANDSHAKE_SELF);
}

/* --- ties -------------------------------------------------------------------- */

static void
assert_one_session (TestPair *pair)
{
  guint n_indexes[2];
  uint32_t indexes[2][CHAT_SESSION_GENERATIONS];

  for (guint i = 0; i < 2; i++)
    {
      ChatHandshakeInfo info;

      chat_handshake_get_info (pair->nodes[i].handshake, &info);
      g_assert_cmpuint (info.n_sessions, ==, 1);
      g_assert_cmpuint (info.n_attempts, ==, 0);
      n_indexes[i] = chat_session_get_indexes (pair->nodes[i].session, indexes[i]);
      g_assert_cmpuint (n_indexes[i], ==, 1);
    }
  g_assert_cmpuint (indexes[0][0], ==, chat_session_get_remote (pair->nodes[1].session));
  g_assert_cmpuint (indexes[1][0], ==, chat_session_get_remote (pair->nodes[0].session));
  test_pair_assert_talks (pair);
}

/* Both begin at once, and whatever order their datagrams then come in, they end up
 * with the same session. */
static void
test_ties (void)
{
  for (guint32 seed = 0; seed < 300; seed++)
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (seed);
      GQueue flying[2] = { G_QUEUE_INIT, G_QUEUE_INIT };
      gint64 end;
      TestPair pair;

      test_pair_set_up (&pair, NULL);
      end = pair.now + 20 * G_USEC_PER_SEC;
      test_pair_start (&pair, 0);
      test_pair_start (&pair, 1);

      while (pair.now < end)
        {
          guint i = g_rand_int_range (random, 0, 2);
          g_autofree TestDatagram *next = NULL;
          TestDatagram out;

          for (guint j = 0; j < 2; j++)
            while (test_node_take (&pair.nodes[j], &out))
              g_queue_push_tail (&flying[j], g_memdup2 (&out, sizeof out));

          if (g_rand_int_range (random, 0, 4) == 0 ||
              (g_queue_is_empty (&flying[0]) && g_queue_is_empty (&flying[1])))
            test_pair_wait (&pair, pair.now + 150 * G_TIME_SPAN_MILLISECOND);
          if (g_queue_is_empty (&flying[i]))
            continue;
          next = g_queue_pop_nth (&flying[i],
                                  g_rand_int_range (random, 0, g_queue_get_length (&flying[i])));
          if (g_rand_int_range (random, 0, 4) > 0)
            test_pair_give (&pair, 1 - i, next);
        }

      g_test_message ("seed %u", seed);
      assert_one_session (&pair);
      g_queue_clear_full (&flying[0], g_free);
      g_queue_clear_full (&flying[1], g_free);
      test_pair_tear_down (&pair, NULL);
    }
}

static void
test_tie_in_step (TestPair      *pair,
                  gconstpointer  data)
{
  TestDatagram out[2];

  test_pair_start (pair, 0);
  test_pair_start (pair, 1);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (test_node_take (&pair->nodes[0], &out[0]));
      g_assert_true (test_node_take (&pair->nodes[1], &out[1]));
      test_pair_give (pair, 0, &out[1]);
      test_pair_give (pair, 1, &out[0]);
    }
  test_pair_run (pair);

  /* The smaller key's handshake is the one. */
  assert_one_session (pair);
  test_assert_event (&pair->nodes[0], 0, CHAT_HANDSHAKE_ESTABLISHED);
  g_assert_cmpuint (pair->nodes[0].events[0].attempt, !=, 0);
  g_assert_cmpuint (pair->nodes[0].n_events, ==, 1);
  test_assert_event (&pair->nodes[1], 0, CHAT_HANDSHAKE_FAILED);
  g_assert_cmpint (pair->nodes[1].events[0].reason, ==, CHAT_HANDSHAKE_NEEDLESS);
  test_assert_event (&pair->nodes[1], 1, CHAT_HANDSHAKE_ESTABLISHED);
}

/* Two addresses of one peer are tried at once: the first that answers is enough. */
static void
test_two_addresses (TestPair      *pair,
                    gconstpointer  data)
{
  ChatAddress second;
  TestDatagram out[2];

  test_address_set (&second, 0x0a000007, CHAT_PORT);
  test_pair_start (pair, 0);
  chat_handshake_start (pair->nodes[0].handshake, pair->now, &second, NULL);
  for (guint i = 0; i < 2; i++)
    test_pair_take (pair, 0, CHAT_WIRE_INITIATION, &out[i]);
  for (guint i = 0; i < 2; i++)
    test_pair_give (pair, 1, &out[i]);
  test_pair_run (pair);

  assert_one_session (pair);
  g_assert_cmpuint (pair->nodes[0].n_events, ==, 2);
  g_assert_cmpuint (pair->nodes[1].n_events, ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add (name, TestPair, NULL, test_pair_set_up, func, test_pair_tear_down)
  ADD ("/chat/handshake/establish", test_establish);
  g_test_add_data_func ("/chat/handshake/lost-initiation", GUINT_TO_POINTER (0), test_losses);
  g_test_add_data_func ("/chat/handshake/lost-response", GUINT_TO_POINTER (1), test_losses);
  g_test_add_data_func ("/chat/handshake/lost-confirmation", GUINT_TO_POINTER (2), test_losses);
  g_test_add_data_func ("/chat/handshake/lost-done", GUINT_TO_POINTER (3), test_losses);
  ADD ("/chat/handshake/repeated", test_repeated);
  ADD ("/chat/handshake/replayed", test_replayed);
  ADD ("/chat/handshake/silent", test_silent);
  ADD ("/chat/handshake/cancelled", test_cancelled);
  ADD ("/chat/handshake/wrong-peer", test_wrong_peer);
  ADD ("/chat/handshake/wrong-peer-first", test_wrong_peer_first);
  ADD ("/chat/handshake/self", test_self);
  ADD ("/chat/handshake/tie-in-step", test_tie_in_step);
  ADD ("/chat/handshake/two-addresses", test_two_addresses);
  g_test_add_func ("/chat/handshake/ties", test_ties);
#undef ADD

  return g_test_run ();
}
