/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-preferences"

#include "chat-preferences.h"

struct _ChatPreferences
{
  AdwPreferencesWindow  parent_instance;
};

G_DEFINE_FINAL_TYPE (ChatPreferences, chat_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static void
chat_preferences_class_init (ChatPreferencesClass *klass)
{
}

static void
chat_preferences_init (ChatPreferences *self)
{
}

GtkWindow *
chat_preferences_new (GtkWindow       *parent,
                      ChatApplication *application)
{
  return g_object_new (CHAT_TYPE_PREFERENCES, "transient-for", parent, NULL);
}
