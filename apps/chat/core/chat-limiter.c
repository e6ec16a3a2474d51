/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-limiter.h"

#include <sodium.h>
#include <string.h>

#define N_SETS 1024
#define N_WAYS 4

typedef struct
{
  uint64_t   source;  /* hashed with a secret, so nobody can choose whom he meets */
  ChatBucket bucket;
} Entry;

struct _ChatLimiter
{
  ChatRate rate;
  uint8_t  secret[crypto_shorthash_KEYBYTES];
  Entry    entries[N_SETS][N_WAYS];
};

void
chat_rate_init (ChatRate *self,
                guint     rate,
                guint     burst)
{
  g_return_if_fail (rate > 0 && burst > 0);

  self->interval = MAX (G_USEC_PER_SEC / rate, 1);
  self->tolerance = self->interval * (burst - 1);
}

/* Whether there was a token left. One comes back each interval. */
gboolean
chat_bucket_take (ChatBucket     *self,
                  const ChatRate *rate,
                  gint64          now)
{
  gint64 full = MAX (*self, now);

  if (full - now > rate->tolerance)
    return FALSE;

  *self = full + rate->interval;

  return TRUE;
}

ChatLimiter *
chat_limiter_new (guint rate,
                  guint burst)
{
  ChatLimiter *self = g_new0 (ChatLimiter, 1);

  g_assert (sodium_init () >= 0);
  chat_rate_init (&self->rate, rate, burst);
  randombytes_buf (self->secret, sizeof self->secret);

  /* A time that has long passed, whatever the clock says: all are full. */
  for (guint i = 0; i < N_SETS; i++)
    for (guint j = 0; j < N_WAYS; j++)
      self->entries[i][j].bucket = G_MININT64;

  return self;
}

void
chat_limiter_free (ChatLimiter *self)
{
  sodium_memzero (self, sizeof *self);
  g_free (self);
}

/* One host has a whole /64 of addresses to itself in IPv6, so that is one source;
 * but all link-local addresses have the same /64. Ports are free to choose. */
static uint64_t
hash_source (const ChatLimiter *self,
             const ChatAddress *source)
{
  uint8_t hash[crypto_shorthash_BYTES];
  gboolean whole = chat_address_is_v4 (source) ||
                   (source->ip[0] == 0xfe && (source->ip[1] & 0xc0) == 0x80);
  uint64_t value;

  crypto_shorthash (hash, source->ip, whole ? 16 : 8, self->secret);
  memcpy (&value, hash, sizeof value);

  return value;
}

/* Whether @source may have one more. Who is new takes the place of who has been
 * quiet for longest among the few that share it. */
gboolean
chat_limiter_take (ChatLimiter       *self,
                   const ChatAddress *source,
                   gint64             now)
{
  uint64_t hash = hash_source (self, source);
  Entry *set = self->entries[hash % N_SETS];
  Entry *oldest = set;

  for (guint i = 0; i < N_WAYS; i++)
    {
      if (set[i].source == hash)
        return chat_bucket_take (&set[i].bucket, &self->rate, now);
      if (set[i].bucket < oldest->bucket)
        oldest = &set[i];
    }

  oldest->source = hash;
  oldest->bucket = G_MININT64;

  return chat_bucket_take (&oldest->bucket, &self->rate, now);
}
