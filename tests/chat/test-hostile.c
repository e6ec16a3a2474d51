/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "../sanitizers.h"
#include "test-handshake-util.h"

#include <sodium.h>
#include <string.h>
#include <sys/resource.h>

/* Everything that two nodes have said to each other comes again: as it was, cut,
 * altered, for another receiver, in pieces of each other. Nothing of it is accepted,
 * nothing is said about it that is longer than it, and nothing of it is kept. */

#define N_SEEN_MAX  64
#define N_FAST      200000
#define N_SLOW      10000000
#define TIME_STEP   10

typedef struct
{
  gsize   length;
  uint8_t bytes[CHAT_DATAGRAM_BASE + 1];
} Seen;

typedef struct
{
  TestPair pair;
  guint    attempt;
  uint32_t state;  /* of the random numbers, which have to be fast */
  guint    n_seen;
  Seen     seen[N_SEEN_MAX];
} Fixture;

static guint
get_random (Fixture *fixture,
            guint    end)
{
  fixture->state ^= fixture->state << 13;
  fixture->state ^= fixture->state >> 17;
  fixture->state ^= fixture->state << 5;

  return fixture->state % end;
}

static void
add_seen (Fixture       *fixture,
          const uint8_t *bytes,
          gsize          length)
{
  Seen *seen = &fixture->seen[fixture->n_seen++];

  g_assert_cmpuint (fixture->n_seen, <=, N_SEEN_MAX);
  seen->length = length;
  memcpy (seen->bytes, bytes, length);
}

/* As an endpoint does it. Returns whether anything was opened. */
static gboolean
receive (Fixture           *fixture,
         guint              to,
         const ChatAddress *from,
         Seen              *datagram)
{
  TestNode *node = &fixture->pair.nodes[to];
  ChatSession *session;
  ChatOpened opened;

  if (chat_wire_get_type (datagram->bytes, datagram->length) != CHAT_WIRE_DATA)
    {
      chat_handshake_receive (node->handshake, fixture->pair.now, from, datagram->bytes,
                              datagram->length);
      return FALSE;
    }

  session = chat_handshake_find_session (node->handshake, datagram->bytes, datagram->length);

  return session != NULL && chat_session_open (session, fixture->pair.now, datagram->bytes,
                                               datagram->length, &opened);
}

static void
exchange_handshake (Fixture *fixture)
{
  TestPair *pair = &fixture->pair;
  gboolean any = TRUE;

  while (any)
    {
      any = FALSE;
      for (guint i = 0; i < 2; i++)
        {
          TestDatagram out;

          while (test_node_take (&pair->nodes[i], &out))
            {
              add_seen (fixture, out.bytes, out.length);
              test_pair_give (pair, 1 - i, &out);
              any = TRUE;
            }
        }
    }
  g_assert_nonnull (pair->nodes[0].session);
  g_assert_nonnull (pair->nodes[1].session);
}

static void
exchange_data (Fixture *fixture,
               guint    n_datagrams)
{
  TestPair *pair = &fixture->pair;

  for (guint i = 0; i < n_datagrams; i++)
    {
      ChatSession *session = pair->nodes[i % 2].session;
      Seen datagram = { 0 };

      datagram.length = chat_session_seal (session, pair->now, chat_session_take_number (session),
                                           datagram.bytes, i * 40, CHAT_DATAGRAM_BASE);
      g_assert_cmpuint (datagram.length, >, 0);
      add_seen (fixture, datagram.bytes, datagram.length);
      g_assert_true (receive (fixture, 1 - i % 2, &pair->nodes[i % 2].address, &datagram));
    }
}

/* One that will never be answered, so that answers are waited for. */
static void
begin_attempt (Fixture *fixture)
{
  TestPair *pair = &fixture->pair;
  ChatAddress silent;
  TestDatagram out;

  test_address_set (&silent, 0x0a0000fe, 9);
  fixture->attempt = chat_handshake_start (pair->nodes[0].handshake, pair->now, &silent, NULL);
  g_assert_true (test_node_take (&pair->nodes[0], &out));
}

/* What is there: two handshakes with all they have said, and a conversation with each. */
static void
converse (Fixture *fixture)
{
  TestPair *pair = &fixture->pair;
  Seen cookie = { .length = sizeof (ChatWireCookie) };

  test_pair_start (pair, 0);
  exchange_handshake (fixture);
  exchange_data (fixture, 20);
  chat_handshake_start_rekey (pair->nodes[0].handshake, pair->now, &pair->nodes[1].address,
                              pair->nodes[0].session);
  exchange_handshake (fixture);
  exchange_data (fixture, 20);

  chat_wire_set_header ((ChatWireHeader *) cookie.bytes, CHAT_WIRE_COOKIE);
  add_seen (fixture, cookie.bytes, cookie.length);
  test_node_clear_events (&pair->nodes[0]);
  test_node_clear_events (&pair->nodes[1]);
  begin_attempt (fixture);
}

static void
spoil (Fixture *fixture,
       Seen    *datagram)
{
  const Seen *other = &fixture->seen[get_random (fixture, fixture->n_seen)];
  gsize place;

  switch (get_random (fixture, 8))
    {
    case 0:
      return;

    case 1:
      datagram->length = get_random (fixture, datagram->length + 1);
      return;

    case 2:
      datagram->bytes[datagram->length++] = get_random (fixture, 256);
      return;

    case 3:
      datagram->bytes[3] = get_random (fixture, 8);
      return;

    case 4:
      place = get_random (fixture, MIN (datagram->length, other->length));
      memcpy (datagram->bytes + place, other->bytes + place, other->length - place);
      datagram->length = other->length;
      return;

    case 5:
    case 6:
      /* A number that was not had yet, or another ephemeral key */
      datagram->bytes[8 + get_random (fixture, 8)] ^= 1 + get_random (fixture, 255);
      return;

    default:
      for (guint i = get_random (fixture, 4) + 1; i > 0; i--)
        datagram->bytes[get_random (fixture, datagram->length)] ^= 1 << get_random (fixture, 8);
      return;
    }
}

/* For somebody who waits for such a thing, as far as an index tells. */
static void
retarget (Fixture *fixture,
          Seen    *datagram)
{
  uint32_t indexes[CHAT_SESSION_GENERATIONS];
  TestNode *node = &fixture->pair.nodes[get_random (fixture, 2)];
  guint n_indexes = chat_session_get_indexes (node->session, indexes);
  uint32_t index = get_random (fixture, 2) == 0 ? fixture->attempt
                                                : indexes[get_random (fixture, n_indexes)];

  if (datagram->length >= 8)
    chat_wire_set_u32 (datagram->bytes + 4, index);
}

static gboolean
was_said (const Fixture *fixture,
          const Seen    *datagram)
{
  for (guint i = 0; i < fixture->n_seen; i++)
    if (fixture->seen[i].length == datagram->length &&
        memcmp (fixture->seen[i].bytes, datagram->bytes, datagram->length) == 0)
      return TRUE;

  return FALSE;
}

/* Handshakes are few among all that was said, but half of what matters. */
static const Seen *
choose (Fixture *fixture)
{
  for (;;)
    {
      const Seen *seen = &fixture->seen[get_random (fixture, fixture->n_seen)];

      if (seen->bytes[3] != CHAT_WIRE_DATA || get_random (fixture, 4) == 0)
        return seen;
    }
}

/* The attempt's own end is all that may happen. */
static void
check_after (Fixture    *fixture,
             guint       to,
             const Seen *datagram)
{
  TestNode *node = &fixture->pair.nodes[to];
  ChatHandshakeEvent event;
  TestDatagram out;

  if (test_node_take (node, &out) && out.length > datagram->length)
    g_error ("%" G_GSIZE_FORMAT " bytes were answered by %" G_GSIZE_FORMAT,
             datagram->length, out.length);
  if (chat_handshake_next_event (node->handshake, &event))
    g_error ("event %d came of it%s", event.type,
             was_said (fixture, datagram) ? ", a repeated one" : "");
}

static void
let_time_pass (Fixture *fixture)
{
  TestPair *pair = &fixture->pair;

  for (guint i = 0; i < 2; i++)
    {
      TestNode *node = &pair->nodes[i];
      g_auto (ChatHandshakeEvent) event = { 0 };
      TestDatagram out;

      chat_handshake_tick (node->handshake, pair->now);
      while (test_node_take (node, &out))
        continue;
      if (chat_handshake_next_event (node->handshake, &event))
        {
          g_assert_cmpint (event.type, ==, CHAT_HANDSHAKE_FAILED);
          g_assert_cmpint (event.reason, ==, CHAT_HANDSHAKE_SILENT);
          begin_attempt (fixture);
        }
    }
}

static long
get_memory (void)
{
  struct rusage usage;

  g_assert_cmpint (getrusage (RUSAGE_SELF, &usage), ==, 0);

  return usage.ru_maxrss;
}

/* That it was a test at all: much was tried at each of the doors. */
static void
assert_all_was_tried (Fixture *fixture,
                      guint    n_datagrams)
{
  for (guint i = 0; i < 2; i++)
    {
      ChatHandshakeInfo info;
      ChatSessionInfo session_info;

      chat_handshake_get_info (fixture->pair.nodes[i].handshake, &info);
      chat_session_get_info (fixture->pair.nodes[i].session, &session_info);
      g_test_message ("node %u: %" G_GUINT64_FORMAT " forged, %" G_GUINT64_FORMAT " replayed, %"
                      G_GUINT64_FORMAT " answered, %" G_GUINT64_FORMAT " given a cookie, %"
                      G_GUINT64_FORMAT " dropped", i, session_info.n_forged,
                      session_info.n_replayed, info.n_answered, info.n_cookies, info.n_dropped);
      g_assert_cmpuint (session_info.n_forged, >, n_datagrams / 50);
      g_assert_cmpuint (session_info.n_replayed, >, n_datagrams / 50);
      g_assert_cmpuint (info.n_answered, >, n_datagrams / 10000);
      g_assert_cmpuint (info.n_dropped, >, n_datagrams / 50);
    }
}

static void
assert_nothing_grew (Fixture *fixture,
                     long     before)
{
  for (guint i = 0; i < 2; i++)
    {
      ChatHandshakeInfo info;

      chat_handshake_get_info (fixture->pair.nodes[i].handshake, &info);
      g_assert_cmpuint (info.n_sessions, ==, 1);
      g_assert_cmpuint (info.n_attempts, ==, i == 0 ? 1 : 0);
      g_assert_cmpuint (info.n_pending, <=, CHAT_PENDING_MAX);
      g_assert_cmpuint (info.n_dropped, >, 0);
    }

  /* Address sanitizer keeps what was freed. */
  if (!WITH_ASAN)
    g_assert_cmpint (get_memory () - before, <, 8 * 1024);
}

static void
test_none_accepted (void)
{
  Fixture *fixture = g_new0 (Fixture, 1);
  TestPair *pair = &fixture->pair;
  guint n_datagrams = g_test_slow () ? N_SLOW : N_FAST;
  long memory = 0;

  test_pair_set_up (pair, NULL);
  fixture->state = g_test_rand_int () | 1;
  converse (fixture);

  for (guint i = 0; i < n_datagrams; i++)
    {
      Seen datagram = *choose (fixture);
      guint to = get_random (fixture, 2);
      ChatAddress from = pair->nodes[1 - to].address;

      spoil (fixture, &datagram);
      if (get_random (fixture, 2) == 0)
        retarget (fixture, &datagram);
      if (get_random (fixture, 2) == 0)
        from.ip[15] = get_random (fixture, 256);

      if (receive (fixture, to, &from, &datagram))
        g_error ("a datagram of %" G_GSIZE_FORMAT " bytes was opened", datagram.length);
      check_after (fixture, to, &datagram);

      pair->now += TIME_STEP;
      if (i % 1000 == 0)
        let_time_pass (fixture);
      if (i == n_datagrams / 5)
        memory = get_memory ();
    }

  assert_all_was_tried (fixture, n_datagrams);
  assert_nothing_grew (fixture, memory);
  test_pair_assert_talks (pair);
  test_pair_tear_down (pair, NULL);
  g_free (fixture);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/hostile/none-accepted", test_none_accepted);

  return g_test_run ();
}
