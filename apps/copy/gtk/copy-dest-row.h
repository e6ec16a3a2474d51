/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Where a job's sources are to go: chosen, dropped, or one of the last destinations. Emits
 * "changed" when that is another one, and "remote" when it was to be one that is not of this
 * computer. */
#define COPY_TYPE_DEST_ROW (copy_dest_row_get_type ())

G_DECLARE_FINAL_TYPE (CopyDestRow, copy_dest_row, COPY, DEST_ROW, AdwActionRow)

/* NULL is beside the original. FALSE if @file is not of this computer. */
gboolean    copy_dest_row_set_file      (CopyDestRow        *self,
                                         GFile              *file);
const char *copy_dest_row_get_path      (CopyDestRow        *self);

/* What it says while nothing is chosen depends on how many sources there are. */
void        copy_dest_row_set_n_sources (CopyDestRow        *self,
                                         guint               n_sources);

/* Whether it is not there yet, and becomes the copy itself, which is said then. */
void        copy_dest_row_set_is_new    (CopyDestRow        *self,
                                         gboolean            is_new);

/* The last destinations; NULL for none. */
void        copy_dest_row_set_recent    (CopyDestRow        *self,
                                         const char * const *paths);

G_END_DECLS
