/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-deadline.h"
#include "chat-node-private.h"

#include <string.h>

/* Idle peers are looked at this often, if anything happens at all. */
#define LOOK_INTERVAL (5 * G_USEC_PER_SEC)

/* So that the receiving thread gets its turn. */
#define COMMANDS_AT_ONCE 1024

/* What a datagram has room for besides its sealing. */
#define PAYLOAD_SIZE (CHAT_DATAGRAM_BASE - CHAT_WIRE_DATA_OVERHEAD)

/* --- commands --- */

static void
open_link (ChatNode              *self,
           ChatNodePeer          *peer,
           const ChatNodeCommand *command,
           gint64                 now)
{
  g_clear_pointer (&peer->link, chat_link_free);
  peer->link = chat_link_new (&command->link.state, &command->link.limits);
  chat_link_set_name (peer->link, self->name);

  if (peer->session == NULL)
    return;

  chat_link_open (peer->link, now, 0);
  for (guint i = 0; peer->early != NULL && i < peer->early->len; i++)
    (void) chat_link_read (peer->link, now, peer->n_sessions,
                           g_bytes_get_data (peer->early->pdata[i], NULL),
                           g_bytes_get_size (peer->early->pdata[i]));
  g_clear_pointer (&peer->early, g_ptr_array_unref);
}

/* A message that there is no room for stays in its owner's store. */
static void
send_message (ChatNodePeer          *peer,
              const ChatLinkMessage *message)
{
  if (peer->link != NULL && message->sequence == chat_link_get_next (peer->link))
    (void) chat_link_send (peer->link, message, NULL);
}

static void
remove_peer (ChatNode     *self,
             ChatNodePeer *peer)
{
  if (peer->session != NULL)
    chat_handshake_drop_session (self->handshake, peer->session);

  g_hash_table_remove (self->by_key, peer->key);
  g_ptr_array_remove (self->peers, peer);
}

static void
drop (ChatNode      *self,
      ChatNodePeer  *peer,
      ChatByeReason  reason)
{
  peer->is_leaving = TRUE;

  if (peer->link != NULL && chat_link_is_open (peer->link) && peer->session != NULL)
    chat_link_close (peer->link, reason);
  else
    remove_peer (self, peer);
}

static void
obey_for_peer (ChatNode              *self,
               ChatNodePeer          *peer,
               const ChatNodeCommand *command,
               gint64                 now)
{
  peer->is_idle = FALSE;

  switch (command->type)
    {
    case COMMAND_OPEN_LINK:
      open_link (self, peer, command, now);
      break;
    case COMMAND_DROP:
      drop (self, peer, command->reason);
      break;
    case COMMAND_SEND:
      send_message (peer, &command->message);
      break;
    case COMMAND_STORED:
      if (peer->link != NULL)
        chat_link_stored (peer->link, command->sequence);
      break;
    case COMMAND_READ:
      if (peer->link != NULL)
        chat_link_set_read (peer->link, command->sequence);
      break;
    case COMMAND_PING:
      if (peer->link != NULL)
        chat_link_ping (peer->link);
      break;
    case COMMAND_CONNECT:
    case COMMAND_BEACON:
    case COMMAND_NAME:
    default:
      g_assert_not_reached ();
    }
}

static void
set_name (ChatNode        *self,
          ChatNodeCommand *command)
{
  g_free (self->name);
  self->name = g_steal_pointer (&command->name);

  for (guint i = 0; i < self->peers->len; i++)
    {
      ChatNodePeer *peer = self->peers->pdata[i];

      peer->is_idle = FALSE;
      if (peer->link != NULL)
        chat_link_set_name (peer->link, self->name);
    }
}

static void
write_beacon (ChatBatch             *batch,
              const ChatNodeCommand *command)
{
  uint8_t *bytes = chat_batch_reserve (batch, sizeof (ChatWireBeacon));

  if (bytes == NULL)
    return;

  chat_beacon_encode (&command->beacon, bytes);
  chat_batch_add (batch, &command->address, command->interface, sizeof (ChatWireBeacon));
}

/* Does what the main context asked for, some at a time. */
static void
obey (ChatNode  *self,
      ChatBatch *batch,
      gint64     now)
{
  for (guint i = 0; i < COMMANDS_AT_ONCE && batch->n < batch->n_max / 2; i++)
    {
      ChatNodeCommand *command = ly_queue_try_get (self->outbox, NULL);
      ChatNodePeer *peer;

      if (command == NULL)
        return;

      peer = command->has_key ? _chat_node_find_peer (self, command->key) : NULL;

      if (command->type == COMMAND_CONNECT)
        (void) chat_handshake_start (self->handshake, now, &command->address,
                                     command->has_key ? command->key : NULL);
      else if (command->type == COMMAND_BEACON)
        write_beacon (batch, command);
      else if (command->type == COMMAND_NAME)
        set_name (self, command);
      else if (peer != NULL)
        obey_for_peer (self, peer, command, now);

      _chat_node_command_free (command);
    }
}

/* --- writing --- */

static void
write_handshakes (ChatNode  *self,
                  ChatBatch *batch)
{
  uint8_t *bytes;

  while ((bytes = chat_batch_reserve (batch, CHAT_DATAGRAM_BASE)) != NULL)
    {
      ChatAddress to;
      gsize length = chat_handshake_next_datagram (self->handshake, &to, bytes);

      if (length == 0)
        return;

      chat_batch_add (batch, &to, 0, length);
    }
}

/* Whether the peer's keys are good to seal with; asks for new ones in time. */
static gboolean
may_seal (ChatNode     *self,
          ChatNodePeer *peer,
          gint64        now)
{
  if (peer->session == NULL)
    return FALSE;

  if (peer->rekey == 0 && chat_session_wants_rekey (peer->session, now))
    peer->rekey = chat_handshake_start_rekey (self->handshake, now, &peer->address,
                                              peer->session);

  return chat_session_can_seal (peer->session, now);
}

static void
write_peer (ChatNode     *self,
            ChatNodePeer *peer,
            ChatBatch    *batch,
            gint64        now)
{
  uint8_t *bytes;

  while (chat_link_has_payload (peer->link, now) && may_seal (self, peer, now) &&
         (bytes = chat_batch_reserve (batch, CHAT_DATAGRAM_BASE)) != NULL)
    {
      gsize length = chat_link_write (peer->link, now, bytes + sizeof (ChatWireData),
                                      PAYLOAD_SIZE);

      if (length == 0)
        return;

      self->written[self->n_written++] = (ChatNodeWritten) {
        .session = chat_session_ref (peer->session),
        .number = chat_session_take_number (peer->session),
        .index = batch->n,
        .length = length,
      };
      chat_batch_add (batch, &peer->address, 0,
                      chat_session_pad (length, PAYLOAD_SIZE) + CHAT_WIRE_DATA_OVERHEAD);
    }
}

/* Writes for the peers in turn, and removes those that have said good-bye. Of a great
 * many most are idle. They are looked at now and then, as their keys grow old. */
static void
write_peers (ChatNode  *self,
             ChatBatch *batch,
             gint64     now)
{
  gboolean is_look = now >= self->next_look;
  guint n = self->peers->len;

  if (is_look)
    self->next_look = now + LOOK_INTERVAL;

  if (n > 0)
    self->turn = (self->turn + 1) % n;

  for (guint i = 0; i < n; i++)
    {
      ChatNodePeer *peer = self->peers->pdata[(self->turn + i) % n];

      if (peer->link == NULL || (peer->is_idle && !is_look))
        continue;

      if (peer->session != NULL)
        chat_session_tick (peer->session, now);

      chat_link_tick (peer->link, now);
      write_peer (self, peer, batch, now);
    }

  for (guint i = n; i-- > 0;)
    {
      ChatNodePeer *peer = self->peers->pdata[i];

      if (peer->is_leaving && (!chat_link_has_payload (peer->link, now) ||
                               !chat_session_can_seal (peer->session, now)))
        remove_peer (self, peer);
    }
}

/* Seals what was written. What cannot be, since its keys have grown too old meanwhile,
 * is left empty, which nobody takes for anything. */
static void
seal_all (ChatNode  *self,
          ChatBatch *batch,
          gint64     now)
{
  for (guint i = 0; i < self->n_written; i++)
    {
      ChatNodeWritten *written = &self->written[i];
      ChatDatagram *datagram = &batch->datagrams[written->index];

      datagram->length = chat_session_seal (written->session, now, written->number,
                                            datagram->bytes, written->length,
                                            CHAT_DATAGRAM_BASE);
      chat_session_unref (written->session);
    }

  self->n_written = 0;
}

/* --- time --- */

/* Finds the peers that can be passed over until they are heard, or something is asked
 * for: all that there was to tell has been told, nothing is written or waited for. */
static void
find_idle (ChatNode *self,
           gint64    now)
{
  if (self->is_behind)
    return;

  for (guint i = 0; i < self->peers->len; i++)
    {
      ChatNodePeer *peer = self->peers->pdata[i];

      if (!peer->is_idle && !peer->is_leaving && peer->link != NULL)
        peer->is_idle = chat_link_get_timeout (peer->link) < 0 &&
                        !chat_link_has_payload (peer->link, now);
    }
}

/* A link that waits for new keys is woken by them. */
static gint64
get_timeout (ChatNode *self,
             gint64    now)
{
  gint64 timeout = chat_handshake_get_timeout (self->handshake);

  if (timeout == G_MAXINT64)
    timeout = -1;

  for (guint i = 0; i < self->peers->len; i++)
    {
      ChatNodePeer *peer = self->peers->pdata[i];

      if (peer->link != NULL && !peer->is_idle && peer->session != NULL &&
          chat_session_can_seal (peer->session, now))
        timeout = chat_deadline_sooner (timeout, chat_link_get_timeout (peer->link));
    }

  return timeout;
}

/* On the sending thread. */
gint64
_chat_node_send (ChatBatch *batch,
                 gint64     now,
                 gpointer   user_data)
{
  ChatNode *self = user_data;
  gint64 timeout;

  g_mutex_lock (&self->mutex);

  obey (self, batch, now);
  chat_handshake_tick (self->handshake, now);
  _chat_node_tell_all (self, now);
  write_handshakes (self, batch);
  write_peers (self, batch, now);
  _chat_node_tell_all (self, now);

  find_idle (self, now);

  timeout = ly_queue_is_empty (self->outbox) ? get_timeout (self, now) : now;

  g_mutex_unlock (&self->mutex);

  seal_all (self, batch, now);

  return timeout;
}
