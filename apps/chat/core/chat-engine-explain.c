/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-engine-private.h"

#include <glib/gi18n.h>

/* “Why can't I see them?” */

/* In messages to be translated no macro may stand for a format. */
#define LONG(number) ((unsigned long long) (number))

/* Why an attempt came to nothing, in words. */
const char *
_chat_engine_describe (ChatHandshakeReason reason)
{
  switch (reason)
    {
    case CHAT_HANDSHAKE_SILENT:
      return _("nobody answered");
    case CHAT_HANDSHAKE_WRONG_PEER:
      return _("somebody else is there");
    case CHAT_HANDSHAKE_SELF:
      return _("that is ourselves");
    case CHAT_HANDSHAKE_NEEDLESS:
    default:
      return _("another attempt was faster");
    }
}

static double
seconds_since (gint64 time)
{
  return (double) (g_get_monotonic_time () - time) / G_USEC_PER_SEC;
}

static void
explain_peer (ChatEngine *self,
              ChatPeer   *peer,
              GString    *text)
{
  ChatNodePeerInfo info;

  /* Translators: a name, and “online” or why not; also “Files: 12” in a report */
  g_string_append_printf (text, _("%s: %s\n"), chat_peer_get_name (peer),
                          peer->contact->blocked ? _("blocked by you")
                          : peer->contact->trust == CHAT_TRUST_HELD
                            ? _("held back: its key is not the one known by this name")
                          : peer->is_online ? _("online") : _("offline"));

  if (peer->last_heard != 0)
    g_string_append_printf (text, _("  last heard: %.1f s ago\n"), seconds_since (peer->last_heard));

  if (chat_node_get_peer (self->node, peer->contact->key, &info) && info.has_session)
    {
      /* Translators: an address */
      g_string_append_printf (text, _("  session: at %s, round trip %.1f ms, %llu of %llu "
                                      "payloads lost\n"),
                              peer->address_text, (double) info.link.rtt / 1000,
                              LONG (info.link.n_lost), LONG (info.link.n_written));
      g_string_append_printf (text, _("  waiting to be delivered: %u\n"), info.link.n_queued);
    }

  for (guint i = 0; peer->addresses != NULL && peer->addresses[i] != NULL; i++)
    {
      const ChatFailure *failure = g_hash_table_lookup (self->failures, peer->addresses[i]);

      if (failure != NULL)
        /* Translators: an address, what came of it, and when */
        g_string_append_printf (text, _("  tried %s: %s, %.1f s ago\n"), peer->addresses[i],
                                _chat_engine_describe (failure->reason), seconds_since (failure->time));
      else
        g_string_append_printf (text, _("  knows of %s\n"), peer->addresses[i]);
    }
}

static void
explain_others (ChatEngine *self,
                GString    *text)
{
  GHashTableIter iter;
  ChatSighting *sighting;
  const char *address;
  ChatFailure *failure;

  g_hash_table_iter_init (&iter, self->sightings);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &sighting))
    for (guint i = 0; i < sighting->n_places; i++)
      {
        g_autofree char *where = chat_address_to_string (&sighting->places[i].address);

        /* Translators: an address, when, and a name */
        g_string_append_printf (text, _("  a beacon from %s, %.1f s ago: %s\n"), where,
                                seconds_since (sighting->last_heard),
                                sighting->peer != NULL ? chat_peer_get_name (sighting->peer)
                                                       : _("not known yet"));
      }

  g_hash_table_iter_init (&iter, self->failures);
  while (g_hash_table_iter_next (&iter, (gpointer *) &address, (gpointer *) &failure))
    g_string_append_printf (text, _("  tried %s: %s, %.1f s ago\n"), address,
                            _chat_engine_describe (failure->reason), seconds_since (failure->time));
}

static void
explain_node (ChatEngine *self,
              GString    *text)
{
  ChatNodeInfo info;

  chat_node_get_info (self->node, &info);

  if (self->bind != NULL)
    /* Translators: %s is an IP address */
    g_string_append_printf (text, _("this node: port %u at %s\n"), chat_engine_get_port (self),
                            self->bind);
  else
    g_string_append_printf (text, _("this node: port %u\n"), chat_engine_get_port (self));

  g_string_append_printf (text, _("  datagrams: %llu received, %llu sent, %llu could not be sent\n"),
                          LONG (info.endpoint.n_received), LONG (info.endpoint.n_sent),
                          LONG (info.endpoint.n_unsent));
  g_string_append_printf (text, _("  handshakes: %llu done, %llu answered, %llu dropped as wrong\n"),
                          LONG (info.handshakes.n_established), LONG (info.handshakes.n_answered),
                          LONG (info.handshakes.n_dropped));
  g_string_append_printf (text, _("  not understood: %llu; sealed, but not for us: %llu\n"),
                          LONG (info.n_foreign), LONG (info.n_refused));
}

/* What was tried to reach @peer, or anybody if that is %NULL, and what was heard: a
 * line each. */
char *
chat_engine_explain (ChatEngine *self,
                     ChatPeer   *peer)
{
  GString *text = g_string_new (NULL);

  g_return_val_if_fail (CHAT_IS_ENGINE (self), NULL);

  if (peer != NULL)
    explain_peer (self, peer, text);

  explain_node (self, text);

  if (self->discovery != NULL)
    chat_discovery_explain (self->discovery, text);
  else
    g_string_append (text, _("beacons: none sent or heard, as you asked\n"));

  explain_others (self, text);

  return g_string_free (text, FALSE);
}
