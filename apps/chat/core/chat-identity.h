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
} ChatIdentityError;

/* The name of its file in a profile. */
#define CHAT_IDENTITY_FILE "identity"

/* Who we are: an X25519 key. It never changes, so it may be read from any thread. */
typedef struct _ChatIdentity ChatIdentity;

GQuark                  chat_identity_error_quark   (void);
ChatIdentity           *chat_identity_new           (void) G_GNUC_WARN_UNUSED_RESULT;
ChatIdentity           *chat_identity_open          (const char          *directory,
                                                     GError             **error)
                                                    G_GNUC_WARN_UNUSED_RESULT;
ChatIdentity           *chat_identity_parse         (const char          *text,
                                                     gsize                length,
                                                     GError             **error)
                                                    G_GNUC_WARN_UNUSED_RESULT;
void                    chat_identity_free          (ChatIdentity        *self);
const uint8_t          *chat_identity_get_public    (const ChatIdentity  *self);
const ChatNoiseKeyPair *chat_identity_get_key_pair  (const ChatIdentity  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatIdentity, chat_identity_free)

G_END_DECLS
