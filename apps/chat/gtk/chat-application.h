/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-engine.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_APPLICATION_ID "io.github.lanyard.Lanyard.Chat"

/* The desktop app: it owns the engine and the settings, and lets one window show them. */
#define CHAT_TYPE_APPLICATION (chat_application_get_type ())

G_DECLARE_FINAL_TYPE (ChatApplication, chat_application, CHAT, APPLICATION, AdwApplication)

ChatApplication *chat_application_new          (void) G_GNUC_WARN_UNUSED_RESULT;
ChatEngine      *chat_application_get_engine   (ChatApplication *self);
GSettings       *chat_application_get_settings (ChatApplication *self);

G_END_DECLS
