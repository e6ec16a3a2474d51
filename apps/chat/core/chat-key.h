/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Public keys as people see them. */

#define CHAT_KEY_SIZE               32
#define CHAT_KEY_FINGERPRINT_LENGTH (2 * CHAT_KEY_SIZE)
#define CHAT_KEY_SAFETY_LENGTH      (60 + 11)

/* For tables of keys that have shown themselves to be somebody's. */
guint     chat_key_hash              (gconstpointer  key);
gboolean  chat_key_equal             (gconstpointer  one,
                                      gconstpointer  other);

char     *chat_key_get_fingerprint   (const uint8_t *key) G_GNUC_WARN_UNUSED_RESULT;
gboolean  chat_key_from_fingerprint  (const char    *fingerprint,
                                      uint8_t       *key) G_GNUC_WARN_UNUSED_RESULT;
char     *chat_key_get_safety_number (const uint8_t *one,
                                      const uint8_t *other) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
