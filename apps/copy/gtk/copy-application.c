/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-application"

#include "copy-application.h"

#include "copy-window.h"

#include <glib/gi18n.h>

struct _CopyApplication
{
  AdwApplication  parent_instance;

  GSettings      *settings;
};

G_DEFINE_FINAL_TYPE (CopyApplication, copy_application, ADW_TYPE_APPLICATION)

static void
copy_application_activate (GApplication *application)
{
  CopyApplication *self = COPY_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL)
    window = GTK_WINDOW (copy_window_new (self));

  gtk_window_present (window);
}

static void
copy_application_startup (GApplication *application)
{
  CopyApplication *self = COPY_APPLICATION (application);

  G_APPLICATION_CLASS (copy_application_parent_class)->startup (application);

  self->settings = g_settings_new (COPY_APPLICATION_ID);
}

static void
copy_application_shutdown (GApplication *application)
{
  CopyApplication *self = COPY_APPLICATION (application);

  g_clear_object (&self->settings);

  G_APPLICATION_CLASS (copy_application_parent_class)->shutdown (application);
}

static void
copy_application_class_init (CopyApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->activate = copy_application_activate;
  application_class->startup = copy_application_startup;
  application_class->shutdown = copy_application_shutdown;
}

static void
copy_application_init (CopyApplication *self)
{
}

CopyApplication *
copy_application_new (void)
{
  g_set_application_name (_("Lanyard Copy"));

  return g_object_new (COPY_TYPE_APPLICATION,
                       "application-id", COPY_APPLICATION_ID,
                       "resource-base-path", "/io/github/lanyard/Lanyard/Copy",
                       NULL);
}

GSettings *
copy_application_get_settings (CopyApplication *self)
{
  return self->settings;
}
