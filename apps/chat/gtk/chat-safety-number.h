/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What two people compare to know that nobody is between them: digits, and a QR code of
 * them. */
#define CHAT_TYPE_SAFETY_NUMBER (chat_safety_number_get_type ())

G_DECLARE_FINAL_TYPE (ChatSafetyNumber, chat_safety_number, CHAT, SAFETY_NUMBER, GtkBox)

void        chat_safety_number_set_keys   (ChatSafetyNumber *self,
                                           const guint8     *ours,
                                           const guint8     *theirs);
const char *chat_safety_number_get_digits (ChatSafetyNumber *self);

G_END_DECLS
