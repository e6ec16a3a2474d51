/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-dir.h"
#include "copy-plan.h"

#include <sys/stat.h>

G_BEGIN_DECLS

/* The leaders of those files that are known under some of their names, and may
 * turn up under more. Belongs to the scan. */
typedef struct _CopyLeaders CopyLeaders;

CopyLeaders *copy_leaders_new  (void) G_GNUC_WARN_UNUSED_RESULT;
void         copy_leaders_free (CopyLeaders       *self);
CopyLeader  *copy_leaders_find (CopyLeaders       *self,
                                const struct stat *st,
                                gboolean          *is_first) G_GNUC_WARN_UNUSED_RESULT;

/* For a scan of which not everything is selected. Once all that is has been found, what is left
 * has names elsewhere. copy_leaders_look() is told of each name there is; who is found under one
 * in the target is copied already, and the selected names are links to that. FALSE if there is
 * nobody left to look for. Then it begins anew, with those alone. */
gboolean     copy_leaders_look (CopyLeaders       *self,
                                CopyDir           *to_root,
                                CopyNode          *node,
                                const char        *to_name,
                                const struct stat *st);
gboolean     copy_leaders_is_empty (CopyLeaders   *self);
void         copy_leaders_begin_anew (CopyLeaders *self);

G_END_DECLS
