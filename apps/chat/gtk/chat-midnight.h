/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Tells when another day has begun, so that what was “Today” can be called “Yesterday”. */
typedef struct _ChatMidnight ChatMidnight;

typedef void (*ChatMidnightFunc)     (gpointer          user_data);

ChatMidnight *chat_midnight_new      (ChatMidnightFunc  func,
                                      gpointer          user_data) G_GNUC_WARN_UNUSED_RESULT;
void          chat_midnight_free     (ChatMidnight     *self);
guint         chat_midnight_get_wait (gint64            now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatMidnight, chat_midnight_free)

G_END_DECLS
