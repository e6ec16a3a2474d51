/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-counters.h"
#include "copy-dir.h"
#include "copy-options.h"
#include "lanyard-common.h"

G_BEGIN_DECLS

#define COPY_BUFFER_SIZE (256 * 1024)

/* What two file systems can do for each other, found out by trying once. */
typedef struct
{
  dev_t    from;
  dev_t    to;
  gboolean decided;
  gboolean can_clone;
  gboolean cannot_move;
} CopyPair;

/* A directory of the source. */
typedef struct
{
  CopyDir  *dir;
  gboolean  not_ours;   /* reading its files changes their access times */
} CopySource;

/* A directory of the target and what new files in it are like. */
typedef struct
{
  CopyDir  *dir;
  CopyPair *pair;         /* with the directory that it is copied from */
  gboolean  inherits_acl;
  gboolean  owner_known;
  uid_t     owner;
  gid_t     group;
} CopyTarget;

/* One running task of a copy: whose wishes it follows and what it found. It
 * belongs to the thread that runs the task. */
typedef struct
{
  LyTaskContext   *context;
  CopyOptions      options;
  gboolean         after_crash;   /* an earlier attempt may have left something */
  char            *part_name;     /* for what replaces something, until it is whole */
  CopyDir         *from_root;
  CopyDir         *to_root;

  /* Shared by all tasks that run in this thread, one after another */
  guint8          *buffer;        /* of COPY_BUFFER_SIZE */

  gint64           item_bytes;    /* counted for the item that is being copied */

  /* What that is, to be told: the names belong to the task's arguments */
  char            *from_root_path;
  const char      *directory;
  const char      *name;
  guint64          part_offset;
  guint64          part_size;
  guint64          task;          /* unique in this process */
  gint64           last_told;
  gboolean         has_told;

  /* The result */
  GVariantBuilder  problems;
  GVariantBuilder  outcomes;
  guint            n_lost;        /* items that lost metadata */
} CopyWork;

/* What every task's arguments begin with: options, whether an earlier task for
 * the same items crashed, the name for a part, and the roots of source and
 * target. */
#define COPY_WORK_HEADER_FORMAT "(" COPY_OPTIONS_FORMAT "bayayay)"

/* A task's result: problems (path below the source's root, reason, code of
 * GIOErrorEnum), outcomes (number of the entry in the task, CopyOutcome, name
 * in the target), and how many items lost metadata. */
#define COPY_WORK_RESULT_FORMAT "(a(aysi)a(uyay)u)"

/* What became of an entry that others wait for. */
typedef enum
{
  COPY_OUTCOME_COPIED,   /* it is in the target under the name given */
  COPY_OUTCOME_SKIPPED,  /* something else is */
  COPY_OUTCOME_FAILED,
  COPY_OUTCOME_ASKED,    /* nothing was done: the owner has to decide first */
} CopyOutcome;

GVariant *copy_work_new_header       (const CopyOptions *options,
                                      gboolean           after_crash,
                                      const char        *part_name,
                                      const char        *from_root,
                                      const char        *to_root);
gboolean  copy_work_init             (CopyWork          *self,
                                      LyTaskContext     *context,
                                      GVariant          *header,
                                      GError           **error);
void      copy_work_clear            (CopyWork          *self);
GVariant *copy_work_end              (CopyWork          *self);
void      copy_work_count            (CopyWork          *self,
                                      CopyCounter        counter,
                                      gint64             delta);
void      copy_work_begin_item       (CopyWork          *self,
                                      const char        *directory,
                                      const char        *name,
                                      guint64            offset,
                                      guint64            size);
gboolean  copy_work_checkpoint       (CopyWork          *self,
                                      GError           **error);
void      copy_work_uncount_item     (CopyWork          *self);
void      copy_work_add_problem      (CopyWork          *self,
                                      const char        *directory,
                                      const char        *name,
                                      const GError      *error);
void      copy_work_add_outcome      (CopyWork          *self,
                                      guint              entry,
                                      CopyOutcome        outcome,
                                      const char        *name);
void      copy_work_spend            (CopyWork          *self,
                                      guint64            bytes);

CopySource *copy_source_new          (CopyDir           *dir);
void        copy_source_free         (CopySource        *self);
int         copy_source_open_file    (CopySource        *self,
                                      const char        *name,
                                      gboolean          *reading_shows);
CopyTarget *copy_target_new          (CopyDir           *from,
                                      CopyDir           *dir);
void        copy_target_free         (CopyTarget        *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CopyWork, copy_work_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopySource, copy_source_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopyTarget, copy_target_free)

G_END_DECLS
