/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-peer-private.h"

G_DEFINE_FINAL_TYPE (ChatPeer, chat_peer, G_TYPE_OBJECT)

static void
chat_peer_finalize (GObject *object)
{
  ChatPeer *self = CHAT_PEER (object);

  g_free (self->fingerprint);
  g_free (self->address_text);
  g_free (self->told);
  g_strfreev (self->addresses);
  chat_contact_unref (self->contact);

  G_OBJECT_CLASS (chat_peer_parent_class)->finalize (object);
}

static void
chat_peer_class_init (ChatPeerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_peer_finalize;
}

static void
chat_peer_init (ChatPeer *self)
{
}

ChatPeer *
_chat_peer_new (ChatContact *contact)
{
  ChatPeer *self = g_object_new (CHAT_TYPE_PEER, NULL);

  self->contact = chat_contact_ref (contact);
  self->fingerprint = chat_key_get_fingerprint (contact->key);

  return self;
}

void
_chat_peer_set_contact (ChatPeer    *self,
                        ChatContact *contact)
{
  ChatContact *old = self->contact;

  self->contact = chat_contact_ref (contact);
  chat_contact_unref (old);
}

/* Returns whether it is another one than before. */
gboolean
_chat_peer_set_address (ChatPeer          *self,
                        const ChatAddress *address)
{
  if (self->address_text != NULL && chat_address_equal (&self->address, address))
    return FALSE;

  self->address = *address;
  g_free (self->address_text);
  self->address_text = chat_address_to_string (address);

  return TRUE;
}

ChatContact *
chat_peer_get_contact (ChatPeer *self)
{
  return self->contact;
}

/* What the user knows it by. */
const char *
chat_peer_get_name (ChatPeer *self)
{
  return chat_contact_get_name (self->contact);
}

const char *
chat_peer_get_fingerprint (ChatPeer *self)
{
  return self->fingerprint;
}

/* Where it is, or was last, or %NULL. */
const char *
chat_peer_get_address (ChatPeer *self)
{
  return self->address_text;
}

gboolean
chat_peer_is_online (ChatPeer *self)
{
  return self->is_online;
}
