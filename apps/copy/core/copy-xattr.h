/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-dir.h"

G_BEGIN_DECLS

/* Extended attributes and access control lists: copy-xattr-linux.c and its
 * portable twin. */

/* In the namespace of the user. */
#define COPY_XATTR_MARK "lanyard.copy-of"

/* What became of the attributes of one item. */
typedef enum
{
  COPY_XATTR_NONE,  /* the source has none */
  COPY_XATTR_KEPT,
  COPY_XATTR_LOST,  /* the target cannot hold one of them */
} CopyXattrResult;

CopyXattrResult copy_xattr_copy_fd     (int         from,
                                        int         to,
                                        gboolean   *has_acl);
CopyXattrResult copy_xattr_copy_link   (CopyDir    *from_dir,
                                        const char *from,
                                        CopyDir    *to_dir,
                                        const char *to);

/* Access control lists hide the absence of a mode, so they are copied apart,
 * just before it. */
CopyXattrResult copy_xattr_copy_acls   (int         from,
                                        int         to);

/* A directory that the user named is marked with what it is a copy of until it
 * is complete, so that a copy that goes on knows it again. Where a mark cannot
 * be kept, none is ever found. */
void            copy_xattr_set_mark         (CopyDir    *dir,
                                             const char *mark);
gboolean        copy_xattr_has_mark         (CopyDir    *dir,
                                             const char *mark);
void            copy_xattr_remove_mark      (int         fd);

/* Whether new files in the directory get access control lists by themselves. */
gboolean        copy_xattr_inherits_acl     (CopyDir    *dir);
void            copy_xattr_remove_acls      (int         fd);
void            copy_xattr_remove_acls_name (CopyDir    *dir,
                                             const char *name);

G_END_DECLS
