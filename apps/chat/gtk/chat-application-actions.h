/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-window.h"

G_BEGIN_DECLS

/* What can be done from anywhere: the menus, the keys, notifications. */
void        chat_application_add_actions (ChatApplication *self);
ChatWindow *chat_application_get_window  (ChatApplication *self);

G_END_DECLS
