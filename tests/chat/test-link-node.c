/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-link-node.h"

#include <string.h>

gint64 node_now;

Node
node_new (const ChatLinkState  *state,
          const ChatLinkLimits *limits)
{
  Node node = { .link = chat_link_new (state, limits) };

  node.bodies = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  chat_link_open (node.link, node_now, 1 * MS);

  return node;
}

Node
node_new_fresh (guint32 run)
{
  ChatLinkState state = { .run = run, .epoch = run + 100, .first = 1, .next = 1 };

  return node_new (&state, NULL);
}

void
node_clear (Node *node)
{
  chat_link_free (node->link);
  g_ptr_array_unref (node->bodies);
  g_free (node->peer_name);
}

gboolean
node_send_kind (Node        *node,
                guint8       kind,
                const void  *body,
                gsize        size,
                GError     **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (body, size);
  ChatLinkMessage message = { chat_link_get_next (node->link), kind, 1000, bytes };

  return chat_link_send (node->link, &message, error);
}

void
node_send (Node       *node,
           const char *text)
{
  g_autoptr (GError) error = NULL;

  node_send_kind (node, CHAT_KIND_TEXT, text, strlen (text), &error);
  g_assert_no_error (error);
}

const char *
node_get_text (Node  *node,
               guint  index)
{
  g_assert_cmpuint (index, <, node->bodies->len);

  return g_bytes_get_data (node->bodies->pdata[index], NULL);
}

static void
note_event (Node                *node,
            const ChatLinkEvent *event)
{
  switch (event->type)
    {
    case CHAT_LINK_EVENT_NAME:
      g_free (node->peer_name);
      node->peer_name = g_strdup (event->name);
      break;
    case CHAT_LINK_EVENT_MESSAGE:
      g_assert_nonnull (node->peer_name);
      g_ptr_array_add (node->bodies, g_bytes_ref (event->message.body));
      node->last_kind = event->message.kind;
      break;
    case CHAT_LINK_EVENT_SENT:
      node->sent = event->sequence;
      break;
    case CHAT_LINK_EVENT_STORED:
      node->stored = event->sequence;
      break;
    case CHAT_LINK_EVENT_READ:
      node->read = event->sequence;
      break;
    case CHAT_LINK_EVENT_ROOM:
      node->n_room++;
      break;
    case CHAT_LINK_EVENT_RESET:
      node->reset_epoch = event->epoch;
      node->reset_sequence = event->sequence;
      break;
    case CHAT_LINK_EVENT_CONFLICT:
      node->n_conflicts++;
      break;
    case CHAT_LINK_EVENT_SILENT:
      node->n_silent++;
      break;
    case CHAT_LINK_EVENT_CLOSED:
      node->n_closed++;
      node->reason = event->reason;
      node->from_peer = event->from_peer;
      break;
    default:
      g_assert_not_reached ();
    }
}

void
node_take_events (Node *node)
{
  g_auto (ChatLinkEvent) event = { 0 };

  for (; chat_link_next_event (node->link, &event); chat_link_event_clear (&event))
    note_event (node, &event);
}

/* Carries all that @from has to say. Returns how many payloads that was. */
guint
node_carry (Node *from,
            Node *to)
{
  guint8 payload[NODE_SIZE];
  gsize length;
  guint n = 0;

  node_take_events (from);
  for (; (length = chat_link_write (from->link, node_now, payload, NODE_SIZE)) > 0; n++)
    if (to != NULL)
      chat_link_read (to->link, node_now, 1, payload, length);

  node_take_events (from);
  if (to != NULL)
    node_take_events (to);

  return n;
}

/* Lets both talk until neither has anything to say. */
void
node_settle (Node *left,
             Node *right)
{
  gint64 next;

  do
    {
      while (node_carry (left, right) + node_carry (right, left) > 0)
        node_now += 100;

      next = MAX (chat_link_get_timeout (left->link), chat_link_get_timeout (right->link));
      node_now = MAX (node_now, next);
      chat_link_tick (left->link, node_now);
      chat_link_tick (right->link, node_now);
    }
  while (next >= 0);
}
