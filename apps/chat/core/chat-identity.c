/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-identity"

#include "chat-identity-private.h"

#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>

/* In memory that is not swapped out and has guard pages around it. */
struct _ChatIdentity
{
  ChatNoiseKeyPair  pair;
  ChatIdentityPlace place;
};

G_DEFINE_QUARK (chat-identity-error-quark, chat_identity_error)

static ChatIdentity *
allocate (void)
{
  ChatIdentity *self;

  g_assert (sodium_init () >= 0);
  self = sodium_malloc (sizeof *self);
  if (self == NULL)
    g_error ("cannot allocate memory for a key");
  self->place = CHAT_IDENTITY_IN_PROFILE;

  return self;
}

/* A key of its own, which is kept nowhere. */
ChatIdentity *
chat_identity_new (void)
{
  ChatIdentity *self = allocate ();

  chat_noise_key_pair_generate (&self->pair);

  /* X25519 does not look at these bits. Written down, there is one form of a key. */
  self->pair.secret[0] &= 0xf8;
  self->pair.secret[CHAT_NOISE_KEY_SIZE - 1] &= 0x7f;
  self->pair.secret[CHAT_NOISE_KEY_SIZE - 1] |= 0x40;
  sodium_mprotect_readonly (self);

  return self;
}

/* Wipes it. */
void
chat_identity_free (ChatIdentity *self)
{
  sodium_free (self);
}

const uint8_t *
chat_identity_get_public (const ChatIdentity *self)
{
  return self->pair.public;
}

/* For handshakes, which only point to it. */
const ChatNoiseKeyPair *
chat_identity_get_key_pair (const ChatIdentity *self)
{
  return &self->pair;
}

ChatIdentityPlace
chat_identity_get_place (const ChatIdentity *self)
{
  return self->place;
}

/* Before anybody else sees it. */
void
_chat_identity_set_place (ChatIdentity      *self,
                          ChatIdentityPlace  place)
{
  sodium_mprotect_readwrite (self);
  self->place = place;
  sodium_mprotect_readonly (self);
}

/* --- as text ------------------------------------------------------------------- */

static gboolean
decode_hex (const char *digits,
            uint8_t     key[CHAT_NOISE_KEY_SIZE])
{
  gsize length;

  return sodium_hex2bin (key, CHAT_NOISE_KEY_SIZE, digits, CHAT_IDENTITY_DIGITS, NULL, &length,
                         NULL) == 0 &&
         length == CHAT_NOISE_KEY_SIZE;
}

/* A line of @digits. */
static char *
encode_hex (char          *digits,
            const uint8_t *key)
{
  sodium_bin2hex (digits, CHAT_IDENTITY_DIGITS + 1, key, CHAT_NOISE_KEY_SIZE);
  digits[CHAT_IDENTITY_DIGITS] = '\n';

  return digits + CHAT_IDENTITY_DIGITS + 1;
}

/* The caller wipes @text. */
void
_chat_identity_format (const ChatIdentity *self,
                       char                text[CHAT_IDENTITY_SIZE])
{
  char *end = g_stpcpy (text, CHAT_IDENTITY_MAGIC);

  end = encode_hex (end, self->pair.secret);
  end = encode_hex (end, self->pair.public);
  *end = '\0';
}

/* That the desktop has the secret half of @key. */
void
_chat_identity_format_place (const uint8_t *key,
                             char           text[CHAT_IDENTITY_SIZE])
{
  *encode_hex (g_stpcpy (text, CHAT_IDENTITY_PLACE_MAGIC), key) = '\0';
}

/* Whether @text says so, and of which @key. */
gboolean
_chat_identity_parse_place (const char *text,
                            gsize       length,
                            uint8_t     key[CHAT_NOISE_KEY_SIZE])
{
  char expected[CHAT_IDENTITY_SIZE];

  if (length != CHAT_IDENTITY_PLACE_LENGTH ||
      !decode_hex (text + sizeof CHAT_IDENTITY_PLACE_MAGIC - 1, key))
    return FALSE;

  _chat_identity_format_place (key, expected);

  return memcmp (expected, text, length) == 0;
}

/* Reads a whole key. */
ChatIdentity *
chat_identity_parse (const char  *text,
                     gsize        length,
                     GError     **error)
{
  g_autoptr (ChatIdentity) self = allocate ();
  uint8_t secret[CHAT_NOISE_KEY_SIZE] = { 0 };
  char expected[CHAT_IDENTITY_SIZE];
  gboolean ok;

  ok = length == CHAT_IDENTITY_LENGTH &&
       decode_hex (text + sizeof CHAT_IDENTITY_MAGIC - 1, secret) &&
       (secret[0] & 0x07) == 0 && (secret[CHAT_NOISE_KEY_SIZE - 1] & 0xc0) == 0x40;
  if (ok)
    {
      chat_noise_key_pair_set (&self->pair, secret);
      _chat_identity_format (self, expected);
      ok = sodium_memcmp (expected, text, CHAT_IDENTITY_LENGTH) == 0;
      sodium_memzero (expected, sizeof expected);
    }
  sodium_memzero (secret, sizeof secret);

  if (!ok)
    {
      g_set_error_literal (error, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_DAMAGED,
                           _("it is damaged, or not an identity"));
      return NULL;
    }

  sodium_mprotect_readonly (self);

  return g_steal_pointer (&self);
}
