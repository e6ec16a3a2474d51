/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void     chat_words_append    (GString            *words,
                               const char         *text);
GStrv    chat_words_parse     (const char         *text) G_GNUC_WARN_UNUSED_RESULT;
char    *chat_words_to_match  (const char * const *needles) G_GNUC_WARN_UNUSED_RESULT;
gboolean chat_words_are_in    (const char * const *needles,
                               const char         *words);
gboolean chat_words_are_short (const char * const *needles);

G_END_DECLS
