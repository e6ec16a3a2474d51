/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-file"

#include "copy-file.h"

#include "copy-data.h"
#include "copy-error.h"
#include "copy-meta.h"
#include "copy-remains.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* A source that changes under our hands is copied anew this often. */
#define MAX_READS 3

/* Content that is there already still gets the metadata it lacks. */
static gboolean
touch_up (CopyDraft        *draft,
          CopyWork         *work,
          int               from,
          GError          **error)
{
  struct stat st;
  int to = copy_dir_open_file (draft->target->dir, draft->name, O_RDONLY);
  gboolean ok;

  if (to < 0)
    return copy_error_set (error, errno, _("cannot open the destination"));

  ok = fstat (from, &st) == 0 ? copy_meta_apply_fd (work, draft->target, from, to, &st, error)
       : copy_error_set (error, errno, _("cannot look at the source"));
  close (to);

  return ok;
}

/* Makes the file that @entry is to become and opens it; -1 with @error set on
 * failure, and without if there is nothing to make. */
int
copy_file_open_draft (CopyDraft        *draft,
                      CopyWork         *work,
                      CopySource       *source,
                      CopyTarget       *target,
                      const CopyEntry  *entry,
                      int               from,
                      GError          **error)
{
  int flags = (work->options.verify ? O_RDWR : O_WRONLY) | O_CREAT | O_EXCL;
  int to;

  if (!copy_draft_begin (draft, work, source, target, entry, error))
    return -1;

  while (copy_draft_is_open (draft))
    {
      to = copy_dir_open_file (target->dir, draft->work_name, flags);
      if (to >= 0)
        {
          if (draft->place == COPY_PLACE_REPLACE)
            copy_remains_hold (to);
          return to;
        }

      if (errno != EEXIST)
        {
          copy_error_set (error, errno, _("cannot create the file"));
          return -1;
        }

      if (!copy_draft_retry (draft, work, source, entry, error))
        return -1;
    }

  if (draft->place == COPY_PLACE_TOUCH_UP)
    touch_up (draft, work, from, error);

  return -1;
}

/* All content is there: makes the file whole. */
gboolean
copy_file_finish (CopyDraft          *draft,
                  CopyWork           *work,
                  int                 from,
                  int                 to,
                  const struct stat  *st,
                  GError            **error)
{
  if (work->options.fsync && fdatasync (to) != 0)
    return copy_error_set (error, errno, _("cannot write to the disk"));

  return copy_meta_apply_fd (work, draft->target, from, to, st, error) &&
         copy_draft_finish (draft, error);
}

gboolean
copy_file_is_as_seen (const CopyEntry   *entry,
                      const struct stat *st)
{
  return S_ISREG (st->st_mode) && (guint64) st->st_size == entry->size &&
         st->st_mtim.tv_sec == entry->mtime.tv_sec && st->st_mtim.tv_nsec == entry->mtime.tv_nsec;
}

static gboolean
copy_content (CopyWork         *work,
              CopyPair         *pair,
              const CopyEntry  *entry,
              int               from,
              int               to,
              GError          **error)
{
  gboolean sparse = (entry->flags & COPY_ENTRY_SPARSE) != 0;

  if (copy_data_clone (work, pair, from, to, entry->size))
    return TRUE;

  /* Gives the target the hole at its end that nothing is written into. */
  if (sparse && ftruncate (to, (off_t) entry->size) != 0)
    return copy_error_set (error, errno, _("cannot write to the destination"));

  return copy_data_range (work, pair, from, to, 0, entry->size, sparse, error);
}

/* Copies the content until what was read is what the source is: nothing changed
 * since the scan, or at least nothing while it was read. On success @st tells
 * what the source is. */
static gboolean
copy_settled_content (CopyWork         *work,
                      CopyPair         *pair,
                      const CopyEntry  *entry,
                      int               from,
                      int               to,
                      struct stat      *st,
                      gboolean         *settled,
                      GError          **error)
{
  CopyEntry seen = *entry;

  *settled = FALSE;

  for (guint i = 0; i < MAX_READS && !*settled; i++)
    {
      if (i > 0)
        {
          copy_work_uncount_item (work);
          if (ftruncate (to, 0) != 0)
            return copy_error_set (error, errno, _("cannot write to the destination"));
        }

      if (!copy_content (work, pair, &seen, from, to, error))
        return FALSE;

      if (fstat (from, st) != 0)
        return copy_error_set (error, errno, _("cannot look at the source"));

      *settled = copy_file_is_as_seen (&seen, st);
      seen.size = (guint64) st->st_size;
      seen.mtime = st->st_mtim;
    }

  return TRUE;
}

static gboolean
copy_open_file (CopyWork           *work,
                CopySource         *source,
                CopyTarget         *target,
                const CopyEntry    *entry,
                int                 from,
                const struct stat  *before,
                CopyDraft          *draft,
                GError            **error)
{
  g_autoptr (GError) local_error = NULL;
  struct stat st;
  gboolean settled;
  gboolean ok;
  int to = copy_file_open_draft (draft, work, source, target, entry, from, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  if (to < 0)
    return TRUE;

  ok = copy_settled_content (work, target->pair, entry, from, to, &st, &settled, error);

  if (ok && before != NULL)
    st.st_atim = before->st_atim;

  /* A copy of no single moment is better than none, but not than an old one;
   * an older time makes sure that the next copy looks at it again. */
  if (ok && !settled)
    {
      st.st_mtim = entry->mtime;
      ok = draft->place != COPY_PLACE_REPLACE &&
           copy_file_finish (draft, work, from, to, &st, NULL);
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                           _("kept changing while it was being copied"));
      if (!ok)
        copy_draft_abandon (draft);
      close (to);
      return FALSE;
    }

  ok = ok && copy_file_finish (draft, work, from, to, &st, error);
  if (!ok)
    copy_draft_abandon (draft);

  /* Some file systems say only now that the disk is full. */
  if (close (to) != 0 && ok)
    return copy_error_set (error, errno, _("cannot write to the destination"));

  return ok;
}

/* Copies one whole file. @draft tells afterwards what was decided and under
 * which name. */
gboolean
copy_file (CopyWork         *work,
           CopySource       *source,
           CopyTarget       *target,
           const CopyEntry  *entry,
           CopyDraft        *draft,
           GError          **error)
{
  gboolean reading_shows = FALSE;
  struct stat before;
  gboolean ok;
  int from;

  from = copy_source_open_file (source, entry->name, &reading_shows);
  if (from < 0)
    return copy_error_set (error, errno, errno == ENOENT
                           ? _("vanished before it could be copied")
                           : _("cannot open the source"));

  if (reading_shows && fstat (from, &before) != 0)
    reading_shows = FALSE;

  ok = copy_open_file (work, source, target, entry, from, reading_shows ? &before : NULL,
                       draft, error);
  close (from);

  return ok;
}
