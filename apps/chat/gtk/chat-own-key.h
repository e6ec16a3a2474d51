/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a profile has of its own before its engine begins. In another thread, since the
 * desktop, which may keep the key, may ask for a password. */
void      chat_own_key_read_async  (const char           *profile,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
gboolean  chat_own_key_read_finish (GAsyncResult         *result,
                                    char                **name,
                                    char                **fingerprint,
                                    GError              **error);
char     *chat_own_key_format      (const char           *fingerprint) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
