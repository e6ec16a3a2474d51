/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A text that is too long for a bubble, all of it. */
#define CHAT_TYPE_TEXT_WINDOW (chat_text_window_get_type ())

G_DECLARE_FINAL_TYPE (ChatTextWindow, chat_text_window, CHAT, TEXT_WINDOW, AdwWindow)

GtkWidget *chat_text_window_new (GtkWindow  *parent,
                                 const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
