/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-plan.h"
#include "copy-run.h"

G_BEGIN_DECLS

/* A piece of a job's work, as large as one task does it. */
typedef enum
{
  COPY_PIECE_BATCH,  /* segments */
  COPY_PIECE_BEGIN,  /* the steps of a big file */
  COPY_PIECE_RANGE,
  COPY_PIECE_END,
  COPY_PIECE_SEAL,   /* directories that are complete */
} CopyPieceKind;

/* A big file between its first step and its last. */
typedef struct
{
  int           ref_count;
  CopyPlanItem *item;
  char         *part_name;     /* that of its first piece */
  char         *work_name;
  char         *name;
  guint         ranges_left;
  guint64       copied;        /* bytes of the ranges that are done */
  gboolean      failed;
} CopyBigCopy;

typedef struct _CopyPiece
{
  CopyPieceKind  kind;
  guint          source;
  char          *part_name;    /* for what replaces something, until it is whole */
  guint          n_crashes;    /* how often its task was given up */
  gboolean       answered;     /* the owner has decided about its one item ... */
  CopyConflict   conflict;     /* ... in this way */

  /* Batches */
  GPtrArray     *items;    /* of CopyPlanItem of type COPY_PLAN_SEGMENT */
  guint          n_entries;
  guint64        bytes;

  /* Big files */
  CopyBigCopy   *big;
  guint64        offset;
  guint64        length;

  /* Seals */
  GPtrArray     *nodes;
} CopyPiece;

CopyPiece   *copy_piece_new       (CopyPieceKind  kind,
                                   guint          source);
CopyPiece   *copy_piece_new_single
                                  (CopyPlanItem    *item,
                                   const CopyEntry *entry,
                                   guint            index);
void         copy_piece_free      (CopyPiece     *self);
void         copy_piece_add_item  (CopyPiece     *self,
                                   CopyPlanItem  *item);
gboolean     copy_piece_is_full   (CopyPiece     *self);
gboolean     copy_piece_submit    (CopyPiece     *self,
                                   CopyRun       *run,
                                   GError       **error);

CopyBigCopy *copy_big_copy_new    (CopyPlanItem  *item);
CopyBigCopy *copy_big_copy_ref    (CopyBigCopy   *self);
void         copy_big_copy_unref  (CopyBigCopy   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopyPiece, copy_piece_free)

G_END_DECLS
