/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-big"

#include "copy-big.h"

#include "copy-cache.h"
#include "copy-data.h"
#include "copy-error.h"
#include "copy-file.h"
#include "copy-remains.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <unistd.h>

/* A big file is copied by three kinds of task: one makes it, any number copy
 * ranges of it side by side, and the last makes it whole. This is what each of
 * them has at hand. */
typedef struct
{
  CopyWork           work;
  GVariant          *segment;
  CopySegmentReader  reader;
  CopyEntry          entry;
  CopySource        *source;
  CopyTarget        *target;
  int                from;
  int                to;
} BigFile;

static void
big_file_clear (BigFile *self)
{
  if (self->to >= 0)
    close (self->to);
  if (self->from >= 0)
    close (self->from);

  g_clear_pointer (&self->target, copy_target_free);
  g_clear_pointer (&self->source, copy_source_free);
  copy_segment_reader_clear (&self->reader);
  g_clear_pointer (&self->segment, g_variant_unref);
  copy_work_clear (&self->work);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BigFile, big_file_clear)

/* FALSE with @error set if the whole task fails; the source file itself may
 * still turn out not to open. */
static gboolean
big_file_init (BigFile        *self,
               LyTaskContext  *context,
               GVariant       *args,
               GError        **error)
{
  g_autoptr (GVariant) header = g_variant_get_child_value (args, 0);

  self->from = self->to = -1;
  self->segment = g_variant_get_child_value (args, 1);

  if (!copy_work_init (&self->work, context, header, error))
    return FALSE;

  if (!copy_segment_reader_init (&self->reader, self->segment) ||
      !copy_segment_reader_next (&self->reader, &self->entry))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "no file was named");
      return FALSE;
    }

  copy_work_begin_item (&self->work, self->reader.from_dir, self->entry.name, 0,
                        self->entry.size);
  ly_task_context_set_status (context, self->entry.name);

  return TRUE;
}

static gboolean
open_source (BigFile  *self,
             GError  **error)
{
  gboolean reading_shows = FALSE;

  if (!copy_tasks_open_dirs (&self->work, &self->reader, &self->source, &self->target, error))
    return FALSE;

  self->from = copy_source_open_file (self->source, self->entry.name, &reading_shows);
  if (self->from < 0)
    return copy_error_set (error, errno, errno == ENOENT
                           ? _("vanished before it could be copied")
                           : _("cannot open the source"));

  return TRUE;
}

static gboolean
set_changed_error (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                       _("changed while it was being copied"));

  return FALSE;
}

static int
open_draft_again (BigFile    *self,
                  const char *work_name)
{
  return copy_dir_open_file (self->target->dir, work_name,
                             self->work.options.verify ? O_RDWR : O_WRONLY);
}

/* Other tasks open the file by its name. To the super-user a file without
 * permissions opens all the same. */
static gboolean
let_open_again (BigFile    *self,
                CopyDraft  *draft,
                GError    **error)
{
  mode_t mode = self->work.options.verify ? COPY_UNFINISHED_MODE_READABLE : COPY_UNFINISHED_MODE;
  int again = open_draft_again (self, draft->work_name);

  if (again >= 0)
    {
      close (again);
      return TRUE;
    }

  if (fchmod (self->to, mode) != 0 && fchmod (self->to, mode & ~(mode_t) S_ISVTX) != 0)
    return copy_error_set (error, errno, _("cannot set the permissions"));

  return TRUE;
}

/* Makes the file; *@open says whether it wants content. */
static gboolean
begin (BigFile    *self,
       CopyDraft  *draft,
       gboolean   *open,
       GError    **error)
{
  g_autoptr (GError) local_error = NULL;
  struct stat st;
  gboolean cloned;

  *open = FALSE;

  if (!open_source (self, error))
    return FALSE;

  self->to = copy_file_open_draft (draft, &self->work, self->source, self->target, &self->entry,
                                   self->from, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  if (self->to < 0)
    return TRUE;

  cloned = copy_data_clone (&self->work, self->target->pair, self->from, self->to, self->entry.size);

  if (!cloned && ftruncate (self->to, (off_t) self->entry.size) != 0)
    copy_error_set (&local_error, errno, _("cannot write to the destination"));
  else if (fstat (self->from, &st) != 0)
    copy_error_set (&local_error, errno, _("cannot look at the source"));
  else if (cloned && !copy_file_is_as_seen (&self->entry, &st))
    set_changed_error (&local_error);
  else if (cloned)
    copy_file_finish (draft, &self->work, self->from, self->to, &st, &local_error);
  else
    *open = let_open_again (self, draft, &local_error);

  if (local_error == NULL)
    return TRUE;

  copy_draft_abandon (draft);
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

GVariant *
copy_big_run_begin (LyTaskContext  *context,
                    GVariant       *args,
                    GError        **error)
{
  g_auto (BigFile) self = { 0 };
  g_auto (CopyDraft) draft = { .place = COPY_PLACE_CREATE };
  g_autoptr (GError) local_error = NULL;
  gboolean open;

  if (!big_file_init (&self, context, args, error))
    return NULL;

  begin (&self, &draft, &open, &local_error);

  if (!open)
    copy_tasks_settle_entry (&self.work, self.reader.from_dir, &self.entry, 0, &draft,
                             local_error);

  return g_variant_new ("(b^ay^ay@" COPY_WORK_RESULT_FORMAT ")", open,
                        open ? draft.work_name : "", open ? draft.name : "",
                        copy_work_end (&self.work));
}

static gboolean
copy_range (BigFile     *self,
            const char  *work_name,
            guint64      offset,
            guint64      length,
            GError     **error)
{
  gboolean ok;

  if (!open_source (self, error))
    return FALSE;

  self->to = open_draft_again (self, work_name);
  if (self->to < 0)
    return copy_error_set (error, errno, _("cannot open the destination"));

  copy_remains_hold (self->to);

  copy_cache_expect_sequential (self->from);
  ok = copy_data_range (&self->work, self->target->pair, self->from, self->to, offset, length,
                        (self->entry.flags & COPY_ENTRY_SPARSE) != 0, error);

  if (ok && self->work.options.fsync && fdatasync (self->to) != 0)
    return copy_error_set (error, errno, _("cannot write to the disk"));

  return ok;
}

/* Problems of a range are those of its file; a failed range takes back what it
 * counted and leaves the rest to the end. */
GVariant *
copy_big_run_range (LyTaskContext  *context,
                    GVariant       *args,
                    GError        **error)
{
  g_auto (BigFile) self = { 0 };
  g_autoptr (GError) local_error = NULL;
  const char *work_name;
  guint64 offset;
  guint64 length;

  g_variant_get_child (args, 2, "^&ay", &work_name);
  g_variant_get_child (args, 3, "t", &offset);
  g_variant_get_child (args, 4, "t", &length);

  if (!big_file_init (&self, context, args, error))
    return NULL;

  self.work.part_offset = offset;
  self.work.part_size = length;

  if (!copy_range (&self, work_name, offset, length, &local_error))
    {
      copy_work_uncount_item (&self.work);

      if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }

      copy_work_add_problem (&self.work, self.reader.from_dir, self.entry.name, local_error);
    }

  return copy_work_end (&self.work);
}

static gboolean
end (BigFile    *self,
     CopyDraft  *draft,
     GError    **error)
{
  struct stat st;

  if (!open_source (self, error))
    return FALSE;

  draft->target = self->target;

  if (fstat (self->from, &st) != 0)
    return copy_error_set (error, errno, _("cannot look at the source"));

  if (!copy_file_is_as_seen (&self->entry, &st))
    return set_changed_error (error);

  self->to = copy_dir_open_file (self->target->dir, draft->work_name, O_WRONLY);
  if (self->to < 0)
    return copy_error_set (error, errno, _("cannot open the destination"));

  return copy_file_finish (draft, &self->work, self->from, self->to, &st, error);
}

/* An attempt that crashed may just have got it done. */
static gboolean
is_done_already (BigFile    *self,
                 CopyDraft  *draft)
{
  g_autofree char *name = NULL;
  CopyOptions options = { .conflict = COPY_CONFLICT_SKIP, .resume = TRUE };
  CopyEntry entry = self->entry;

  entry.to_name = draft->name;

  return self->work.after_crash && self->target != NULL &&
         copy_place_find (&options, TRUE, self->target->dir, &entry, &name, NULL) ==
         COPY_PLACE_COMPLETE;
}

GVariant *
copy_big_run_end (LyTaskContext  *context,
                  GVariant       *args,
                  GError        **error)
{
  g_auto (BigFile) self = { 0 };
  CopyDraft draft = { .place = COPY_PLACE_CREATE };
  g_autoptr (GError) local_error = NULL;
  gboolean complete;

  g_variant_get_child (args, 2, "^&ay", &draft.work_name);
  g_variant_get_child (args, 3, "^&ay", &draft.name);
  g_variant_get_child (args, 4, "b", &complete);

  if (!big_file_init (&self, context, args, error))
    return NULL;

  if (complete && (end (&self, &draft, &local_error) || is_done_already (&self, &draft)))
    {
      copy_tasks_settle_entry (&self.work, self.reader.from_dir, &self.entry, 0, &draft, NULL);
      return copy_work_end (&self.work);
    }

  /* Somebody has said already why the content is not complete. */
  if (self.target == NULL &&
      !copy_tasks_open_dirs (&self.work, &self.reader, &self.source, &self.target, NULL))
    return copy_work_end (&self.work);

  draft.target = self.target;
  copy_draft_abandon (&draft);
  if (local_error == NULL)
    copy_work_count (&self.work, COPY_COUNT_ITEMS, 1);
  else
    copy_tasks_settle_entry (&self.work, self.reader.from_dir, &self.entry, 0, &draft,
                             local_error);

  return copy_work_end (&self.work);
}
