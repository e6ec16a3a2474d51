/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-cookie.h"

#include <sodium.h>
#include <stddef.h>
#include <string.h>

void
chat_cookies_init (ChatCookies *self)
{
  g_assert (sodium_init () >= 0);
  randombytes_buf (self->secret, sizeof self->secret);
}

void
chat_cookies_clear (ChatCookies *self)
{
  sodium_memzero (self, sizeof *self);
}

static void
hash (const ChatCookies        *self,
      gint64                    slot,
      const ChatAddress        *from,
      const ChatWireInitiation *initiation,
      uint8_t                  *cookie)
{
  /* All but the padding, which is zeros, and the cookie */
  gsize length = offsetof (ChatWireInitiation, padding);
  uint8_t place[8 + 16 + 4 + 2];
  crypto_generichash_state state;

  chat_wire_set_u64 (place, (uint64_t) slot);
  memcpy (place + 8, from->ip, 16);
  chat_wire_set_u32 (place + 24, from->scope);
  chat_wire_set_u16 (place + 28, from->port);

  crypto_generichash_init (&state, self->secret, sizeof self->secret, CHAT_WIRE_COOKIE_SIZE);
  crypto_generichash_update (&state, place, sizeof place);
  crypto_generichash_update (&state, (const uint8_t *) initiation, length);
  crypto_generichash_final (&state, cookie, CHAT_WIRE_COOKIE_SIZE);
}

void
chat_cookies_make (const ChatCookies        *self,
                   gint64                    now,
                   const ChatAddress        *from,
                   const ChatWireInitiation *initiation,
                   uint8_t                  *cookie)
{
  hash (self, now / CHAT_COOKIE_SLOT, from, initiation, cookie);
}

/* A cookie of the slot before is good, too: it may have been made a moment ago. */
gboolean
chat_cookies_check (const ChatCookies        *self,
                    gint64                    now,
                    const ChatAddress        *from,
                    const ChatWireInitiation *initiation)
{
  uint8_t cookie[CHAT_WIRE_COOKIE_SIZE];

  if (sodium_is_zero (initiation->cookie, sizeof initiation->cookie))
    return FALSE;

  for (gint64 age = 0; age <= 1; age++)
    {
      hash (self, now / CHAT_COOKIE_SLOT - age, from, initiation, cookie);
      if (sodium_memcmp (cookie, initiation->cookie, sizeof cookie) == 0)
        return TRUE;
    }

  return FALSE;
}
