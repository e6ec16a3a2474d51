/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-handshake-util.h"

#include <sodium.h>
#include <string.h>

/* As many as may be answered without a cookie. */
static void
flood (TestPair *pair,
       guint     n_initiations)
{
  TestDatagram initiation;
  ChatAddress anywhere;
  guint attempt;

  test_address_set (&anywhere, 0xc0000201, 1);
  attempt = chat_handshake_start (pair->nodes[0].handshake, pair->now, &anywhere, NULL);
  test_pair_take (pair, 0, CHAT_WIRE_INITIATION, &initiation);
  chat_handshake_cancel (pair->nodes[0].handshake, attempt);

  for (guint i = 0; i < n_initiations; i++)
    {
      ChatAddress from;
      TestDatagram out;

      randombytes_buf (initiation.bytes + 8, CHAT_WIRE_KEY_SIZE);
      test_address_set (&from, 0xc0000200 + i % 256, 1);
      chat_handshake_receive (pair->nodes[1].handshake, pair->now, &from,
                              initiation.bytes, initiation.length);

      /* One answer for each question, to where it came from, and shorter. */
      if (test_node_take (&pair->nodes[1], &out))
        {
          g_assert_true (chat_address_equal (&out.to, &from));
          g_assert_cmpuint (out.length, <, initiation.length);
        }
      g_assert_false (test_node_take (&pair->nodes[1], &out));
    }
}

static void
test_cookie (TestPair      *pair,
             gconstpointer  data)
{
  TestDatagram first, again, cookie, out;
  ChatHandshakeInfo info;

  flood (pair, 50000);
  chat_handshake_get_info (pair->nodes[1].handshake, &info);
  g_assert_cmpuint (info.n_answered, ==, CHAT_UNPROVEN_BURST);
  g_assert_cmpuint (info.n_cookies, ==, 50000 - CHAT_UNPROVEN_BURST);
  g_assert_cmpuint (info.n_pending, ==, CHAT_UNPROVEN_BURST);

  /* Who is really there gets in all the same. */
  test_pair_start (pair, 0);
  test_pair_take (pair, 0, CHAT_WIRE_INITIATION, &first);
  test_pair_give (pair, 1, &first);
  test_pair_take (pair, 1, CHAT_WIRE_COOKIE, &cookie);
  test_pair_give (pair, 0, &cookie);
  test_pair_take (pair, 0, CHAT_WIRE_INITIATION, &again);
  g_assert_cmpmem (again.bytes, again.length - CHAT_WIRE_COOKIE_SIZE,
                   first.bytes, first.length - CHAT_WIRE_COOKIE_SIZE);
  g_assert_cmpmem (again.bytes + again.length - CHAT_WIRE_COOKIE_SIZE, CHAT_WIRE_COOKIE_SIZE,
                   cookie.bytes + cookie.length - CHAT_WIRE_COOKIE_SIZE, CHAT_WIRE_COOKIE_SIZE);

  /* The same cookie does not make it be sent again. */
  test_pair_give (pair, 0, &cookie);
  g_assert_false (test_node_take (&pair->nodes[0], &out));

  test_pair_give (pair, 1, &again);
  test_pair_run (pair);
  test_pair_assert_talks (pair);
}

/* It is good for a while, for one address and one initiation. */
static void
test_cookie_is_bound (TestPair      *pair,
                      gconstpointer  data)
{
  TestNode *node = &pair->nodes[1];
  TestDatagram first, again, cookie, out;
  ChatAddress elsewhere = pair->nodes[0].address;

  flood (pair, 1000);
  test_pair_start (pair, 0);
  test_pair_take (pair, 0, CHAT_WIRE_INITIATION, &first);
  test_pair_give (pair, 1, &first);
  test_pair_take (pair, 1, CHAT_WIRE_COOKIE, &cookie);
  test_pair_give (pair, 0, &cookie);
  test_pair_take (pair, 0, CHAT_WIRE_INITIATION, &again);

  elsewhere.port++;
  chat_handshake_receive (node->handshake, pair->now, &elsewhere, again.bytes, again.length);
  test_pair_take (pair, 1, CHAT_WIRE_COOKIE, &out);

  again.bytes[8] ^= 1;
  test_pair_give (pair, 1, &again);
  test_pair_take (pair, 1, CHAT_WIRE_COOKIE, &out);
  again.bytes[8] ^= 1;

  pair->now += 2 * CHAT_COOKIE_SLOT;
  flood (pair, 1000);
  test_pair_give (pair, 1, &again);
  test_pair_take (pair, 1, CHAT_WIRE_COOKIE, &out);

  pair->now -= CHAT_COOKIE_SLOT;
  test_pair_give (pair, 1, &again);
  test_pair_take (pair, 1, CHAT_WIRE_RESPONSE, &out);
}

/* A cookie from who has not seen the question is none. */
static void
test_forged_cookie (TestPair      *pair,
                    gconstpointer  data)
{
  TestDatagram first, cookie, out;

  flood (pair, 1000);
  test_pair_start (pair, 0);
  test_pair_take (pair, 0, CHAT_WIRE_INITIATION, &first);
  test_pair_give (pair, 1, &first);
  test_pair_take (pair, 1, CHAT_WIRE_COOKIE, &cookie);

  for (gsize i = 0; i < G_STRUCT_OFFSET (ChatWireCookie, cookie); i++)
    {
      cookie.bytes[i] ^= 1;
      test_pair_give (pair, 0, &cookie);
      g_assert_false (test_node_take (&pair->nodes[0], &out));
      cookie.bytes[i] ^= 1;
    }
}

/* One source, with a cookie each time. */
static void
test_source_limit (TestPair      *pair,
                   gconstpointer  data)
{
  guint n_responses = 0;

  flood (pair, 1000);
  for (guint i = 0; i < 100; i++)
    {
      guint attempt = test_pair_start (pair, 0);
      TestDatagram out;

      test_pair_take (pair, 0, CHAT_WIRE_INITIATION, &out);
      test_pair_give (pair, 1, &out);
      test_pair_take (pair, 1, CHAT_WIRE_COOKIE, &out);
      test_pair_give (pair, 0, &out);
      test_pair_take (pair, 0, CHAT_WIRE_INITIATION, &out);
      test_pair_give (pair, 1, &out);
      while (test_node_take (&pair->nodes[1], &out))
        n_responses++;
      chat_handshake_cancel (pair->nodes[0].handshake, attempt);
    }
  g_assert_cmpuint (n_responses, ==, CHAT_SOURCE_BURST);
}

/* A running session has nothing to do with all that, and memory stays as it is. */
static void
test_bounded (void)
{
  ChatHandshakeLimits limits = { .unproven_rate = 1000000, .unproven_burst = 1000000,
                                 .pending_max = 50 };
  ChatHandshakeInfo info;
  TestPair pair;

  test_pair_set_up (&pair, &limits);
  test_pair_connect (&pair);
  flood (&pair, 500);
  chat_handshake_get_info (pair.nodes[1].handshake, &info);
  g_assert_cmpuint (info.n_answered, ==, 501);
  g_assert_cmpuint (info.n_pending, ==, 50);
  test_pair_assert_talks (&pair);

  test_pair_wait (&pair, pair.now + CHAT_HANDSHAKE_LIFE);
  chat_handshake_get_info (pair.nodes[1].handshake, &info);
  g_assert_cmpuint (info.n_pending, ==, 0);
  test_pair_tear_down (&pair, NULL);
}

/* Who sees the index can have us compute, but not for long. */
static void
test_wrong_responses (TestPair      *pair,
                      gconstpointer  data)
{
  TestDatagram initiation, response, out;
  ChatHandshakeInfo info;

  test_pair_start (pair, 0);
  test_pair_take (pair, 0, CHAT_WIRE_INITIATION, &initiation);
  test_pair_give (pair, 1, &initiation);
  test_pair_take (pair, 1, CHAT_WIRE_RESPONSE, &response);

  response.bytes[20] ^= 1;
  for (guint i = 0; i < 1000; i++)
    test_pair_give (pair, 0, &response);
  chat_handshake_get_info (pair->nodes[0].handshake, &info);
  g_assert_cmpuint (info.n_dropped, ==, 1000);
  g_assert_false (test_node_take (&pair->nodes[0], &out));

  response.bytes[20] ^= 1;
  pair->now += G_USEC_PER_SEC / 10;
  test_pair_give (pair, 0, &response);
  test_pair_run (pair);
  test_pair_assert_talks (pair);
}

static guint
count_initiations (TestNode *node,
                   guint32   network)
{
  TestDatagram datagram;
  guint n = 0;

  while (test_node_take (node, &datagram))
    {
      ChatAddress first;

      g_assert_cmpint (chat_wire_get_type (datagram.bytes, datagram.length), ==,
                       CHAT_WIRE_INITIATION);
      test_address_set (&first, network, 1);
      n += memcmp (datagram.to.ip, first.ip, sizeof first.ip - 1) == 0;
    }

  return n;
}

/* Of many that may be somewhere, only some are asked at once, and those first who were
 * not there long ago, but are now. Nobody holds up the others who does not answer. */
static void
test_turns (TestPair      *pair,
            gconstpointer  data)
{
  TestNode *node = &pair->nodes[0];
  const guint32 known = 0xc0000200, strangers = 0xc6336400;
  uint8_t key[CHAT_NOISE_KEY_SIZE];

  randombytes_buf (key, sizeof key);
  for (guint i = 0; i < 3 * CHAT_HANDSHAKE_FRESH_MAX; i++)
    {
      gboolean is_known = i < 2 * CHAT_HANDSHAKE_FRESH_MAX;
      ChatAddress to;

      test_address_set (&to, (is_known ? known : strangers) + i, 1);
      chat_handshake_start (node->handshake, pair->now, &to, is_known ? key : NULL);
    }

  g_assert_cmpuint (count_initiations (node, known), ==, CHAT_HANDSHAKE_FRESH_MAX);
  test_pair_wait (pair, pair->now + CHAT_HANDSHAKE_RETRY_FIRST);
  g_assert_cmpuint (count_initiations (node, strangers), ==, CHAT_HANDSHAKE_FRESH_MAX);
  test_pair_start (pair, 0);
  g_assert_cmpuint (count_initiations (node, 0x0a000000), ==, 0);
  test_pair_wait (pair, pair->now + CHAT_HANDSHAKE_RETRY_FIRST);
  test_pair_run (pair);
  test_pair_assert_talks (pair);
}

/* Where answers take long, they are waited for. */
static void
test_patience (TestPair      *pair,
               gconstpointer  data)
{
  const gint64 slow = 400 * G_TIME_SPAN_MILLISECOND;
  TestDatagram datagram;

  for (guint i = 0; i < 30; i++)
    {
      test_pair_start (pair, 0);
      for (guint turn = 0; test_node_take (&pair->nodes[turn % 2], &datagram); turn++)
        {
          if (turn % 2 == 0)
            pair->now += slow;
          test_pair_give (pair, 1 - turn % 2, &datagram);
        }
      test_pair_assert_talks (pair);
      test_node_clear_events (&pair->nodes[0]);
      test_node_clear_events (&pair->nodes[1]);
    }

  test_pair_start (pair, 0);
  test_pair_take (pair, 0, CHAT_WIRE_INITIATION, &datagram);
  test_pair_wait (pair, pair->now + slow * 9 / 10);
  g_assert_false (test_node_take (&pair->nodes[0], &datagram));
  test_pair_wait (pair, pair->now + slow);
  test_pair_take (pair, 0, CHAT_WIRE_INITIATION, &datagram);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add (name, TestPair, NULL, test_pair_set_up, func, test_pair_tear_down)
  ADD ("/chat/handshake-load/cookie", test_cookie);
  ADD ("/chat/handshake-load/cookie-is-bound", test_cookie_is_bound);
  ADD ("/chat/handshake-load/forged-cookie", test_forged_cookie);
  ADD ("/chat/handshake-load/source-limit", test_source_limit);
  ADD ("/chat/handshake-load/turns", test_turns);
  ADD ("/chat/handshake-load/patience", test_patience);
  g_test_add_func ("/chat/handshake-load/bounded", test_bounded);
  ADD ("/chat/handshake-load/wrong-responses", test_wrong_responses);
#undef ADD

  return g_test_run ();
}
