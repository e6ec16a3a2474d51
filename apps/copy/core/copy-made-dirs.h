/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "copy-node.h"

G_BEGIN_DECLS

/* Makes the directories of the target, and keeps those that it made last open
 * for the next ones in them. */
typedef struct _CopyMadeDirs CopyMadeDirs;

CopyMadeDirs *copy_made_dirs_new    (CopyDir       *to_root);
void          copy_made_dirs_free   (CopyMadeDirs  *self);
gboolean      copy_made_dirs_make   (CopyMadeDirs  *self,
                                     CopyNode      *node,
                                     GError       **error);
void          copy_made_dirs_clean  (CopyMadeDirs  *self,
                                     CopyNode      *node,
                                     CopyDir       *from_root);
void          copy_made_dirs_forget (CopyMadeDirs  *self,
                                     CopyNode      *node);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopyMadeDirs, copy_made_dirs_free)

G_END_DECLS
