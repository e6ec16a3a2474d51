/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-engine-private.h"

#include <glib/gi18n.h>

/* What the user says, and has read. */

/* Messages of one contact that are with the node at a time. The others wait in the
 * store. */
#define FEED_MAX   1024
#define FEED_BATCH 128

/* Who was spoken with is who has the name, from then on. */
void
_chat_engine_pin (ChatEngine *self,
                  ChatPeer   *peer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatContact) contact = NULL;
  gint64 id = peer->contact->id;

  if (peer->contact->trust != CHAT_TRUST_SEEN)
    return;

  if (chat_store_set_trust (self->store, id, CHAT_TRUST_PINNED, &error))
    contact = chat_store_get_contact (self->store, id, &error);

  if (contact != NULL)
    _chat_engine_add_peer (self, contact);
  else
    _chat_engine_tell_problem (self, error);
}

/* Gives the node what waits in the store, as far as it has room. */
void
_chat_engine_feed (ChatEngine *self,
                   ChatPeer   *peer)
{
  while (peer->is_linked && peer->fed + 1 < peer->next && peer->fed < peer->acked + FEED_MAX)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) messages = chat_store_get_outbox (self->store, peer->contact->id,
                                                              peer->fed + 1, FEED_BATCH, &error);

      if (messages == NULL)
        {
          _chat_engine_tell_problem (self, error);
          return;
        }

      for (guint i = 0; i < messages->len; i++)
        {
          const ChatMessage *message = messages->pdata[i];
          ChatLinkMessage link = { message->sequence, (guint8) message->kind, message->time,
                                   message->body };

          if (!chat_node_send (self->node, peer->contact->key, &link))
            return;
          peer->fed = message->sequence;
        }

      if (messages->len == 0)
        return;
    }
}

static gboolean
check_may_talk (ChatPeer  *peer,
                GError   **error)
{
  if (peer->contact->blocked)
    g_set_error (error, CHAT_ENGINE_ERROR, CHAT_ENGINE_ERROR_BLOCKED, _("“%s” is blocked"),
                 chat_peer_get_name (peer));
  else if (peer->contact->trust == CHAT_TRUST_HELD)
    g_set_error (error, CHAT_ENGINE_ERROR, CHAT_ENGINE_ERROR_HELD,
                 _("“%s” shows another key than the contact known by this name"),
                 chat_peer_get_name (peer));
  else
    return TRUE;

  return FALSE;
}

/* Gives the node what was queued last, if all before it was given, too. */
static void
pass_on (ChatEngine        *self,
         ChatPeer          *peer,
         const ChatMessage *message)
{
  ChatLinkMessage link = { message->sequence, (guint8) message->kind, message->time,
                           message->body };

  peer->next = message->sequence + 1;

  if (peer->fed + 1 == message->sequence && peer->fed < peer->acked + FEED_MAX &&
      chat_node_send (self->node, peer->contact->key, &link))
    peer->fed = message->sequence;
}

static gboolean
queue_all (ChatEngine         *self,
           ChatPeer           *peer,
           const char *const  *texts,
           GPtrArray          *messages,
           GError            **error)
{
  if (!chat_store_begin (self->store, error))
    return FALSE;

  for (guint i = 0; texts[i] != NULL; i++)
    {
      ChatMessage *message = chat_message_new_text (peer->contact->id, g_get_real_time (),
                                                    texts[i]);

      g_ptr_array_add (messages, message);
      if (!chat_store_queue (self->store, message, error))
        {
          chat_store_roll_back (self->store);
          return FALSE;
        }
    }

  return chat_store_commit (self->store, error);
}

/* Queues texts for @peer, in their order: all of them or, if there is something wrong
 * with any, none. Once this returns they survive whatever happens to this program;
 * signals tell how far they come. To queue many at once takes hardly longer than one,
 * since the disk has to be waited for only once.
 *
 * Returns: the messages, ChatMessage */
GPtrArray *
chat_engine_send_all (ChatEngine         *self,
                      ChatPeer           *peer,
                      const char *const  *texts,
                      GError            **error)
{
  g_autoptr (GPtrArray) messages = NULL;

  g_return_val_if_fail (CHAT_IS_ENGINE (self), NULL);
  g_return_val_if_fail (CHAT_IS_PEER (peer), NULL);

  messages = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_message_unref);

  if (!check_may_talk (peer, error) || !queue_all (self, peer, texts, messages, error))
    return NULL;

  _chat_engine_pin (self, peer);

  for (guint i = 0; peer->is_linked && i < messages->len; i++)
    pass_on (self, peer, messages->pdata[i]);

  if (peer->is_linked)
    _chat_engine_feed (self, peer);
  else
    _chat_engine_look_for (self, peer);

  _chat_engine_tell_conversation (self, peer);

  return g_steal_pointer (&messages);
}

/* The same with one text. */
ChatMessage *
chat_engine_send (ChatEngine  *self,
                  ChatPeer    *peer,
                  const char  *text,
                  GError     **error)
{
  const char *const texts[] = { text, NULL };
  g_autoptr (GPtrArray) messages = chat_engine_send_all (self, peer, texts, error);

  return messages != NULL ? g_ptr_array_steal_index (messages, 0) : NULL;
}

/* The user has seen the message, and all before it. */
gboolean
chat_engine_mark_read (ChatEngine  *self,
                       gint64       id,
                       GError     **error)
{
  g_autoptr (ChatMessage) message = chat_store_get_message (self->store, id, error);
  ChatPeer *peer;
  guint64 read;

  if (message == NULL || !chat_store_mark_read (self->store, id, &read, error))
    return FALSE;

  peer = chat_engine_get_peer (self, message->contact);
  if (peer != NULL && peer->is_linked)
    chat_node_set_read (self->node, peer->contact->key, read);
  if (peer != NULL)
    _chat_engine_tell_conversation (self, peer);

  return TRUE;
}

void
_chat_engine_tell_removed (ChatEngine *self,
                           ChatPeer   *peer,
                           gint64      id)
{
  g_signal_emit_by_name (self, "removed", peer, id);
  _chat_engine_tell_conversation (self, peer);
}

/* Removes the message here. One that is not on its way yet is not going to be. */
gboolean
chat_engine_remove (ChatEngine  *self,
                    gint64       id,
                    GError     **error)
{
  g_autoptr (ChatMessage) message = chat_store_get_message (self->store, id, error);
  ChatPeer *peer;

  if (message == NULL || !chat_store_remove (self->store, id, error))
    return FALSE;

  _chat_engine_plan_tidy (self);
  peer = chat_engine_get_peer (self, message->contact);
  if (peer != NULL)
    _chat_engine_tell_removed (self, peer, id);

  return TRUE;
}
