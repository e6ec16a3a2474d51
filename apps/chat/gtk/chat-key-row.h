/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-engine.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A switch for where one's own key is kept: in the desktop's secret store or the profile. */
#define CHAT_TYPE_KEY_ROW (chat_key_row_get_type ())

G_DECLARE_FINAL_TYPE (ChatKeyRow, chat_key_row, CHAT, KEY_ROW, AdwActionRow)

void chat_key_row_set_engine (ChatKeyRow *self,
                              ChatEngine *engine);

G_END_DECLS
