/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-application.h"

G_BEGIN_DECLS

/* The first start: a name, and what others will see. */
#define CHAT_TYPE_WELCOME (chat_welcome_get_type ())

G_DECLARE_FINAL_TYPE (ChatWelcome, chat_welcome, CHAT, WELCOME, AdwBin)

void chat_welcome_set_application (ChatWelcome     *self,
                                   ChatApplication *application);
void chat_welcome_begin           (ChatWelcome     *self);

G_END_DECLS
