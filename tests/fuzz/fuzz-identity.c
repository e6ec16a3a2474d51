/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-identity.h"
#include "fuzz.h"

/* The text of an identity either is one or is refused with a reason; and so is what
 * somebody types as a fingerprint. */
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

  if (chat_key_from_fingerprint (text, key))
    {
      g_autofree char *again = chat_key_get_fingerprint (key);

      g_assert (g_ascii_strcasecmp (text, again) == 0);
    }

  return 0;
}
