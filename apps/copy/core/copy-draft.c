/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-draft"

#include "copy-draft.h"

#include "copy-error.h"

#include <errno.h>
#include <glib/gi18n.h>

/* A file must not be replaced by itself: it would be gone. */
static gboolean
check_not_same (CopySource       *source,
                CopyTarget       *target,
                const CopyEntry  *entry,
                const char       *name,
                GError          **error)
{
  struct stat from;
  struct stat to;

  if (copy_dir_stat (source->dir, entry->name, &from) != 0 ||
      copy_dir_stat (target->dir, name, &to) != 0 ||
      from.st_dev != to.st_dev || from.st_ino != to.st_ino)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                       _("source and destination are the same file"));

  return FALSE;
}

/* Decides what is to become of @entry, and under which name. Afterwards the
 * draft is open, or there is nothing to make. */
static gboolean
look (CopyDraft        *self,
      CopyWork         *work,
      CopySource       *source,
      const CopyEntry  *entry,
      GError          **error)
{
  g_clear_pointer (&self->new_name, g_free);
  self->place = copy_place_find (&work->options, work->after_crash, self->target->dir, entry,
                                 &self->new_name, error);
  self->name = self->work_name = self->new_name;

  switch (self->place)
    {
    case COPY_PLACE_REFUSE:
      return FALSE;

    case COPY_PLACE_REPLACE:
      if (!check_not_same (source, self->target, entry, self->name, error))
        return FALSE;

      /* An attempt that crashed may have left the part. */
      self->work_name = work->part_name;
      copy_dir_remove (self->target->dir, self->work_name, FALSE);
      return TRUE;

    case COPY_PLACE_ASK:
      return check_not_same (source, self->target, entry, self->name, error);

    case COPY_PLACE_REDO:
      if (copy_dir_remove (self->target->dir, self->name, FALSE) != 0 && errno != ENOENT)
        return copy_error_set (error, errno, _("cannot remove what an interrupted copy left"));
      return TRUE;

    default:
      return TRUE;
    }
}

/* Begins an item. Where nothing speaks against it the name is taken to be free,
 * which making the item then proves: see copy_draft_retry(). */
gboolean
copy_draft_begin (CopyDraft        *self,
                  CopyWork         *work,
                  CopySource       *source,
                  CopyTarget       *target,
                  const CopyEntry  *entry,
                  GError          **error)
{
  self->target = target;

  /* What the attempt that crashed was writing is of no use, whatever is found. */
  if (work->after_crash)
    copy_dir_remove (target->dir, work->part_name, FALSE);

  if (work->after_crash || work->options.resume)
    return look (self, work, source, entry, error);

  self->place = COPY_PLACE_CREATE;
  self->name = self->work_name = entry->to_name;

  return TRUE;
}

/* After EEXIST: looks what is there, and decides again. */
gboolean
copy_draft_retry (CopyDraft        *self,
                  CopyWork         *work,
                  CopySource       *source,
                  const CopyEntry  *entry,
                  GError          **error)
{
  return look (self, work, source, entry, error);
}

/* Whether there is something to make. */
gboolean
copy_draft_is_open (const CopyDraft *self)
{
  return self->place == COPY_PLACE_CREATE || self->place == COPY_PLACE_REPLACE ||
         self->place == COPY_PLACE_REDO;
}

/* The item is whole: gives it its name. */
gboolean
copy_draft_finish (CopyDraft  *self,
                   GError    **error)
{
  if (g_str_equal (self->work_name, self->name))
    return TRUE;

  if (copy_dir_rename (self->target->dir, self->work_name, self->name) != 0)
    return copy_error_set (error, errno, _("cannot replace what is in the destination"));

  /* Renaming one link to a file over another does nothing at all. */
  copy_dir_remove (self->target->dir, self->work_name, FALSE);

  return TRUE;
}

/* The item will not be whole: removes what there is of it. */
void
copy_draft_abandon (CopyDraft *self)
{
  copy_dir_remove (self->target->dir, self->work_name, FALSE);
}

void
copy_draft_clear (CopyDraft *self)
{
  g_clear_pointer (&self->new_name, g_free);
  self->name = self->work_name = NULL;
}
