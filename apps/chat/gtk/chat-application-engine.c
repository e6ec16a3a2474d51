/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-application"

#include "chat-application-private.h"

#include "chat-own-key.h"
#include "chat-settings.h"

/* Several settings may change together. */
#define RESTART_MS 100

static void
tell (ChatApplication *self)
{
  g_object_notify (G_OBJECT (self), "engine");
}

void
_chat_application_stop_engine (ChatApplication *self)
{
  ChatEngine *engine = g_steal_pointer (&self->engine);

  if (engine == NULL)
    return;

  chat_people_set_engine (self->people, NULL);
  chat_notifier_set_engine (self->notifier, NULL);
  tell (self);
  chat_engine_stop (engine);
  g_object_unref (engine);
}

/* What was begun is done. Returns whether it is of no use, since something else was
 * asked for in the meantime. */
static gboolean
end_opening (ChatApplication *self)
{
  gboolean is_over = self->settings == NULL;

  self->is_opening = FALSE;
  if (is_over || !self->is_wanted_again)
    return is_over;

  self->is_wanted_again = FALSE;
  chat_application_start_engine (self);

  return TRUE;
}

static void
on_own_key (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (ChatApplication) self = user_data;
  g_autofree char *name = NULL;
  g_autofree char *fingerprint = NULL;
  g_autoptr (GError) error = NULL;
  gboolean done = chat_own_key_read_finish (result, &name, &fingerprint, &error);

  if (end_opening (self))
    return;

  if (!done)
    self->problem = g_steal_pointer (&error);
  else if (name == NULL || *name == '\0')
    self->new_key = chat_own_key_format (fingerprint);
  else
    g_settings_set_string (self->settings, "name", name);

  tell (self);
}

static void
on_opened (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (ChatApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatEngine) engine = chat_engine_new_finish (result, &error);

  if (end_opening (self))
    return;

  self->problem = g_steal_pointer (&error);
  self->engine = g_steal_pointer (&engine);

  if (self->engine != NULL)
    {
      chat_settings_follow_engine (self->settings, self->engine);
      chat_people_set_engine (self->people, self->engine);
      chat_notifier_set_engine (self->notifier, self->engine);
      chat_engine_start (self->engine);
    }

  tell (self);
}

static void
open_engine (ChatApplication *self,
             const char      *name)
{
  g_autofree char *bind = self->arguments.bind != NULL
                          ? g_strdup (self->arguments.bind)
                          : g_settings_get_string (self->settings, "bind");
  int port = self->arguments.port >= 0 ? self->arguments.port
                                       : (int) g_settings_get_uint (self->settings, "port");
  ChatEngineOptions options = {
    .profile = self->arguments.profile,
    .name = name,
    .bind = *bind != '\0' ? bind : NULL,
    .port = (uint16_t) port,
    .any_port = self->arguments.port == 0,
    .no_discovery = self->arguments.no_discovery ||
                    !g_settings_get_boolean (self->settings, "discovery"),
  };

  chat_engine_new_async (&options, NULL, on_opened, g_object_ref (self));
}

/* Begins, or begins anew, or finds out that a name is missing: “notify::engine” tells
 * when any of these is done, or that there is a problem. */
void
chat_application_start_engine (ChatApplication *self)
{
  g_autofree char *name = g_settings_get_string (self->settings, "name");

  g_clear_handle_id (&self->restart, g_source_remove);
  if (self->is_opening)
    {
      self->is_wanted_again = TRUE;
      return;
    }

  g_clear_error (&self->problem);
  g_clear_pointer (&self->new_key, g_free);
  _chat_application_stop_engine (self);
  self->is_opening = TRUE;
  tell (self);

  if (*name != '\0')
    open_engine (self, name);
  else
    chat_own_key_read_async (self->arguments.profile, on_own_key, g_object_ref (self));
}

static gboolean
on_restart (gpointer user_data)
{
  ChatApplication *self = user_data;

  self->restart = 0;
  chat_application_start_engine (self);

  return G_SOURCE_REMOVE;
}

/* Soon, so that several changes are obeyed together. */
void
chat_application_restart_engine (ChatApplication *self)
{
  g_clear_handle_id (&self->restart, g_source_remove);
  self->restart = g_timeout_add (RESTART_MS, on_restart, self);
}
