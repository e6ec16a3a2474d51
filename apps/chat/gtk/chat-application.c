/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-application"

/* A profile that is not the usual one has its settings in it. */
#define G_SETTINGS_ENABLE_BACKEND

#include "chat-application-private.h"

#include "app-mnemonic.h"
#include "chat-application-actions.h"
#include "chat-settings.h"
#include "chat-window.h"

#include <gio/gsettingsbackend.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>

G_DEFINE_FINAL_TYPE (ChatApplication, chat_application, ADW_TYPE_APPLICATION)

enum
{
  PROP_ENGINE = 1,
};

static GParamSpec *properties[PROP_ENGINE + 1];

/* --- settings --- */

static GSettings *
open_settings (ChatApplication *self)
{
  g_autoptr (GSettingsBackend) backend = NULL;
  g_autofree char *path = NULL;

  if (self->arguments.profile == NULL)
    return g_settings_new (CHAT_SETTINGS_ID);

  path = g_build_filename (self->arguments.profile, "settings.ini", NULL);
  backend = g_keyfile_settings_backend_new (path, "/", NULL);

  return g_settings_new_with_backend (CHAT_SETTINGS_ID, backend);
}

static void
on_engine_setting (ChatApplication *self,
                   const char      *key)
{
  if (g_str_equal (key, "bind"))
    g_clear_pointer (&self->arguments.bind, g_free);
  else if (g_str_equal (key, "port"))
    self->arguments.port = -1;
  else
    self->arguments.no_discovery = FALSE;

  chat_application_restart_engine (self);
}

/* Who is talked with need not be left for a moment because of a name. */
static void
on_name (ChatApplication *self)
{
  g_autofree char *name = g_settings_get_string (self->settings, "name");

  if (self->engine != NULL)
    chat_engine_set_name (self->engine, name);
  else
    chat_application_start_engine (self);
}

static void
on_background (ChatApplication *self)
{
  gboolean wanted = g_settings_get_boolean (self->settings, "run-in-background");

  if (wanted && !self->is_held)
    g_application_hold (G_APPLICATION (self));
  else if (!wanted && self->is_held)
    g_application_release (G_APPLICATION (self));

  self->is_held = wanted;
}

static void
watch_settings (ChatApplication *self)
{
  static const char *const keys[] = { "bind", "port", "discovery" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *signal_name = g_strconcat ("changed::", keys[i], NULL);

      g_signal_connect_swapped (self->settings, signal_name, G_CALLBACK (on_engine_setting), self);
    }

  g_signal_connect_swapped (self->settings, "changed::name", G_CALLBACK (on_name), self);
  g_signal_connect_swapped (self->settings, "changed::run-in-background",
                            G_CALLBACK (on_background), self);
  on_background (self);
}

/* --- an application --- */

static gboolean
on_signal (gpointer user_data)
{
  g_action_group_activate_action (G_ACTION_GROUP (user_data), "quit", NULL);

  return G_SOURCE_CONTINUE;
}

/* Another profile is another program: it may run beside, and has its own settings. */
static void
choose_id (ChatApplication *self)
{
  g_autofree char *hash = NULL;
  g_autofree char *id = NULL;

  if (self->arguments.profile == NULL)
    return;

  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, self->arguments.profile, -1);
  id = g_strdup_printf (CHAT_APPLICATION_ID ".p%.16s", hash);
  g_application_set_application_id (G_APPLICATION (self), id);
}

static int
chat_application_handle_local_options (GApplication *application,
                                       GVariantDict *options)
{
  ChatApplication *self = CHAT_APPLICATION (application);
  g_autoptr (GError) error = NULL;

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("lanyard-chat %s\n", PACKAGE_VERSION);
      return 0;
    }

  if (!chat_arguments_read (&self->arguments, options, &error))
    {
      g_printerr (_("lanyard-chat: %s\n“lanyard-chat --help” tells more.\n"), error->message);
      return 2;
    }

  choose_id (self);

  return -1;
}

static void
chat_application_startup (GApplication *application)
{
  ChatApplication *self = CHAT_APPLICATION (application);
  static const int ends[G_N_ELEMENTS (self->ends)] = { SIGINT, SIGTERM, SIGHUP };

  G_APPLICATION_CLASS (chat_application_parent_class)->startup (application);

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    self->ends[i] = g_unix_signal_add (ends[i], on_signal, self);

  gtk_window_set_default_icon_name (CHAT_APPLICATION_ID);
  app_mnemonic_tidy_all ();
  self->settings = open_settings (self);
  if (self->arguments.name != NULL)
    g_settings_set_string (self->settings, "name", self->arguments.name);
  chat_settings_follow_style (self->settings);
  self->people = chat_people_new ();
  self->notifier = chat_notifier_new (self);
  chat_application_add_actions (self);
  watch_settings (self);
  chat_application_start_engine (self);
}

static void
chat_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (chat_application_get_window (CHAT_APPLICATION (application))));
}

static int
chat_application_command_line (GApplication            *application,
                               GApplicationCommandLine *line)
{
  ChatApplication *self = CHAT_APPLICATION (application);
  GVariantDict *options = g_application_command_line_get_options_dict (line);
  g_autofree char *peer = chat_arguments_peer (options);
  g_autoptr (GError) error = NULL;

  if (g_application_command_line_get_is_remote (line) && chat_arguments_any (options))
    g_application_command_line_printerr (line, "%s",
      _("lanyard-chat: it is running already; its name, address and port are in its preferences\n"));

  g_application_activate (application);

  if (peer == NULL || chat_window_look_for (chat_application_get_window (self), peer, &error))
    return 0;

  g_application_command_line_printerr (line, "lanyard-chat: %s\n", error->message);

  return 1;
}

/* What is bound would keep the settings, and hear of their changes. */
static void
stop_following (ChatApplication *self)
{
  g_signal_handlers_disconnect_by_data (self->settings, self);
  g_settings_unbind (adw_style_manager_get_default (), "color-scheme");
  g_action_map_remove_action (G_ACTION_MAP (self), "quiet");
}

static void
chat_application_shutdown (GApplication *application)
{
  ChatApplication *self = CHAT_APPLICATION (application);

  g_clear_handle_id (&self->restart, g_source_remove);
  for (guint i = 0; i < G_N_ELEMENTS (self->ends); i++)
    g_clear_handle_id (&self->ends[i], g_source_remove);
  if (self->settings != NULL)
    stop_following (self);
  if (self->people != NULL)
    _chat_application_stop_engine (self);
  g_clear_object (&self->notifier);
  g_clear_object (&self->people);
  g_clear_object (&self->settings);

  G_APPLICATION_CLASS (chat_application_parent_class)->shutdown (application);
}

static void
chat_application_finalize (GObject *object)
{
  ChatApplication *self = CHAT_APPLICATION (object);

  g_clear_error (&self->problem);
  g_free (self->new_key);
  chat_arguments_clear (&self->arguments);

  G_OBJECT_CLASS (chat_application_parent_class)->finalize (object);
}

static void
chat_application_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  if (id == PROP_ENGINE)
    g_value_set_object (value, CHAT_APPLICATION (object)->engine);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
chat_application_class_init (ChatApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->finalize = chat_application_finalize;
  object_class->get_property = chat_application_get_property;
  application_class->activate = chat_application_activate;
  application_class->command_line = chat_application_command_line;
  application_class->handle_local_options = chat_application_handle_local_options;
  application_class->shutdown = chat_application_shutdown;
  application_class->startup = chat_application_startup;

  properties[PROP_ENGINE] = g_param_spec_object ("engine", NULL, NULL, CHAT_TYPE_ENGINE,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
chat_application_init (ChatApplication *self)
{
  self->arguments.port = -1;
  chat_arguments_add_to (G_APPLICATION (self));
}

ChatApplication *
chat_application_new (void)
{
  return g_object_new (CHAT_TYPE_APPLICATION,
                       "application-id", CHAT_APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_COMMAND_LINE,
                       "resource-base-path", "/io/github/lanyard/Lanyard/Chat",
                       NULL);
}

/* The chat, or NULL as long as the user has not said by which name. */
ChatEngine *
chat_application_get_engine (ChatApplication *self)
{
  return self->engine;
}

ChatPeople *
chat_application_get_people (ChatApplication *self)
{
  return self->people;
}

GSettings *
chat_application_get_settings (ChatApplication *self)
{
  return self->settings;
}

/* What others will see of a profile that has no name yet: then the user has to be asked
 * for one. Else NULL. */
const char *
chat_application_get_new_key (ChatApplication *self)
{
  return self->new_key;
}

/* Why there is no engine though there is a name, or NULL. */
const GError *
chat_application_get_problem (ChatApplication *self)
{
  return self->problem;
}

/* The one window, which is made if there is none. */
ChatWindow *
chat_application_get_window (ChatApplication *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  for (GList *l = windows; l != NULL; l = l->next)
    if (CHAT_IS_WINDOW (l->data))
      return l->data;

  return chat_window_new (self);
}
