/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-node-private.h"

/* Beacons are nothing to hold messages back for. */
#define BEACONS_LEAVE_ROOM 1024

static void
follow (ChatNode          *self,
        ChatNodePeer      *peer,
        const ChatAddress *from,
        gint64             now)
{
  if (chat_address_equal (&peer->address, from) || !_chat_node_has_room (self))
    return;

  peer->address = *from;
  if (peer->link != NULL)
    chat_link_open (peer->link, now, 0);

  _chat_node_tell_peer (self, CHAT_NODE_MOVED, peer);
}

static void
receive_data (ChatNode     *self,
              ChatDatagram *datagram,
              gint64        now)
{
  ChatSession *session = chat_handshake_find_session (self->handshake, datagram->bytes,
                                                      datagram->length);
  ChatNodePeer *peer;
  ChatOpened opened;

  if (session == NULL ||
      !chat_session_open (session, now, datagram->bytes, datagram->length, &opened))
    {
      self->n_refused++;
      return;
    }

  peer = _chat_node_find_peer (self, chat_session_get_peer (session));
  if (peer == NULL || peer->session != session)
    return;

  if (opened.newest)
    follow (self, peer, &datagram->address, now);

  if (peer->is_silent && _chat_node_has_room (self))
    {
      peer->is_silent = FALSE;
      _chat_node_tell_peer (self, CHAT_NODE_HEARD, peer);
    }

  /* A peer that breaks the protocol is told by an event of its link. */
  if (peer->link != NULL)
    (void) chat_link_read (peer->link, now, peer->n_sessions, opened.payload, opened.length);
}

static void
receive_beacon (ChatNode           *self,
                const ChatDatagram *datagram)
{
  ChatBeacon beacon;
  ChatNodeEvent *event;

  if (!chat_beacon_decode (datagram->bytes, datagram->length, &beacon) ||
      ly_queue_get_length (self->inbox) + BEACONS_LEAVE_ROOM > ly_queue_get_capacity (self->inbox))
    return;

  event = g_new0 (ChatNodeEvent, 1);
  event->type = CHAT_NODE_BEACON;
  event->address = datagram->address;
  event->beacon = beacon;
  _chat_node_tell (self, event);
}

/* On the receiving thread. */
void
_chat_node_receive (ChatBatch *batch,
                    gint64     now,
                    gpointer   user_data)
{
  ChatNode *self = user_data;

  g_mutex_lock (&self->mutex);

  for (guint i = 0; i < batch->n; i++)
    {
      ChatDatagram *datagram = &batch->datagrams[i];

      switch (chat_wire_get_type (datagram->bytes, datagram->length))
        {
        case CHAT_WIRE_NONE:
          self->n_foreign++;
          break;
        case CHAT_WIRE_DATA:
          receive_data (self, datagram, now);
          break;
        case CHAT_WIRE_BEACON:
          receive_beacon (self, datagram);
          break;
        default:
          chat_handshake_receive (self->handshake, now, &datagram->address, datagram->bytes,
                                  datagram->length);
          break;
        }
    }

  _chat_node_tell_all (self, now);
  g_mutex_unlock (&self->mutex);

  /* There may be something to answer, to acknowledge, or that may be sent now. */
  chat_endpoint_wake (self->endpoint);
}
