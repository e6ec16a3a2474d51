/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-filter.h"
#include "copy-plan.h"
#include "lanyard-common.h"

G_BEGIN_DECLS

/* One thing the user named, and what it is to become. */
typedef struct
{
  char *given;      /* as the user wrote it */
  char *from_root;  /* the directory it is in */
  char *name;       /* its name there, empty if it is that directory itself */
  char *to_name;    /* its name in the target's root */
} CopySourceSpec;

/* The thread that walks the sources, ahead of the job, and puts its plan into
 * a queue. */
typedef struct _CopyScan CopyScan;

CopyScan     *copy_scan_new         (GPtrArray        *sources,
                                     CopyFilter       *filter,
                                     gboolean          one_file_system,
                                     LyProgress       *progress,
                                     LyQueue          *events);
void          copy_scan_select        (CopyScan           *self,
                                       const char * const *only);
void          copy_scan_start       (CopyScan         *self);
void          copy_scan_free        (CopyScan         *self);
CopyPlanItem *copy_scan_try_get     (CopyScan         *self);
gboolean      copy_scan_is_done     (CopyScan         *self);
guint         copy_scan_get_errors  (CopyScan         *self);
guint64       copy_scan_get_blocks  (CopyScan         *self);
guint64       copy_scan_get_inodes  (CopyScan         *self);

CopySourceSpec *copy_source_spec_new  (void);
void            copy_source_spec_free (CopySourceSpec *self);
char           *copy_source_spec_name_item
                                      (CopySourceSpec *self,
                                       const char     *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopyScan, copy_scan_free)

G_END_DECLS
