/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-engine-private.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (ChatEngine, chat_engine, G_TYPE_OBJECT)

G_DEFINE_QUARK (chat-engine-error-quark, chat_engine_error)

typedef enum
{
  SIGNAL_CONVERSATION,
  SIGNAL_PEER,
  SIGNAL_PROBLEM,
  N_SIGNALS,
} Signal;

static guint signals[N_SIGNALS];

static void
chat_engine_finalize (GObject *object)
{
  ChatEngine *self = CHAT_ENGINE (object);

  chat_engine_stop (self);

  g_ptr_array_unref (self->exports);
  g_ptr_array_unref (self->sweeps);
  g_hash_table_unref (self->by_key);
  g_hash_table_unref (self->peers);
  g_hash_table_unref (self->sightings);
  g_hash_table_unref (self->failures);
  g_hash_table_unref (self->hosts);
  g_clear_pointer (&self->batch, g_ptr_array_unref);
  g_clear_object (&self->store);
  g_clear_pointer (&self->identity, chat_identity_free);
  g_clear_object (&self->profile);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self->fingerprint);
  g_free (self->name);
  g_free (self->bind);

  G_OBJECT_CLASS (chat_engine_parent_class)->finalize (object);
}

static void
chat_engine_class_init (ChatEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_engine_finalize;

  signals[SIGNAL_PEER] = g_signal_new ("peer", CHAT_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 1, CHAT_TYPE_PEER);
  g_signal_new ("message", CHAT_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                2, CHAT_TYPE_PEER, G_TYPE_POINTER);
  g_signal_new ("state", CHAT_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                3, CHAT_TYPE_PEER, G_TYPE_INT64, G_TYPE_UINT);
  signals[SIGNAL_CONVERSATION] = g_signal_new ("conversation", CHAT_TYPE_ENGINE, G_SIGNAL_RUN_LAST,
                                               0, NULL, NULL, NULL, G_TYPE_NONE, 1, CHAT_TYPE_PEER);
  g_signal_new ("removed", CHAT_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                2, CHAT_TYPE_PEER, G_TYPE_INT64);
  g_signal_new ("unreached", CHAT_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                2, G_TYPE_STRING, G_TYPE_STRING);
  signals[SIGNAL_PROBLEM] = g_signal_new ("problem", CHAT_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
chat_engine_init (ChatEngine *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->sweeps = g_ptr_array_new ();
  self->exports = g_ptr_array_new ();
  self->peers = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_object_unref);
  self->by_key = g_hash_table_new (chat_key_hash, chat_key_equal);
  self->sightings = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->failures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->hosts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* --- peers --- */

ChatPeer *
_chat_engine_add_peer (ChatEngine  *self,
                       ChatContact *contact)
{
  ChatPeer *peer = g_hash_table_lookup (self->peers, &contact->id);

  if (peer == NULL)
    {
      peer = _chat_peer_new (contact);
    }
  else
    {
      /* The tables' keys are in the contact as it was known before. */
      g_hash_table_steal (self->peers, &contact->id);
      g_hash_table_remove (self->by_key, contact->key);
      _chat_peer_set_contact (peer, contact);
    }

  g_hash_table_insert (self->peers, &peer->contact->id, peer);
  g_hash_table_insert (self->by_key, peer->contact->key, peer);

  return peer;
}

ChatPeer *
_chat_engine_get_by_key (ChatEngine    *self,
                         const uint8_t *key)
{
  return g_hash_table_lookup (self->by_key, key);
}

void
_chat_engine_tell_peer (ChatEngine *self,
                        ChatPeer   *peer)
{
  const ChatContact *contact = peer->contact;
  char *news = g_strdup_printf ("%d %d %d %d %s\n%s\n%s", peer->is_online,
                                contact->trust == CHAT_TRUST_HELD,
                                contact->trust == CHAT_TRUST_VERIFIED, contact->blocked,
                                peer->address_text, chat_contact_get_name (contact),
                                contact->name);

  if (g_strcmp0 (news, peer->told) == 0)
    {
      g_free (news);
      return;
    }

  g_free (peer->told);
  peer->told = news;
  g_signal_emit (self, signals[SIGNAL_PEER], 0, peer);
}

void
_chat_engine_tell_conversation (ChatEngine *self,
                                ChatPeer   *peer)
{
  g_signal_emit (self, signals[SIGNAL_CONVERSATION], 0, peer);
}

void
_chat_engine_tell_problem (ChatEngine   *self,
                           const GError *error)
{
  g_signal_emit (self, signals[SIGNAL_PROBLEM], 0, error);
}

/* Ends what the network has of the peer. */
void
_chat_engine_unlink (ChatEngine    *self,
                     ChatPeer      *peer,
                     ChatByeReason  reason)
{
  chat_node_drop (self->node, peer->contact->key, reason);
  peer->is_linked = FALSE;
  peer->is_online = FALSE;
}

/* --- life --- */

/* What could fail has been done when it was made: it has its port. */
void
chat_engine_start (ChatEngine *self)
{
  g_return_if_fail (CHAT_IS_ENGINE (self));
  g_return_if_fail (self->inbox == NULL);

  _chat_engine_listen (self);
  chat_node_start (self->node);
  _chat_engine_reach_start (self);
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);

  g_clear_pointer (source, g_source_unref);
}

/* Says good-bye to everybody and leaves the network. What was not stored by then was
 * not acknowledged either. */
void
chat_engine_stop (ChatEngine *self)
{
  GHashTableIter iter;
  ChatPeer *peer;

  g_return_if_fail (CHAT_IS_ENGINE (self));

  _chat_engine_reach_stop (self);
  _chat_engine_history_stop (self);
  _chat_engine_exports_stop (self);
  clear_source (&self->inbox);
  clear_source (&self->retry);
  clear_source (&self->meeting);
  clear_source (&self->tidy);

  if (self->node == NULL)
    return;

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &peer))
    if (peer->is_linked)
      _chat_engine_unlink (self, peer, CHAT_BYE_LEAVING);

  g_clear_pointer (&self->node, chat_node_free);
}

/* All who are there are told at once. An empty @name is that of the user's account. */
void
chat_engine_set_name (ChatEngine *self,
                      const char *name)
{
  g_autofree char *chosen = NULL;

  g_return_if_fail (CHAT_IS_ENGINE (self));

  chosen = _chat_engine_choose_name (name);
  if (g_str_equal (chosen, self->name))
    return;

  g_free (self->name);
  self->name = g_steal_pointer (&chosen);
  _chat_engine_keep_name (self);
  if (self->node != NULL)
    chat_node_set_name (self->node, self->name);
}

const char *
chat_engine_get_name (ChatEngine *self)
{
  return self->name;
}

const char *
chat_engine_get_fingerprint (ChatEngine *self)
{
  return self->fingerprint;
}

const uint8_t *
chat_engine_get_key (ChatEngine *self)
{
  return chat_identity_get_public (self->identity);
}

uint16_t
chat_engine_get_port (ChatEngine *self)
{
  return chat_node_get_port (self->node);
}

/* Whether others are looked for, and can find us by themselves. */
gboolean
chat_engine_is_discovering (ChatEngine *self)
{
  return !self->no_discovery;
}

/* To read from: what is changed behind the engine's back it does not know. */
ChatStore *
chat_engine_get_store (ChatEngine *self)
{
  return self->store;
}
