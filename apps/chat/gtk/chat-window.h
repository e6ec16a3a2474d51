/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-application.h"

G_BEGIN_DECLS

/* The window: everybody at the left, the conversation at the right, or one of them at a
 * time where there is no room for both. */
#define CHAT_TYPE_WINDOW (chat_window_get_type ())

G_DECLARE_FINAL_TYPE (ChatWindow, chat_window, CHAT, WINDOW, AdwApplicationWindow)

ChatWindow *chat_window_new        (ChatApplication  *application) G_GNUC_WARN_UNUSED_RESULT;
void        chat_window_open       (ChatWindow       *self,
                                    gint64            contact,
                                    gboolean          to_talk);
gboolean    chat_window_look_for   (ChatWindow       *self,
                                    const char       *who,
                                    GError          **error);
gboolean    chat_window_is_showing (ChatWindow       *self,
                                    gint64            contact);
void        chat_window_tell       (ChatWindow       *self,
                                    const char       *text);

G_END_DECLS
