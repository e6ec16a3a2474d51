/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-piece.h"

G_BEGIN_DECLS

void     copy_flow_take_plan (CopyRun      *run,
                              CopyPlanItem *item);
void     copy_flow_take_done (CopyRun      *run,
                              CopyPiece    *piece,
                              GVariant     *result,
                              const GError *error);
gboolean copy_flow_submit    (CopyRun      *run,
                              gboolean      everything);
void     copy_flow_abandon   (CopyRun      *run);

G_END_DECLS
