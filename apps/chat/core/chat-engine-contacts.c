/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-engine-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* Whom the user means, and what he decides about them. */

/* A fingerprint's beginning that is shorter could be a name. */
#define FINGERPRINT_START_MIN 4

/* --- who --- */

/* All contacts: ChatPeer, in no order. */
GPtrArray *
chat_engine_list_peers (ChatEngine *self)
{
  GPtrArray *peers = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  ChatPeer *peer;

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &peer))
    g_ptr_array_add (peers, g_object_ref (peer));

  return peers;
}

ChatPeer *
chat_engine_get_peer (ChatEngine *self,
                      gint64      contact)
{
  return g_hash_table_lookup (self->peers, &contact);
}

/* The peer that is at @address, ADDR:PORT or HOST:PORT, now, or %NULL. */
ChatPeer *
chat_engine_find_peer_at (ChatEngine *self,
                          const char *address)
{
  ChatAddress known;
  g_autofree char *text = _chat_engine_parse_address (address, &known)
                          ? chat_address_to_string (&known) : g_strdup (address);
  GHashTableIter iter;
  ChatPeer *peer;

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &peer))
    {
      const char *host;

      if (!peer->is_online || peer->address_text == NULL)
        continue;

      host = g_hash_table_lookup (self->hosts, peer->address_text);
      if (g_str_equal (peer->address_text, text) || g_strcmp0 (host, address) == 0)
        return peer;
    }

  return NULL;
}

static ChatPeer *
find_by_fingerprint (ChatEngine  *self,
                     const char  *start,
                     GError     **error)
{
  g_autofree char *lower = g_ascii_strdown (start, -1);
  ChatPeer *found = NULL;
  GHashTableIter iter;
  ChatPeer *peer;

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &peer))
    {
      if (strlen (start) < FINGERPRINT_START_MIN || !g_str_has_prefix (peer->fingerprint, lower))
        continue;

      if (found != NULL)
        {
          g_set_error (error, CHAT_ENGINE_ERROR, CHAT_ENGINE_ERROR_AMBIGUOUS,
                       _("several contacts have fingerprints that begin with “%s”"), start);
          return NULL;
        }

      found = peer;
    }

  if (found == NULL)
    g_set_error (error, CHAT_ENGINE_ERROR, CHAT_ENGINE_ERROR_UNKNOWN,
                 _("no contact is known as “%s”"), start);

  return found;
}

/* Whom the user means by a name, the beginning of a fingerprint, or an address. */
ChatPeer *
chat_engine_find_peer (ChatEngine  *self,
                       const char  *who,
                       GError     **error)
{
  ChatPeer *peer = chat_engine_find_peer_at (self, who);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (ChatContact) contact = NULL;

  if (peer != NULL)
    return peer;

  contact = chat_store_find_name (self->store, who, &local_error);
  if (contact != NULL)
    return chat_engine_get_peer (self, contact->id);

  if (g_error_matches (local_error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_NOT_FOUND))
    return find_by_fingerprint (self, who, error);

  g_propagate_error (error, g_steal_pointer (&local_error));

  return NULL;
}

/* --- what the user decides --- */

/* Takes over what the store knows of the contact now. */
static gboolean
refresh (ChatEngine  *self,
         ChatPeer    *peer,
         GError     **error)
{
  g_autoptr (ChatContact) contact = chat_store_get_contact (self->store, peer->contact->id, error);

  if (contact == NULL)
    return FALSE;

  _chat_engine_add_peer (self, contact);

  if (!chat_contact_may_talk (contact) && peer->is_linked)
    _chat_engine_unlink (self, peer, CHAT_BYE_BLOCKED);
  else if (chat_contact_may_talk (contact) && !peer->is_linked)
    _chat_engine_look_for (self, peer);

  _chat_engine_tell_peer (self, peer);

  return TRUE;
}

gboolean
chat_engine_rename (ChatEngine  *self,
                    ChatPeer    *peer,
                    const char  *name,
                    GError     **error)
{
  return chat_store_rename (self->store, peer->contact->id, name, error) &&
         refresh (self, peer, error);
}

gboolean
chat_engine_set_blocked (ChatEngine  *self,
                         ChatPeer    *peer,
                         gboolean     blocked,
                         GError     **error)
{
  return chat_store_set_blocked (self->store, peer->contact->id, blocked, error) &&
         refresh (self, peer, error);
}

gboolean
chat_engine_set_trust (ChatEngine  *self,
                       ChatPeer    *peer,
                       ChatTrust    trust,
                       GError     **error)
{
  return chat_store_set_trust (self->store, peer->contact->id, trust, error) &&
         refresh (self, peer, error);
}

/* Forgets the contact and all that was said. */
gboolean
chat_engine_forget (ChatEngine  *self,
                    ChatPeer    *peer,
                    GError     **error)
{
  g_autoptr (ChatPeer) forgotten = g_object_ref (peer);
  gint64 id = peer->contact->id;

  if (!chat_store_forget (self->store, id, error))
    return FALSE;

  if (peer->is_linked)
    _chat_engine_unlink (self, peer, CHAT_BYE_LEAVING);

  _chat_engine_lost (self, peer);
  g_hash_table_remove (self->by_key, peer->contact->key);
  g_hash_table_remove (self->peers, &id);
  _chat_engine_plan_tidy (self);
  _chat_engine_tell_conversation (self, forgotten);

  return TRUE;
}
