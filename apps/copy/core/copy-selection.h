/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-source-spec.h"

#include <glib.h>

G_BEGIN_DECLS

/* Some items of some trees, by their paths. */
typedef struct _CopySelection CopySelection;

typedef enum
{
  COPY_SELECTED_NOT,
  COPY_SELECTED_ABOVE,  /* something in it is */
  COPY_SELECTED,        /* with all that is in it */
} CopySelected;

CopySelection *copy_selection_new  (const char * const *paths);
void           copy_selection_free (CopySelection      *self);
CopySelected   copy_selection_find (CopySelection      *self,
                                    const char         *path);

/* The same of an item of the directory at @path below the root of a source: only directories are
 * worth it for what is in them. And where to go on in a directory: its path, or NULL if all that
 * is in it is selected. */
CopySelected   copy_selection_find_item (CopySelection  *self,
                                         CopySourceSpec *source,
                                         const char     *path,
                                         const char     *name,
                                         gboolean        is_dir);
char          *copy_selection_enter     (CopySelection  *self,
                                         CopySourceSpec *source,
                                         const char     *path,
                                         const char     *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopySelection, copy_selection_free)

G_END_DECLS
