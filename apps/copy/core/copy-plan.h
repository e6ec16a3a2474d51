/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "copy-node.h"
#include "copy-segment.h"

G_BEGIN_DECLS

/* A file that has several names: the first one found leads, is copied, and the
 * others are linked to it. */
typedef struct _CopyLeader CopyLeader;

struct _CopyLeader
{
  int         ref_count;

  /* Scan thread only */
  guint       links_left;

  /* Job thread only, or set by the scan before that knows of it */
  gboolean    settled;     /* the outcome is known */
  gboolean    copied;
  CopyNode   *node;        /* where it is in the target ... */
  char       *to_name;     /* ... and under which name */
  GPtrArray  *waiting;     /* of CopyPlanItem of type COPY_PLAN_LINK */
};

/* The scan speaks to the job in these, in an order in which they can be done:
 * a directory is entered before anything in it comes, and left after. */
typedef enum
{
  COPY_PLAN_ENTER,
  COPY_PLAN_LEAVE,
  COPY_PLAN_SEGMENT,  /* items to copy in one task */
  COPY_PLAN_BIG,      /* one file to copy in several */
  COPY_PLAN_LINK,     /* one more name of a leader */
  COPY_PLAN_PROBLEM,  /* something could not be scanned */
} CopyPlanType;

typedef struct
{
  CopyPlanType  type;
  CopyNode     *node;      /* the directory it is about or in */

  /* Segments and big files */
  CopySegment  *segment;
  GArray       *leaders;   /* of CopyLeading, NULL if none */

  /* Links and problems: the item */
  char         *name;
  char         *to_name;
  struct stat   st;
  CopyLeader   *leader;
  GError       *error;
} CopyPlanItem;

/* Which entry of a segment is a leader. */
typedef struct
{
  guint       index;
  CopyLeader *leader;
} CopyLeading;

CopyPlanItem *copy_plan_item_new        (CopyPlanType  type,
                                         CopyNode     *node);
void          copy_plan_item_free       (CopyPlanItem *self);
void          copy_plan_item_add_leader (CopyPlanItem *self,
                                         guint         index,
                                         CopyLeader   *leader);

CopyLeader   *copy_leader_new           (guint         links_left);
CopyLeader   *copy_leader_ref           (CopyLeader   *self);
void          copy_leader_unref         (CopyLeader   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopyPlanItem, copy_plan_item_free)

G_END_DECLS
