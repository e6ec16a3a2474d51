/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-handshake-private.h"

#include <sodium.h>
#include <string.h>

#define PROLOGUE "lanyard-chat"

/* How often sessions are looked through for keys that are too old. */
#define SWEEP_INTERVAL (10 * G_USEC_PER_SEC)

static guint
key_hash (gconstpointer key)
{
  guint hash;

  /* Nobody gets in here with a key that he has not the secret of. */
  memcpy (&hash, key, sizeof hash);

  return hash;
}

static gboolean
key_equal (gconstpointer one,
           gconstpointer other)
{
  return memcmp (one, other, CHAT_NOISE_KEY_SIZE) == 0;
}

static void
record_free (ChatRecord *record)
{
  chat_session_unref (record->session);
  g_free (record);
}

/* @identity has to outlive it. */
ChatHandshake *
chat_handshake_new (const ChatIdentity        *identity,
                    const ChatHandshakeLimits *limits)
{
  static const ChatHandshakeLimits none = { 0 };
  ChatHandshake *self = g_new0 (ChatHandshake, 1);
  guint rate, burst;

  limits = limits != NULL ? limits : &none;
  rate = limits->source_rate > 0 ? limits->source_rate : CHAT_SOURCE_RATE;
  burst = limits->source_burst > 0 ? limits->source_burst : CHAT_SOURCE_BURST;
  self->sources = chat_limiter_new (rate, burst);
  self->liars = chat_limiter_new (CHAT_SOURCE_RATE, CHAT_SOURCE_BURST);

  rate = limits->unproven_rate > 0 ? limits->unproven_rate : CHAT_UNPROVEN_RATE;
  burst = limits->unproven_burst > 0 ? limits->unproven_burst : CHAT_UNPROVEN_BURST;
  chat_rate_init (&self->unproven_rate, rate, burst);
  self->pending_max = limits->pending_max > 0 ? limits->pending_max : CHAT_PENDING_MAX;

  chat_cookies_init (&self->cookies);
  self->identity = identity;
  self->attempts = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) chat_attempt_free);
  self->pending = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) chat_pending_free);
  self->initiations = g_hash_table_new (chat_pending_hash, chat_pending_equal);
  self->sessions = g_hash_table_new (NULL, NULL);
  self->peers = g_hash_table_new_full (key_hash, key_equal, NULL, (GDestroyNotify) record_free);
  self->timeout = G_MAXINT64;

  return self;
}

/* Sessions live on for those who have references. */
void
chat_handshake_free (ChatHandshake *self)
{
  ChatHandshakeEvent *event;

  while ((event = g_queue_pop_head (&self->events)) != NULL)
    {
      chat_handshake_event_clear (event);
      g_free (event);
    }
  g_queue_clear_full (&self->datagrams, g_free);
  g_queue_clear (&self->order);

  g_queue_clear (&self->strangers);
  g_queue_clear (&self->known);

  g_hash_table_unref (self->initiations);
  g_hash_table_unref (self->attempts);
  g_hash_table_unref (self->pending);
  g_hash_table_unref (self->sessions);
  g_hash_table_unref (self->peers);

  chat_limiter_free (self->sources);
  chat_limiter_free (self->liars);
  chat_cookies_clear (&self->cookies);
  g_free (self);
}

/* --- for both sides ---------------------------------------------------------- */

/* All kinds share the numbers, so that no datagram means two things. Random, so that
 * who does not see our datagrams cannot send any that would be looked at. */
uint32_t
chat_handshake_new_index (const ChatHandshake *self)
{
  uint32_t index;
  gpointer key;

  do
    {
      index = randombytes_random ();
      key = GUINT_TO_POINTER (index);
    }
  while (index == 0 || g_hash_table_contains (self->attempts, key) ||
         g_hash_table_contains (self->pending, key) ||
         g_hash_table_contains (self->sessions, key));

  return index;
}

/* What of the initiation is outside Noise is made a part of it by the prologue. */
void
chat_handshake_begin_noise (const ChatHandshake      *self,
                            ChatNoise                *noise,
                            gboolean                  initiator,
                            const ChatWireInitiation *initiation)
{
  uint8_t prologue[sizeof PROLOGUE - 1 + sizeof initiation->header + sizeof initiation->sender];
  uint8_t *end = prologue;

  memcpy (end, PROLOGUE, sizeof PROLOGUE - 1);
  end += sizeof PROLOGUE - 1;
  memcpy (end, &initiation->header, sizeof initiation->header);
  end += sizeof initiation->header;
  memcpy (end, initiation->sender, sizeof initiation->sender);

  chat_noise_init (noise, initiator, chat_identity_get_key_pair (self->identity),
                   prologue, sizeof prologue);
}

gboolean
chat_handshake_is_self (const ChatHandshake *self,
                        const uint8_t       *key)
{
  return key_equal (chat_identity_get_public (self->identity), key);
}

void
chat_handshake_send (ChatHandshake     *self,
                     const ChatAddress *to,
                     gconstpointer      bytes,
                     gsize              length)
{
  ChatOutgoing *outgoing = g_new (ChatOutgoing, 1);

  outgoing->to = *to;
  outgoing->length = length;
  memcpy (outgoing->bytes, bytes, length);
  g_queue_push_tail (&self->datagrams, outgoing);
}

/* Takes the reference that @event has. */
void
chat_handshake_push_event (ChatHandshake      *self,
                           ChatHandshakeEvent *event)
{
  g_queue_push_tail (&self->events, g_memdup2 (event, sizeof *event));
}

/* --- sessions ---------------------------------------------------------------- */

ChatRecord *
chat_handshake_find_record (const ChatHandshake *self,
                            uint32_t             index)
{
  return g_hash_table_lookup (self->sessions, GUINT_TO_POINTER (index));
}

ChatRecord *
chat_handshake_find_peer (const ChatHandshake *self,
                          const uint8_t       *key)
{
  return g_hash_table_lookup (self->peers, key);
}

static void
remove_indexes (ChatHandshake *self,
                ChatRecord    *record)
{
  for (guint i = 0; i < record->n_indexes; i++)
    g_hash_table_remove (self->sessions, GUINT_TO_POINTER (record->indexes[i]));
  record->n_indexes = 0;
}

static void
update_indexes (ChatHandshake *self,
                ChatRecord    *record)
{
  remove_indexes (self, record);
  record->n_indexes = chat_session_get_indexes (record->session, record->indexes);
  for (guint i = 0; i < record->n_indexes; i++)
    g_hash_table_insert (self->sessions, GUINT_TO_POINTER (record->indexes[i]), record);
}

static ChatRecord *
add_session (ChatHandshake         *self,
             gint64                 now,
             const uint8_t         *peer,
             const ChatSessionKeys *keys)
{
  ChatRecord *record = g_new0 (ChatRecord, 1);
  ChatRecord *old = chat_handshake_find_peer (self, peer);

  /* The peer has begun anew, so what was before means nothing to him. */
  if (old != NULL)
    chat_handshake_drop_session (self, old->session);

  record->session = chat_session_new (peer, keys, now);
  g_hash_table_insert (self->peers, (gpointer) chat_session_get_peer (record->session), record);

  return record;
}

/* A handshake has come to its end: @continued goes on with its keys, or if that is
 * %NULL, a new session begins. */
void
chat_handshake_finish (ChatHandshake         *self,
                       gint64                 now,
                       const ChatAddress     *address,
                       const uint8_t         *peer,
                       ChatSession           *continued,
                       const ChatSessionKeys *keys,
                       guint                  attempt)
{
  ChatHandshakeEvent event = { .address = *address, .attempt = attempt, .knows_peer = TRUE };
  ChatRecord *record;

  chat_attempts_end_needless (self, peer, address);

  if (continued != NULL)
    {
      event.type = CHAT_HANDSHAKE_REKEYED;
      record = chat_handshake_find_peer (self, peer);
      chat_session_rekey (record->session, keys, now);
    }
  else
    {
      event.type = CHAT_HANDSHAKE_ESTABLISHED;
      record = add_session (self, now, peer, keys);
    }

  record->step = ++self->n_steps;
  record->by_us = keys->initiator;
  update_indexes (self, record);
  self->info.n_established++;

  memcpy (event.peer, peer, sizeof event.peer);
  event.session = chat_session_ref (record->session);
  chat_handshake_push_event (self, &event);
}

/* The session that a datagram of the type DATA is for, or NULL. Not a reference. */
ChatSession *
chat_handshake_find_session (const ChatHandshake *self,
                             const uint8_t       *datagram,
                             gsize                length)
{
  const ChatWireData *data = (const ChatWireData *) datagram;
  const ChatRecord *record;

  if (chat_wire_get_type (datagram, length) != CHAT_WIRE_DATA)
    return NULL;

  record = chat_handshake_find_record (self, chat_wire_get_u32 (data->receiver));

  return record != NULL ? record->session : NULL;
}

/* Its datagrams are for nobody from now on. What was to continue it is given up. */
void
chat_handshake_drop_session (ChatHandshake *self,
                             ChatSession   *session)
{
  ChatRecord *record = chat_handshake_find_peer (self, chat_session_get_peer (session));
  GHashTableIter iter;
  ChatAttempt *attempt;

  if (record == NULL || record->session != session)
    return;

  g_hash_table_iter_init (&iter, self->attempts);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &attempt))
    if (attempt->session == session)
      g_hash_table_iter_remove (&iter);

  remove_indexes (self, record);
  g_hash_table_remove (self->peers, chat_session_get_peer (session));
}

/* --- in and out -------------------------------------------------------------- */

static gboolean
dispatch (ChatHandshake     *self,
          gint64             now,
          const ChatAddress *from,
          const uint8_t     *datagram,
          gsize              length)
{
  switch (chat_wire_get_type (datagram, length))
    {
    case CHAT_WIRE_INITIATION:
      return chat_pending_read_initiation (self, now, from, (gconstpointer) datagram);

    case CHAT_WIRE_RESPONSE:
      return chat_attempts_read_response (self, now, from, (gconstpointer) datagram);

    case CHAT_WIRE_CONFIRMATION:
      return chat_pending_read_confirmation (self, now, from, (gconstpointer) datagram);

    case CHAT_WIRE_DONE:
      return chat_attempts_read_done (self, now, from, (gconstpointer) datagram);

    case CHAT_WIRE_COOKIE:
      return chat_attempts_read_cookie (self, now, (gconstpointer) datagram);

    case CHAT_WIRE_NONE:
    case CHAT_WIRE_DATA:
    case CHAT_WIRE_BEACON:
    default:
      return FALSE;
    }
}

/* Whatever is wrong with a datagram, it is counted and dropped. */
void
chat_handshake_receive (ChatHandshake     *self,
                        gint64             now,
                        const ChatAddress *from,
                        const uint8_t     *datagram,
                        gsize              length)
{
  self->info.n_received++;
  if (!dispatch (self, now, from, datagram, length))
    self->info.n_dropped++;

  chat_attempts_begin (self, now);
}

/* The next datagram to be sent, for which there has to be room for CHAT_DATAGRAM_BASE;
 * returns its length, or 0 if there is none. */
gsize
chat_handshake_next_datagram (ChatHandshake *self,
                              ChatAddress   *to,
                              uint8_t       *datagram)
{
  g_autofree ChatOutgoing *outgoing = g_queue_pop_head (&self->datagrams);

  if (outgoing == NULL)
    return 0;

  *to = outgoing->to;
  memcpy (datagram, outgoing->bytes, outgoing->length);

  return outgoing->length;
}

/* Free what it holds with chat_handshake_event_clear(). */
gboolean
chat_handshake_next_event (ChatHandshake      *self,
                           ChatHandshakeEvent *event)
{
  g_autofree ChatHandshakeEvent *next = g_queue_pop_head (&self->events);

  if (next == NULL)
    return FALSE;

  *event = *next;

  return TRUE;
}

void
chat_handshake_event_clear (ChatHandshakeEvent *event)
{
  g_clear_pointer (&event->session, chat_session_unref);
}

/* When chat_handshake_tick() is to be called; G_MAXINT64 for never. */
gint64
chat_handshake_get_timeout (const ChatHandshake *self)
{
  gint64 timeout = self->timeout;

  if (self->order.head != NULL)
    {
      const ChatPending *oldest = self->order.head->data;

      timeout = MIN (timeout, oldest->created + CHAT_HANDSHAKE_LIFE);
    }
  if (g_hash_table_size (self->peers) > 0)
    timeout = MIN (timeout, self->next_sweep);

  return timeout;
}

void
chat_handshake_tick (ChatHandshake *self,
                     gint64         now)
{
  GHashTableIter iter;
  ChatRecord *record;

  chat_attempts_tick (self, now);
  chat_attempts_begin (self, now);
  chat_pending_tick (self, now);

  if (now < self->next_sweep)
    return;

  self->next_sweep = now + SWEEP_INTERVAL;
  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &record))
    {
      chat_session_tick (record->session, now);
      update_indexes (self, record);
    }
}

void
chat_handshake_get_info (const ChatHandshake *self,
                         ChatHandshakeInfo   *info)
{
  *info = self->info;
  info->n_attempts = g_hash_table_size (self->attempts);
  info->n_pending = g_hash_table_size (self->pending);
  info->n_sessions = g_hash_table_size (self->peers);
}
