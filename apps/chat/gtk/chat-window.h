/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-application.h"

G_BEGIN_DECLS

#define CHAT_TYPE_WINDOW (chat_window_get_type ())

G_DECLARE_FINAL_TYPE (ChatWindow, chat_window, CHAT, WINDOW, AdwApplicationWindow)

ChatWindow *chat_window_new (ChatApplication *application) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
