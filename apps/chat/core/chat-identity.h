/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-key.h"
#include "chat-noise.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define CHAT_IDENTITY_ERROR (chat_identity_error_quark ())

typedef enum
{
  CHAT_IDENTITY_ERROR_FAILED,  /* the system would not */
  CHAT_IDENTITY_ERROR_UNSAFE,  /* others could read the key */
  CHAT_IDENTITY_ERROR_DAMAGED, /* the file is not a key, or not a whole one */
  CHAT_IDENTITY_ERROR_ABSENT,  /* there is none yet */
  CHAT_IDENTITY_ERROR_LEFT,    /* it was moved, but is also where it was */
} ChatIdentityError;

/* Who keeps the secret. */
typedef enum
{
  CHAT_IDENTITY_IN_PROFILE,    /* the file, which only its owner can read */
  CHAT_IDENTITY_IN_DESKTOP,    /* its secret store */
} ChatIdentityPlace;

/* The name of its file in a profile. */
#define CHAT_IDENTITY_FILE "identity"

/* Who we are: an X25519 key. It never changes, so it may be read from any thread. */
typedef struct _ChatIdentity ChatIdentity;

GQuark                  chat_identity_error_quark   (void);
ChatIdentity           *chat_identity_new           (void) G_GNUC_WARN_UNUSED_RESULT;
ChatIdentity           *chat_identity_parse         (const char          *text,
                                                     gsize                length,
                                                     GError             **error)
                                                    G_GNUC_WARN_UNUSED_RESULT;
void                    chat_identity_free          (ChatIdentity        *self);
const uint8_t          *chat_identity_get_public    (const ChatIdentity  *self);
const ChatNoiseKeyPair *chat_identity_get_key_pair  (const ChatIdentity  *self);
ChatIdentityPlace       chat_identity_get_place     (const ChatIdentity  *self);

/* Of a profile. Errors are also those of the vault. If the desktop has the key, the
 * first two block for up to CHAT_VAULT_PATIENCE for each thing that they have to ask
 * it; any thread may call them. */
ChatIdentity           *chat_identity_open          (const char          *directory,
                                                     GError             **error)
                                                    G_GNUC_WARN_UNUSED_RESULT;
ChatIdentity           *chat_identity_keep_in       (const char          *directory,
                                                     ChatIdentityPlace    place,
                                                     GError             **error)
                                                    G_GNUC_WARN_UNUSED_RESULT;
void                    chat_identity_tidy          (const char          *directory);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatIdentity, chat_identity_free)

G_END_DECLS
