/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-tasks"

#include "copy-tasks.h"

#include "copy-big.h"
#include "copy-error.h"
#include "copy-file.h"
#include "copy-meta.h"
#include "copy-special.h"
#include "copy-xattr.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

static CopyCounter
counter_for (const CopyEntry *entry)
{
  if (entry->flags & COPY_ENTRY_LINK)
    return COPY_COUNT_HARDLINKS;
  if (S_ISREG (entry->mode))
    return COPY_COUNT_FILES;
  if (S_ISLNK (entry->mode))
    return COPY_COUNT_SYMLINKS;

  return COPY_COUNT_OTHERS;
}

static gboolean
copy_entry (CopyWork         *work,
            CopySource       *source,
            CopyTarget       *target,
            const CopyEntry  *entry,
            CopyDraft        *draft,
            GError          **error)
{
  gboolean no_links = FALSE;

  if (entry->flags & COPY_ENTRY_LINK &&
      (!copy_hard_link (work, source, target, entry, draft, &no_links, error) || !no_links))
    return error == NULL || *error == NULL;

  return S_ISREG (entry->mode) ? copy_file (work, source, target, entry, draft, error)
         : copy_special (work, source, target, entry, draft, error);
}

static guint64
content_size (const CopyEntry *entry)
{
  return S_ISREG (entry->mode) && !(entry->flags & COPY_ENTRY_LINK) ? entry->size : 0;
}

/* Counts what became of an entry and tells those who wait for it. */
void
copy_tasks_settle_entry (CopyWork         *work,
                         const char       *directory,
                         const CopyEntry  *entry,
                         guint             index,
                         const CopyDraft  *draft,
                         const GError     *error)
{
  CopyOutcome outcome = COPY_OUTCOME_COPIED;
  /* What a crashed attempt had copied was copied, whoever did it. */
  gboolean made = copy_draft_is_open (draft) ||
                  (work->after_crash && draft->place == COPY_PLACE_COMPLETE);

  if (error == NULL && draft->place == COPY_PLACE_ASK)
    {
      copy_work_add_outcome (work, index, COPY_OUTCOME_ASKED, draft->name);
      return;
    }

  if (error != NULL)
    {
      copy_work_uncount_item (work);
      copy_work_add_problem (work, directory, entry->name, error);
      outcome = COPY_OUTCOME_FAILED;
    }
  else if (draft->place == COPY_PLACE_SKIP)
    {
      outcome = COPY_OUTCOME_SKIPPED;
    }

  if (error == NULL && made)
    copy_work_count (work, counter_for (entry), 1);
  else if (error == NULL)
    copy_work_count (work, COPY_COUNT_SKIPPED, 1);

  if (error != NULL || !made)
    copy_work_count (work, COPY_COUNT_PASSED_BYTES, (gint64) content_size (entry));

  copy_work_count (work, COPY_COUNT_ITEMS, 1);

  if (entry->flags & COPY_ENTRY_LEADER)
    copy_work_add_outcome (work, index, outcome, draft->name != NULL ? draft->name : "");
}

/* Opens both directories of a segment. */
gboolean
copy_tasks_open_dirs (CopyWork           *work,
                      CopySegmentReader  *reader,
                      CopySource        **source,
                      CopyTarget        **target,
                      GError            **error)
{
  g_autoptr (CopyDir) from = copy_dir_open_below (work->from_root, reader->from_dir);
  CopyDir *to;

  if (from == NULL)
    return copy_error_set (error, errno, _("cannot open the folder it is in"));

  to = copy_dir_open_below (work->to_root, reader->to_dir);
  if (to == NULL)
    return copy_error_set (error, errno, _("cannot open the destination's folder"));

  *target = copy_target_new (from, to);
  *source = copy_source_new (g_steal_pointer (&from));

  return TRUE;
}

/* The directories that the segment before was in: often those of the next. */
typedef struct
{
  char       *from_dir;
  char       *to_dir;
  CopySource *source;
  CopyTarget *target;
  GError     *error;
} OpenDirs;

static void
open_dirs_clear (OpenDirs *self)
{
  g_clear_pointer (&self->from_dir, g_free);
  g_clear_pointer (&self->to_dir, g_free);
  g_clear_pointer (&self->source, copy_source_free);
  g_clear_pointer (&self->target, copy_target_free);
  g_clear_error (&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OpenDirs, open_dirs_clear)

static void
open_dirs_move (OpenDirs           *self,
                CopyWork           *work,
                CopySegmentReader  *reader)
{
  if (g_strcmp0 (self->from_dir, reader->from_dir) == 0 &&
      g_strcmp0 (self->to_dir, reader->to_dir) == 0)
    return;

  open_dirs_clear (self);
  self->from_dir = g_strdup (reader->from_dir);
  self->to_dir = g_strdup (reader->to_dir);
  copy_tasks_open_dirs (work, reader, &self->source, &self->target, &self->error);
}

static gboolean
copy_segment (CopyWork   *work,
              GVariant   *variant,
              OpenDirs   *dirs,
              guint      *index,
              GError    **error)
{
  g_auto (CopySegmentReader) reader = { 0 };
  CopyEntry entry;

  if (!copy_segment_reader_init (&reader, variant))
    return TRUE;

  open_dirs_move (dirs, work, &reader);

  while (copy_segment_reader_next (&reader, &entry))
    {
      g_auto (CopyDraft) draft = { .place = COPY_PLACE_CREATE };
      g_autoptr (GError) local_error = NULL;

      copy_work_begin_item (work, reader.from_dir, entry.name, 0, content_size (&entry));
      if (!copy_work_checkpoint (work, error))
        return FALSE;

      ly_task_context_set_status (work->context, entry.name);

      if (dirs->error != NULL)
        local_error = g_error_copy (dirs->error);
      else
        copy_entry (work, dirs->source, dirs->target, &entry, &draft, &local_error);

      if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          copy_work_uncount_item (work);
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }

      copy_tasks_settle_entry (work, reader.from_dir, &entry, (*index)++, &draft, local_error);
    }

  return TRUE;
}

static GVariant *
run_batch (LyTaskContext  *context,
           GVariant       *args,
           GError        **error)
{
  g_autoptr (GVariant) header = g_variant_get_child_value (args, 0);
  g_autoptr (GVariant) segments = g_variant_get_child_value (args, 1);
  g_auto (CopyWork) work = { 0 };
  g_auto (OpenDirs) dirs = { 0 };
  guint index = 0;

  if (!copy_work_init (&work, context, header, error))
    return NULL;

  for (gsize i = 0; i < g_variant_n_children (segments); i++)
    {
      g_autoptr (GVariant) segment = g_variant_get_child_value (segments, i);

      if (!copy_segment (&work, segment, &dirs, &index, error))
        return NULL;
    }

  return copy_work_end (&work);
}

static gboolean
seal_dir (CopyWork               *work,
          const char             *from_path,
          const char             *to_path,
          const struct timespec   times[2],
          GError                **error)
{
  g_autoptr (CopyDir) from = copy_dir_open_below (work->from_root, from_path);
  g_autoptr (CopyTarget) target = NULL;
  CopyDir *to;
  struct stat st;
  gboolean changed;
  gboolean ok;
  int from_fd;
  int to_fd;

  if (from == NULL || copy_dir_stat_self (from, &st) != 0)
    return copy_error_set (error, errno, _("cannot look at the source"));

  to = copy_dir_open_below (work->to_root, to_path);
  if (to == NULL)
    return copy_error_set (error, errno, _("cannot open the destination's folder"));

  /* What came after the scan was not copied, and the times must not say so. */
  changed = st.st_mtim.tv_sec != times[1].tv_sec || st.st_mtim.tv_nsec != times[1].tv_nsec;
  st.st_atim = times[0];
  st.st_mtim = times[1];

  target = copy_target_new (from, to);
  from_fd = copy_dir_open_self (from);
  to_fd = copy_dir_open_self (to);
  ok = copy_meta_apply_fd (work, target, from_fd, to_fd, &st, error);
  if (strchr (to_path, '/') == NULL)
    copy_xattr_remove_mark (to_fd);
  if (ok && work->options.fsync && fsync (to_fd) != 0)
    ok = copy_error_set (error, errno, _("cannot write to the disk"));
  close (from_fd);
  close (to_fd);

  if (ok && changed)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                           _("the folder changed while it was being copied"));
      return FALSE;
    }

  return ok;
}

static GVariant *
run_seal (LyTaskContext  *context,
          GVariant       *args,
          GError        **error)
{
  g_autoptr (GVariant) header = g_variant_get_child_value (args, 0);
  g_autoptr (GVariant) dirs = g_variant_get_child_value (args, 1);
  g_auto (CopyWork) work = { 0 };

  if (!copy_work_init (&work, context, header, error))
    return NULL;

  for (gsize i = 0; i < g_variant_n_children (dirs); i++)
    {
      g_autoptr (GVariant) dir = g_variant_get_child_value (dirs, i);
      g_autoptr (GError) local_error = NULL;
      struct timespec times[2];
      const char *from_path;
      const char *to_path;
      gint64 numbers[4];

      if (!copy_work_checkpoint (&work, error))
        return NULL;

      g_variant_get (dir, "(^&ay^&ayxxxx)", &from_path, &to_path, &numbers[0], &numbers[1],
                     &numbers[2], &numbers[3]);
      for (guint j = 0; j < 2; j++)
        times[j] = (struct timespec) { (time_t) numbers[2 * j], (long) numbers[2 * j + 1] };

      if (seal_dir (&work, from_path, to_path, times, &local_error))
        copy_work_count (&work, COPY_COUNT_DIRECTORIES, 1);
      else
        copy_work_add_problem (&work, from_path, "", local_error);

      copy_work_count (&work, COPY_COUNT_ITEMS, 1);
    }

  return copy_work_end (&work);
}

/* A task runs only with arguments of its own form, whoever sent them. */
#define DEFINE_CHECKED(run, format)                                              \
  static GVariant *                                                              \
  run##_checked (LyTaskContext  *context,                                        \
                 GVariant       *args,                                           \
                 GError        **error)                                          \
  {                                                                              \
    if (g_variant_is_of_type (args, G_VARIANT_TYPE (format)))                    \
      return run (context, args, error);                                         \
                                                                                 \
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,         \
                         "task arguments of the wrong form");                    \
    return NULL;                                                                 \
  }

DEFINE_CHECKED (run_batch, COPY_TASK_BATCH_FORMAT)
DEFINE_CHECKED (run_seal, COPY_TASK_SEAL_FORMAT)
DEFINE_CHECKED (copy_big_run_begin, COPY_TASK_BEGIN_FORMAT)
DEFINE_CHECKED (copy_big_run_range, COPY_TASK_RANGE_FORMAT)
DEFINE_CHECKED (copy_big_run_end, COPY_TASK_END_FORMAT)

/* Makes the tasks known, in a program that copies and in its workers. */
void
copy_tasks_register (void)
{
  ly_task_register (COPY_TASK_BATCH, run_batch_checked);
  ly_task_register (COPY_TASK_SEAL, run_seal_checked);
  ly_task_register (COPY_TASK_BEGIN, copy_big_run_begin_checked);
  ly_task_register (COPY_TASK_RANGE, copy_big_run_range_checked);
  ly_task_register (COPY_TASK_END, copy_big_run_end_checked);
}
