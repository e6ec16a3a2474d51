/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-name.h"
#include "copy-place.h"
#include "copy-remains.h"
#include "copy-xattr.h"
#include "test-copy-util.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PART(n) ".lanyard-part-0123abcd-" n

static CopyDir *
open_dir (TestFolder *folder,
          const char *name)
{
  g_autofree char *path = test_folder_get (folder, name);
  CopyDir *dir = copy_dir_open (path);

  g_assert_nonnull (dir);

  return dir;
}

static TestFolder *
new_folder (void)
{
  TestFolder *folder = test_folder_new_on_disk ();

  test_folder_make_dir (folder, "source");
  test_folder_make_dir (folder, "target");

  return folder;
}

static gboolean
are_at (TestFolder *folder,
        const char *name,
        const char *source)
{
  g_autofree char *path = test_folder_get (folder, name);
  g_autofree char *source_path = test_folder_get (folder, source);

  return copy_remains_are_at (path, source_path);
}

/* Parts go, and nothing else: not a file that somebody named so, nor a folder,
 * nor what a job that still runs is writing. */
static void
test_remove (void)
{
  g_autoptr (TestFolder) folder = new_folder ();
  g_autoptr (CopyDir) source = open_dir (folder, "source");
  g_autoptr (CopyDir) target = open_dir (folder, "target");
  g_autofree char *names = NULL;
  int held;

  test_folder_write (folder, "source/" PART ("3"), "");
  test_folder_write (folder, "target/file", "");
  test_folder_write (folder, "target/" PART ("1"), "");
  test_folder_set_mode (folder, "target/" PART ("1"), 0);
  test_folder_make_link (folder, "target/" PART ("2"), "file");
  test_folder_write (folder, "target/" PART ("3"), "");
  test_folder_make_dir (folder, "target/" PART ("4"));
  test_folder_write (folder, "target/" PART ("x"), "");
  held = copy_dir_open_file (target, PART ("5"), O_WRONLY | O_CREAT | O_EXCL);
  g_assert_no_errno (held);
  copy_remains_hold (held);

  copy_remains_remove (target, source);
  names = test_folder_list (folder, "target");
  g_assert_cmpstr (names, ==, PART ("3") " " PART ("4") " " PART ("5") " " PART ("x") " file");

  /* Who held it is gone. */
  close (held);
  copy_remains_remove (target, source);
  g_assert_false (test_folder_has (folder, "target/" PART ("5")));
}

/* A file that was not finished tells by its mode. */
static void
test_files (void)
{
  g_autoptr (TestFolder) folder = new_folder ();

  test_folder_write (folder, "from", "text");
  test_folder_write (folder, "file", "te");
  g_assert_false (are_at (folder, "file", "from"));
  test_folder_set_mode (folder, "file", 0);
  g_assert_true (are_at (folder, "file", "from"));
  test_folder_set_mode (folder, "file", COPY_UNFINISHED_MODE);
  g_assert_true (are_at (folder, "file", "from"));
  test_folder_set_mode (folder, "file", COPY_UNFINISHED_MODE_READABLE);
  g_assert_true (are_at (folder, "file", "from"));
  test_folder_set_mode (folder, "file", 0600);
  g_assert_false (are_at (folder, "file", "from"));
  g_assert_false (are_at (folder, "gone", "from"));
}

/* A directory that has nothing but what the source has, too. */
static void
test_directories (void)
{
  g_autoptr (TestFolder) folder = new_folder ();

  test_folder_write (folder, "source/a", "");
  test_folder_make_dir (folder, "source/b");
  g_assert_false (are_at (folder, "target", "source"));

  test_folder_write (folder, "target/a", "");
  g_assert_true (are_at (folder, "target", "source"));
  test_folder_write (folder, "target/" PART ("1"), "");
  g_assert_true (are_at (folder, "target", "source"));
  test_folder_write (folder, "target/c", "");
  g_assert_false (are_at (folder, "target", "source"));
  g_assert_false (are_at (folder, "target", "gone"));
}

/* A mark says it all, and only of the directory whose it is. */
static void
test_mark (void)
{
  g_autoptr (TestFolder) folder = new_folder ();
  g_autoptr (CopyDir) target = open_dir (folder, "target");
  g_autofree char *mark = NULL;
  struct stat st;
  int fd;

  test_folder_make_dir (folder, "other");
  test_folder_write (folder, "target/else", "");
  test_folder_stat (folder, "source", &st);
  mark = copy_name_mark (&st);

  copy_xattr_set_mark (target, mark);
  if (!copy_xattr_has_mark (target, mark))
    {
      g_test_skip ("the file system keeps no marks");
      return;
    }

  g_assert_false (copy_xattr_has_mark (target, "1:2"));
  g_assert_true (are_at (folder, "target", "source"));
  g_assert_false (are_at (folder, "target", "other"));

  fd = copy_dir_open_self (target);
  copy_xattr_remove_mark (fd);
  close (fd);
  g_assert_false (copy_xattr_has_mark (target, mark));
  g_assert_false (are_at (folder, "target", "source"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/copy/remains/remove", test_remove);
  g_test_add_func ("/copy/remains/files", test_files);
  g_test_add_func ("/copy/remains/directories", test_directories);
  g_test_add_func ("/copy/remains/mark", test_mark);

  return g_test_run ();
}
