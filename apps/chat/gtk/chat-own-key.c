/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-own-key"

#include "chat-own-key.h"

#include "chat-identity.h"
#include "chat-profile.h"

#include <string.h>

#define GROUP           4
#define GROUPS_OF_LINE  8

/* Opens the profile for a moment: who begins is to see the key before anything is sent. */
static char *
read_fingerprint (const char *path)
{
  g_autoptr (ChatProfile) profile = chat_profile_open (path, NULL);
  g_autoptr (ChatIdentity) identity = NULL;

  if (profile != NULL)
    identity = chat_identity_open (chat_profile_get_path (profile), NULL);

  return identity != NULL ? chat_key_get_fingerprint (chat_identity_get_public (identity)) : NULL;
}

/* What others compare: our key's fingerprint in groups, on two lines. NULL if there is no
 * engine, and the profile cannot be opened. */
char *
chat_own_key_describe (ChatApplication *application)
{
  ChatEngine *engine = chat_application_get_engine (application);
  g_autofree char *fingerprint =
    engine != NULL ? g_strdup (chat_engine_get_fingerprint (engine))
                   : read_fingerprint (chat_application_get_profile (application));
  GString *text;
  gsize length;

  if (fingerprint == NULL)
    return NULL;

  text = g_string_new (NULL);
  length = strlen (fingerprint);

  for (gsize i = 0; i < length; i += GROUP)
    {
      if (i > 0)
        g_string_append_c (text, i % (GROUP * GROUPS_OF_LINE) == 0 ? '\n' : ' ');
      g_string_append_len (text, fingerprint + i, (gssize) MIN (GROUP, length - i));
    }

  return g_string_free (text, FALSE);
}
