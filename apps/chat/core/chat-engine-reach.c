/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-engine-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* Who is where: beacons, addresses that were good once, and whether those who were
 * there still are. */

#define TICK_MS           1000
#define SECOND            G_USEC_PER_SEC

/* A peer that was not heard for so long is asked; see PATIENCE in
 * chat-engine-inbox.c for when it is given up. */
#define PING_AFTER        (13 * SECOND)
#define PING_INTERVAL     (5 * SECOND)

/* Of two that see each other's beacons one begins. The other does if nothing came of
 * that. */
#define YIELD             (2 * SECOND)
#define SIGHTING_RETRY    (5 * SECOND)
#define SIGHTING_LIFE     (60 * SECOND)
#define SIGHTINGS_MAX     4096

/* Who was met before its first beacon came is known by its address for so long. */
#define RECOGNITION       (12 * SECOND)

/* Tries at remembered addresses: after 1, 2, 4, … seconds. */
#define TRY_FIRST         (1 * SECOND)
#define TRY_LAST          (60 * SECOND)
#define TRIES_TO_LAST     6

#define FAILURES_MAX      1024

/* --- beacons --- */

/* The place at @address, which is new if it was not known; NULL if there are too many. */
static ChatSightingPlace *
ensure_place (ChatSighting      *sighting,
              const ChatAddress *address,
              gint64             first_try)
{
  ChatSightingPlace *place;

  for (guint i = 0; i < sighting->n_places; i++)
    if (chat_address_equal (&sighting->places[i].address, address))
      return &sighting->places[i];

  if (sighting->n_places == CHAT_SIGHTING_PLACES_MAX)
    return NULL;

  place = &sighting->places[sighting->n_places++];
  *place = (ChatSightingPlace) { *address, first_try };

  return place;
}

static ChatSighting *
ensure_sighting (ChatEngine *self,
                 gint64      run)
{
  ChatSighting *sighting = g_hash_table_lookup (self->sightings, &run);

  /* More than there can be people: somebody makes them up. */
  if (sighting != NULL || g_hash_table_size (self->sightings) >= SIGHTINGS_MAX)
    return sighting;

  sighting = g_new0 (ChatSighting, 1);
  sighting->run = run;
  g_hash_table_insert (self->sightings, &sighting->run, sighting);

  return sighting;
}

static gboolean
has_sighting (ChatEngine *self,
              ChatPeer   *peer)
{
  GHashTableIter iter;
  ChatSighting *sighting;

  g_hash_table_iter_init (&iter, self->sightings);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &sighting))
    if (sighting->peer == peer)
      return TRUE;

  return FALSE;
}

/* A beacon may come late, when its sender has found us already. Whoever was there for
 * longer, or sent others before, was started anew. */
static void
recognize (ChatEngine        *self,
           ChatSighting      *sighting,
           const ChatAddress *address,
           gint64             now)
{
  GHashTableIter iter;
  ChatPeer *peer;

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &peer))
    if (peer->is_linked && now < peer->met + RECOGNITION &&
        chat_address_equal (&peer->address, address) && !has_sighting (self, peer))
      {
        sighting->peer = peer;
        return;
      }
}

static void
try_place (ChatEngine        *self,
           ChatSightingPlace *place,
           gint64             now)
{
  if (now < place->next_try)
    return;

  place->next_try = now + SIGHTING_RETRY;
  chat_node_connect (self->node, &place->address, NULL);
}

/* Who begins needs no answer: nothing gets through by which he would not. */
static gboolean
on_beacon (const ChatAddress *address,
           const uint8_t     *run,
           gboolean           is_earlier,
           gpointer           user_data)
{
  ChatEngine *self = user_data;
  gint64 now = g_get_monotonic_time ();
  ChatSighting *sighting;
  ChatSightingPlace *place;
  gint64 key;

  memcpy (&key, run, sizeof key);
  sighting = ensure_sighting (self, key);
  if (sighting == NULL)
    return TRUE;

  sighting->last_heard = now;
  if (sighting->n_places == 0)
    recognize (self, sighting, address, now);

  if (sighting->peer != NULL && sighting->peer->is_online)
    {
      sighting->peer->last_heard = now;
      return FALSE;
    }

  place = ensure_place (sighting, address, is_earlier ? now + YIELD : now);
  if (place != NULL)
    try_place (self, place, now);

  return is_earlier;
}

static void
forget_sightings_of (ChatEngine *self,
                     ChatPeer   *peer)
{
  GHashTableIter iter;
  ChatSighting *sighting;

  g_hash_table_iter_init (&iter, self->sightings);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &sighting))
    if (sighting->peer == peer)
      g_hash_table_iter_remove (&iter);
}

/* The session's address tells which run is the peer's. */
static void
match_sighting (ChatEngine        *self,
                ChatPeer          *peer,
                const ChatAddress *address)
{
  GHashTableIter iter;
  ChatSighting *sighting;

  g_hash_table_iter_init (&iter, self->sightings);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &sighting))
    for (guint i = 0; i < sighting->n_places; i++)
      if (chat_address_equal (&sighting->places[i].address, address))
        sighting->peer = peer;
}

static void
look_at_sightings (ChatEngine *self,
                   gint64      now)
{
  GHashTableIter iter;
  ChatSighting *sighting;

  g_hash_table_iter_init (&iter, self->sightings);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &sighting))
    {
      if (now > sighting->last_heard + SIGHTING_LIFE)
        g_hash_table_iter_remove (&iter);
      else if (sighting->peer == NULL)
        for (guint i = 0; i < sighting->n_places; i++)
          try_place (self, &sighting->places[i], now);
    }
}

/* --- remembered addresses --- */

gboolean
_chat_engine_parse_address (const char  *text,
                            ChatAddress *address)
{
  g_autoptr (GSocketAddress) gio = NULL;
  g_autofree char *ip = NULL;
  const char *colon = strrchr (text, ':');
  const char *digits = colon != NULL ? colon + 1 : "";
  guint64 port;

  if (*text == '[' && colon != NULL && colon > text + 1 && colon[-1] == ']')
    ip = g_strndup (text + 1, (gsize) (colon - text) - 2);
  else if (colon != NULL && memchr (text, ':', (gsize) (colon - text)) == NULL)
    ip = g_strndup (text, (gsize) (colon - text));
  else
    return FALSE;

  if (!g_ascii_string_to_unsigned (digits, 10, 1, G_MAXUINT16, &port, NULL))
    return FALSE;

  gio = g_inet_socket_address_new_from_string (ip, (guint) port);

  return gio != NULL && chat_address_from_gio (address, gio);
}

static void
try_peer (ChatEngine *self,
          ChatPeer   *peer,
          gint64      now)
{
  gint64 wait = MIN (TRY_FIRST << MIN (peer->n_tries, TRIES_TO_LAST), TRY_LAST);

  peer->n_tries++;
  peer->next_try = now + wait;

  for (guint i = 0; peer->addresses != NULL && peer->addresses[i] != NULL; i++)
    {
      ChatAddress address;

      if (_chat_engine_parse_address (peer->addresses[i], &address))
        chat_node_connect (self->node, &address, peer->contact->key);
    }
}

/* Reads where the peer was, and tries that soon. */
void
_chat_engine_look_for (ChatEngine *self,
                       ChatPeer   *peer)
{
  g_autoptr (GError) error = NULL;

  if (peer->is_online || self->node == NULL)
    return;

  g_clear_pointer (&peer->addresses, g_strfreev);
  peer->addresses = chat_store_get_addresses (self->store, peer->contact->id, &error);
  if (peer->addresses == NULL)
    _chat_engine_tell_problem (self, error);

  peer->n_tries = 0;
  peer->next_try = 0;
}

/* Who does not want to be talked to is not asked every second. */
void
_chat_engine_be_patient (ChatPeer *peer)
{
  peer->n_tries = TRIES_TO_LAST;
  peer->next_try = g_get_monotonic_time () + TRY_LAST;
}

void
_chat_engine_found (ChatEngine        *self,
                    ChatPeer          *peer,
                    const ChatAddress *address)
{
  peer->met = peer->last_heard = g_get_monotonic_time ();
  peer->n_tries = 0;
  _chat_peer_set_address (peer, address);
  match_sighting (self, peer, address);
}

/* The peer has gone, or does not answer. */
void
_chat_engine_lost (ChatEngine *self,
                   ChatPeer   *peer)
{
  gboolean was_online = peer->is_online;

  peer->is_online = FALSE;
  forget_sightings_of (self, peer);
  _chat_engine_look_for (self, peer);

  if (was_online)
    _chat_engine_tell_peer (self, peer);
}

/* --- connecting on request --- */

/* A host whose addresses are being found, which may take longer than the engine is
 * wanted: that has to let go of its profile at once. */
typedef struct
{
  GWeakRef  engine;
  char     *text;     /* HOST:PORT as it was asked for */
} Host;

static void
host_free (Host *self)
{
  g_weak_ref_clear (&self->engine);
  g_free (self->text);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Host, host_free)

/* “unreached” tells of @address in the words that were asked for, and who is there is known by
 * them: one address can be written in many ways. */
static void
remember_words (ChatEngine        *self,
                const ChatAddress *address,
                const char        *words)
{
  g_autofree char *text = chat_address_to_string (address);

  if (!g_str_equal (text, words))
    g_hash_table_replace (self->hosts, g_steal_pointer (&text), g_strdup (words));
}

static void
on_enumerated (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (Host) host = user_data;
  g_autoptr (ChatEngine) self = g_weak_ref_get (&host->engine);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) gio =
    g_socket_address_enumerator_next_finish (G_SOCKET_ADDRESS_ENUMERATOR (source), result, &error);
  ChatAddress address;

  if (self == NULL)
    return;

  if (error != NULL)
    {
      g_signal_emit_by_name (self, "unreached", host->text, error->message);
      return;
    }

  if (gio == NULL || self->node == NULL)
    return;

  if (chat_address_from_gio (&address, gio))
    {
      remember_words (self, &address, host->text);
      chat_node_connect (self->node, &address, NULL);
    }

  g_socket_address_enumerator_next_async (G_SOCKET_ADDRESS_ENUMERATOR (source), NULL,
                                          on_enumerated, g_steal_pointer (&host));
}

/* Whether @text is ADDR:PORT or HOST:PORT rather than a name. */
gboolean
chat_engine_is_address (const char *text)
{
  const char *colon = strrchr (text, ':');
  guint64 port;

  return colon != NULL && colon != text &&
         g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXUINT16, &port, NULL);
}

/* Looks for a peer at ADDR:PORT or HOST:PORT. Whoever is there is told of by the
 * signal “peer”, and a host that is not known by “unreached”. */
gboolean
chat_engine_connect (ChatEngine  *self,
                     const char  *address,
                     GError     **error)
{
  g_autoptr (GSocketConnectable) connectable = NULL;
  g_autoptr (GSocketAddressEnumerator) enumerator = NULL;
  ChatAddress known;
  Host *host;

  g_return_val_if_fail (CHAT_IS_ENGINE (self), FALSE);

  if (_chat_engine_parse_address (address, &known))
    {
      remember_words (self, &known, address);
      chat_node_connect (self->node, &known, NULL);
      return TRUE;
    }

  if (chat_engine_is_address (address))
    connectable = g_network_address_parse (address, 0, NULL);

  if (connectable == NULL)
    {
      g_set_error (error, CHAT_ENGINE_ERROR, CHAT_ENGINE_ERROR_ADDRESS,
                   _("“%s” is not an address of the form ADDR:PORT"), address);
      return FALSE;
    }

  enumerator = g_socket_connectable_enumerate (connectable);
  host = g_new (Host, 1);
  g_weak_ref_init (&host->engine, self);
  host->text = g_strdup (address);
  g_socket_address_enumerator_next_async (enumerator, NULL, on_enumerated, host);

  return TRUE;
}

/* --- failures --- */

static gboolean
is_text (gpointer key,
         gpointer value,
         gpointer text)
{
  return g_str_equal (value, text);
}

/* A host is not reached when none of its addresses is. */
static void
tell_unreached (ChatEngine          *self,
                const char          *address,
                ChatHandshakeReason  reason)
{
  g_autofree char *known_as = NULL;
  g_autofree char *host = NULL;

  g_signal_emit_by_name (self, "unreached", address, _chat_engine_describe (reason));

  if (g_hash_table_steal_extended (self->hosts, address, (gpointer *) &known_as,
                                   (gpointer *) &host) &&
      g_hash_table_find (self->hosts, is_text, host) == NULL)
    g_signal_emit_by_name (self, "unreached", host, _chat_engine_describe (reason));
}

void
_chat_engine_failed (ChatEngine          *self,
                     const ChatNodeEvent *event)
{
  g_autofree char *address = chat_address_to_string (&event->address);
  ChatFailure *failure;

  if (event->reason == CHAT_HANDSHAKE_NEEDLESS)
    return;

  if (g_hash_table_size (self->failures) >= FAILURES_MAX)
    g_hash_table_remove_all (self->failures);

  failure = g_new (ChatFailure, 1);
  failure->reason = event->reason;
  failure->time = g_get_monotonic_time ();
  g_hash_table_replace (self->failures, g_strdup (address), failure);

  tell_unreached (self, address, event->reason);
}

/* --- time --- */

/* The link knows of answers, the sighting of beacons. */
static void
look_after (ChatEngine *self,
            ChatPeer   *peer,
            gint64      now)
{
  ChatNodePeerInfo info;

  if (now < peer->last_heard + PING_AFTER || now < peer->last_ping + PING_INTERVAL)
    return;

  if (chat_node_get_peer (self->node, peer->contact->key, &info))
    peer->last_heard = MAX (peer->last_heard, info.link.last_heard);

  if (now < peer->last_heard + PING_AFTER)
    return;

  peer->last_ping = now;
  chat_node_ping (self->node, peer->contact->key);
}

static gboolean
on_tick (gpointer user_data)
{
  ChatEngine *self = user_data;
  gint64 now = g_get_monotonic_time ();
  GHashTableIter iter;
  ChatPeer *peer;

  look_at_sightings (self, now);

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &peer))
    {
      if (peer->is_online)
        look_after (self, peer, now);
      else if (peer->addresses != NULL && now >= peer->next_try &&
               chat_contact_may_talk (peer->contact))
        try_peer (self, peer, now);
    }

  return G_SOURCE_CONTINUE;
}

void
_chat_engine_reach_start (ChatEngine *self)
{
  GHashTableIter iter;
  ChatPeer *peer;

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &peer))
    _chat_engine_look_for (self, peer);

  if (!self->no_discovery)
    self->discovery = chat_discovery_new (self->node, self->bind, on_beacon, self);

  self->tick = g_timeout_source_new (TICK_MS);
  g_source_set_callback (self->tick, on_tick, self, NULL);
  g_source_attach (self->tick, self->context);
  on_tick (self);
}

void
_chat_engine_reach_stop (ChatEngine *self)
{
  if (self->tick != NULL)
    g_source_destroy (self->tick);

  g_clear_pointer (&self->tick, g_source_unref);
  g_clear_pointer (&self->discovery, chat_discovery_free);
}
