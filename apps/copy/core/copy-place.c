/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-place"

#include "copy-place.h"

#include "copy-error.h"
#include "copy-name.h"

#include <errno.h>
#include <glib/gi18n.h>

#define PERMISSIONS 07777

/* Some file systems keep times only as multiples of so many nanoseconds. */
static const gint64 coarse_steps[] = { 100, 1000, 10 * 1000 * 1000, 1000 * 1000 * 1000,
                                       2000 * 1000 * 1000 };

/* Whether @kept is what a file system makes of @wanted. */
gboolean
copy_place_same_time (struct timespec kept,
                      struct timespec wanted)
{
  gint64 seconds;
  gint64 behind;

  if (kept.tv_sec == wanted.tv_sec && kept.tv_nsec == wanted.tv_nsec)
    return TRUE;

  /* Times are what somebody set, and may be as far apart as numbers can be. */
  if (__builtin_sub_overflow (wanted.tv_sec, kept.tv_sec, &seconds) || seconds < 0 || seconds > 2)
    return FALSE;

  behind = seconds * 1000000000 + wanted.tv_nsec - kept.tv_nsec;

  for (guint i = 0; i < G_N_ELEMENTS (coarse_steps); i++)
    {
      gint64 step = coarse_steps[i];
      gint64 offset = kept.tv_nsec % step;

      if (step > 1000000000 && kept.tv_sec % (step / 1000000000) != 0)
        offset = 1;

      if (offset == 0 && behind >= 0 && behind < step)
        return TRUE;
    }

  return FALSE;
}

static gboolean
is_newer (struct timespec one,
          struct timespec other)
{
  return one.tv_sec != other.tv_sec ? one.tv_sec > other.tv_sec : one.tv_nsec > other.tv_nsec;
}

gboolean
copy_place_is_unfinished_mode (mode_t mode)
{
  mode &= PERMISSIONS;

  return mode == 0 || mode == COPY_UNFINISHED_MODE || mode == COPY_UNFINISHED_MODE_READABLE;
}

/* Whether what is there is a whole copy of @source, as far as can be seen from outside. */
gboolean
copy_place_is_copy (const struct stat *existing,
                    const struct stat *source)
{
  return existing->st_mode == source->st_mode && existing->st_rdev == source->st_rdev &&
         copy_place_same_time (existing->st_mtim, source->st_mtim) &&
         (!S_ISREG (source->st_mode) || existing->st_size == source->st_size);
}

/* Everything is created without permissions and given them last, so a thing
 * that has none, and whose source has some, was never finished. */
static gboolean
is_unfinished (const struct stat *existing,
               const CopyEntry   *entry)
{
  if (S_ISLNK (existing->st_mode) || !copy_place_is_unfinished_mode (existing->st_mode))
    return FALSE;

  return (existing->st_mode & PERMISSIONS) != (entry->mode & PERMISSIONS) ||
         !copy_place_same_time (existing->st_mtim, entry->mtime) ||
         (guint64) existing->st_size != entry->size;
}

static CopyPlace
judge_leftover (const struct stat *existing,
                const CopyEntry   *entry)
{
  gboolean is_same;

  if ((existing->st_mode & S_IFMT) != (entry->mode & S_IFMT) || entry->flags & COPY_ENTRY_LINK)
    return COPY_PLACE_REPLACE;

  if (is_unfinished (existing, entry))
    return COPY_PLACE_REDO;

  is_same = copy_place_same_time (existing->st_mtim, entry->mtime) &&
            (!S_ISREG (entry->mode) || (guint64) existing->st_size == entry->size);
  if (!is_same)
    return COPY_PLACE_REPLACE;

  return (existing->st_mode & PERMISSIONS) == (entry->mode & PERMISSIONS) ? COPY_PLACE_COMPLETE
         : COPY_PLACE_TOUCH_UP;
}

static CopyPlace
apply_policy (const CopyOptions  *options,
              const struct stat  *existing,
              const CopyEntry    *entry,
              GError            **error)
{
  switch (options->conflict)
    {
    case COPY_CONFLICT_SKIP:
      return COPY_PLACE_SKIP;

    case COPY_CONFLICT_NEWER:
      return is_newer (entry->mtime, existing->st_mtim) ? COPY_PLACE_REPLACE : COPY_PLACE_SKIP;

    case COPY_CONFLICT_FAIL:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                           _("already exists in the destination"));
      return COPY_PLACE_REFUSE;

    case COPY_CONFLICT_ASK:
      return COPY_PLACE_ASK;

    case COPY_CONFLICT_OVERWRITE:
    case COPY_CONFLICT_RENAME:
    default:
      return COPY_PLACE_REPLACE;
    }
}

/* Decides what to do about an entry in @dir, the directory it is to be in, and
 * in @name (the caller's to free) under which name. @after_crash: an earlier
 * attempt of this very task may have left something. */
CopyPlace
copy_place_find (const CopyOptions  *options,
                 gboolean            after_crash,
                 CopyDir            *dir,
                 const CopyEntry    *entry,
                 char              **name,
                 GError            **error)
{
  g_autofree char *candidate = g_strdup (entry->to_name);

  for (guint number = 1;; number++)
    {
      CopyPlace place = COPY_PLACE_REPLACE;
      struct stat existing;

      if (copy_dir_stat (dir, candidate, &existing) != 0)
        {
          if (errno != ENOENT)
            {
              copy_error_set (error, errno, _("cannot look at the destination"));
              return COPY_PLACE_REFUSE;
            }

          *name = g_steal_pointer (&candidate);
          return COPY_PLACE_CREATE;
        }

      if (after_crash || options->resume)
        place = judge_leftover (&existing, entry);

      if (place == COPY_PLACE_REPLACE && options->conflict == COPY_CONFLICT_RENAME)
        {
          g_free (candidate);
          candidate = copy_name_duplicate (entry->to_name, number);
          continue;
        }

      if (S_ISDIR (existing.st_mode))
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY,
                               _("a folder of that name is in the way"));
          return COPY_PLACE_REFUSE;
        }

      *name = g_steal_pointer (&candidate);

      return place == COPY_PLACE_REPLACE ? apply_policy (options, &existing, entry, error) : place;
    }
}
