/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-peer.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Says why nothing goes to somebody or comes from him, and what can be done about it:
 * another key under a known name, or one that the user has blocked. Not there otherwise.
 * What the user decides comes as “decided” (ChatKeyDecision). */
#define CHAT_TYPE_KEY_BAR (chat_key_bar_get_type ())

G_DECLARE_FINAL_TYPE (ChatKeyBar, chat_key_bar, CHAT, KEY_BAR, AdwBin)

typedef enum
{
  CHAT_KEY_ACCEPT,
  CHAT_KEY_BLOCK,
  CHAT_KEY_UNBLOCK,
} ChatKeyDecision;

void chat_key_bar_show_contact (ChatKeyBar        *self,
                                const ChatContact *contact);

G_END_DECLS
