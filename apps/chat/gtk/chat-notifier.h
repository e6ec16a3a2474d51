/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-application.h"

G_BEGIN_DECLS

/* Tells of messages that nobody sees come: one notification for each conversation, which
 * goes when that is read. */
#define CHAT_TYPE_NOTIFIER (chat_notifier_get_type ())

G_DECLARE_FINAL_TYPE (ChatNotifier, chat_notifier, CHAT, NOTIFIER, GObject)

ChatNotifier *chat_notifier_new        (ChatApplication *application) G_GNUC_WARN_UNUSED_RESULT;
void          chat_notifier_set_engine (ChatNotifier    *self,
                                        ChatEngine      *engine);

G_END_DECLS
