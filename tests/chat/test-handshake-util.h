/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-handshake.h"

G_BEGIN_DECLS

#define TEST_EVENTS_MAX 16

typedef struct
{
  ChatIdentity       *identity;
  ChatHandshake      *handshake;
  ChatAddress         address;
  ChatSession        *session;     /* of the last event that had one */
  ChatHandshakeEvent  events[TEST_EVENTS_MAX];
  guint               n_events;
} TestNode;

/* A network of two nodes in which nothing happens by itself. */
typedef struct
{
  gint64    now;
  TestNode  nodes[2];
} TestPair;

/* What went from one node to the other. */
typedef struct
{
  ChatAddress to;
  gsize       length;
  uint8_t     bytes[CHAT_DATAGRAM_BASE];
} TestDatagram;

void     test_address_set      (ChatAddress               *address,
                                guint32                    host,
                                guint16                    port);
void     test_node_init        (TestNode                  *node,
                                guint32                    host,
                                const ChatHandshakeLimits *limits);
void     test_node_clear       (TestNode                  *node);
void     test_node_restart     (TestNode                  *node);
void     test_pair_set_up      (TestPair                  *pair,
                                gconstpointer              data);
void     test_pair_tear_down   (TestPair                  *pair,
                                gconstpointer              data);

gboolean test_node_take        (TestNode                  *node,
                                TestDatagram              *datagram);
void     test_pair_take        (TestPair                  *pair,
                                guint                      from,
                                ChatWireType               type,
                                TestDatagram              *datagram);
void     test_pair_give        (TestPair                  *pair,
                                guint                      to,
                                const TestDatagram        *datagram);
guint    test_pair_start       (TestPair                  *pair,
                                guint                      from);
void     test_pair_run         (TestPair                  *pair);
void     test_pair_wait        (TestPair                  *pair,
                                gint64                     until);
void     test_pair_connect     (TestPair                  *pair);
void     test_node_clear_events (TestNode                 *node);
void     test_assert_event     (TestNode                  *node,
                                guint                      number,
                                ChatHandshakeEventType     type);
void     test_pair_assert_talks (TestPair                 *pair);

G_END_DECLS
