/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-question"

#include "copy-question.h"

G_DEFINE_BOXED_TYPE (CopyQuestion, copy_question, copy_question_ref, copy_question_unref)

static void
clear (gpointer data)
{
  CopyQuestion *self = data;

  g_free (self->from.path);
  g_free (self->to.path);
}

CopyQuestion *
copy_question_new (guint64         id,
                   const CopySide *from,
                   const CopySide *to,
                   gboolean        may_rename)
{
  CopyQuestion *self = g_atomic_rc_box_new0 (CopyQuestion);

  self->id = id;
  self->from = *from;
  self->to = *to;
  self->may_rename = may_rename;

  return self;
}

CopyQuestion *
copy_question_ref (const CopyQuestion *self)
{
  return g_atomic_rc_box_acquire ((CopyQuestion *) self);
}

void
copy_question_unref (CopyQuestion *self)
{
  g_atomic_rc_box_release_full (self, clear);
}
