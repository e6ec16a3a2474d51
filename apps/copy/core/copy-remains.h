/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-dir.h"

G_BEGIN_DECLS

void     copy_remains_hold   (int         fd);
void     copy_remains_remove (CopyDir    *dir,
                              CopyDir    *source);
gboolean copy_remains_are_at (const char *path,
                              const char *source);

G_END_DECLS
