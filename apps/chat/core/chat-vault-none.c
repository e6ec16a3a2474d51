/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-vault.h"

#include <glib/gi18n.h>

/* The twin of chat-vault-libsecret.c for where that library is not. */

G_DEFINE_QUARK (chat-vault-error-quark, chat_vault_error)

gboolean
chat_vault_is_built (void)
{
  return FALSE;
}

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, CHAT_VAULT_ERROR, CHAT_VAULT_ERROR_NOT_BUILT,
                       _("this Lanyard was built without it"));

  return FALSE;
}

gboolean
chat_vault_read (const char  *name,
                 char        *text,
                 gsize        size,
                 gsize       *length,
                 guint        patience,
                 GError     **error)
{
  return refuse (error);
}

gboolean
chat_vault_write (const char  *name,
                  const char  *label,
                  const char  *text,
                  gsize        length,
                  guint        patience,
                  GError     **error)
{
  return refuse (error);
}

gboolean
chat_vault_remove (const char  *name,
                   guint        patience,
                   GError     **error)
{
  return refuse (error);
}
