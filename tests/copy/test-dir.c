/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-dir.h"
#include "test-copy-util.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

static CopyDir *
open_folder (TestFolder *folder)
{
  CopyDir *dir = copy_dir_open (folder->path);

  g_assert_nonnull (dir);

  return dir;
}

static void
assert_opens (CopyDir    *dir,
              const char *relative)
{
  g_autoptr (CopyDir) below = copy_dir_open_below (dir, relative);

  if (below == NULL)
    g_error ("“%s” cannot be opened: %s", relative, g_strerror (errno));
}

static void
assert_refuses (CopyDir    *dir,
                const char *relative,
                int         errnum,
                int         other_errnum)
{
  g_autoptr (CopyDir) below = copy_dir_open_below (dir, relative);
  int saved_errno = errno;

  if (below != NULL)
    g_error ("“%s” was opened", relative);
  if (saved_errno != errnum && saved_errno != other_errnum)
    g_error ("“%s” is refused with: %s", relative, g_strerror (saved_errno));
}

static void
test_open (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *link = test_folder_get (folder, "link");
  g_autofree char *file = test_folder_get (folder, "file");
  g_autoptr (CopyDir) linked = NULL;

  test_folder_make_dir (folder, "a");
  test_folder_write (folder, "file", "");
  test_folder_make_link (folder, "link", "a");

  /* What the user names may be a link. */
  linked = copy_dir_open (link);
  g_assert_nonnull (linked);

  g_assert_null (copy_dir_open (file));
  g_assert_cmpint (errno, ==, ENOTDIR);
  g_assert_null (copy_dir_open ("/nowhere/at all"));
  g_assert_cmpint (errno, ==, ENOENT);
}

static void
test_open_below (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyDir) dir = NULL;
  g_autoptr (CopyDir) self = NULL;
  g_autoptr (CopyDir) below = NULL;
  struct stat st;
  struct stat expected;

  test_folder_make_dir (folder, "a/\xff \n/c");
  test_folder_write (folder, "file", "");
  dir = open_folder (folder);

  assert_opens (dir, "a");
  below = copy_dir_open_below (dir, "a/\xff \n/c");
  g_assert_nonnull (below);
  g_assert_no_errno (copy_dir_stat_self (below, &st));
  test_folder_stat (folder, "a/\xff \n/c", &expected);
  g_assert_cmpuint (st.st_ino, ==, expected.st_ino);

  self = copy_dir_open_below (dir, "");
  g_assert_nonnull (self);
  g_assert_no_errno (copy_dir_stat_self (self, &st));
  test_folder_stat (folder, "", &expected);
  g_assert_cmpuint (st.st_ino, ==, expected.st_ino);

  assert_refuses (dir, "b", ENOENT, ENOENT);
  assert_refuses (dir, "a/b", ENOENT, ENOENT);
  assert_refuses (dir, "file", ENOTDIR, ENOTDIR);
  assert_refuses (dir, "file/a", ENOTDIR, ENOTDIR);
}

/* Nothing leads out of a directory, whoever puts links or names in its way. */
static void
test_no_way_out (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *inside = test_folder_get (folder, "inside");
  g_autoptr (CopyDir) dir = NULL;

  test_folder_make_dir (folder, "inside/a");
  test_folder_make_dir (folder, "outside");
  test_folder_make_link (folder, "inside/link", "../outside");
  test_folder_make_link (folder, "inside/absolute", "/");
  test_folder_make_link (folder, "inside/harmless", "a");
  test_folder_make_link (folder, "inside/loop", "loop");
  test_folder_make_link (folder, "inside/a/back", "..");

  dir = copy_dir_open (inside);
  g_assert_nonnull (dir);
  assert_refuses (dir, "link", ELOOP, ENOTDIR);
  assert_refuses (dir, "link/x", ELOOP, ENOTDIR);
  assert_refuses (dir, "absolute", ELOOP, ENOTDIR);
  assert_refuses (dir, "absolute/tmp", ELOOP, ENOTDIR);
  assert_refuses (dir, "harmless", ELOOP, ENOTDIR);
  assert_refuses (dir, "loop", ELOOP, ENOTDIR);
  assert_refuses (dir, "a/back", ELOOP, ENOTDIR);
  assert_refuses (dir, "a/back/a", ELOOP, ENOTDIR);
  assert_refuses (dir, "..", EXDEV, EXDEV);
  assert_refuses (dir, "../inside", EXDEV, EXDEV);
  assert_refuses (dir, "a/../..", EXDEV, EXDEV);
  assert_refuses (dir, "/", EXDEV, EXDEV);
  assert_refuses (dir, "/tmp", EXDEV, EXDEV);
}

#define DEEP_NAME  "a name that is long enough to reach any limit with not too many of them ----------"
#define DEEP_LEVEL 200

/* Paths far longer than the system takes; names that are too long are not. */
static void
test_long_paths (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyDir) dir = open_folder (folder);
  g_autoptr (CopyDir) deepest = NULL;
  g_autoptr (GString) path = g_string_new (NULL);
  g_autofree char *too_long = g_strnfill (NAME_MAX + 1, 'x');
  g_autofree char *far_too_long = g_strnfill (3 * PATH_MAX, 'x');

  for (guint i = 0; i < DEEP_LEVEL; i++)
    {
      g_autoptr (CopyDir) parent = copy_dir_open_below (dir, path->str);

      g_assert_nonnull (parent);
      g_assert_no_errno (copy_dir_make_dir (parent, DEEP_NAME));
      g_string_append_printf (path, "%s%s", i > 0 ? "/" : "", DEEP_NAME);
    }

  g_assert_cmpuint (path->len, >, 3 * PATH_MAX);
  assert_opens (dir, path->str);

  for (gsize length = PATH_MAX - 2 * strlen (DEEP_NAME); length < path->len; length++)
    {
      g_autofree char *beginning = g_strndup (path->str, length);

      if (path->str[length] == '/')
        assert_opens (dir, beginning);
    }

  deepest = copy_dir_open_below (dir, path->str);
  g_assert_nonnull (deepest);
  g_assert_no_errno (copy_dir_make_link (deepest, "link", "/"));

  g_string_append (path, "/link");
  assert_refuses (dir, path->str, ELOOP, ENOTDIR);
  g_string_append (path, "/x");
  assert_refuses (dir, path->str, ELOOP, ENOTDIR);

  assert_refuses (dir, too_long, ENAMETOOLONG, ENAMETOOLONG);
  assert_refuses (dir, far_too_long, ENAMETOOLONG, ENAMETOOLONG);
}

typedef struct
{
  CopyDir    *dir;
  GHashTable *types;   /* of name to type */
  gboolean    change;
} Listing;

static void
on_name (const char *name,
         mode_t      type,
         gpointer    user_data)
{
  Listing *listing = user_data;
  struct stat st;

  if (type == 0)
    {
      g_assert_no_errno (copy_dir_stat (listing->dir, name, &st));
      type = st.st_mode & S_IFMT;
    }

  if (!g_hash_table_insert (listing->types, g_strdup (name), GUINT_TO_POINTER (type)))
    g_error ("“%s” was listed twice", name);

  if (listing->change)
    g_assert_no_errno (copy_dir_remove (listing->dir, name, FALSE));
}

static GHashTable *
list (CopyDir  *dir,
      gboolean  change)
{
  Listing listing = { dir, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL), change };

  g_assert_no_errno (copy_dir_list (dir, on_name, &listing));

  return listing.types;
}

static void
assert_type (GHashTable *types,
             const char *name,
             mode_t      type)
{
  g_assert_true (g_hash_table_contains (types, name));
  g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (types, name)), ==, type);
}

static void
test_list (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyDir) dir = open_folder (folder);
  g_autoptr (GHashTable) none = list (dir, FALSE);
  g_autoptr (GHashTable) some = NULL;
  g_autoptr (GHashTable) again = NULL;

  g_assert_cmpuint (g_hash_table_size (none), ==, 0);

  test_folder_write (folder, ".hidden", "");
  test_folder_write (folder, "...", "");
  test_folder_write (folder, "\xff\n", "");
  test_folder_make_dir (folder, "folder/inner");
  test_folder_make_link (folder, "link", "folder");
  g_assert_no_errno (copy_dir_make_node (dir, "fifo", S_IFIFO | 0600, 0));

  some = list (dir, FALSE);
  g_assert_cmpuint (g_hash_table_size (some), ==, 6);
  assert_type (some, ".hidden", S_IFREG);
  assert_type (some, "...", S_IFREG);
  assert_type (some, "\xff\n", S_IFREG);
  assert_type (some, "folder", S_IFDIR);
  assert_type (some, "link", S_IFLNK);
  assert_type (some, "fifo", S_IFIFO);

  /* From the beginning again, each time. */
  again = list (dir, FALSE);
  g_assert_cmpuint (g_hash_table_size (again), ==, 6);
}

/* More names than fit into one answer of the system, which go meanwhile. */
static void
test_list_changing (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyDir) dir = open_folder (folder);
  g_autoptr (GHashTable) all = NULL;
  g_autoptr (GHashTable) rest = NULL;

  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *name = g_strdup_printf ("a file with a name of some length, %u", i);

      g_assert_no_errno (copy_dir_make_node (dir, name, S_IFREG | 0600, 0));
    }

  all = list (dir, TRUE);
  g_assert_cmpuint (g_hash_table_size (all), ==, 3000);
  rest = list (dir, FALSE);
  g_assert_cmpuint (g_hash_table_size (rest), ==, 0);
}

static void
test_make_and_remove (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyDir) dir = open_folder (folder);
  g_autofree char *names = NULL;
  struct stat st;
  int fd;

  g_assert_no_errno (copy_dir_make_dir (dir, "folder"));
  g_assert_no_errno (copy_dir_stat (dir, "folder", &st));
  g_assert_cmpuint (st.st_mode, ==, S_IFDIR | 0700);
  g_assert_cmpint (copy_dir_make_dir (dir, "folder"), ==, -1);
  g_assert_cmpint (errno, ==, EEXIST);

  /* A new file has no permissions, whatever is in the way of that. */
  umask (0);
  fd = copy_dir_open_file (dir, "file", O_WRONLY | O_CREAT | O_EXCL);
  g_assert_no_errno (fd);
  g_assert_no_errno (fstat (fd, &st));
  g_assert_cmpuint (st.st_mode, ==, S_IFREG);
  g_assert_no_errno (close (fd));
  umask (022);

  g_assert_no_errno (copy_dir_set_mode (dir, "file", 04751));
  g_assert_no_errno (copy_dir_stat (dir, "file", &st));
  g_assert_cmpuint (st.st_mode, ==, S_IFREG | 04751);

  g_assert_no_errno (copy_dir_hard_link (dir, "file", dir, "file2"));
  g_assert_no_errno (copy_dir_stat (dir, "file2", &st));
  g_assert_cmpuint (st.st_nlink, ==, 2);

  g_assert_no_errno (copy_dir_rename (dir, "file2", "folder2"));
  g_assert_cmpint (copy_dir_stat (dir, "file2", &st), ==, -1);
  g_assert_cmpint (errno, ==, ENOENT);

  g_assert_cmpint (copy_dir_remove (dir, "folder", FALSE), ==, -1);
  g_assert_cmpint (copy_dir_remove (dir, "file", TRUE), ==, -1);
  g_assert_no_errno (copy_dir_remove (dir, "file", FALSE));
  g_assert_no_errno (copy_dir_remove (dir, "folder2", FALSE));
  g_assert_no_errno (copy_dir_remove (dir, "folder", TRUE));

  names = test_folder_list (folder, "");
  g_assert_cmpstr (names, ==, "");
}

/* What is done to a link is done to the link. */
static void
test_links (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyDir) dir = open_folder (folder);
  g_autofree char *long_target = g_strnfill (3000, 'y');
  g_autofree char *target = NULL;
  g_autofree char *long_read = NULL;
  struct timespec times[2] = { { 1000, 1 }, { 2000, 2 } };
  struct stat st;

  test_folder_write (folder, "file", "text");
  test_folder_set_mtime (folder, "file", 1, 0);
  g_assert_no_errno (copy_dir_make_link (dir, "link", "file"));
  g_assert_no_errno (copy_dir_make_link (dir, "long", long_target));

  target = copy_dir_read_link (dir, "link");
  g_assert_cmpstr (target, ==, "file");
  long_read = copy_dir_read_link (dir, "long");
  g_assert_cmpstr (long_read, ==, long_target);
  g_assert_null (copy_dir_read_link (dir, "file"));
  g_assert_cmpint (errno, ==, EINVAL);

  g_assert_no_errno (copy_dir_stat (dir, "link", &st));
  g_assert_true (S_ISLNK (st.st_mode));
  g_assert_no_errno (copy_dir_set_owner (dir, "long", st.st_uid, st.st_gid));

  g_assert_no_errno (copy_dir_set_times (dir, "link", times));
  g_assert_no_errno (copy_dir_stat (dir, "link", &st));
  g_assert_cmpint (st.st_mtim.tv_sec, ==, 2000);
  g_assert_cmpint (st.st_mtim.tv_nsec, ==, 2);
  g_assert_no_errno (copy_dir_stat (dir, "file", &st));
  g_assert_cmpint (st.st_mtim.tv_sec, ==, 1);

  g_assert_cmpint (copy_dir_open_file (dir, "link", O_RDONLY), ==, -1);
  g_assert_cmpint (errno, ==, ELOOP);
  g_assert_no_errno (copy_dir_hard_link (dir, "link", dir, "link2"));
  g_assert_no_errno (copy_dir_stat (dir, "link2", &st));
  g_assert_true (S_ISLNK (st.st_mode));
  g_assert_no_errno (copy_dir_remove (dir, "link", FALSE));
  test_folder_assert_text (folder, "file", "text");
}

/* Nobody has to be at the other end. */
static void
test_open_fifo (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyDir) dir = open_folder (folder);
  int fd;

  g_assert_no_errno (copy_dir_make_node (dir, "fifo", S_IFIFO | 0600, 0));
  fd = copy_dir_open_file (dir, "fifo", O_RDONLY);
  g_assert_no_errno (fd);
  close (fd);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/copy/dir/open", test_open);
  g_test_add_func ("/copy/dir/open-below", test_open_below);
  g_test_add_func ("/copy/dir/no-way-out", test_no_way_out);
  g_test_add_func ("/copy/dir/long-paths", test_long_paths);
  g_test_add_func ("/copy/dir/list", test_list);
  g_test_add_func ("/copy/dir/list-changing", test_list_changing);
  g_test_add_func ("/copy/dir/make-and-remove", test_make_and_remove);
  g_test_add_func ("/copy/dir/links", test_links);
  g_test_add_func ("/copy/dir/open-fifo", test_open_fifo);

  return g_test_run ();
}
