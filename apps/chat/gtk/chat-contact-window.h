/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-application.h"

G_BEGIN_DECLS

/* Who a contact is: its key and how to compare it, its names, and what may be done about it. */
#define CHAT_TYPE_CONTACT_WINDOW (chat_contact_window_get_type ())

G_DECLARE_FINAL_TYPE (ChatContactWindow, chat_contact_window, CHAT, CONTACT_WINDOW,
                      AdwPreferencesWindow)

GtkWindow *chat_contact_window_new (GtkWindow       *parent,
                                    ChatApplication *application,
                                    ChatPeer        *peer) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
