/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-plan.h"
#include "lanyard-common.h"

G_BEGIN_DECLS

/* What the scan finds, put into the plan: small items in segments, further names of a file
 * after the first one. One thread writes, another one reads. @events gets a COPY_EVENT_PLAN
 * when the plan wants to be looked at; two of them at a time at most. */
typedef struct _CopyPlanWriter CopyPlanWriter;

/* What a walk through the sources is for. Where not everything is selected, two come before the
 * one that makes the plan, and nobody hears of what they find. */
typedef enum
{
  COPY_WALK_PLAN,
  COPY_WALK_LINKS,   /* finds those files that have more names than are selected */
  COPY_WALK_OTHERS,  /* looks for their other names in the target */
} CopyWalk;

CopyPlanWriter *copy_plan_writer_new         (LyProgress        *progress,
                                              LyQueue           *events);
void            copy_plan_writer_free        (CopyPlanWriter    *self);

/* The writing thread. Before each walk; FALSE if there is nothing to find. */
gboolean        copy_plan_writer_begin       (CopyPlanWriter    *self,
                                              CopyWalk           walk,
                                              CopyDir           *to_root);

/* The writing thread. Items are taken; those in a segment come before what follows it only
 * after a flush. */
void            copy_plan_writer_add         (CopyPlanWriter    *self,
                                              CopyPlanItem      *item);
void            copy_plan_writer_add_problem (CopyPlanWriter    *self,
                                              CopyNode          *node,
                                              const char        *name,
                                              int                errnum,
                                              const char        *what);
void            copy_plan_writer_add_item    (CopyPlanWriter    *self,
                                              CopyNode          *node,
                                              const char        *name,
                                              const char        *to_name,
                                              const struct stat *st);
void            copy_plan_writer_count       (CopyPlanWriter    *self,
                                              const struct stat *st,
                                              gboolean           has_content);
void            copy_plan_writer_flush       (CopyPlanWriter    *self);
void            copy_plan_writer_close       (CopyPlanWriter    *self);
gboolean        copy_plan_writer_is_stopped  (CopyPlanWriter    *self);

/* Any thread. */
void            copy_plan_writer_stop        (CopyPlanWriter    *self);
CopyPlanItem   *copy_plan_writer_try_get     (CopyPlanWriter    *self);
gboolean        copy_plan_writer_is_done     (CopyPlanWriter    *self);
guint           copy_plan_writer_get_errors  (CopyPlanWriter    *self);
guint64         copy_plan_writer_get_blocks  (CopyPlanWriter    *self);
guint64         copy_plan_writer_get_inodes  (CopyPlanWriter    *self);

G_END_DECLS
