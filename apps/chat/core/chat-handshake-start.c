/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-handshake-private.h"

#include <string.h>

/* Handshakes of ours up to their first datagram, which has to wait for its turn. */

/* One that does the same and still waits to be answered will do. */
static ChatAttempt *
find_same (ChatHandshake     *self,
           const ChatAddress *to,
           const uint8_t     *peer,
           ChatSession       *session)
{
  GHashTableIter iter;
  ChatAttempt *attempt;

  g_hash_table_iter_init (&iter, self->attempts);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &attempt))
    {
      if (attempt->session != session || !chat_address_equal (&attempt->to, to))
        continue;
      if (peer == NULL ? !attempt->expects_peer
          : attempt->expects_peer &&
            memcmp (attempt->expected, peer, sizeof attempt->expected) == 0)
        return attempt;
    }

  return NULL;
}

static void
write_initiation (ChatHandshake *self,
                  ChatAttempt   *attempt,
                  uint32_t       continues)
{
  ChatWireInitiation *initiation = &attempt->initiation;
  ChatWireHello hello = { 0 };
  gsize length;

  chat_wire_set_header (&initiation->header, CHAT_WIRE_INITIATION);
  chat_wire_set_u32 (initiation->sender, attempt->index);
  chat_wire_set_u32 (hello.continues, continues);

  chat_handshake_begin_noise (self, &attempt->noise, TRUE, initiation);
  if (!chat_noise_write (&attempt->noise, (const uint8_t *) &hello, sizeof hello,
                         initiation->noise, sizeof initiation->noise, &length))
    g_assert_not_reached ();
}

static void
begin (ChatHandshake *self,
       ChatAttempt   *attempt,
       gint64         now)
{
  attempt->state = ATTEMPT_AWAITS_RESPONSE;
  attempt->step = ++self->n_steps;
  write_initiation (self, attempt, attempt->session != NULL
                                   ? chat_session_get_remote (attempt->session) : 0);
  chat_attempt_transmit_first (self, attempt, now);
}

/* The next one whose turn it is, or NULL. Some may have ended meanwhile. Who has said
 * a moment ago that he is there comes before those who were there once. */
static ChatAttempt *
take_next (ChatHandshake *self)
{
  while (!g_queue_is_empty (&self->strangers) || !g_queue_is_empty (&self->known))
    {
      GQueue *queue = g_queue_is_empty (&self->strangers) ? &self->known : &self->strangers;
      ChatAttempt *attempt = g_hash_table_lookup (self->attempts, g_queue_pop_head (queue));

      if (attempt != NULL && attempt->state == ATTEMPT_WAITS)
        return attempt;
    }

  return NULL;
}

/* Begins those that there is a place for. All at once, two hundred would ask so much of
 * each other that nobody had his answers in time. */
void
chat_attempts_begin (ChatHandshake *self,
                     gint64         now)
{
  ChatAttempt *attempt;

  while (self->pace.n_fresh < CHAT_HANDSHAKE_FRESH_MAX && (attempt = take_next (self)) != NULL)
    {
      attempt->pace = &self->pace;
      self->pace.n_fresh++;
      begin (self, attempt, now);
    }
}

static guint
start (ChatHandshake     *self,
       gint64             now,
       const ChatAddress *to,
       const uint8_t     *peer,
       ChatSession       *session)
{
  ChatAttempt *attempt = find_same (self, to, peer, session);

  if (attempt != NULL)
    return attempt->index;

  attempt = g_new0 (ChatAttempt, 1);
  attempt->index = chat_handshake_new_index (self);
  attempt->to = *to;
  attempt->expects_peer = peer != NULL;
  if (peer != NULL)
    memcpy (attempt->expected, peer, sizeof attempt->expected);
  if (session != NULL)
    attempt->session = chat_session_ref (session);

  g_hash_table_insert (self->attempts, GUINT_TO_POINTER (attempt->index), attempt);

  if (session != NULL)
    begin (self, attempt, now);
  else
    g_queue_push_tail (peer != NULL ? &self->known : &self->strangers,
                       GUINT_TO_POINTER (attempt->index));

  chat_attempts_begin (self, now);

  return attempt->index;
}

/* Begins a handshake with whoever is at @to, or with @peer alone if that is not %NULL.
 * Returns its number. It ends with an event, after some ten seconds at most. */
guint
chat_handshake_start (ChatHandshake     *self,
                      gint64             now,
                      const ChatAddress *to,
                      const uint8_t     *peer)
{
  return start (self, now, to, peer, NULL);
}

/* Begins one that gives new keys to @session. If the peer has forgotten it, it ends
 * with a new session in its place. */
guint
chat_handshake_start_rekey (ChatHandshake     *self,
                            gint64             now,
                            const ChatAddress *to,
                            ChatSession       *session)
{
  return start (self, now, to, chat_session_get_peer (session), session);
}

/* Without an event. */
void
chat_handshake_cancel (ChatHandshake *self,
                       guint          attempt)
{
  g_hash_table_remove (self->attempts, GUINT_TO_POINTER (attempt));
}
