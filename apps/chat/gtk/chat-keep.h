/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-engine.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks where to, or whether at all, and tells by toasts how it goes. @peer may be NULL:
 * all that was said. */

void chat_keep_export (AdwPreferencesWindow *window,
                       ChatEngine           *engine,
                       ChatPeer             *peer);
void chat_keep_clear  (AdwPreferencesWindow *window,
                       ChatEngine           *engine,
                       ChatPeer             *peer);

/* For whoever has chosen the file already. */
void chat_keep_write  (AdwPreferencesWindow *window,
                       ChatEngine           *engine,
                       ChatPeer             *peer,
                       GFile                *file);

G_END_DECLS
