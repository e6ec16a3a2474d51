/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-engine.h"
#include "chat-people.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The settings have the same name wherever they are kept; of the app there may be several. */
#define CHAT_APPLICATION_ID APP_ID ".Chat"
#define CHAT_SETTINGS_ID "io.github.lanyard.Lanyard.Chat"

/* The desktop app: it owns the engine and the settings, and lets one window show them.
 *
 * Its property “engine” is NULL while it is opened, until the user has a name, and if there
 * is a problem. Who is told so by “notify::engine” lets go of the engine and of all
 * its peers before that returns: while anybody holds it, its profile is in use. */
#define CHAT_TYPE_APPLICATION (chat_application_get_type ())

G_DECLARE_FINAL_TYPE (ChatApplication, chat_application, CHAT, APPLICATION, AdwApplication)

ChatApplication *chat_application_new            (void) G_GNUC_WARN_UNUSED_RESULT;
ChatEngine      *chat_application_get_engine     (ChatApplication *self);
ChatPeople      *chat_application_get_people     (ChatApplication *self);
GSettings       *chat_application_get_settings   (ChatApplication *self);

const char      *chat_application_get_new_key    (ChatApplication *self);
const GError    *chat_application_get_problem    (ChatApplication *self);
void             chat_application_start_engine   (ChatApplication *self);
void             chat_application_restart_engine (ChatApplication *self);

G_END_DECLS
