/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-handshake-private.h"

#include <sodium.h>
#include <string.h>

/* How long to wait for the right one when a wrong one has answered: what he says is
 * no proof that the right one is not there. */
#define WRONG_PEER_PATIENCE G_USEC_PER_SEC

/* --- pace -------------------------------------------------------------------- */

/* Others may begin in its place. */
static void
leave_place (ChatAttempt *attempt)
{
  if (attempt->pace != NULL)
    attempt->pace->n_fresh--;

  attempt->pace = NULL;
}

/* Where everybody is busy, answers take their time, and to ask again before they can
 * have come makes everybody busier. */
static void
note_answer (ChatHandshake     *self,
             const ChatAttempt *attempt,
             gint64             now)
{
  gint64 error = now - attempt->first_time - self->pace.answering;

  self->pace.answering += error / 8;
  self->pace.deviation += (ABS (error) - self->pace.deviation) / 4;
}

void
chat_attempt_free (ChatAttempt *attempt)
{
  leave_place (attempt);
  g_clear_pointer (&attempt->session, chat_session_unref);
  sodium_memzero (attempt, sizeof *attempt);
  g_free (attempt);
}

/* --- sending ----------------------------------------------------------------- */

/* Half as long again each time, up to a limit. */
static gint64
get_interval (const ChatAttempt *attempt,
              guint              n_sent)
{
  gint64 interval = attempt->interval;

  for (guint i = 0; i < n_sent && interval < CHAT_HANDSHAKE_RETRY_MAX; i++)
    interval += interval / 2;

  return MIN (interval, CHAT_HANDSHAKE_RETRY_MAX);
}

/* The same bytes each time: to whoever has had them they are nothing new. */
static void
transmit (ChatHandshake *self,
          ChatAttempt   *attempt,
          gint64         now)
{
  if (attempt->state == ATTEMPT_AWAITS_RESPONSE)
    chat_handshake_send (self, &attempt->to, &attempt->initiation, sizeof attempt->initiation);
  else
    chat_handshake_send (self, &attempt->to, &attempt->confirmation,
                         sizeof attempt->confirmation);

  if (attempt->n_sent > 0)
    leave_place (attempt);

  attempt->next_time = MIN (now + get_interval (attempt, attempt->n_sent), attempt->deadline);
  attempt->n_sent++;
  self->timeout = MIN (self->timeout, attempt->next_time);
}

/* The first of one kind. */
void
chat_attempt_transmit_first (ChatHandshake *self,
                             ChatAttempt   *attempt,
                             gint64         now)
{
  attempt->interval = CLAMP (self->pace.answering + 4 * self->pace.deviation,
                             CHAT_HANDSHAKE_RETRY_FIRST, CHAT_HANDSHAKE_RETRY_FIRST_MAX);
  attempt->first_time = attempt->deadline = now;
  for (guint i = 0; i < CHAT_HANDSHAKE_TRIES; i++)
    attempt->deadline += get_interval (attempt, i);

  attempt->n_sent = 0;
  transmit (self, attempt, now);
}

/* Ends it with an event. */
static void
fail (ChatHandshake       *self,
      ChatAttempt         *attempt,
      ChatHandshakeReason  reason)
{
  ChatHandshakeEvent event = {
    .type = CHAT_HANDSHAKE_FAILED,
    .reason = reason,
    .attempt = attempt->index,
    .address = attempt->to,
  };

  event.knows_peer = attempt->state == ATTEMPT_AWAITS_DONE || reason != CHAT_HANDSHAKE_SILENT;
  if (event.knows_peer)
    memcpy (event.peer, attempt->peer, sizeof event.peer);
  chat_handshake_push_event (self, &event);
  g_hash_table_remove (self->attempts, GUINT_TO_POINTER (attempt->index));
}

void
chat_attempts_tick (ChatHandshake *self,
                    gint64         now)
{
  g_autoptr (GPtrArray) over = g_ptr_array_new ();
  GHashTableIter iter;
  ChatAttempt *attempt;

  if (now < self->timeout)
    return;

  self->timeout = G_MAXINT64;
  g_hash_table_iter_init (&iter, self->attempts);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &attempt))
    {
      if (attempt->state == ATTEMPT_WAITS)
        continue;
      else if (now >= attempt->deadline)
        g_ptr_array_add (over, attempt);
      else if (now >= attempt->next_time)
        transmit (self, attempt, now);
      else
        self->timeout = MIN (self->timeout, attempt->next_time);
    }

  for (guint i = 0; i < over->len; i++)
    {
      attempt = over->pdata[i];
      fail (self, attempt, attempt->wrong_peer && attempt->state == ATTEMPT_AWAITS_RESPONSE
                           ? CHAT_HANDSHAKE_WRONG_PEER : CHAT_HANDSHAKE_SILENT);
    }
}

/* --- ties -------------------------------------------------------------------- */

/* Whether a handshake of ours with @peer has got as far as to have keys. */
gboolean
chat_attempts_is_any_awaiting (const ChatHandshake *self,
                               const uint8_t       *peer)
{
  GHashTableIter iter;
  ChatAttempt *attempt;

  g_hash_table_iter_init (&iter, self->attempts);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &attempt))
    if (attempt->state == ATTEMPT_AWAITS_DONE &&
        memcmp (attempt->peer, peer, sizeof attempt->peer) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
is_needless (const ChatAttempt *attempt,
             const uint8_t     *peer,
             const ChatAddress *address)
{
  if (attempt->state == ATTEMPT_AWAITS_DONE)
    return memcmp (attempt->peer, peer, sizeof attempt->peer) == 0;
  if (attempt->expects_peer)
    return memcmp (attempt->expected, peer, sizeof attempt->expected) == 0;

  return chat_address_equal (&attempt->to, address);
}

/* A handshake that @peer began at @address is over: those of ours that aim at the
 * same have nothing left to do. */
void
chat_attempts_end_needless (ChatHandshake     *self,
                            const uint8_t     *peer,
                            const ChatAddress *address)
{
  g_autoptr (GPtrArray) needless = g_ptr_array_new ();
  GHashTableIter iter;
  ChatAttempt *attempt;

  g_hash_table_iter_init (&iter, self->attempts);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &attempt))
    if (is_needless (attempt, peer, address))
      g_ptr_array_add (needless, attempt);

  for (guint i = 0; i < needless->len; i++)
    {
      attempt = needless->pdata[i];
      memcpy (attempt->peer, peer, sizeof attempt->peer);
      fail (self, attempt, CHAT_HANDSHAKE_NEEDLESS);
    }
}

/* --- reading ----------------------------------------------------------------- */

/* Noise has authenticated @welcome and who sent it. Returns whether to go on. */
static gboolean
check_peer (ChatHandshake *self,
            ChatAttempt   *attempt,
            gint64         now,
            const uint8_t *peer)
{
  const ChatRecord *record = chat_handshake_find_peer (self, peer);

  memcpy (attempt->peer, peer, sizeof attempt->peer);

  if (chat_handshake_is_self (self, peer))
    {
      fail (self, attempt, CHAT_HANDSHAKE_SELF);
      return FALSE;
    }
  if (attempt->expects_peer && memcmp (attempt->expected, peer, sizeof attempt->expected) != 0)
    {
      attempt->wrong_peer = TRUE;
      attempt->n_wrong++;
      attempt->deadline = MIN (attempt->deadline, now + WRONG_PEER_PATIENCE);
      attempt->next_time = MIN (attempt->next_time, attempt->deadline);
      self->timeout = MIN (self->timeout, attempt->next_time);
      return FALSE;
    }
  if (chat_attempts_is_any_awaiting (self, peer) ||
      (record != NULL && record->step > attempt->step))
    {
      fail (self, attempt, CHAT_HANDSHAKE_NEEDLESS);
      return FALSE;
    }

  return TRUE;
}

static void
get_keys (const ChatNoise *noise,
          ChatSessionKeys *keys,
          uint32_t         local_index,
          uint32_t         remote_index)
{
  ChatNoiseCipher send, receive;

  chat_noise_split (noise, &send, &receive);
  memcpy (keys->send, send.key, sizeof keys->send);
  memcpy (keys->receive, receive.key, sizeof keys->receive);
  keys->local_index = local_index;
  keys->remote_index = remote_index;
  keys->initiator = TRUE;
  chat_noise_cipher_clear (&send);
  chat_noise_cipher_clear (&receive);
}

static void
confirm (ChatHandshake         *self,
         ChatAttempt           *attempt,
         gint64                 now,
         const ChatAddress     *from,
         ChatNoise             *noise,
         const ChatWireWelcome *welcome)
{
  ChatWireConfirmation *confirmation = &attempt->confirmation;
  uint32_t remote_index = chat_wire_get_u32 (welcome->sender);
  ChatWireHello hello;
  gsize length;

  chat_wire_set_header (&confirmation->header, CHAT_WIRE_CONFIRMATION);
  chat_wire_set_u32 (confirmation->receiver, remote_index);
  if (!chat_noise_write (noise, NULL, 0, confirmation->noise, sizeof confirmation->noise,
                         &length))
    g_assert_not_reached ();

  memcpy (&hello, attempt->initiation.noise + CHAT_WIRE_KEY_SIZE, sizeof hello);
  attempt->continued = attempt->session != NULL &&
                       memcmp (hello.continues, welcome->continued, sizeof hello.continues) == 0;
  get_keys (noise, &attempt->keys, attempt->index, remote_index);
  chat_noise_clear (&attempt->noise);

  note_answer (self, attempt, now);
  attempt->state = ATTEMPT_AWAITS_DONE;
  attempt->to = *from;
  chat_attempt_transmit_first (self, attempt, now);
}

gboolean
chat_attempts_read_response (ChatHandshake          *self,
                             gint64                  now,
                             const ChatAddress      *from,
                             const ChatWireResponse *response)
{
  uint32_t index = chat_wire_get_u32 (response->receiver);
  ChatAttempt *attempt = g_hash_table_lookup (self->attempts, GUINT_TO_POINTER (index));
  ChatWireWelcome welcome;
  ChatNoise noise;
  gsize length;
  gboolean ok;

  if (attempt == NULL || attempt->state != ATTEMPT_AWAITS_RESPONSE)
    return FALSE;

  /* The first one is worth a Diffie-Hellman at once. Who sees our index could have us
   * compute for as many as he likes to send. */
  if (attempt->n_wrong > 0 && !chat_limiter_take (self->liars, from, now))
    return FALSE;

  noise = attempt->noise;
  ok = chat_noise_read (&noise, response->noise, sizeof response->noise,
                        (uint8_t *) &welcome, sizeof welcome, &length);
  if (!ok)
    attempt->n_wrong++;
  else if (check_peer (self, attempt, now, noise.remote_static))
    confirm (self, attempt, now, from, &noise, &welcome);
  chat_noise_clear (&noise);

  return ok;
}

gboolean
chat_attempts_read_done (ChatHandshake      *self,
                         gint64              now,
                         const ChatAddress  *from,
                         const ChatWireDone *done)
{
  uint32_t index = chat_wire_get_u32 (done->receiver);
  ChatAttempt *attempt = g_hash_table_lookup (self->attempts, GUINT_TO_POINTER (index));

  if (attempt == NULL || attempt->state != ATTEMPT_AWAITS_DONE ||
      !chat_noise_aead_open (attempt->keys.receive, CHAT_WIRE_NUMBER_DONE,
                             (const uint8_t *) done, G_STRUCT_OFFSET (ChatWireDone, tag),
                             done->tag, sizeof done->tag, NULL))
    return FALSE;

  note_answer (self, attempt, now);

  /* The index goes on as that of the session, so it has to be free first. */
  g_hash_table_steal (self->attempts, GUINT_TO_POINTER (index));
  chat_handshake_finish (self, now, from, attempt->peer,
                         attempt->continued ? attempt->session : NULL, &attempt->keys, index);
  chat_attempt_free (attempt);

  return TRUE;
}

/* The echo shows that who sent it has seen the initiation. He could have made it be
 * sent again in any case. */
gboolean
chat_attempts_read_cookie (ChatHandshake        *self,
                           gint64                now,
                           const ChatWireCookie *cookie)
{
  uint32_t index = chat_wire_get_u32 (cookie->receiver);
  ChatAttempt *attempt = g_hash_table_lookup (self->attempts, GUINT_TO_POINTER (index));
  ChatWireInitiation *initiation;

  if (attempt == NULL || attempt->state != ATTEMPT_AWAITS_RESPONSE)
    return FALSE;

  initiation = &attempt->initiation;
  if (sodium_memcmp (cookie->echo, initiation->noise, sizeof cookie->echo) != 0)
    return FALSE;

  /* Sent once at once for each cookie: else two could be made to play ball. */
  if (memcmp (cookie->cookie, initiation->cookie, sizeof cookie->cookie) == 0)
    return TRUE;

  memcpy (initiation->cookie, cookie->cookie, sizeof cookie->cookie);
  if (attempt->n_sent < 2 * CHAT_HANDSHAKE_TRIES)
    transmit (self, attempt, now);

  return TRUE;
}
