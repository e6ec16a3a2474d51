/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-engine.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What follows the settings as long as it lives, and needs no restart for it. */

void chat_settings_follow_style  (GSettings  *settings);
void chat_settings_follow_engine (GSettings  *settings,
                                  ChatEngine *engine);

G_END_DECLS
