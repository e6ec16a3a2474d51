/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether it is UTF-8 without a NUL: the same as g_utf8_validate_len(), and many times
 * as fast where most of it is ASCII. Each text is looked at by every side it comes by. */
gboolean chat_text_is_valid (gconstpointer text,
                             gsize         size);

G_END_DECLS
