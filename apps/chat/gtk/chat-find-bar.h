/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-store.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Looks for words in one conversation, from its end on. “hit” (id of a message as gint64,
 * or 0) is what the user is at, “words” (GStrv, or NULL) what stands out in all. */
#define CHAT_TYPE_FIND_BAR (chat_find_bar_get_type ())

G_DECLARE_FINAL_TYPE (ChatFindBar, chat_find_bar, CHAT, FIND_BAR, AdwBin)

void     chat_find_bar_set_conversation (ChatFindBar *self,
                                         ChatStore   *store,
                                         gint64       conversation);
void     chat_find_bar_begin            (ChatFindBar *self);
void     chat_find_bar_end              (ChatFindBar *self);

G_END_DECLS
