/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-identity.h"

G_BEGIN_DECLS

/* The file of an identity: a line that tells what it is, and the two halves of the key,
 * each in hexadecimal digits on a line of its own. The public one is there to tell
 * whether the file is damaged.
 *
 * If the desktop keeps the key, that text is in its store, and the file only tells so,
 * and which key it is. To a program that does not know of that, it is damaged: none
 * takes it for leave to make a new key. */
#define CHAT_IDENTITY_MAGIC       "lanyard-identity 1\n"
#define CHAT_IDENTITY_PLACE_MAGIC "lanyard-identity desktop 1\n"

#define CHAT_IDENTITY_DIGITS      (2 * CHAT_NOISE_KEY_SIZE)
#define CHAT_IDENTITY_LENGTH      (sizeof CHAT_IDENTITY_MAGIC - 1 + 2 * (CHAT_IDENTITY_DIGITS + 1))
#define CHAT_IDENTITY_PLACE_LENGTH \
  (sizeof CHAT_IDENTITY_PLACE_MAGIC - 1 + CHAT_IDENTITY_DIGITS + 1)

/* Either text with a NUL, which also is the one byte more by which too long ones show. */
#define CHAT_IDENTITY_SIZE        (CHAT_IDENTITY_LENGTH + 1)

void          _chat_identity_format       (const ChatIdentity  *self,
                                           char                 text[CHAT_IDENTITY_SIZE]);
void          _chat_identity_format_place (const uint8_t       *key,
                                           char                 text[CHAT_IDENTITY_SIZE]);
gboolean      _chat_identity_parse_place  (const char          *text,
                                           gsize                length,
                                           uint8_t              key[CHAT_NOISE_KEY_SIZE]);
void          _chat_identity_set_place    (ChatIdentity        *self,
                                           ChatIdentityPlace    place);

/* chat-identity-file.c */
gboolean      _chat_identity_fail         (GError             **error);
gboolean      _chat_identity_file_read    (int                  directory_fd,
                                           char                 text[CHAT_IDENTITY_SIZE],
                                           gsize               *length,
                                           GError             **error);
gboolean      _chat_identity_file_create  (int                  directory_fd,
                                           const char          *text,
                                           gsize                length,
                                           GError             **error);
gboolean      _chat_identity_file_replace (int                  directory_fd,
                                           const char          *text,
                                           gsize                length,
                                           GError             **error);
void          _chat_identity_file_tidy    (int                  directory_fd);

G_END_DECLS
