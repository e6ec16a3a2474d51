/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-identity-private.h"
#include "fuzz.h"

#include <string.h>

/* The text of an identity either is one or is refused with a reason, or tells where one
 * is, of which there is one way; and what somebody types is a fingerprint or is not. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatIdentity) identity = NULL;
  g_autofree char *text = size > 0 ? g_strndup ((const char *) data, size) : g_strdup ("");
  uint8_t key[CHAT_KEY_SIZE];

  identity = chat_identity_parse ((const char *) data, size, &error);
  g_assert ((identity == NULL) == (error != NULL));

  if (_chat_identity_parse_place ((const char *) data, size, key))
    {
      char again[CHAT_IDENTITY_SIZE];

      g_assert (identity == NULL);
      _chat_identity_format_place (key, again);
      g_assert (strlen (again) == size && memcmp (again, data, size) == 0);
    }

  if (chat_key_from_fingerprint (text, key))
    {
      g_autofree char *again = chat_key_get_fingerprint (key);

      g_assert (g_ascii_strcasecmp (text, again) == 0);
    }

  return 0;
}
