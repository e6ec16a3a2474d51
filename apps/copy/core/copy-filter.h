/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which items of a source are left out: patterns in the manner of gitignore,
 * of which the last that matches an item decides. */
typedef struct _CopyFilter CopyFilter;

CopyFilter *copy_filter_new         (void);
void        copy_filter_free        (CopyFilter   *self);
gboolean    copy_filter_add         (CopyFilter   *self,
                                     const char   *glob,
                                     gboolean      exclude,
                                     GError      **error);
gboolean    copy_filter_is_empty    (CopyFilter   *self);
gboolean    copy_filter_leaves_out  (CopyFilter   *self,
                                     const char   *path,
                                     gboolean      is_dir);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopyFilter, copy_filter_free)

G_END_DECLS
