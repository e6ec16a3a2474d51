/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-piece.h"

G_BEGIN_DECLS

void     copy_flow_take_plan (CopyRun      *run,
                              CopyPlanItem *item);
gboolean copy_flow_submit    (CopyRun      *run,
                              gboolean      everything);
void     copy_flow_abandon   (CopyRun      *run);

/* For those that let items go on: results, leaders, conflicts, crashes */
void     copy_flow_hold        (CopyNode     *node);
void     copy_flow_release     (CopyRun      *run,
                                CopyNode     *node);
void     copy_flow_add_problem (CopyRun      *run,
                                CopyNode     *node,
                                const char   *name,
                                const char   *reason);
void     copy_flow_count_item  (CopyRun      *run);
void     copy_flow_add_segment (CopyRun      *run,
                                CopyPlanItem *item);

G_END_DECLS
