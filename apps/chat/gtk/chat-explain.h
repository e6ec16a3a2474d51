/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-application.h"

G_BEGIN_DECLS

/* Why somebody, or anybody, cannot be seen: the engine's own words. */
#define CHAT_TYPE_EXPLAIN (chat_explain_get_type ())

G_DECLARE_FINAL_TYPE (ChatExplain, chat_explain, CHAT, EXPLAIN, AdwWindow)

GtkWindow *chat_explain_new (GtkWindow       *parent,
                             ChatApplication *application,
                             gint64           contact) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
