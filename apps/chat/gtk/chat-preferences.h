/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-application.h"

G_BEGIN_DECLS

/* What the user may choose, kept in the settings. */
#define CHAT_TYPE_PREFERENCES (chat_preferences_get_type ())

G_DECLARE_FINAL_TYPE (ChatPreferences, chat_preferences, CHAT, PREFERENCES, AdwPreferencesWindow)

GtkWindow *chat_preferences_new (GtkWindow       *parent,
                                 ChatApplication *application) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
