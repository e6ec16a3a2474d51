/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-settings"

#include "chat-settings.h"

static gboolean
get_color_scheme (GValue   *value,
                  GVariant *variant,
                  gpointer  user_data)
{
  const char *name = g_variant_get_string (variant, NULL);

  g_value_set_enum (value, g_str_equal (name, "light")  ? ADW_COLOR_SCHEME_FORCE_LIGHT
                           : g_str_equal (name, "dark") ? ADW_COLOR_SCHEME_FORCE_DARK
                                                        : ADW_COLOR_SCHEME_DEFAULT);

  return TRUE;
}

void
chat_settings_follow_style (GSettings *settings)
{
  g_settings_bind_with_mapping (settings, "color-scheme", adw_style_manager_get_default (),
                                "color-scheme", G_SETTINGS_BIND_GET, get_color_scheme, NULL, NULL,
                                NULL);
}

static void
on_retention (GSettings  *settings,
              const char *key,
              ChatEngine *engine)
{
  chat_engine_set_retention (engine, g_settings_get_uint (settings, key));
}

/* For an engine that has just begun. */
void
chat_settings_follow_engine (GSettings  *settings,
                             ChatEngine *engine)
{
  g_signal_connect_object (settings, "changed::retention-days", G_CALLBACK (on_retention), engine,
                           0);
  on_retention (settings, "retention-days", engine);
}
