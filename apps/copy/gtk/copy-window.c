/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-window"

#include "copy-window.h"

#include <glib/gi18n.h>

struct _CopyWindow
{
  AdwApplicationWindow  parent_instance;
};

G_DEFINE_FINAL_TYPE (CopyWindow, copy_window, ADW_TYPE_APPLICATION_WINDOW)

static void
keep_size (CopyWindow *self,
           GSettings *settings)
{
  g_settings_bind (settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
}

static void
copy_window_class_init (CopyWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/lanyard/Lanyard/Copy/copy-window.ui");
}

static void
copy_window_init (CopyWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

CopyWindow *
copy_window_new (CopyApplication *application)
{
  CopyWindow *self = g_object_new (COPY_TYPE_WINDOW, "application", application, NULL);

  keep_size (self, copy_application_get_settings (application));

  return self;
}
