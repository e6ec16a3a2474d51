/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-application.h"

G_BEGIN_DECLS

/* What goes wrong with a profile or a history, in the words of people. */
const char *chat_trouble_get_title    (const GError    *error);
const char *chat_trouble_get_icon     (const GError    *error);
char       *chat_trouble_make_markup  (const char      *text) G_GNUC_WARN_UNUSED_RESULT;
void        chat_trouble_show_kept    (GtkWindow       *parent,
                                       const char      *path);
void        chat_trouble_show_damaged (GtkWindow       *parent,
                                       ChatApplication *application);

G_END_DECLS
