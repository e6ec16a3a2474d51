/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-copy-util.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sched.h>
#include <sys/mount.h>
#endif

#define NOBODY 65534

static TestFolder *
new_folder_in (const char *parent)
{
  TestFolder *self = g_new0 (TestFolder, 1);

  self->path = g_build_filename (parent, "lanyard-test-XXXXXX", NULL);
  g_assert_nonnull (g_mkdtemp (self->path));

  /* For the tests that are nobody for a while. */
  g_assert_no_errno (chmod (self->path, 0755));

  return self;
}

/* Where memory is the disk, if that can be. */
TestFolder *
test_folder_new (void)
{
  return new_folder_in (access ("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : g_get_tmp_dir ());
}

/* On a file system that keeps attributes and holes, if there is one. */
TestFolder *
test_folder_new_on_disk (void)
{
  return new_folder_in (access ("/var/tmp", W_OK | X_OK) == 0 ? "/var/tmp" : g_get_tmp_dir ());
}

/* Trees may be deeper than a path can be long, which rm knows to remove. */
void
test_folder_free (TestFolder *self)
{
#ifdef __linux__
  if (self->mount_point != NULL)
    g_assert_no_errno (umount2 (self->mount_point, MNT_DETACH));
#endif

  /* Only the super-user removes what is in folders that may not be changed. */
  if (geteuid () != 0)
    test_run ("chmod", "-R", "u+rwX", "--", self->path, NULL);

  g_assert_cmpint (test_run ("rm", "-rf", "--", self->path, NULL), ==, 0);
  g_free (self->mount_point);
  g_free (self->path);
  g_free (self);
}

/* Mounts a file system in memory on a new directory, for this process alone.
 * FALSE if that is not possible or not permitted. */
gboolean
test_folder_mount (TestFolder *self,
                   const char *name,
                   const char *options)
{
#ifdef __linux__
  g_autofree char *path = test_folder_get (self, name);

  test_folder_make_dir (self, name);

  /* It must not be seen elsewhere, and goes when this process does. */
  if (unshare (CLONE_NEWNS) != 0 || mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
      mount ("tmpfs", path, "tmpfs", 0, options) != 0)
    return FALSE;

  g_assert_null (self->mount_point);
  self->mount_point = g_steal_pointer (&path);

  return TRUE;
#else
  return FALSE;
#endif
}

char *
test_folder_get (TestFolder *self,
                 const char *name)
{
  return *name != '\0' ? g_build_filename (self->path, name, NULL) : g_strdup (self->path);
}

void
test_folder_make_dir (TestFolder *self,
                      const char *name)
{
  g_autofree char *path = test_folder_get (self, name);

  g_assert_no_errno (g_mkdir_with_parents (path, 0755));
}

static void
write_bytes (TestFolder *self,
             const char *name,
             const char *bytes,
             gsize       size)
{
  g_autofree char *path = test_folder_get (self, name);
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, bytes, (gssize) size, G_FILE_SET_CONTENTS_NONE, 0644, &error);
  g_assert_no_error (error);
}

void
test_folder_write (TestFolder *self,
                   const char *name,
                   const char *text)
{
  write_bytes (self, name, text, strlen (text));
}

/* Content that nothing but a copy of it equals, and without long zeros. */
void
test_folder_fill (TestFolder *self,
                  const char *name,
                  gsize       size)
{
  g_autofree char *bytes = g_malloc (size + sizeof (guint32));
  guint32 state = g_str_hash (name) | 1;

  for (gsize i = 0; i < size; i += sizeof state)
    {
      state = state * 1664525 + 1013904223;
      memcpy (bytes + i, &state, sizeof state);
    }

  write_bytes (self, name, bytes, size);
}

/* A file that is one hole, with a few bytes at its end. */
void
test_folder_make_hole (TestFolder *self,
                       const char *name,
                       guint64     size)
{
  g_autofree char *path = test_folder_get (self, name);
  int fd = g_open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

  g_assert_no_errno (fd);
  g_assert_cmpint (pwrite (fd, "end", 3, (off_t) size - 3), ==, 3);
  close (fd);
}

void
test_folder_make_link (TestFolder *self,
                       const char *name,
                       const char *target)
{
  g_autofree char *path = test_folder_get (self, name);

  g_assert_no_errno (symlink (target, path));
}

void
test_folder_hard_link (TestFolder *self,
                       const char *name,
                       const char *existing)
{
  g_autofree char *path = test_folder_get (self, name);
  g_autofree char *existing_path = test_folder_get (self, existing);

  g_assert_no_errno (link (existing_path, path));
}

void
test_folder_set_mode (TestFolder *self,
                      const char *name,
                      mode_t      mode)
{
  g_autofree char *path = test_folder_get (self, name);

  g_assert_no_errno (chmod (path, mode));
}

void
test_folder_set_mtime (TestFolder *self,
                       const char *name,
                       gint64      seconds,
                       long        nanoseconds)
{
  g_autofree char *path = test_folder_get (self, name);
  struct timespec time = { (time_t) seconds, nanoseconds };
  struct timespec times[2] = { time, time };

  g_assert_no_errno (utimensat (AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW));
}

gboolean
test_folder_has (TestFolder *self,
                 const char *name)
{
  g_autofree char *path = test_folder_get (self, name);
  struct stat st;

  return lstat (path, &st) == 0;
}

void
test_folder_stat (TestFolder  *self,
                  const char  *name,
                  struct stat *st)
{
  g_autofree char *path = test_folder_get (self, name);

  g_assert_no_errno (lstat (path, st));
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

static char **
list_names (TestFolder *self,
            const char *name)
{
  g_autofree char *path = test_folder_get (self, name);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  GPtrArray *names = g_ptr_array_new ();
  const char *entry;

  g_assert_nonnull (dir);
  while ((entry = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (entry));

  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);

  return (char **) g_ptr_array_free (names, FALSE);
}

/* The names in a directory in order, with spaces between them. */
char *
test_folder_list (TestFolder *self,
                  const char *name)
{
  g_auto (GStrv) names = list_names (self, name);

  return g_strjoinv (" ", names);
}

static char *
read_all (TestFolder *self,
          const char *name,
          gsize      *size)
{
  g_autofree char *path = test_folder_get (self, name);
  g_autoptr (GError) error = NULL;
  char *content = NULL;

  g_file_get_contents (path, &content, size, &error);
  g_assert_no_error (error);

  return content;
}

void
test_folder_assert_text (TestFolder *self,
                         const char *name,
                         const char *text)
{
  g_autofree char *content = read_all (self, name, NULL);

  g_assert_cmpstr (content, ==, text);
}

void
test_folder_assert_same (TestFolder *self,
                         const char *name,
                         const char *other)
{
  gsize size;
  gsize other_size;
  g_autofree char *content = read_all (self, name, &size);
  g_autofree char *other_content = read_all (self, other, &other_size);

  g_assert_cmpmem (content, size, other_content, other_size);
}

static void
assert_same_item (TestFolder        *self,
                  const char        *name,
                  const struct stat *st,
                  const char        *other,
                  const struct stat *other_st)
{
  if (st->st_mode != other_st->st_mode || st->st_nlink != other_st->st_nlink ||
      st->st_uid != other_st->st_uid || st->st_gid != other_st->st_gid ||
      st->st_mtim.tv_sec != other_st->st_mtim.tv_sec ||
      st->st_mtim.tv_nsec != other_st->st_mtim.tv_nsec)
    g_error ("“%s” and “%s” differ in what is known about them", name, other);

  if (S_ISLNK (st->st_mode))
    {
      g_autofree char *path = test_folder_get (self, name);
      g_autofree char *other_path = test_folder_get (self, other);
      g_autofree char *target = g_file_read_link (path, NULL);
      g_autofree char *other_target = g_file_read_link (other_path, NULL);

      g_assert_cmpstr (target, ==, other_target);
    }
  else if (S_ISREG (st->st_mode))
    {
      test_folder_assert_same (self, name, other);
    }
}

void
test_folder_assert_same_tree (TestFolder *self,
                              const char *name,
                              const char *other)
{
  g_auto (GStrv) names = NULL;
  g_auto (GStrv) other_names = NULL;
  struct stat st;
  struct stat other_st;

  test_folder_stat (self, name, &st);
  test_folder_stat (self, other, &other_st);
  assert_same_item (self, name, &st, other, &other_st);

  if (!S_ISDIR (st.st_mode))
    return;

  names = list_names (self, name);
  other_names = list_names (self, other);
  g_assert_cmpstrv (names, other_names);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *below = g_build_filename (name, names[i], NULL);
      g_autofree char *other_below = g_build_filename (other, names[i], NULL);

      test_folder_assert_same_tree (self, below, other_below);
    }
}

static void
tally_below (TestFolder *self,
             const char *name,
             GHashTable *inodes,
             TestTally  *tally)
{
  g_auto (GStrv) names = NULL;
  struct stat st;

  test_folder_stat (self, name, &st);

  if (S_ISDIR (st.st_mode))
    tally->directories++;
  else if (st.st_nlink > 1 && !g_hash_table_add (inodes, GSIZE_TO_POINTER (st.st_ino)))
    tally->hardlinks++;
  else if (S_ISLNK (st.st_mode))
    tally->symlinks++;
  else if (!S_ISREG (st.st_mode))
    tally->others++;
  else
    {
      tally->files++;
      tally->bytes += (guint64) st.st_size;
    }

  if (!S_ISDIR (st.st_mode))
    return;

  names = list_names (self, name);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *below = g_build_filename (name, names[i], NULL);

      tally_below (self, below, inodes, tally);
    }
}

void
test_folder_tally (TestFolder *self,
                   const char *name,
                   TestTally  *tally)
{
  g_autoptr (GHashTable) inodes = g_hash_table_new (NULL, NULL);

  *tally = (TestTally) { 0 };
  tally_below (self, name, inodes, tally);
}

void
test_become_nobody (void)
{
  if (geteuid () != 0)
    return;

  g_assert_no_errno (setegid (NOBODY));
  g_assert_no_errno (seteuid (NOBODY));
}

void
test_become_self (void)
{
  if (getuid () != 0)
    return;

  g_assert_no_errno (seteuid (0));
  g_assert_no_errno (setegid (0));
}

int
test_run (const char *program,
          ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  const char *argument = program;
  int status = 0;
  va_list args;

  va_start (args, program);
  for (; argument != NULL; argument = va_arg (args, const char *))
    g_ptr_array_add (argv, (gpointer) argument);
  va_end (args);
  g_ptr_array_add (argv, NULL);

  g_spawn_sync (NULL, (char **) argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status));

  return WEXITSTATUS (status);
}

/* Neither running ones nor zombies. */
void
test_assert_no_children (void)
{
  pid_t pid = waitpid (-1, NULL, WNOHANG);

  g_assert_cmpint (pid, ==, -1);
  g_assert_cmpint (errno, ==, ECHILD);
}
