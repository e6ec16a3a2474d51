/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-session.h"

#include "chat-generation.h"
#include "chat-replay.h"

#include <string.h>

struct _ChatSession
{
  int              refs;

  /* Set once */
  uint8_t          peer[CHAT_NOISE_KEY_SIZE];

  /* Guarded by @mutex */
  GMutex           mutex;
  ChatGeneration  *previous;  /* only to open what is still on its way, or NULL */
  ChatGeneration  *current;
  ChatGeneration  *next;      /* not used to seal until the peer has used it, or NULL */
  uint64_t         next_number;
  ChatReplay       sealed;
  ChatReplay       opened;
  ChatSessionInfo  info;
};

/* --- generations ------------------------------------------------------------- */

/* The peer has the next keys, so there is nothing more to seal with the old ones. */
static void
promote_next (ChatSession *self)
{
  g_clear_pointer (&self->previous, chat_generation_unref);
  self->previous = self->current;
  self->current = g_steal_pointer (&self->next);
}

static ChatGeneration *
get_youngest (ChatSession *self)
{
  return self->next != NULL ? self->next : self->current;
}

/* --- sessions ---------------------------------------------------------------- */

/* @peer is the public key that the handshake has proven. */
ChatSession *
chat_session_new (const uint8_t         *peer,
                  const ChatSessionKeys *keys,
                  gint64                 now)
{
  ChatSession *self = g_new0 (ChatSession, 1);

  self->refs = 1;
  g_mutex_init (&self->mutex);
  memcpy (self->peer, peer, sizeof self->peer);
  self->current = chat_generation_new (keys, now);

  return self;
}

ChatSession *
chat_session_ref (ChatSession *self)
{
  g_atomic_int_inc (&self->refs);

  return self;
}

void
chat_session_unref (ChatSession *self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;

  g_clear_pointer (&self->previous, chat_generation_unref);
  g_clear_pointer (&self->current, chat_generation_unref);
  g_clear_pointer (&self->next, chat_generation_unref);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

const uint8_t *
chat_session_get_peer (const ChatSession *self)
{
  return self->peer;
}

/* The index by which the peer knows this session. */
uint32_t
chat_session_get_remote (ChatSession *self)
{
  uint32_t index;

  g_mutex_lock (&self->mutex);
  index = self->current->keys.remote_index;
  g_mutex_unlock (&self->mutex);

  return index;
}

/* The indexes that the peer's datagrams may carry; returns how many. They stay the
 * same when keys are wiped for their age, so that such a session can be continued. */
guint
chat_session_get_indexes (ChatSession *self,
                          uint32_t     indexes[CHAT_SESSION_GENERATIONS])
{
  guint n_indexes = 0;

  g_mutex_lock (&self->mutex);
  if (self->previous != NULL)
    indexes[n_indexes++] = self->previous->keys.local_index;
  indexes[n_indexes++] = self->current->keys.local_index;
  if (self->next != NULL)
    indexes[n_indexes++] = self->next->keys.local_index;
  g_mutex_unlock (&self->mutex);

  return n_indexes;
}

void
chat_session_get_info (ChatSession     *self,
                       ChatSessionInfo *info)
{
  g_mutex_lock (&self->mutex);
  *info = self->info;
  g_mutex_unlock (&self->mutex);
}

/* Takes over the keys of a handshake that continued this session.
 *
 * The initiator learns last that the other side has them, and may seal with them at
 * once. The responder cannot know that his last word has arrived, and so waits for
 * the first datagram: nothing is ever sealed that cannot be opened. */
void
chat_session_rekey (ChatSession           *self,
                    const ChatSessionKeys *keys,
                    gint64                 now)
{
  g_mutex_lock (&self->mutex);

  g_clear_pointer (&self->next, chat_generation_unref);
  self->next = chat_generation_new (keys, now);
  if (keys->initiator)
    promote_next (self);
  self->info.n_rekeyed++;

  g_mutex_unlock (&self->mutex);
}

/* Whether it is time for a handshake that continues this session. The responder of
 * the last one leaves it to the initiator for a while, lest both begin. */
gboolean
chat_session_wants_rekey (ChatSession *self,
                          gint64       now)
{
  const ChatGeneration *youngest;
  gint64 limit;
  gboolean wants;

  g_mutex_lock (&self->mutex);
  youngest = get_youngest (self);
  limit = youngest->keys.initiator ? CHAT_REKEY_AFTER : CHAT_REKEY_AFTER_BY_RESPONDER;
  wants = youngest->spent || now - youngest->made >= limit ||
          youngest->n_sealed >= CHAT_REKEY_AFTER_COUNT ||
          self->info.n_forged / CHAT_FORGERIES_MAX > self->info.n_rekeyed;
  g_mutex_unlock (&self->mutex);

  return wants;
}

/* Whether there are keys that are young enough. If not, only a handshake helps. */
gboolean
chat_session_can_seal (ChatSession *self,
                       gint64       now)
{
  gboolean can;

  g_mutex_lock (&self->mutex);
  can = chat_generation_can_seal (self->current, now) ||
        (self->next != NULL && chat_generation_can_seal (self->next, now));
  g_mutex_unlock (&self->mutex);

  return can;
}

/* Wipes keys that are too old to be used. To be called now and then. */
void
chat_session_tick (ChatSession *self,
                   gint64       now)
{
  g_mutex_lock (&self->mutex);

  if (self->previous != NULL && chat_generation_is_old (self->previous, now))
    g_clear_pointer (&self->previous, chat_generation_unref);
  if (!self->current->spent && chat_generation_is_old (self->current, now))
    chat_generation_spend (&self->current);
  if (self->next != NULL && !self->next->spent && chat_generation_is_old (self->next, now))
    chat_generation_spend (&self->next);

  g_mutex_unlock (&self->mutex);
}

/* --- sealing ----------------------------------------------------------------- */

/* The number that the next datagram will have. */
uint64_t
chat_session_peek_number (ChatSession *self)
{
  uint64_t number;

  g_mutex_lock (&self->mutex);
  number = self->next_number;
  g_mutex_unlock (&self->mutex);

  return number;
}

/* The same, and gives it away: it is to be sealed, once, by whoever it is given to,
 * before CHAT_REPLAY_WINDOW others are. */
uint64_t
chat_session_take_number (ChatSession *self)
{
  uint64_t number;

  g_mutex_lock (&self->mutex);
  number = self->next_number++;
  g_mutex_unlock (&self->mutex);

  return number;
}

/* How long a payload of @length becomes, if it may become as long as @most: steps
 * of 64 bytes, and of a quarter of the power of two below for longer ones. */
gsize
chat_session_pad (gsize length,
                  gsize most)
{
  gsize step = 64;
  gsize padded;

  while (step * 8 <= length)
    step *= 2;
  padded = MAX ((length + step - 1) / step * step, step);

  return MAX (MIN (padded, most), length);
}

/* Keys to seal @number with, or NULL. A number is never given out twice, whatever
 * the caller does: two datagrams with one number and one key betray each other. */
static ChatGeneration *
begin_seal (ChatSession *self,
            gint64       now,
            uint64_t     number)
{
  ChatGeneration *generation = NULL;

  g_mutex_lock (&self->mutex);

  if (self->next != NULL && !chat_generation_can_seal (self->current, now))
    promote_next (self);

  if (chat_generation_can_seal (self->current, now) && number < self->next_number &&
      number < CHAT_WIRE_NUMBER_END && chat_replay_add (&self->sealed, number))
    {
      self->info.n_sealed++;
      self->current->n_sealed++;
      generation = chat_generation_ref (self->current);
    }

  g_mutex_unlock (&self->mutex);

  return generation;
}

/* Makes a datagram around a payload that is in its place already: @length bytes,
 * sizeof (ChatWireData) from the beginning of @datagram, which has room for @size. It
 * is padded with zeros, and encrypted where it is.
 *
 * Returns the length of the datagram, or 0 if the keys are too old, if @number has
 * not been taken or was sealed before, or if there is no room. */
gsize
chat_session_seal (ChatSession *self,
                   gint64       now,
                   uint64_t     number,
                   uint8_t     *datagram,
                   gsize        length,
                   gsize        size)
{
  uint8_t *payload = datagram + sizeof (ChatWireData);
  ChatGeneration *generation;
  ChatWireData header;
  gsize padded;

  size = MIN (size, CHAT_DATAGRAM_MAX);
  if (size < CHAT_WIRE_DATA_OVERHEAD || length > size - CHAT_WIRE_DATA_OVERHEAD)
    return 0;

  generation = begin_seal (self, now, number);
  if (generation == NULL)
    return 0;

  padded = chat_session_pad (length, size - CHAT_WIRE_DATA_OVERHEAD);
  memset (payload + length, 0, padded - length);

  chat_wire_set_header (&header.header, CHAT_WIRE_DATA);
  chat_wire_set_u32 (header.receiver, generation->keys.remote_index);
  chat_wire_set_u64 (header.number, number);
  memcpy (datagram, &header, sizeof header);

  chat_noise_aead_seal (generation->keys.send, number, datagram, sizeof header,
                        payload, padded, payload);
  chat_generation_unref (generation);

  return padded + CHAT_WIRE_DATA_OVERHEAD;
}

/* --- opening ----------------------------------------------------------------- */

static ChatGeneration *
find_generation (ChatSession *self,
                 gint64       now,
                 uint32_t     index)
{
  ChatGeneration *generations[] = { self->current, self->next, self->previous };

  for (guint i = 0; i < G_N_ELEMENTS (generations); i++)
    if (generations[i] != NULL && generations[i]->keys.local_index == index)
      return chat_generation_is_old (generations[i], now) ? NULL : generations[i];

  return NULL;
}

/* What is replayed is found before any work is done for it. */
static ChatGeneration *
begin_open (ChatSession *self,
            gint64       now,
            uint32_t     index,
            uint64_t     number)
{
  ChatGeneration *generation;

  g_mutex_lock (&self->mutex);

  generation = find_generation (self, now, index);
  if (generation != NULL)
    {
      if (number < CHAT_WIRE_NUMBER_END && chat_replay_is_new (&self->opened, number))
        {
          chat_generation_ref (generation);
        }
      else
        {
          self->info.n_replayed++;
          generation = NULL;
        }
    }

  g_mutex_unlock (&self->mutex);

  return generation;
}

/* The window is asked again: the same datagram may have been opened meanwhile. */
static gboolean
end_open (ChatSession      *self,
          const ChatGeneration *generation,
          gboolean          authentic,
          ChatOpened       *opened)
{
  g_mutex_lock (&self->mutex);

  opened->newest = opened->number >= self->opened.end;
  if (!authentic)
    {
      self->info.n_forged++;
    }
  else if (!chat_replay_add (&self->opened, opened->number))
    {
      self->info.n_replayed++;
      authentic = FALSE;
    }
  else
    {
      self->info.n_opened++;
      if (generation == self->next)
        promote_next (self);
    }

  g_mutex_unlock (&self->mutex);

  return authentic;
}

/* Opens a datagram where it is. Returns %FALSE if anything is wrong with it: not for
 * this session, too old, had before, or not authentic; its bytes are spoilt then.
 *
 * What was opened came from the peer, but the address may be of someone who repeats
 * what the peer sends. So follow it only when @opened->newest is set, and then only
 * as an address to answer to: whoever it is, he cannot read it. */
gboolean
chat_session_open (ChatSession *self,
                   gint64       now,
                   uint8_t     *datagram,
                   gsize        length,
                   ChatOpened  *opened)
{
  ChatGeneration *generation;
  ChatWireData header;
  gboolean authentic;

  if (chat_wire_get_type (datagram, length) != CHAT_WIRE_DATA)
    return FALSE;

  memcpy (&header, datagram, sizeof header);
  opened->number = chat_wire_get_u64 (header.number);
  generation = begin_open (self, now, chat_wire_get_u32 (header.receiver), opened->number);
  if (generation == NULL)
    return FALSE;

  opened->payload = datagram + sizeof header;
  opened->length = length - CHAT_WIRE_DATA_OVERHEAD;
  authentic = chat_noise_aead_open (generation->keys.receive, opened->number, datagram,
                                    sizeof header, opened->payload, length - sizeof header,
                                    opened->payload);
  authentic = end_open (self, generation, authentic, opened);
  chat_generation_unref (generation);

  return authentic;
}
