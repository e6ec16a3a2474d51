/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CHAT_VAULT_ERROR (chat_vault_error_quark ())

typedef enum
{
  CHAT_VAULT_ERROR_FAILED,      /* it would not */
  CHAT_VAULT_ERROR_NOT_BUILT,   /* this program cannot use one */
  CHAT_VAULT_ERROR_UNAVAILABLE, /* it is not there, or does not answer */
  CHAT_VAULT_ERROR_LOCKED,      /* nobody unlocked it */
  CHAT_VAULT_ERROR_MISSING,     /* it has no such secret */
} ChatVaultError;

/* Long enough to type the password of a keyring, in milliseconds. */
#define CHAT_VAULT_PATIENCE 30000

/* The desktop's secret store, which keeps texts by names that are no secrets.
 *
 * Everything here blocks for up to @patience milliseconds, since the desktop may have
 * to ask the user for a password: not for the main thread of a program with windows.
 * One thread of a program may be in here at a time. The texts of errors go on where
 * somebody said “the desktop's secret store: ”. */

GQuark   chat_vault_error_quark (void);
gboolean chat_vault_is_built    (void);
gboolean chat_vault_read        (const char  *name,
                                 char        *text,
                                 gsize        size,
                                 gsize       *length,
                                 guint        patience,
                                 GError     **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean chat_vault_write       (const char  *name,
                                 const char  *label,
                                 const char  *text,
                                 gsize        length,
                                 guint        patience,
                                 GError     **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean chat_vault_remove      (const char  *name,
                                 guint        patience,
                                 GError     **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
