/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-remains"

#include "copy-remains.h"

#include "copy-name.h"
#include "copy-place.h"
#include "copy-xattr.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

/* What a job that was killed leaves: parts that would have replaced something,
 * and directories that are not complete. */

/* Says that a part is being written. The system forgets it with the process. */
void
copy_remains_hold (int fd)
{
  flock (fd, LOCK_SH | LOCK_NB);
}

/* Whether a job that still runs holds the part. */
static gboolean
is_held (CopyDir    *dir,
         const char *name)
{
  int fd = copy_dir_open_file (dir, name, O_WRONLY);
  gboolean held;

  if (fd < 0 && errno == EACCES && copy_dir_set_mode (dir, name, COPY_UNFINISHED_MODE) == 0)
    fd = copy_dir_open_file (dir, name, O_WRONLY);
  if (fd < 0)
    return FALSE;

  held = flock (fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close (fd);

  return held;
}

static void
collect_part (const char *name,
              mode_t      type,
              gpointer    user_data)
{
  if (copy_name_is_part (name))
    g_ptr_array_add (user_data, g_strdup (name));
}

/* Removes parts that nobody writes any more from a directory of the target,
 * unless its source has files of these names. */
void
copy_remains_remove (CopyDir *dir,
                     CopyDir *source)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  struct stat st;

  copy_dir_list (dir, collect_part, parts);

  for (guint i = 0; i < parts->len; i++)
    {
      const char *name = g_ptr_array_index (parts, i);

      if (copy_dir_stat (source, name, &st) != 0 && copy_dir_stat (dir, name, &st) == 0 &&
          !S_ISDIR (st.st_mode) && (!S_ISREG (st.st_mode) || !is_held (dir, name)))
        copy_dir_remove (dir, name, FALSE);
    }
}

typedef struct
{
  CopyDir  *source;
  guint     n_names;
  gboolean  all_known;
} Comparison;

static void
compare_name (const char *name,
              mode_t      type,
              gpointer    user_data)
{
  Comparison *comparison = user_data;
  struct stat st;

  comparison->n_names++;
  if (!copy_name_is_part (name) && copy_dir_stat (comparison->source, name, &st) != 0)
    comparison->all_known = FALSE;
}

/* Whether @path is a copy of @source that was begun and not completed, so that
 * a copy that goes on means it and nothing else. A file tells by its mode. A
 * directory is marked so or, where marks cannot be kept, has something in it and
 * nothing that the source does not have. */
gboolean
copy_remains_are_at (const char *path,
                     const char *source)
{
  g_autoptr (CopyDir) dir = copy_dir_open (path);
  g_autoptr (CopyDir) source_dir = copy_dir_open (source);
  Comparison comparison = { source_dir, 0, TRUE };
  g_autofree char *mark = NULL;
  struct stat st;

  if (lstat (path, &st) == 0 && S_ISREG (st.st_mode))
    return copy_place_is_unfinished_mode (st.st_mode);

  if (dir == NULL || source_dir == NULL || copy_dir_stat_self (source_dir, &st) != 0)
    return FALSE;

  mark = copy_name_mark (&st);
  if (copy_xattr_has_mark (dir, mark))
    return TRUE;

  copy_dir_list (dir, compare_name, &comparison);

  return comparison.n_names > 0 && comparison.all_known;
}
