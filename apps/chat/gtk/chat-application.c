/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-application"

#include "chat-application.h"

#include "chat-window.h"

#include <glib/gi18n.h>

struct _ChatApplication
{
  AdwApplication  parent_instance;

  GSettings      *settings;
  ChatEngine     *engine;    /* NULL until the user has a name */
};

G_DEFINE_FINAL_TYPE (ChatApplication, chat_application, ADW_TYPE_APPLICATION)

static void
chat_application_activate (GApplication *application)
{
  ChatApplication *self = CHAT_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL)
    window = GTK_WINDOW (chat_window_new (self));

  gtk_window_present (window);
}

static void
chat_application_startup (GApplication *application)
{
  ChatApplication *self = CHAT_APPLICATION (application);

  G_APPLICATION_CLASS (chat_application_parent_class)->startup (application);

  self->settings = g_settings_new (CHAT_APPLICATION_ID);
}

static void
chat_application_shutdown (GApplication *application)
{
  ChatApplication *self = CHAT_APPLICATION (application);

  if (self->engine != NULL)
    chat_engine_stop (self->engine);
  g_clear_object (&self->engine);
  g_clear_object (&self->settings);

  G_APPLICATION_CLASS (chat_application_parent_class)->shutdown (application);
}

static void
chat_application_class_init (ChatApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->activate = chat_application_activate;
  application_class->startup = chat_application_startup;
  application_class->shutdown = chat_application_shutdown;
}

static void
chat_application_init (ChatApplication *self)
{
}

ChatApplication *
chat_application_new (void)
{
  g_set_application_name (_("Lanyard Chat"));

  return g_object_new (CHAT_TYPE_APPLICATION,
                       "application-id", CHAT_APPLICATION_ID,
                       "resource-base-path", "/io/github/lanyard/Lanyard/Chat",
                       NULL);
}

/* The chat, or NULL as long as the user has not said by which name. */
ChatEngine *
chat_application_get_engine (ChatApplication *self)
{
  return self->engine;
}

GSettings *
chat_application_get_settings (ChatApplication *self)
{
  return self->settings;
}
