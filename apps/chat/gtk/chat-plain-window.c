/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-plain-window"

#include "chat-plain-window.h"

struct _ChatPlainWindow
{
  AdwWindow  parent_instance;
};

G_DEFINE_FINAL_TYPE (ChatPlainWindow, chat_plain_window, ADW_TYPE_WINDOW)

static void
chat_plain_window_class_init (ChatPlainWindowClass *klass)
{
}

static void
chat_plain_window_init (ChatPlainWindow *self)
{
}

GtkWindow *
chat_plain_window_new (GtkWindow       *parent,
                       ChatApplication *application,
                       const char      *address)
{
  return g_object_new (CHAT_TYPE_PLAIN_WINDOW, "transient-for", parent, NULL);
}
