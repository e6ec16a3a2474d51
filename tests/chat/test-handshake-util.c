/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-handshake-util.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

void
test_address_set (ChatAddress *address,
                  guint32      host,
                  guint16      port)
{
  struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons (port) };

  in.sin_addr.s_addr = htonl (host);
  g_assert_true (chat_address_from_native (address, (struct sockaddr *) &in, sizeof in));
}

void
test_node_init (TestNode                  *node,
                guint32                    host,
                const ChatHandshakeLimits *limits)
{
  memset (node, 0, sizeof *node);
  node->identity = chat_identity_new ();
  node->handshake = chat_handshake_new (node->identity, limits);
  test_address_set (&node->address, host, CHAT_PORT);
}

void
test_node_clear_events (TestNode *node)
{
  for (guint i = 0; i < node->n_events; i++)
    chat_handshake_event_clear (&node->events[i]);
  node->n_events = 0;
}

void
test_node_clear (TestNode *node)
{
  test_node_clear_events (node);
  g_clear_pointer (&node->session, chat_session_unref);
  chat_handshake_free (node->handshake);
  chat_identity_free (node->identity);
}

/* All but the identity is forgotten. */
void
test_node_restart (TestNode *node)
{
  test_node_clear_events (node);
  g_clear_pointer (&node->session, chat_session_unref);
  chat_handshake_free (node->handshake);
  node->handshake = chat_handshake_new (node->identity, NULL);
}

/* The first node has the smaller key, so that it wins all ties. */
void
test_pair_set_up (TestPair      *pair,
                  gconstpointer  data)
{
  guint32 first = 0x0a000001;

  pair->now = 1000 * G_USEC_PER_SEC;
  test_node_init (&pair->nodes[0], first, data);
  test_node_init (&pair->nodes[1], first + 1, data);

  if (memcmp (chat_identity_get_public (pair->nodes[0].identity),
              chat_identity_get_public (pair->nodes[1].identity), CHAT_NOISE_KEY_SIZE) > 0)
    {
      TestNode node = pair->nodes[0];

      pair->nodes[0] = pair->nodes[1];
      pair->nodes[1] = node;
    }
}

void
test_pair_tear_down (TestPair      *pair,
                     gconstpointer  data)
{
  test_node_clear (&pair->nodes[0]);
  test_node_clear (&pair->nodes[1]);
}

static void
take_events (TestNode *node)
{
  ChatHandshakeEvent event;

  while (chat_handshake_next_event (node->handshake, &event))
    {
      g_assert_cmpuint (node->n_events, <, TEST_EVENTS_MAX);
      node->events[node->n_events++] = event;
      if (event.session != NULL)
        {
          g_clear_pointer (&node->session, chat_session_unref);
          node->session = chat_session_ref (event.session);
        }
    }
}

gboolean
test_node_take (TestNode     *node,
                TestDatagram *datagram)
{
  datagram->length = chat_handshake_next_datagram (node->handshake, &datagram->to,
                                                   datagram->bytes);

  return datagram->length > 0;
}

/* Takes the next datagram of node @from, which has to be of @type. */
void
test_pair_take (TestPair     *pair,
                guint         from,
                ChatWireType  type,
                TestDatagram *datagram)
{
  g_assert_true (test_node_take (&pair->nodes[from], datagram));
  g_assert_cmpint (chat_wire_get_type (datagram->bytes, datagram->length), ==, type);
}

void
test_pair_give (TestPair           *pair,
                guint               to,
                const TestDatagram *datagram)
{
  chat_handshake_receive (pair->nodes[to].handshake, pair->now, &pair->nodes[1 - to].address,
                          datagram->bytes, datagram->length);
  take_events (&pair->nodes[to]);
}

guint
test_pair_start (TestPair *pair,
                 guint     from)
{
  return chat_handshake_start (pair->nodes[from].handshake, pair->now,
                               &pair->nodes[1 - from].address, NULL);
}

/* Delivers until there is nothing left. */
void
test_pair_run (TestPair *pair)
{
  gboolean any = TRUE;

  while (any)
    {
      any = FALSE;
      for (guint i = 0; i < 2; i++)
        {
          TestDatagram datagram;

          while (test_node_take (&pair->nodes[i], &datagram))
            {
              any = TRUE;
              if (chat_address_equal (&datagram.to, &pair->nodes[1 - i].address))
                test_pair_give (pair, 1 - i, &datagram);
            }
        }
    }
}

/* Lets the clock go on to @until, with nothing delivered. */
void
test_pair_wait (TestPair *pair,
                gint64    until)
{
  while (pair->now < until)
    {
      gint64 next = until;

      for (guint i = 0; i < 2; i++)
        next = MIN (next, chat_handshake_get_timeout (pair->nodes[i].handshake));
      pair->now = MAX (pair->now + 1, next);
      for (guint i = 0; i < 2; i++)
        {
          chat_handshake_tick (pair->nodes[i].handshake, pair->now);
          take_events (&pair->nodes[i]);
        }
    }
}

void
test_assert_event (TestNode               *node,
                   guint                   number,
                   ChatHandshakeEventType  type)
{
  g_assert_cmpuint (node->n_events, >, number);
  g_assert_cmpint (node->events[number].type, ==, type);
}

/* Node 0 begins. */
void
test_pair_connect (TestPair *pair)
{
  test_pair_start (pair, 0);
  test_pair_run (pair);

  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpuint (pair->nodes[i].n_events, ==, 1);
      test_assert_event (&pair->nodes[i], 0, CHAT_HANDSHAKE_ESTABLISHED);
      test_node_clear_events (&pair->nodes[i]);
    }
}

static void
assert_goes (TestPair *pair,
             guint     from)
{
  TestNode *receiver = &pair->nodes[1 - from];
  ChatSession *session = pair->nodes[from].session;
  uint8_t datagram[CHAT_DATAGRAM_BASE];
  ChatSession *found;
  ChatOpened opened;
  uint64_t number;
  gsize length;

  memcpy (datagram + sizeof (ChatWireData), "hello", 5);
  number = chat_session_take_number (session);
  length = chat_session_seal (session, pair->now, number, datagram, 5, sizeof datagram);
  g_assert_cmpuint (length, ==, 64 + CHAT_WIRE_DATA_OVERHEAD);

  found = chat_handshake_find_session (receiver->handshake, datagram, length);
  g_assert_true (found == receiver->session);
  g_assert_true (chat_session_open (found, pair->now, datagram, length, &opened));
  g_assert_cmpuint (opened.number, ==, number);
  g_assert_cmpuint (opened.length, ==, 64);
  g_assert_cmpmem (opened.payload, 5, "hello", 5);
}

/* Both can be read by the other, and each knows who the other is. */
void
test_pair_assert_talks (TestPair *pair)
{
  for (guint i = 0; i < 2; i++)
    {
      g_assert_nonnull (pair->nodes[i].session);
      g_assert_cmpmem (chat_session_get_peer (pair->nodes[i].session), CHAT_NOISE_KEY_SIZE,
                       chat_identity_get_public (pair->nodes[1 - i].identity),
                       CHAT_NOISE_KEY_SIZE);
    }
  assert_goes (pair, 0);
  assert_goes (pair, 1);
  assert_goes (pair, 0);
}
