/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <sys/stat.h>

#include "copy-options.h"

G_BEGIN_DECLS

/**
 * COPY_MAX_QUESTIONS:
 *
 * How many questions of one job are open at the same time, at most. Further
 * conflicts are set aside and asked when one of these is answered.
 */
#define COPY_MAX_QUESTIONS 16

/**
 * COPY_MAX_ASIDE:
 *
 * How many items of one job are set aside, at most, before no more plan is
 * taken: what has been planned is still done, and the scan is held back. What
 * is under way at that moment may come on top.
 */
#define COPY_MAX_ASIDE 8192

/**
 * CopySide:
 * @path: where it is, in bytes
 * @type: what it is: the S_IFMT part of a mode
 * @size: in bytes; of a regular file
 * @mtime: when its content changed last
 *
 * One of the two things that want the same name.
 */
typedef struct
{
  char            *path;
  mode_t           type;
  guint64          size;
  struct timespec  mtime;
} CopySide;

/**
 * CopyQuestion:
 * @id: which of its job's it is, from 1
 * @from: what is to be copied
 * @to: what has the name in the target
 * @may_rename: whether %COPY_CONFLICT_RENAME is an answer: a mirror would
 *   delete what that keeps
 *
 * What to do about an item whose name is taken. Immutable; may be used and
 * dropped in any thread.
 */
typedef struct
{
  guint64  id;
  CopySide from;
  CopySide to;
  gboolean may_rename;
} CopyQuestion;

#define COPY_TYPE_QUESTION (copy_question_get_type ())

GType         copy_question_get_type (void);
CopyQuestion *copy_question_ref      (const CopyQuestion *self);
void          copy_question_unref    (CopyQuestion       *self);

/* For the job: takes both paths. */
CopyQuestion *copy_question_new      (guint64             id,
                                      const CopySide     *from,
                                      const CopySide     *to,
                                      gboolean            may_rename);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopyQuestion, copy_question_unref)

G_END_DECLS
