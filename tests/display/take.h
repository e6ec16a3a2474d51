/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "display.h"

G_BEGIN_DECLS

/* What takes the pictures of both apps has in common. */
void take_init (int        *argc,
                char     ***argv);
void take      (GtkWindow  *window,
                const char *name);

G_END_DECLS
