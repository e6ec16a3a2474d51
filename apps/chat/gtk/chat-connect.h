/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-application.h"

G_BEGIN_DECLS

/* Asks for the address of somebody who does not appear by themselves, and waits until
 * they are there. */
#define CHAT_TYPE_CONNECT (chat_connect_get_type ())

G_DECLARE_FINAL_TYPE (ChatConnect, chat_connect, CHAT, CONNECT, AdwWindow)

GtkWindow *chat_connect_new (GtkWindow       *parent,
                             ChatApplication *application) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
