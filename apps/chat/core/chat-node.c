/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-node-private.h"

#include <string.h>

#define OUTBOX_CAPACITY 8192
#define INBOX_CAPACITY  8192

static void
peer_free (gpointer data)
{
  ChatNodePeer *peer = data;

  g_clear_pointer (&peer->session, chat_session_unref);
  g_clear_pointer (&peer->link, chat_link_free);
  g_clear_pointer (&peer->early, g_ptr_array_unref);
  g_free (peer);
}

void
chat_node_event_free (ChatNodeEvent *event)
{
  chat_link_event_clear (&event->link);
  g_free (event);
}

void
_chat_node_command_free (ChatNodeCommand *command)
{
  if (command->type == COMMAND_SEND)
    g_clear_pointer (&command->message.body, g_bytes_unref);
  else if (command->type == COMMAND_NAME)
    g_free (command->name);

  g_free (command);
}

/* Listens at @bind, see chat_sockets_open(). Events come, on the thread-default main
 * context of the caller, from chat_node_start() on. @identity has to outlive it.
 * @name is what peers are told that we are called. */
ChatNode *
chat_node_new (const ChatIdentity  *identity,
               const char          *name,
               const char          *bind,
               uint16_t             port,
               GError             **error)
{
  static const ChatEndpointFuncs funcs = { _chat_node_receive, _chat_node_send };
  ChatNode *self = g_new0 (ChatNode, 1);

  self->endpoint = chat_endpoint_new (bind, port, &funcs, self, error);
  if (self->endpoint == NULL)
    {
      g_free (self);
      return NULL;
    }

  g_mutex_init (&self->mutex);
  self->name = g_strdup (name);
  self->context = g_main_context_ref_thread_default ();
  self->outbox = ly_queue_new (OUTBOX_CAPACITY, (GDestroyNotify) _chat_node_command_free);
  self->inbox = ly_queue_new (INBOX_CAPACITY, (GDestroyNotify) chat_node_event_free);
  self->handshake = chat_handshake_new (identity, NULL);
  self->by_key = g_hash_table_new (chat_key_hash, chat_key_equal);
  self->peers = g_ptr_array_new_with_free_func (peer_free);

  return self;
}

void
chat_node_start (ChatNode *self)
{
  chat_endpoint_start (self->endpoint);
}

/* Ends the threads. What is still in the outbox is not done any more. */
void
chat_node_free (ChatNode *self)
{
  chat_endpoint_free (self->endpoint);

  g_hash_table_unref (self->by_key);
  g_ptr_array_unref (self->peers);
  chat_handshake_free (self->handshake);
  g_object_unref (self->outbox);
  g_object_unref (self->inbox);
  g_main_context_unref (self->context);
  g_free (self->name);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

uint16_t
chat_node_get_port (const ChatNode *self)
{
  return chat_endpoint_get_port (self->endpoint);
}

/* --- the inbox, from the main context's side --- */

typedef struct
{
  GSource   source;
  ChatNode *node;
} NodeSource;

static gboolean
source_prepare (GSource *source,
                int     *timeout)
{
  *timeout = -1;

  return !ly_queue_is_empty (((NodeSource *) source)->node->inbox);
}

static gboolean
source_check (GSource *source)
{
  return !ly_queue_is_empty (((NodeSource *) source)->node->inbox);
}

static gboolean
source_dispatch (GSource     *source,
                 GSourceFunc  callback,
                 gpointer     user_data)
{
  return callback (user_data);
}

/* The node has to outlive the source. */
GSource *
chat_node_create_source (ChatNode *self)
{
  static GSourceFuncs funcs = { source_prepare, source_check, source_dispatch };
  GSource *source = g_source_new (&funcs, sizeof (NodeSource));

  ((NodeSource *) source)->node = self;
  g_source_set_static_name (source, "chat-node inbox");

  return source;
}

ChatNodeEvent *
chat_node_next_event (ChatNode *self)
{
  gboolean was_full = !_chat_node_has_room (self);
  ChatNodeEvent *event = ly_queue_try_get (self->inbox, NULL);

  /* What had no room waits in the links for someone to ask. */
  if (event != NULL && was_full)
    chat_endpoint_wake (self->endpoint);

  return event;
}

/* --- the outbox, from the main context's side --- */

static ChatNodeCommand *
command_new (ChatNodeCommandType  type,
             const uint8_t       *key)
{
  ChatNodeCommand *command = g_new0 (ChatNodeCommand, 1);

  command->type = type;
  command->has_key = key != NULL;
  if (key != NULL)
    memcpy (command->key, key, CHAT_KEY_SIZE);

  return command;
}

static void
give (ChatNode        *self,
      ChatNodeCommand *command)
{
  ly_queue_put (self->outbox, command, NULL);
  chat_endpoint_wake (self->endpoint);
}

/* Looks for a peer at @to; if @key is not %NULL, for that one and no other. */
void
chat_node_connect (ChatNode          *self,
                   const ChatAddress *to,
                   const uint8_t     *key)
{
  ChatNodeCommand *command = command_new (COMMAND_CONNECT, key);

  command->address = *to;
  give (self, command);
}

void
chat_node_open_link (ChatNode             *self,
                     const uint8_t        *key,
                     const ChatLinkState  *state,
                     const ChatLinkLimits *limits)
{
  ChatNodeCommand *command = command_new (COMMAND_OPEN_LINK, key);

  command->link.state = *state;
  if (limits != NULL)
    command->link.limits = *limits;
  give (self, command);
}

/* Says good-bye, if it can, and forgets all about the peer. */
void
chat_node_drop (ChatNode      *self,
                const uint8_t *key,
                ChatByeReason  reason)
{
  ChatNodeCommand *command = command_new (COMMAND_DROP, key);

  command->reason = reason;
  give (self, command);
}

void
chat_node_set_stored (ChatNode      *self,
                      const uint8_t *key,
                      guint64        sequence)
{
  ChatNodeCommand *command = command_new (COMMAND_STORED, key);

  command->sequence = sequence;
  give (self, command);
}

void
chat_node_set_read (ChatNode      *self,
                    const uint8_t *key,
                    guint64        sequence)
{
  ChatNodeCommand *command = command_new (COMMAND_READ, key);

  command->sequence = sequence;
  give (self, command);
}

/* All peers are told, those that come as well. */
void
chat_node_set_name (ChatNode   *self,
                    const char *name)
{
  ChatNodeCommand *command = command_new (COMMAND_NAME, NULL);

  command->name = g_strdup (name);
  give (self, command);
}

void
chat_node_ping (ChatNode      *self,
                const uint8_t *key)
{
  give (self, command_new (COMMAND_PING, key));
}

void
chat_node_send_beacon (ChatNode          *self,
                       const ChatAddress *to,
                       guint              interface,
                       const ChatBeacon  *beacon)
{
  ChatNodeCommand *command = command_new (COMMAND_BEACON, NULL);

  command->address = *to;
  command->interface = interface;
  command->beacon = *beacon;
  give (self, command);
}

gboolean
chat_node_send (ChatNode              *self,
                const uint8_t         *key,
                const ChatLinkMessage *message)
{
  ChatNodeCommand *command;

  if (ly_queue_is_full (self->outbox))
    return FALSE;

  command = command_new (COMMAND_SEND, key);
  command->message = *message;
  g_bytes_ref (message->body);
  give (self, command);

  return TRUE;
}

/* --- for either thread --- */

ChatNodePeer *
_chat_node_find_peer (ChatNode      *self,
                      const uint8_t *key)
{
  return g_hash_table_lookup (self->by_key, key);
}

gboolean
_chat_node_has_room (ChatNode *self)
{
  return !ly_queue_is_full (self->inbox);
}

/* Takes @event. Only who holds the lock puts anything in, so room that was there
 * still is. */
void
_chat_node_tell (ChatNode      *self,
                 ChatNodeEvent *event)
{
  ly_queue_try_put (self->inbox, event, NULL);
  self->has_news = TRUE;
}

void
_chat_node_tell_peer (ChatNode          *self,
                      ChatNodeEventType  type,
                      ChatNodePeer      *peer)
{
  ChatNodeEvent *event = g_new0 (ChatNodeEvent, 1);

  event->type = type;
  event->has_key = TRUE;
  event->address = peer->address;
  memcpy (event->key, peer->key, CHAT_KEY_SIZE);
  _chat_node_tell (self, event);
}

static ChatNodePeer *
ensure_peer (ChatNode      *self,
             const uint8_t *key)
{
  ChatNodePeer *peer = _chat_node_find_peer (self, key);

  if (peer == NULL)
    {
      peer = g_new0 (ChatNodePeer, 1);
      memcpy (peer->key, key, CHAT_KEY_SIZE);
      g_hash_table_insert (self->by_key, peer->key, peer);
      g_ptr_array_add (self->peers, peer);
    }

  return peer;
}

static void
begin_session (ChatNode                 *self,
               const ChatHandshakeEvent *event,
               gint64                    now)
{
  ChatNodePeer *peer = ensure_peer (self, event->peer);

  g_clear_pointer (&peer->session, chat_session_unref);
  g_clear_pointer (&peer->early, g_ptr_array_unref);
  peer->session = chat_session_ref (event->session);
  peer->address = event->address;
  peer->n_sessions++;
  peer->rekey = 0;
  peer->is_silent = FALSE;
  peer->is_idle = FALSE;

  if (peer->link != NULL)
    chat_link_open (peer->link, now, 0);

  _chat_node_tell_peer (self, CHAT_NODE_SESSION, peer);
}

static void
end_attempt (ChatNode                 *self,
             const ChatHandshakeEvent *event)
{
  ChatNodePeer *peer = event->knows_peer ? _chat_node_find_peer (self, event->peer) : NULL;
  ChatNodeEvent *told;

  if (peer != NULL && peer->rekey == event->attempt)
    peer->rekey = 0;

  told = g_new0 (ChatNodeEvent, 1);
  told->type = CHAT_NODE_FAILED;
  told->address = event->address;
  told->reason = event->reason;
  told->has_key = event->knows_peer;
  memcpy (told->key, event->peer, CHAT_KEY_SIZE);
  _chat_node_tell (self, told);
}

/* What a session was made for may be in the next datagram. */
void
_chat_node_tell_handshakes (ChatNode *self,
                            gint64    now)
{
  while (_chat_node_has_room (self))
    {
      g_auto (ChatHandshakeEvent) event = { 0 };
      ChatNodePeer *peer;

      if (!chat_handshake_next_event (self->handshake, &event))
        return;

      switch (event.type)
        {
        case CHAT_HANDSHAKE_ESTABLISHED:
          begin_session (self, &event, now);
          break;
        case CHAT_HANDSHAKE_REKEYED:
          peer = _chat_node_find_peer (self, event.peer);
          if (peer != NULL)
            {
              peer->rekey = 0;
              peer->is_idle = FALSE;
            }
          break;
        case CHAT_HANDSHAKE_FAILED:
        default:
          end_attempt (self, &event);
          break;
        }
    }
}

/* A message's body goes along with its event. */
static void
tell_link (ChatNode     *self,
           ChatNodePeer *peer)
{
  while (_chat_node_has_room (self))
    {
      ChatLinkEvent event;
      ChatNodeEvent *told;

      if (!chat_link_next_event (peer->link, &event))
        return;

      if (event.type == CHAT_LINK_EVENT_SILENT)
        peer->is_silent = TRUE;

      /* What was given beyond the room was dropped: go on from there. */
      if (event.type == CHAT_LINK_EVENT_ROOM)
        event.sequence = chat_link_get_next (peer->link) - 1;

      told = g_new0 (ChatNodeEvent, 1);
      told->type = CHAT_NODE_LINK;
      told->has_key = TRUE;
      told->address = peer->address;
      told->link = event;
      memcpy (told->key, peer->key, CHAT_KEY_SIZE);
      _chat_node_tell (self, told);
    }

  self->is_behind = TRUE;
}

/* Tells the main context what there is to tell, as far as there is room. */
void
_chat_node_tell_all (ChatNode *self,
                     gint64    now)
{
  self->is_behind = FALSE;
  _chat_node_tell_handshakes (self, now);

  for (guint i = 0; i < self->peers->len; i++)
    {
      ChatNodePeer *peer = self->peers->pdata[i];

      if (peer->link != NULL && !peer->is_idle)
        tell_link (self, peer);
    }

  if (self->has_news)
    {
      self->has_news = FALSE;
      g_main_context_wakeup (self->context);
    }
}

gboolean
chat_node_get_peer (ChatNode         *self,
                    const uint8_t    *key,
                    ChatNodePeerInfo *info)
{
  ChatNodePeer *peer;

  *info = (ChatNodePeerInfo) { 0 };

  g_mutex_lock (&self->mutex);
  peer = _chat_node_find_peer (self, key);

  if (peer != NULL)
    {
      info->address = peer->address;
      info->has_session = peer->session != NULL;
      if (peer->session != NULL)
        chat_session_get_info (peer->session, &info->session);
      if (peer->link != NULL)
        chat_link_get_info (peer->link, &info->link);
    }

  g_mutex_unlock (&self->mutex);

  return peer != NULL;
}

void
chat_node_get_info (ChatNode     *self,
                    ChatNodeInfo *info)
{
  chat_endpoint_get_info (self->endpoint, &info->endpoint);

  g_mutex_lock (&self->mutex);
  chat_handshake_get_info (self->handshake, &info->handshakes);
  info->n_foreign = self->n_foreign;
  info->n_refused = self->n_refused;
  g_mutex_unlock (&self->mutex);
}
