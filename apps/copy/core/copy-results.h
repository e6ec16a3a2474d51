/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-piece.h"

G_BEGIN_DECLS

void copy_results_take       (CopyRun      *run,
                              CopyPiece    *piece,
                              GVariant     *result,
                              const GError *error);

/* What has come to its end without a result, too: by a crash or an answer */
void copy_results_settle_big (CopyRun      *run,
                              CopyBigCopy  *big,
                              gboolean      copied);
void copy_results_end_range  (CopyRun      *run,
                              CopyBigCopy  *big,
                              gboolean      failed);
void copy_results_end_seal   (CopyRun      *run,
                              CopyPiece    *piece);

G_END_DECLS
