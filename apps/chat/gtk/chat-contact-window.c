/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-contact-window"

#include "chat-contact-window.h"

struct _ChatContactWindow
{
  AdwWindow  parent_instance;
};

G_DEFINE_FINAL_TYPE (ChatContactWindow, chat_contact_window, ADW_TYPE_WINDOW)

static void
chat_contact_window_class_init (ChatContactWindowClass *klass)
{
}

static void
chat_contact_window_init (ChatContactWindow *self)
{
}

GtkWindow *
chat_contact_window_new (GtkWindow       *parent,
                         ChatApplication *application,
                         ChatPeer        *peer)
{
  return g_object_new (CHAT_TYPE_CONTACT_WINDOW, "transient-for", parent, NULL);
}
