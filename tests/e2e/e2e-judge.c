/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-judge.h"

#include "e2e-tree.h"
#include "e2e-util.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/* Holes may be a little smaller than they were: file systems give space in
 * blocks, and extents of their own liking. */
#define SPARE_BLOCKS (256 * 1024 / 512)

#define READ_SIZE (256 * 1024)

/* A place in both trees. The descriptors are of directories; only two are held
 * at a time, whatever the depth. */
typedef struct
{
  int      from;
  int      to;
  GString *path;  /* for messages */
} Judge;

static void judge_dir (Judge *self);

static gboolean
same_bytes (int from,
            int to)
{
  static char one[READ_SIZE];
  static char other[READ_SIZE];
  off_t offset = 0;

  while (TRUE)
    {
      gssize n = pread (from, one, sizeof one, offset);

      g_assert_no_errno (n);
      if (pread (to, other, sizeof other, offset) != n || memcmp (one, other, (gsize) n) != 0)
        return FALSE;
      if (n == 0)
        return TRUE;
      offset += n;
    }
}

/* Of regular files, as cmp does. */
gboolean
e2e_is_same_content (const char *source,
                     const char *target)
{
  int from = open (source, O_RDONLY | O_CLOEXEC);
  int to = open (target, O_RDONLY | O_CLOEXEC);
  gboolean same;

  g_assert_no_errno (from);
  g_assert_no_errno (to);
  same = same_bytes (from, to);
  close (from);
  close (to);

  return same;
}

void
e2e_assert_same_content (const char *source,
                         const char *target)
{
  if (!e2e_is_same_content (source, target))
    g_error ("%s: the content differs from %s", target, source);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char **) a, *(const char **) b);
}

static GPtrArray *
list_names (int fd)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  DIR *dir = fdopendir (openat (fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct dirent *entry;

  g_assert_nonnull (dir);
  while ((entry = readdir (dir)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      g_ptr_array_add (names, g_strdup (entry->d_name));

  closedir (dir);
  g_ptr_array_sort (names, compare_names);

  return names;
}

/* All attributes with their values, access control lists among them. */
static char *
list_attributes (int         fd,
                 const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d/%s", fd, name);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  char names[65536];
  char value[65536];
  gssize size = llistxattr (path, names, sizeof names);

  for (const char *at = names; at < names + size; at += strlen (at) + 1)
    {
      gssize length = lgetxattr (path, at, value, sizeof value);
      g_autofree char *text = g_base64_encode ((const guchar *) value, (gsize) MAX (length, 0));

      g_ptr_array_add (lines, g_strdup_printf ("%s=%s", at, text));
    }

  g_ptr_array_sort (lines, compare_names);
  g_ptr_array_add (lines, NULL);

  return g_strjoinv ("\n", (char **) lines->pdata);
}

#define JUDGE(condition, format, ...)                                     \
  if (!(condition))                                                       \
    g_error ("%s: " format, self->path->str, __VA_ARGS__)

static void
judge_stat (Judge             *self,
            const struct stat *from,
            const struct stat *to)
{
  JUDGE (from->st_mode == to->st_mode, "mode is %o, not %o", to->st_mode, from->st_mode);
  JUDGE (from->st_mtim.tv_sec == to->st_mtim.tv_sec &&
         from->st_mtim.tv_nsec == to->st_mtim.tv_nsec, "time is %ld.%09ld, not %ld.%09ld",
         (long) to->st_mtim.tv_sec, to->st_mtim.tv_nsec, (long) from->st_mtim.tv_sec,
         from->st_mtim.tv_nsec);

  if (geteuid () == 0)
    JUDGE (from->st_uid == to->st_uid && from->st_gid == to->st_gid, "belongs to %u:%u",
           to->st_uid, to->st_gid);

  if (S_ISDIR (from->st_mode))
    return;

  JUDGE (from->st_size == to->st_size, "size is %ld, not %ld", (long) to->st_size,
         (long) from->st_size);
  JUDGE (from->st_nlink == to->st_nlink, "has %lu names, not %lu", (gulong) to->st_nlink,
         (gulong) from->st_nlink);
  JUDGE (to->st_blocks <= from->st_blocks + SPARE_BLOCKS, "takes %ld blocks, not %ld",
         (long) to->st_blocks, (long) from->st_blocks);

  if (S_ISCHR (from->st_mode) || S_ISBLK (from->st_mode))
    JUDGE (from->st_rdev == to->st_rdev, "is device %lx", (gulong) to->st_rdev);
}

static void
judge_content (Judge             *self,
               const char        *name,
               const struct stat *st)
{
  if (S_ISREG (st->st_mode))
    {
      int from = openat (self->from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
      int to = openat (self->to, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

      g_assert_no_errno (from);
      g_assert_no_errno (to);
      JUDGE (same_bytes (from, to), "%s", "the content differs");
      close (from);
      close (to);
    }
  else if (S_ISLNK (st->st_mode))
    {
      char one[4096];
      char other[4096];
      gssize n = readlinkat (self->from, name, one, sizeof one);

      JUDGE (n == readlinkat (self->to, name, other, sizeof other) &&
             memcmp (one, other, (gsize) n) == 0, "%s", "the link leads elsewhere");
    }
}

/* Goes down, and up again through "..", so that no descriptor stays open. */
static void
judge_subdir (Judge      *self,
              const char *name)
{
  int *fds[] = { &self->from, &self->to };

  for (guint i = 0; i < 2; i++)
    {
      int below = openat (*fds[i], name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

      g_assert_no_errno (below);
      close (*fds[i]);
      *fds[i] = below;
    }

  judge_dir (self);

  for (guint i = 0; i < 2; i++)
    {
      int above = openat (*fds[i], "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

      g_assert_no_errno (above);
      close (*fds[i]);
      *fds[i] = above;
    }
}

static void
judge_item (Judge      *self,
            const char *name)
{
  gsize length = self->path->len;
  g_autofree char *attributes = list_attributes (self->from, name);
  g_autofree char *kept = list_attributes (self->to, name);
  struct stat from;
  struct stat to;

  g_string_append_printf (self->path, "/%s", name);

  g_assert_no_errno (fstatat (self->from, name, &from, AT_SYMLINK_NOFOLLOW));
  JUDGE (fstatat (self->to, name, &to, AT_SYMLINK_NOFOLLOW) == 0, "%s", g_strerror (errno));
  judge_stat (self, &from, &to);
  JUDGE (strcmp (attributes, kept) == 0, "attributes are\n%s\nnot\n%s", kept, attributes);
  judge_content (self, name, &from);

  if (S_ISDIR (from.st_mode) && strcmp (name, ".") != 0)
    judge_subdir (self, name);

  g_string_truncate (self->path, length);
}

static void
judge_dir (Judge *self)
{
  g_autoptr (GPtrArray) names = list_names (self->from);
  g_autoptr (GPtrArray) copied = list_names (self->to);

  for (guint i = 0; i < names->len; i++)
    {
      JUDGE (i < copied->len && strcmp (names->pdata[i], copied->pdata[i]) == 0,
             "%s in it is missing, or %s is too many", (char *) names->pdata[i],
             i < copied->len ? (char *) copied->pdata[i] : "nothing");
      judge_item (self, names->pdata[i]);
    }

  JUDGE (copied->len == names->len, "has %u items, not %u", copied->len, names->len);
}

/* By our own eyes, which see what rsync does not look at: nanoseconds, blocks,
 * anything below a path that is too long. */
void
e2e_assert_identical (const char *source,
                      const char *target)
{
  Judge self = { .path = g_string_new (target) };

  self.from = open (source, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  self.to = open (target, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_assert_no_errno (self.from);
  g_assert_no_errno (self.to);

  judge_dir (&self);
  judge_item (&self, ".");

  close (self.from);
  close (self.to);
  g_string_free (self.path, TRUE);
}

/* Whether the target is what the source is: by the word of rsync, which knows
 * nothing of us, and by our own eyes. */
void
e2e_assert_same (const char *source,
                 const char *target)
{
  g_autofree char *rsync = g_find_program_in_path ("rsync");
  g_autofree char *from = g_strconcat (source, "/", NULL);
  g_autofree char *to = g_strconcat (target, "/", NULL);
  g_autoptr (E2eRun) run = NULL;

  e2e_assert_identical (source, target);

  if (rsync == NULL)
    {
      g_test_message ("rsync is not there to judge");
      return;
    }

  run = e2e_run_tool ("rsync", "-aHAXn", "--checksum", "--itemize-changes", "--delete", from, to,
                      NULL);
  if (run->status != 0 || *run->out != '\0')
    g_error ("rsync would change %s:\n%.4000s%s", target, run->out, run->err);
}

/* Copies a tree to a new place, without a word, and judges it. */
void
e2e_copy_and_judge (E2eTemp    *temp,
                    const char *source,
                    const char *backend)
{
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = e2e_run ("copy", backend, source, target, NULL);

  e2e_assert_status (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  e2e_assert_same (source, target);
}

/* Copies something else, at a pace that keeps it at work for a while. */
static void
copy_another (E2eTemp    *temp,
              const char *name)
{
  g_autofree char *source = e2e_temp_get (temp, "source");
  g_autofree char *target = e2e_temp_get (temp, name);
  g_autoptr (E2eRun) run = e2e_run ("copy", "-T", "--limit-rate=20M", source, target, NULL);

  e2e_assert_status (run, 0);
}

/* Whether nobody works at @target: nothing changes there while another copy
 * begins and ends. So the machine itself says what a long time is. What was
 * still under way may end during a first one. */
void
e2e_assert_idle (const char *target)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  e2e_make_file (temp->path, "source", 4 * 1024 * 1024);
  copy_another (temp, "settled");
  before = e2e_list (target);
  copy_another (temp, "seen");
  after = e2e_list (target);
  g_assert_cmpstr (before, ==, after);
}
