/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-person.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A line of the sidebar. Its signal “opened” says that the user wants to talk. */
#define CHAT_TYPE_SIDEBAR_ROW (chat_sidebar_row_get_type ())

G_DECLARE_FINAL_TYPE (ChatSidebarRow, chat_sidebar_row, CHAT, SIDEBAR_ROW, GtkBox)

ChatPerson *chat_sidebar_row_get_person (ChatSidebarRow *self);

G_END_DECLS
