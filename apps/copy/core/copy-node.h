/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-dir.h"

G_BEGIN_DECLS

/* A directory of the source on its way into the target. Nodes know their
 * parents and live only while something in them is in flight, so that the
 * memory a job takes grows with that and not with the tree.
 *
 * The top node of each source stands for the directory that the source is in,
 * which is not copied itself. */
typedef struct _CopyNode CopyNode;

struct _CopyNode
{
  int              ref_count;

  /* Set once, by the scan */
  CopyNode        *parent;
  guint            source;     /* which of the job's sources it belongs to */
  char            *name;
  char            *to_name;
  struct timespec  times[2];   /* of access and modification */
  char            *mark;       /* what marks its copy until that is complete, or NULL */

  /* Job thread only */
  guint            pending;    /* what keeps it open: the scan, and all that is in it */
  gboolean         failed;     /* it could not be made, so nothing in it can */
};

CopyNode *copy_node_new           (CopyNode    *parent,
                                   guint        source,
                                   const char  *name,
                                   const char  *to_name);
CopyNode *copy_node_ref           (CopyNode    *self);
void      copy_node_unref         (CopyNode    *self);
gboolean  copy_node_is_top        (CopyNode    *self);
char     *copy_node_get_from_path (CopyNode    *self);
char     *copy_node_get_to_path   (CopyNode    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopyNode, copy_node_unref)

G_END_DECLS
