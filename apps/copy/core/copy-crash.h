/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-piece.h"

G_BEGIN_DECLS

void copy_crash_take (CopyRun      *run,
                      CopyPiece    *piece,
                      const GError *error);

G_END_DECLS
