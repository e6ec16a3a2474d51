/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a file system has left: copy-space-linux.c and its portable twin. */
typedef struct
{
  guint64  bytes;
  guint64  inodes;
  gboolean counts_inodes;
  gboolean shares;         /* copies within it may take no space */
} CopySpace;

/* FALSE if the file system that holds @path does not tell what fits: it
 * compresses, or knows no end. */
gboolean copy_space_get (const char *path,
                         CopySpace  *space);

G_END_DECLS
