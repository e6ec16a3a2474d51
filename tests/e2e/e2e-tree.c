/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-tree.h"

#include "e2e-util.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BLOCK (1024 * 1024)

/* A while ago, so that nothing that a test does happens to give the same. */
#define LONG_AGO 1500000000

char *
e2e_make_dir (const char *dir,
              const char *name)
{
  char *path = g_build_filename (dir, name, NULL);

  g_assert_no_errno (g_mkdir_with_parents (path, 0755));

  return path;
}

static int
open_at (const char *dir,
         const char *name,
         int         flags)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  int fd = open (path, flags | O_CLOEXEC, 0644);

  g_assert_no_errno (fd);

  return fd;
}

static void
write_all (int         fd,
           const void *data,
           gsize       size)
{
  const char *rest = data;

  while (size > 0)
    {
      gssize n = write (fd, rest, size);

      g_assert_no_errno (n);
      rest += n;
      size -= (gsize) n;
    }
}

/* A file whose every word depends on its name and its place in the file. */
void
e2e_make_file (const char *dir,
               const char *name,
               guint64     size)
{
  g_autofree guint64 *block = g_malloc (BLOCK);
  guint64 word = g_str_hash (name) | 1;
  int fd = open_at (dir, name, O_WRONLY | O_CREAT | O_TRUNC);

  while (size > 0)
    {
      gsize length = (gsize) MIN (size, BLOCK);

      for (gsize i = 0; i < (length + 7) / 8; i++)
        {
          word ^= word << 13;
          word ^= word >> 7;
          word ^= word << 17;
          block[i] = word;
        }

      write_all (fd, block, length);
      size -= length;
    }

  close (fd);
}

void
e2e_make_text (const char *dir,
               const char *name,
               const char *text)
{
  int fd = open_at (dir, name, O_WRONLY | O_CREAT | O_TRUNC);

  write_all (fd, text, strlen (text));
  close (fd);
}

void
e2e_append (const char *dir,
            const char *name,
            const char *text)
{
  int fd = open_at (dir, name, O_WRONLY | O_APPEND);

  write_all (fd, text, strlen (text));
  close (fd);
}

void
e2e_make_link (const char *dir,
               const char *name,
               const char *target)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  g_assert_no_errno (symlink (target, path));
}

/* @existing is below @dir as well. */
void
e2e_make_hard_link (const char *dir,
                    const char *name,
                    const char *existing)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autofree char *existing_path = g_build_filename (dir, existing, NULL);

  g_assert_no_errno (link (existing_path, path));
}

/* Makes a file longer by a hole, or punches one into it. */
void
e2e_make_hole (const char *dir,
               const char *name,
               guint64     offset,
               guint64     length)
{
  int fd = open_at (dir, name, O_RDWR | O_CREAT);
  struct stat st;

  g_assert_no_errno (fstat (fd, &st));
  if ((guint64) st.st_size < offset + length)
    g_assert_no_errno (ftruncate (fd, (off_t) (offset + length)));
  if ((guint64) st.st_size > offset)
    g_assert_no_errno (fallocate (fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t) offset,
                                  (off_t) length));
  close (fd);
}

void
e2e_set_mode (const char *dir,
              const char *name,
              mode_t      mode)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  g_assert_no_errno (chmod (path, mode));
}

/* Of a link itself. The access time becomes a little older. */
void
e2e_set_time (const char *dir,
              const char *name,
              gint64      seconds,
              long        nanoseconds)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  struct timespec times[2] = { { seconds - 7, nanoseconds }, { seconds, nanoseconds } };

  g_assert_no_errno (utimensat (AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW));
}

static void
give_away (const char        *full,
           const char        *path,
           const struct stat *st,
           gpointer           user_data)
{
  g_assert_no_errno (lchown (full, E2E_NOBODY, E2E_NOBODY));
}

/* Makes everything nobody's own. */
void
e2e_give_away (const char *path)
{
  g_assert_no_errno (lchown (path, E2E_NOBODY, E2E_NOBODY));
  e2e_visit (path, give_away, NULL);
}

static void
make_one_dir (const char *path,
              guint       number,
              guint       n_files)
{
  g_autofree char *name = g_strdup_printf ("dir-%u/sub-%u", number, number % 3);
  g_autofree char *dir = e2e_make_dir (path, name);

  for (guint i = 0; i < n_files; i++)
    {
      g_autofree char *file = g_strdup_printf ("file-%u", i);

      e2e_make_file (dir, file, (i * 2654435761u + number) % 16384);
      e2e_set_mode (dir, file, i % 5 == 0 ? 0755 : 0640);
      e2e_set_time (dir, file, LONG_AGO + i, 123456789 + i);
    }

  e2e_make_link (dir, "link", "file-0");
  e2e_set_time (dir, "link", LONG_AGO + 1, 987654321);
  e2e_set_time (dir, "", LONG_AGO + number, 111222333);
}

/* A tree of files in so many directories, with all kinds of links, of which
 * everything is old. */
void
e2e_make_tree (const char *path,
               guint       n_dirs,
               guint       n_files)
{
  g_assert_no_errno (g_mkdir_with_parents (path, 0755));

  for (guint i = 0; i < n_dirs; i++)
    make_one_dir (path, i, n_files);

  g_free (e2e_make_dir (path, "empty"));
  e2e_make_link (path, "dangling", "nowhere/at all");
  e2e_make_hard_link (path, "hard link", "dir-0/sub-0/file-0");
  e2e_make_hard_link (path, "empty/hard link", "dir-0/sub-0/file-0");
  e2e_set_time (path, "dangling", LONG_AGO, 5);
  e2e_set_time (path, "empty", LONG_AGO, 6);
  e2e_set_time (path, "dir-0/sub-0", LONG_AGO, 7);
  e2e_set_time (path, "", LONG_AGO, 8);
}

gboolean
e2e_exists (const char *dir,
            const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  struct stat st;

  return lstat (path, &st) == 0;
}

void
e2e_get_stat (const char  *dir,
              const char  *name,
              struct stat *st)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  g_assert_no_errno (lstat (path, st));
}

char *
e2e_get_text (const char *dir,
              const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  return text;
}

static void
visit_below (const char *root,
             const char *below,
             E2eVisit    visit,
             gpointer    user_data)
{
  g_autofree char *path = g_build_filename (root, below, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *item = *below != '\0' ? g_build_filename (below, name, NULL)
                              : g_strdup (name);
      g_autofree char *full = g_build_filename (root, item, NULL);
      struct stat st;

      if (lstat (full, &st) != 0)
        continue;

      visit (full, item, &st, user_data);
      if (S_ISDIR (st.st_mode))
        visit_below (root, item, visit, user_data);
    }
}

void
e2e_visit (const char *path,
           E2eVisit    visit,
           gpointer    user_data)
{
  visit_below (path, "", visit, user_data);
}

static void
count (const char        *full,
       const char        *path,
       const struct stat *st,
       gpointer           user_data)
{
  ++*(guint *) user_data;
}

/* How many items there are below it. */
guint
e2e_count (const char *path)
{
  guint n = 0;

  e2e_visit (path, count, &n);

  return n;
}

static char *
describe (const char        *path,
          const struct stat *st)
{
  return g_strdup_printf ("%s %lu %o %u:%u %ld %lu %ld.%09ld %ld.%09ld\n", path,
                          (gulong) st->st_ino, st->st_mode, st->st_uid, st->st_gid,
                          S_ISDIR (st->st_mode) ? 0 : (long) st->st_size, (gulong) st->st_nlink,
                          (long) st->st_mtim.tv_sec, st->st_mtim.tv_nsec,
                          (long) st->st_ctim.tv_sec, st->st_ctim.tv_nsec);
}

static void
add_line (const char        *full,
          const char        *path,
          const struct stat *st,
          gpointer           user_data)
{
  g_ptr_array_add (user_data, describe (path, st));
}

static int
compare_lines (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char **) a, *(const char **) b);
}

/* Everything about what is there that a change would change. */
char *
e2e_list (const char *path)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  struct stat st;

  if (lstat (path, &st) != 0)
    return g_strdup ("nothing");

  g_ptr_array_add (lines, describe ("", &st));
  e2e_visit (path, add_line, lines);
  g_ptr_array_sort (lines, compare_lines);
  g_ptr_array_add (lines, NULL);

  return g_strjoinv ("", (char **) lines->pdata);
}
