/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"
#include "chat-peer.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A message that was found: with whom, when, and the words around the hit. */
#define CHAT_TYPE_HIT_ROW (chat_hit_row_get_type ())

G_DECLARE_FINAL_TYPE (ChatHitRow, chat_hit_row, CHAT, HIT_ROW, GtkListBoxRow)

GtkWidget *chat_hit_row_new      (ChatPeer           *peer,
                                  const ChatMessage  *message,
                                  const char * const *words) G_GNUC_WARN_UNUSED_RESULT;
ChatPeer  *chat_hit_row_get_peer (ChatHitRow         *self);
gint64     chat_hit_row_get_id   (ChatHitRow         *self);

G_END_DECLS
