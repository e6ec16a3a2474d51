/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "display.h"

G_BEGIN_DECLS

/* What takes the pictures of both apps has in common. */
void        take_init  (int        *argc,
                        char     ***argv);
void        take       (GtkWindow  *window,
                        const char *name);

/* What people say, or call their things, in the language of the pictures. */
const char *take_words (const char *english,
                        const char *chinese);

G_END_DECLS
