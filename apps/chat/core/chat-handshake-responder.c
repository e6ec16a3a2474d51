/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-handshake-private.h"

#include <sodium.h>
#include <string.h>

/* The same initiation is not answered more often than this. */
#define ANSWER_INTERVAL (20 * G_TIME_SPAN_MILLISECOND)

G_STATIC_ASSERT (CHAT_PENDING_IDENTITY == G_STRUCT_OFFSET (ChatWireInitiation, padding));

void
chat_pending_free (ChatPending *pending)
{
  sodium_memzero (pending, sizeof *pending);
  g_free (pending);
}

/* The ephemeral key: no honest sender uses one twice, and others only harm the one
 * chain that they choose, which is as long as pending handshakes are many. */
guint
chat_pending_hash (gconstpointer initiation)
{
  guint hash;

  memcpy (&hash, (const uint8_t *) initiation + 8, sizeof hash);

  return hash;
}

gboolean
chat_pending_equal (gconstpointer one,
                    gconstpointer other)
{
  return memcmp (one, other, CHAT_PENDING_IDENTITY) == 0;
}

static void
forget (ChatHandshake *self,
        ChatPending   *pending)
{
  g_hash_table_remove (self->initiations, pending->initiation);
  g_queue_delete_link (&self->order, pending->link);
  g_hash_table_remove (self->pending, GUINT_TO_POINTER (pending->index));
}

void
chat_pending_tick (ChatHandshake *self,
                   gint64         now)
{
  ChatPending *oldest;

  while ((oldest = g_queue_peek_head (&self->order)) != NULL &&
         now - oldest->created >= CHAT_HANDSHAKE_LIFE)
    forget (self, oldest);
}

/* --- initiation -------------------------------------------------------------- */

static void
send_cookie (ChatHandshake            *self,
             gint64                    now,
             const ChatAddress        *from,
             const ChatWireInitiation *initiation)
{
  ChatWireCookie reply;

  chat_wire_set_header (&reply.header, CHAT_WIRE_COOKIE);
  memcpy (reply.receiver, initiation->sender, sizeof reply.receiver);
  memcpy (reply.echo, initiation->noise, sizeof reply.echo);
  chat_cookies_make (&self->cookies, now, from, initiation, reply.cookie);
  chat_handshake_send (self, from, &reply, sizeof reply);
  self->info.n_cookies++;
}

/* Whether the sender is to be given a response. Without a cookie he may be anyone who
 * claims any address: there is a limit for all of them together, and beyond it they
 * are asked to show that they receive at it. */
static gboolean
admit (ChatHandshake            *self,
       gint64                    now,
       const ChatAddress        *from,
       const ChatWireInitiation *initiation)
{
  if (chat_cookies_check (&self->cookies, now, from, initiation))
    {
      if (chat_limiter_take (self->sources, from, now))
        return TRUE;

      self->info.n_limited++;
      return FALSE;
    }

  if (chat_bucket_take (&self->unproven, &self->unproven_rate, now))
    return TRUE;

  send_cookie (self, now, from, initiation);

  return FALSE;
}

static gboolean
write_response (ChatHandshake            *self,
                ChatPending              *pending,
                const ChatWireInitiation *initiation)
{
  ChatWireResponse *response = &pending->response;
  ChatWireWelcome welcome = { 0 };
  ChatWireHello hello;
  gsize length;

  chat_handshake_begin_noise (self, &pending->noise, FALSE, initiation);
  if (!chat_noise_read (&pending->noise, initiation->noise, sizeof initiation->noise,
                        (uint8_t *) &hello, sizeof hello, &length))
    return FALSE;

  /* Whether the session is his own is seen when he has shown who he is. */
  if (chat_handshake_find_record (self, chat_wire_get_u32 (hello.continues)) != NULL)
    pending->continues = chat_wire_get_u32 (hello.continues);

  chat_wire_set_u32 (welcome.sender, pending->index);
  chat_wire_set_u32 (welcome.continued, pending->continues);
  chat_wire_set_header (&response->header, CHAT_WIRE_RESPONSE);
  memcpy (response->receiver, initiation->sender, sizeof response->receiver);

  return chat_noise_write (&pending->noise, (const uint8_t *) &welcome, sizeof welcome,
                           response->noise, sizeof response->noise, &length);
}

static void
remember (ChatHandshake *self,
          ChatPending   *pending)
{
  if (g_hash_table_size (self->pending) >= self->pending_max)
    forget (self, g_queue_peek_head (&self->order));

  g_queue_push_tail (&self->order, pending);
  pending->link = self->order.tail;
  g_hash_table_insert (self->pending, GUINT_TO_POINTER (pending->index), pending);
  g_hash_table_insert (self->initiations, pending->initiation, pending);
}

static void
answer_again (ChatHandshake     *self,
              ChatPending       *pending,
              gint64             now,
              const ChatAddress *from)
{
  if (now - pending->answered < ANSWER_INTERVAL)
    {
      self->info.n_limited++;
      return;
    }

  pending->answered = now;
  chat_handshake_send (self, from, &pending->response, sizeof pending->response);
}

gboolean
chat_pending_read_initiation (ChatHandshake            *self,
                              gint64                    now,
                              const ChatAddress        *from,
                              const ChatWireInitiation *initiation)
{
  ChatPending *pending;

  if (!sodium_is_zero (initiation->padding, sizeof initiation->padding) ||
      chat_wire_get_u32 (initiation->sender) == 0)
    return FALSE;

  pending = g_hash_table_lookup (self->initiations, initiation);
  if (pending != NULL)
    {
      answer_again (self, pending, now, from);
      return TRUE;
    }

  if (!admit (self, now, from, initiation))
    return TRUE;

  pending = g_new0 (ChatPending, 1);
  pending->index = chat_handshake_new_index (self);
  pending->created = now;
  pending->answered = now;
  pending->step = ++self->n_steps;
  memcpy (pending->initiation, initiation, sizeof pending->initiation);
  if (!write_response (self, pending, initiation))
    {
      chat_pending_free (pending);
      return FALSE;
    }

  remember (self, pending);
  chat_handshake_send (self, from, &pending->response, sizeof pending->response);
  self->info.n_answered++;

  return TRUE;
}

/* --- confirmation ------------------------------------------------------------ */

/* Two that open at once end up with one session: both know both keys by now, and the
 * handshake that the smaller key began is the one that counts. */
static gboolean
loses_tie (const ChatHandshake *self,
           const ChatPending   *pending,
           const uint8_t       *peer)
{
  const ChatRecord *record = chat_handshake_find_peer (self, peer);
  const uint8_t *own = chat_identity_get_public (self->identity);
  gboolean crossing;

  crossing = chat_attempts_is_any_awaiting (self, peer) ||
             (record != NULL && record->by_us && record->step > pending->step);

  return crossing && memcmp (own, peer, CHAT_NOISE_KEY_SIZE) < 0;
}

static void
get_keys (const ChatPending *pending,
          ChatSessionKeys   *keys)
{
  const ChatWireInitiation *initiation = (gconstpointer) pending->initiation;
  ChatNoiseCipher send, receive;

  chat_noise_split (&pending->noise, &send, &receive);
  memcpy (keys->send, send.key, sizeof keys->send);
  memcpy (keys->receive, receive.key, sizeof keys->receive);
  keys->local_index = pending->index;
  keys->remote_index = chat_wire_get_u32 (initiation->sender);
  keys->initiator = FALSE;
  chat_noise_cipher_clear (&send);
  chat_noise_cipher_clear (&receive);
}

/* The entry stays, since the initiator asks again until he has heard that it is over.
 * But its index belongs to the session from now on. */
static void
complete (ChatHandshake              *self,
          ChatPending                *pending,
          gint64                      now,
          const ChatAddress          *from,
          const ChatWireConfirmation *confirmation,
          ChatSession                *continued)
{
  ChatWireDone *done = &pending->done;
  uint8_t peer[CHAT_NOISE_KEY_SIZE];
  ChatSessionKeys keys;

  get_keys (pending, &keys);
  memcpy (peer, pending->noise.remote_static, sizeof peer);
  chat_noise_clear (&pending->noise);

  chat_wire_set_header (&done->header, CHAT_WIRE_DONE);
  chat_wire_set_u32 (done->receiver, keys.remote_index);
  chat_noise_aead_seal (keys.send, CHAT_WIRE_NUMBER_DONE, (const uint8_t *) done,
                        G_STRUCT_OFFSET (ChatWireDone, tag), NULL, 0, done->tag);
  pending->is_done = TRUE;
  pending->confirmation = *confirmation;
  chat_handshake_send (self, from, done, sizeof *done);

  chat_handshake_finish (self, now, from, peer, continued, &keys, 0);
  sodium_memzero (&keys, sizeof keys);
}

gboolean
chat_pending_read_confirmation (ChatHandshake              *self,
                                gint64                      now,
                                const ChatAddress          *from,
                                const ChatWireConfirmation *confirmation)
{
  uint32_t index = chat_wire_get_u32 (confirmation->receiver);
  ChatPending *pending = g_hash_table_lookup (self->pending, GUINT_TO_POINTER (index));
  const ChatRecord *continued = NULL;
  const uint8_t *peer;
  gsize length;

  if (pending == NULL)
    return FALSE;

  if (pending->is_done)
    {
      if (memcmp (&pending->confirmation, confirmation, sizeof *confirmation) != 0)
        return FALSE;
      chat_handshake_send (self, from, &pending->done, sizeof pending->done);
      return TRUE;
    }

  if (!chat_noise_read (&pending->noise, confirmation->noise, sizeof confirmation->noise,
                        NULL, 0, &length))
    return FALSE;

  /* A session that has ended since, or is another's, cannot go on. */
  peer = pending->noise.remote_static;
  if (pending->continues != 0)
    continued = chat_handshake_find_record (self, pending->continues);
  if (chat_handshake_is_self (self, peer) || loses_tie (self, pending, peer) ||
      (pending->continues != 0 &&
       (continued == NULL ||
        memcmp (chat_session_get_peer (continued->session), peer, CHAT_NOISE_KEY_SIZE) != 0)))
    {
      forget (self, pending);
      return TRUE;
    }

  complete (self, pending, now, from, confirmation,
            continued != NULL ? continued->session : NULL);

  return TRUE;
}
