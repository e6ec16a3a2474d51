/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-window"

#include "chat-window.h"

#include <glib/gi18n.h>

struct _ChatWindow
{
  AdwApplicationWindow  parent_instance;
};

G_DEFINE_FINAL_TYPE (ChatWindow, chat_window, ADW_TYPE_APPLICATION_WINDOW)

static void
keep_size (ChatWindow *self,
           GSettings *settings)
{
  g_settings_bind (settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
}

static void
chat_window_class_init (ChatWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/lanyard/Lanyard/Chat/chat-window.ui");
}

static void
chat_window_init (ChatWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

ChatWindow *
chat_window_new (ChatApplication *application)
{
  ChatWindow *self = g_object_new (CHAT_TYPE_WINDOW, "application", application, NULL);

  keep_size (self, chat_application_get_settings (application));

  return self;
}
