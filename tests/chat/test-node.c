/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "../await.h"
#include "chat-node.h"

#include <sodium.h>
#include <string.h>

/* A node that stores what comes by counting it. */
typedef struct
{
  ChatIdentity *identity;
  ChatNode     *node;
  GSource      *source;
  uint8_t       peer[CHAT_KEY_SIZE];
  gboolean      has_peer;
  guint         n_sessions;
  guint         n_failed;
  guint64       n_messages;
  gsize         n_bytes;
  guint64       stored;      /* of ours, by the peer */
  gboolean      is_closed;
  gboolean      is_mute;     /* stores nothing */
  gboolean      is_slow;     /* opens no link by itself */
  gboolean      knows_name;  /* of the peer */
  ChatAddress   moved_to;
} Side;

static void
on_link_event (Side                *side,
               const ChatNodeEvent *event)
{
  const ChatLinkEvent *link = &event->link;

  switch (link->type)
    {
    case CHAT_LINK_EVENT_MESSAGE:
      g_assert_cmpuint (link->sequence, ==, side->n_messages + 1);
      side->n_messages++;
      side->n_bytes += g_bytes_get_size (link->message.body);
      if (!side->is_mute)
        chat_node_set_stored (side->node, event->key, link->sequence);
      break;
    case CHAT_LINK_EVENT_STORED:
      g_assert_cmpuint (link->sequence, >, side->stored);
      side->stored = link->sequence;
      break;
    case CHAT_LINK_EVENT_NAME:
      side->knows_name = TRUE;
      break;
    case CHAT_LINK_EVENT_CLOSED:
      side->is_closed = TRUE;
      break;
    default:
      break;
    }
}

static void
side_open_link (Side *side)
{
  ChatLinkState state = {
    .run = 1 + randombytes_uniform (G_MAXUINT32 - 1), .epoch = 1, .first = 1, .next = 1,
  };

  chat_node_open_link (side->node, side->peer, &state, NULL);
}

static gboolean
on_news (gpointer user_data)
{
  Side *side = user_data;
  g_autoptr (ChatNodeEvent) event = chat_node_next_event (side->node);

  if (event == NULL)
    return G_SOURCE_CONTINUE;

  switch (event->type)
    {
    case CHAT_NODE_SESSION:
      if (!side->has_peer)
        {
          memcpy (side->peer, event->key, sizeof side->peer);
          side->has_peer = TRUE;
          if (!side->is_slow)
            side_open_link (side);
        }
      side->n_sessions++;
      break;
    case CHAT_NODE_FAILED:
      side->n_failed++;
      break;
    case CHAT_NODE_LINK:
      on_link_event (side, event);
      break;
    case CHAT_NODE_MOVED:
      side->moved_to = event->address;
      break;
    default:
      break;
    }

  return G_SOURCE_CONTINUE;
}

static void
side_open (Side       *side,
           const char *bind)
{
  g_autoptr (GError) error = NULL;

  *side = (Side) { .identity = chat_identity_new () };
  side->node = chat_node_new (side->identity, bind, bind, 0, &error);
  g_assert_no_error (error);

  side->source = chat_node_create_source (side->node);
  g_source_set_callback (side->source, on_news, side, NULL);
  g_source_attach (side->source, NULL);
  chat_node_start (side->node);
}

static void
side_close (Side *side)
{
  g_source_destroy (side->source);
  g_source_unref (side->source);
  chat_node_free (side->node);
  chat_identity_free (side->identity);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Side, side_close)

static void
side_connect (Side       *side,
              Side       *to,
              const char *ip)
{
  g_autoptr (GSocketAddress) gio =
    g_inet_socket_address_new_from_string (ip, chat_node_get_port (to->node));
  ChatAddress address;

  g_assert_true (chat_address_from_gio (&address, gio));
  chat_node_connect (side->node, &address, NULL);
}

static void
side_send (Side    *side,
           guint64  sequence,
           gsize    size)
{
  char *text = g_malloc (size + 1);
  g_autoptr (GBytes) body = NULL;
  ChatLinkMessage message = { .sequence = sequence, .kind = CHAT_KIND_TEXT, .time = 1 };

  memset (text, 'x', size);
  body = g_bytes_new_take (text, size);
  message.body = body;

  /* The peer's acknowledgements make room again. */
  AWAIT (chat_node_send (side->node, side->peer, &message));
}

static void
test_messages (gconstpointer data)
{
  const char *ip = data;
  g_auto (Side) left = { NULL };
  g_auto (Side) right = { NULL };

  side_open (&left, ip);
  side_open (&right, ip);
  side_connect (&left, &right, ip);
  AWAIT (left.has_peer && right.has_peer);
  g_assert_cmpmem (left.peer, CHAT_KEY_SIZE, chat_identity_get_public (right.identity),
                   CHAT_KEY_SIZE);

  for (guint i = 1; i <= 500; i++)
    {
      side_send (&left, i, i);
      side_send (&right, i, i % 3);
    }

  AWAIT (left.stored == 500 && right.stored == 500);
  g_assert_cmpuint (right.n_messages, ==, 500);
  g_assert_cmpuint (right.n_bytes, ==, 500 * 501 / 2);
}

static guint64
side_count_payloads (Side *side)
{
  ChatNodePeerInfo info;

  return chat_node_get_peer (side->node, side->peer, &info) ? info.link.n_written : 0;
}

/* Counters change without an event. */
static gboolean
on_poll (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* What was said before the other side had a link need not be said again: there is what
 * was said and an acknowledgement. Only on a machine that stands still for a second
 * there may be more. */
static gboolean
is_heard_at_once (guint slow)
{
  g_auto (Side) first = { NULL };
  g_auto (Side) second = { NULL };
  Side *sides[2] = { &first, &second };
  Side *other = sides[1 - slow];
  guint poll = g_timeout_add (1, on_poll, NULL);
  guint64 n;

  side_open (sides[0], "127.0.0.1");
  side_open (sides[1], "127.0.0.1");
  sides[slow]->is_slow = TRUE;
  side_connect (sides[0], sides[1], "127.0.0.1");
  AWAIT (sides[slow]->has_peer && side_count_payloads (other) > 0);
  side_open_link (sides[slow]);
  AWAIT (sides[slow]->knows_name);
  n = side_count_payloads (other);
  g_source_remove (poll);

  return n <= 2;
}

static void
test_early (gconstpointer data)
{
  gboolean ok = FALSE;

  for (guint i = 0; i < 5 && !ok; i++)
    ok = is_heard_at_once (GPOINTER_TO_UINT (data));

  g_assert_true (ok);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert (sodium_init () >= 0);

  g_test_add_data_func ("/chat/node/messages/ipv4", "127.0.0.1", test_messages);
  g_test_add_data_func ("/chat/node/messages/ipv6", "::1", test_messages);

  g_test_add_data_func ("/chat/node/early/initiator", GUINT_TO_POINTER (0), test_early);
  g_test_add_data_func ("/chat/node/early/responder", GUINT_TO_POINTER (1), test_early);

  return g_test_run ();
}
