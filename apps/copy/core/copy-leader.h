/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-run.h"

G_BEGIN_DECLS

void copy_leader_take_link (CopyRun      *run,
                            CopyPlanItem *link);
void copy_leader_settle    (CopyRun      *run,
                            CopyLeader   *leader,
                            CopyNode     *node,
                            gboolean      copied,
                            const char   *to_name);
void copy_leader_fail_all  (CopyRun      *run,
                            CopyPlanItem *item);

G_END_DECLS
