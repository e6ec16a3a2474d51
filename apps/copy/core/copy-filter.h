/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which items of a source are left out: patterns in the manner of gitignore,
 * of which the last that matches an item decides. */
typedef struct _CopyFilter CopyFilter;

CopyFilter *copy_filter_new         (void);
CopyFilter *copy_filter_ref         (CopyFilter   *self);
void        copy_filter_unref       (CopyFilter   *self);
gboolean    copy_filter_add         (CopyFilter   *self,
                                     const char   *glob,
                                     gboolean      exclude,
                                     GError      **error);
gboolean    copy_filter_is_empty    (CopyFilter   *self);
gboolean    copy_filter_leaves_out  (CopyFilter   *self,
                                     const char   *path,
                                     gboolean      is_dir);

/* Its patterns in their order, each after a '-' if it excludes and a '+' if it
 * includes; and the filter that has them, or NULL with @error set. */
char      **copy_filter_dup_rules   (CopyFilter          *self);
CopyFilter *copy_filter_new_rules   (const char * const  *rules,
                                     GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopyFilter, copy_filter_unref)

G_END_DECLS
