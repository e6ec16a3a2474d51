/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-place.h"
#include "copy-work.h"

G_BEGIN_DECLS

/* An item of the target from the decision to make it until it is whole.
 *
 * What is new is written under its own name, without permissions. What
 * replaces something is written under another name and renamed over it. */
typedef struct
{
  CopyTarget *target;
  CopyPlace   place;
  const char *name;       /* what it is to be called */
  const char *work_name;  /* what it is called until then */
  char       *new_name;   /* @name, if it is not the entry's */
} CopyDraft;

gboolean copy_draft_begin   (CopyDraft        *self,
                             CopyWork         *work,
                             CopySource       *source,
                             CopyTarget       *target,
                             const CopyEntry  *entry,
                             GError          **error);
gboolean copy_draft_retry   (CopyDraft        *self,
                             CopyWork         *work,
                             CopySource       *source,
                             const CopyEntry  *entry,
                             GError          **error);
gboolean copy_draft_is_open (const CopyDraft  *self);
gboolean copy_draft_finish  (CopyDraft        *self,
                             GError          **error);
void     copy_draft_abandon (CopyDraft        *self);
void     copy_draft_clear   (CopyDraft        *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CopyDraft, copy_draft_clear)

G_END_DECLS
