/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Where a message is written. “send” (text) is what the user wants to say; once that is
 * on its way, chat_composer_clear() makes room for the next. The property “enter-sends”
 * says whether Enter does it, or Ctrl+Enter. */
#define CHAT_TYPE_COMPOSER (chat_composer_get_type ())

G_DECLARE_FINAL_TYPE (ChatComposer, chat_composer, CHAT, COMPOSER, AdwBin)

char       *chat_composer_get_text    (ChatComposer *self) G_GNUC_WARN_UNUSED_RESULT;
void        chat_composer_set_text    (ChatComposer *self,
                                       const char   *text);
void        chat_composer_clear       (ChatComposer *self);
const char *chat_composer_get_reply   (ChatComposer *self);
void        chat_composer_set_reply   (ChatComposer *self,
                                       const char   *quoted);
void        chat_composer_complain    (ChatComposer *self,
                                       const char   *why);
void        chat_composer_set_refusal (ChatComposer *self,
                                       const char   *why);
void        chat_composer_focus       (ChatComposer *self);

G_END_DECLS
