/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

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

G_END_DECLS
