/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-own-key"

#include "chat-own-key.h"

#include "chat-identity.h"
#include "chat-profile.h"

#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>

#define GROUP           4
#define GROUPS_OF_LINE  8

typedef struct
{
  char *name;         /* or NULL */
  char *fingerprint;
} Own;

static void
own_free (gpointer data)
{
  Own *self = data;

  g_free (self->name);
  g_free (self->fingerprint);
  g_free (self);
}

static Own *
read_own (const char  *path,
          GError     **error)
{
  g_autoptr (ChatProfile) profile = NULL;
  g_autoptr (ChatIdentity) identity = NULL;
  Own *own;

  if (sodium_init () < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("cryptography is not available"));
      return NULL;
    }

  profile = chat_profile_open (path, error);
  if (profile != NULL)
    identity = chat_identity_open (chat_profile_get_path (profile), error);
  if (identity == NULL)
    return NULL;

  own = g_new0 (Own, 1);
  own->name = chat_profile_load_name (profile);
  own->fingerprint = chat_key_get_fingerprint (chat_identity_get_public (identity));

  return own;
}

static void
read_in_thread (GTask        *task,
                gpointer      source,
                gpointer      profile,
                GCancellable *cancellable)
{
  GError *error = NULL;
  Own *own = read_own (profile, &error);

  if (own != NULL)
    g_task_return_pointer (task, own, own_free);
  else
    g_task_return_error (task, error);
}

/* The profile, NULL for the usual one, is made if need be, and is free again when this
 * is done. */
void
chat_own_key_read_async (const char          *profile,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, chat_own_key_read_async);
  g_task_set_task_data (task, g_strdup (profile), g_free);
  g_task_run_in_thread (task, read_in_thread);
}

/* @name is set to NULL or empty if none was ever given. */
gboolean
chat_own_key_read_finish (GAsyncResult  *result,
                          char         **name,
                          char         **fingerprint,
                          GError       **error)
{
  Own *own = g_task_propagate_pointer (G_TASK (result), error);

  if (own == NULL)
    return FALSE;

  *name = g_steal_pointer (&own->name);
  *fingerprint = g_steal_pointer (&own->fingerprint);
  own_free (own);

  return TRUE;
}

/* As people compare it: in groups, on two lines. */
char *
chat_own_key_format (const char *fingerprint)
{
  GString *text = g_string_new (NULL);
  gsize length = strlen (fingerprint);

  for (gsize i = 0; i < length; i += GROUP)
    {
      if (i > 0)
        g_string_append_c (text, i % (GROUP * GROUPS_OF_LINE) == 0 ? '\n' : ' ');
      g_string_append_len (text, fingerprint + i, (gssize) MIN (GROUP, length - i));
    }

  return g_string_free (text, FALSE);
}
