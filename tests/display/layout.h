/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "display.h"

G_BEGIN_DECLS

/* Walks through the windows of an app in every language that it has, in English, and in one with
 * words half as long again, and complains of all that looks broken at the end. */
/* A test for each language: @path with its code. */
void layout_add          (const char *path,
                          GTestFunc   walk);

/* Looks at a window as it is now; its faults are told by @name. */
void layout_check        (gpointer    window,
                          const char *name);

/* What is done to get from one place to the next, whatever is written there. */
void layout_use          (gpointer    root,
                          GType       type,
                          const char *id);
void layout_check_menu   (gpointer    root,
                          const char *button,
                          const char *name);
void layout_check_dialog (const char *name);

G_END_DECLS
