/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-filter.h"
#include "copy-plan.h"
#include "copy-source-spec.h"
#include "lanyard-common.h"

G_BEGIN_DECLS

/* The thread that walks the sources, ahead of the job, and puts its plan into
 * a queue. */
typedef struct _CopyScan CopyScan;

CopyScan     *copy_scan_new         (GPtrArray        *sources,
                                     CopyFilter       *filter,
                                     gboolean          one_file_system,
                                     LyProgress       *progress,
                                     LyQueue          *events);
void          copy_scan_select        (CopyScan           *self,
                                       const char * const *only,
                                       CopyDir            *to_root);
void          copy_scan_start       (CopyScan         *self);
void          copy_scan_free        (CopyScan         *self);
CopyPlanItem *copy_scan_try_get     (CopyScan         *self);
gboolean      copy_scan_is_done     (CopyScan         *self);
guint         copy_scan_get_errors  (CopyScan         *self);
guint64       copy_scan_get_blocks  (CopyScan         *self);
guint64       copy_scan_get_inodes  (CopyScan         *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopyScan, copy_scan_free)

G_END_DECLS
