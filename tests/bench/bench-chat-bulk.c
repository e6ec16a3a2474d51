/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench-chat.h"
#include "chat-node.h"

#include <sodium.h>
#include <string.h>

/* Two nodes on one machine, without histories: what comes counts as stored at once. */

#define TOTAL   (256u * 1024 * 1024)

/* As much as a link takes before the peer has stored it. */
#define PENDING (7u * 1024 * 1024)

typedef struct
{
  ChatIdentity *identity;
  ChatNode     *node;
  GSource      *source;
  uint8_t       peer[CHAT_KEY_SIZE];
  gboolean      has_peer;
  guint64       n_received;
  guint64       stored;      /* of ours, by the peer */
} Side;

static void
open_link (Side                *side,
           const ChatNodeEvent *event)
{
  ChatLinkState state = {
    .run = 1 + randombytes_uniform (G_MAXUINT32 - 1), .epoch = 1, .first = 1, .next = 1,
  };

  if (side->has_peer)
    return;

  memcpy (side->peer, event->key, sizeof side->peer);
  side->has_peer = TRUE;
  chat_node_open_link (side->node, event->key, &state, NULL);
}

static gboolean
on_news (gpointer user_data)
{
  Side *side = user_data;
  ChatNodeEvent *event;
  guint64 received = side->n_received;

  while ((event = chat_node_next_event (side->node)) != NULL)
    {
      if (event->type == CHAT_NODE_SESSION)
        open_link (side, event);
      else if (event->type == CHAT_NODE_LINK && event->link.type == CHAT_LINK_EVENT_MESSAGE)
        side->n_received = event->link.sequence;
      else if (event->type == CHAT_NODE_LINK && event->link.type == CHAT_LINK_EVENT_STORED)
        side->stored = event->link.sequence;

      chat_node_event_free (event);
    }

  if (side->n_received > received)
    chat_node_set_stored (side->node, side->peer, side->n_received);

  return G_SOURCE_CONTINUE;
}

static void
side_open (Side *side)
{
  g_autoptr (GError) error = NULL;

  *side = (Side) { .identity = chat_identity_new () };
  side->node = chat_node_new (side->identity, "bench", "127.0.0.1", 0, &error);
  if (side->node == NULL)
    g_error ("%s", error->message);

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
connect_sides (Side *side,
               Side *to)
{
  g_autoptr (GSocketAddress) gio =
    g_inet_socket_address_new_from_string ("127.0.0.1", chat_node_get_port (to->node));
  ChatAddress address;

  if (!chat_address_from_gio (&address, gio))
    g_assert_not_reached ();

  chat_node_connect (side->node, &address, NULL);
  while (!side->has_peer || !to->has_peer)
    g_main_context_iteration (NULL, TRUE);
}

/* Sends messages from @sent on until the peer has stored all up to @last. */
static void
send_until (Side    *side,
            GBytes  *body,
            guint64 *sent,
            guint64  last)
{
  guint64 pending = PENDING / (g_bytes_get_size (body) + CHAT_MESSAGE_HEADER_SIZE);

  while (side->stored < last)
    {
      while (*sent < last && *sent < side->stored + pending)
        {
          ChatLinkMessage message = { *sent + 1, CHAT_KIND_TEXT, 1, body };

          if (!chat_node_send (side->node, side->peer, &message))
            break;
          (*sent)++;
        }

      g_main_context_iteration (NULL, TRUE);
    }
}

double
bench_chat_bulk (gconstpointer data)
{
  gsize size = *(const guint *) data;
  g_auto (Side) from = { NULL };
  g_auto (Side) to = { NULL };
  g_autoptr (GBytes) body = NULL;
  char *text = g_malloc (size);
  guint64 n_first = MAX (PENDING / size, 1);
  guint64 n = TOTAL / size;
  guint64 sent = 0;
  gint64 begin;

  memset (text, 'x', size);
  body = g_bytes_new_take (text, size);

  side_open (&from);
  side_open (&to);
  connect_sides (&from, &to);

  /* The first of them find out how much the way takes. */
  send_until (&from, body, &sent, n_first);
  begin = g_get_monotonic_time ();
  send_until (&from, body, &sent, n_first + n);

  return (double) n * (double) size * 8 / 1e3 / (double) (g_get_monotonic_time () - begin);
}
