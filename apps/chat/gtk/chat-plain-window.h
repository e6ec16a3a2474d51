/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-application.h"

G_BEGIN_DECLS

/* A conversation by bare datagrams, which anybody on the way can read. Without an address
 * it asks for one. */
#define CHAT_TYPE_PLAIN_WINDOW (chat_plain_window_get_type ())

G_DECLARE_FINAL_TYPE (ChatPlainWindow, chat_plain_window, CHAT, PLAIN_WINDOW, AdwWindow)

GtkWindow *chat_plain_window_new (GtkWindow       *parent,
                                  ChatApplication *application,
                                  const char      *address) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
