/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-piece.h"

G_BEGIN_DECLS

void     copy_conflict_init         (CopyRun      *run);
void     copy_conflict_take_batch   (CopyRun      *run,
                                     CopyPiece    *piece,
                                     const guint8 *asked);
void     copy_conflict_take_big     (CopyRun      *run,
                                     CopyBigCopy  *big);
void     copy_conflict_take_answers (CopyRun      *run);
void     copy_conflict_abandon      (CopyRun      *run);
gboolean copy_conflict_is_pending   (CopyRun      *run);
gboolean copy_conflict_is_full      (CopyRun      *run);

G_END_DECLS
