/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-node-private.h"

/* Beacons are nothing to hold messages back for. */
#define BEACONS_LEAVE_ROOM 1024

/* Opened without the lock, so that the sending thread gets its turn. */
#define SEALED_AT_ONCE 64

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

/* A sealed datagram, and what it is opened with. */
typedef struct
{
  ChatSession *session;    /* or NULL */
  ChatOpened   opened;
} Sealed;

/* The main context has yet to hear of the session. Who had to say it again would wait
 * for a second, as he cannot know how long answers take. */
static void
keep_early (ChatNodePeer     *peer,
            const ChatOpened *opened)
{
  if (peer->early == NULL)
    peer->early = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  if (peer->early->len < CHAT_NODE_EARLY_MAX && opened->length <= CHAT_DATAGRAM_BASE)
    g_ptr_array_add (peer->early, g_bytes_new (opened->payload, opened->length));
}

static void
read_payload (ChatNode           *self,
              ChatSession        *session,
              const ChatOpened   *opened,
              const ChatDatagram *datagram,
              gint64              now)
{
  ChatNodePeer *peer = _chat_node_find_peer (self, chat_session_get_peer (session));

  if (peer == NULL || peer->session != session)
    return;

  peer->is_idle = FALSE;

  if (opened->newest)
    follow (self, peer, &datagram->address, now);

  if (peer->is_silent && _chat_node_has_room (self))
    {
      peer->is_silent = FALSE;
      _chat_node_tell_peer (self, CHAT_NODE_HEARD, peer);
    }

  /* A peer that breaks the protocol is told by an event of its link. */
  if (peer->link != NULL)
    (void) chat_link_read (peer->link, now, peer->n_sessions, opened->payload,
                           opened->length);
  else
    keep_early (peer, opened);
}

/* Finds the sessions of the sealed datagrams at @datagrams, up to @n of them and to
 * what is none. Returns how many there are. */
static guint
find_sessions (ChatNode     *self,
               ChatDatagram *datagrams,
               guint         n,
               Sealed       *sealed)
{
  guint i;

  for (i = 0; i < MIN (n, SEALED_AT_ONCE); i++)
    {
      ChatDatagram *datagram = &datagrams[i];
      ChatSession *session;

      if (chat_wire_get_type (datagram->bytes, datagram->length) != CHAT_WIRE_DATA)
        break;

      session = chat_handshake_find_session (self->handshake, datagram->bytes, datagram->length);
      sealed[i].session = session != NULL ? chat_session_ref (session) : NULL;
    }

  return i;
}

static void
open_all (ChatDatagram *datagrams,
          Sealed       *sealed,
          guint         n,
          gint64        now)
{
  for (guint i = 0; i < n; i++)
    if (sealed[i].session != NULL &&
        !chat_session_open (sealed[i].session, now, datagrams[i].bytes, datagrams[i].length,
                            &sealed[i].opened))
      g_clear_pointer (&sealed[i].session, chat_session_unref);
}

/* Takes the sealed datagrams that @datagrams begins with, as many as are taken at once,
 * and returns how many. The lock is not held while they are opened. */
static guint
receive_sealed (ChatNode     *self,
                ChatDatagram *datagrams,
                guint         n,
                gint64        now)
{
  Sealed sealed[SEALED_AT_ONCE];

  n = find_sessions (self, datagrams, n, sealed);
  if (n == 0)
    return 0;

  g_mutex_unlock (&self->mutex);
  open_all (datagrams, sealed, n, now);
  g_mutex_lock (&self->mutex);

  for (guint i = 0; i < n; i++)
    {
      if (sealed[i].session == NULL)
        {
          self->n_refused++;
          continue;
        }

      read_payload (self, sealed[i].session, &sealed[i].opened, &datagrams[i], now);
      chat_session_unref (sealed[i].session);
    }

  return n;
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

static void
receive_other (ChatNode     *self,
               ChatDatagram *datagram,
               gint64        now)
{
  switch (chat_wire_get_type (datagram->bytes, datagram->length))
    {
    case CHAT_WIRE_NONE:
      self->n_foreign++;
      break;
    case CHAT_WIRE_BEACON:
      receive_beacon (self, datagram);
      break;
    default:
      chat_handshake_receive (self->handshake, now, &datagram->address, datagram->bytes,
                              datagram->length);
      _chat_node_tell_handshakes (self, now);
      break;
    }
}

/* On the receiving thread. */
void
_chat_node_receive (ChatBatch *batch,
                    gint64     now,
                    gpointer   user_data)
{
  ChatNode *self = user_data;
  guint i = 0;

  g_mutex_lock (&self->mutex);

  while (i < batch->n)
    {
      guint n = receive_sealed (self, &batch->datagrams[i], batch->n - i, now);

      if (n == 0)
        receive_other (self, &batch->datagrams[i], now);
      i += MAX (n, 1);
    }

  _chat_node_tell_all (self, now);
  g_mutex_unlock (&self->mutex);

  /* There may be something to answer, to acknowledge, or that may be sent now. */
  chat_endpoint_wake (self->endpoint);
}
