/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-xattr.h"
#include "test-copy-util.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#ifdef __linux__

#include <sys/xattr.h>

#define ACL_ACCESS  "system.posix_acl_access"
#define ACL_DEFAULT "system.posix_acl_default"

/* Access for the owner, one more user, the group and others, as the system
 * keeps such a list: version, then tag, permissions and id of each. */
static const char acl[] =
  "\2\0\0\0"
  "\1\0\6\0\377\377\377\377"
  "\2\0\4\0\350\3\0\0"
  "\4\0\4\0\377\377\377\377"
  "\20\0\4\0\377\377\377\377"
  "\40\0\0\0\377\377\377\377";

#define ACL_SIZE (sizeof acl - 1)

/* Two files or directories beside each other. */
typedef struct
{
  TestFolder *folder;
  CopyDir    *dir;
  int         from;
  int         to;
} Pair;

static void
pair_init (Pair     *self,
           gboolean  folders)
{
  self->folder = test_folder_new_on_disk ();
  self->dir = copy_dir_open (self->folder->path);
  g_assert_nonnull (self->dir);

  for (guint i = 0; i < 2; i++)
    {
      const char *name = i == 0 ? "from" : "to";
      g_autofree char *path = test_folder_get (self->folder, name);
      int fd;

      if (folders)
        test_folder_make_dir (self->folder, name);
      else
        test_folder_write (self->folder, name, "");

      fd = g_open (path, O_RDONLY | O_CLOEXEC);
      g_assert_no_errno (fd);
      *(i == 0 ? &self->from : &self->to) = fd;
    }
}

static void
pair_clear (Pair *self)
{
  close (self->from);
  close (self->to);
  copy_dir_unref (self->dir);
  test_folder_free (self->folder);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

/* FALSE, and the test is skipped, where there are no such attributes. */
static gboolean
give (Pair       *pair,
      const char *name,
      const void *value,
      gsize       size)
{
  if (fsetxattr (pair->from, name, value, size, 0) == 0)
    return TRUE;

  g_assert_cmpint (errno, ==, EOPNOTSUPP);
  g_test_skip ("the file system has no such attributes");

  return FALSE;
}

static void
assert_has (int         fd,
            const char *name,
            const void *value,
            gsize       size)
{
  g_autofree char *found = g_malloc (65536);
  gssize found_size = fgetxattr (fd, name, found, 65536);

  if (found_size < 0)
    g_error ("no attribute “%s”", name);
  g_assert_cmpmem (found, found_size, value, size);
}

static void
assert_lacks (int         fd,
              const char *name)
{
  g_assert_cmpint (fgetxattr (fd, name, NULL, 0), ==, -1);
  g_assert_cmpint (errno, ==, ENODATA);
}

static void
test_none (void)
{
  g_auto (Pair) pair = { 0 };
  gboolean has_acl = FALSE;

  pair_init (&pair, FALSE);
  g_assert_cmpint (copy_xattr_copy_fd (pair.from, pair.to, &has_acl), ==, COPY_XATTR_NONE);
  g_assert_false (has_acl);
}

/* Values are bytes of any number, and may be empty. */
static void
test_values (void)
{
  static const struct { const char *name; const char *value; gsize size; } cases[] = {
    { "user.text", "some text", 9 },
    { "user.empty", "", 0 },
    { "user.bytes", "\0\1\xff\0", 4 },
    { "user.backslashes", "a\\x41\\", 6 },
#if !LY_PORTABLE
    /* GIO does not set these */
    { "user.文件", "文件", 6 },
#endif
    { "user.with.dots and spaces", "x", 1 },
  };
  g_auto (Pair) pair = { 0 };
  gboolean has_acl = FALSE;

  pair_init (&pair, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (!give (&pair, cases[i].name, cases[i].value, cases[i].size))
      return;

  g_assert_cmpint (copy_xattr_copy_fd (pair.from, pair.to, &has_acl), ==, COPY_XATTR_KEPT);
  g_assert_false (has_acl);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_has (pair.to, cases[i].name, cases[i].value, cases[i].size);
}

/* More names than any buffer is made for, and a large value. */
static void
test_many (void)
{
  g_auto (Pair) pair = { 0 };
  g_autofree char *large = g_strnfill (1500, 'v');
  gboolean has_acl = FALSE;

  pair_init (&pair, FALSE);

  if (!give (&pair, "user.large", large, 1500))
    return;

  for (guint i = 0; i < 22; i++)
    {
      g_autofree char *name = g_strdup_printf ("user.an attribute with a long name, number %02u", i);

      if (fsetxattr (pair.from, name, name, 8, 0) != 0)
        {
          g_assert_cmpint (errno, ==, ENOSPC);
          g_test_skip ("the file system has no room for many attributes");
          return;
        }
    }

  g_assert_cmpint (copy_xattr_copy_fd (pair.from, pair.to, &has_acl), ==, COPY_XATTR_KEPT);
  assert_has (pair.to, "user.large", large, 1500);
  assert_has (pair.to, "user.an attribute with a long name, number 00", "user.an ", 8);
  assert_has (pair.to, "user.an attribute with a long name, number 21", "user.an ", 8);
}

/* An attribute that only the super-user may set is nothing to be sorry for,
 * any other is. */
static void
test_lost (void)
{
  g_auto (Pair) pair = { 0 };
  gboolean has_acl = FALSE;
  int to;

  pair_init (&pair, FALSE);
  if (!give (&pair, "user.x", "y", 1))
    return;

  /* What is no file at all holds none. */
  to = g_open ("/dev/null", O_WRONLY | O_CLOEXEC);
  g_assert_no_errno (to);
  test_become_nobody ();
  g_assert_cmpint (copy_xattr_copy_fd (pair.from, to, &has_acl), ==, COPY_XATTR_LOST);
  test_become_self ();
  close (to);
}

/* Access control lists are told apart, and copied only when asked for. */
static void
test_acls (void)
{
  g_auto (Pair) pair = { 0 };
  gboolean has_acl = FALSE;

  pair_init (&pair, TRUE);
  if (!give (&pair, ACL_ACCESS, acl, ACL_SIZE) || !give (&pair, ACL_DEFAULT, acl, ACL_SIZE))
    return;

  copy_xattr_copy_fd (pair.from, pair.to, &has_acl);
  g_assert_true (has_acl);
  assert_lacks (pair.to, ACL_ACCESS);
  assert_lacks (pair.to, ACL_DEFAULT);

  g_assert_cmpint (copy_xattr_copy_acls (pair.from, pair.to), ==, COPY_XATTR_KEPT);
  assert_has (pair.to, ACL_ACCESS, acl, ACL_SIZE);
  assert_has (pair.to, ACL_DEFAULT, acl, ACL_SIZE);
}

/* A list that a new file got from its directory is not the source's. */
static void
test_inherited_acls (void)
{
  g_auto (Pair) pair = { 0 };
  g_autoptr (CopyDir) parent = NULL;
  int fd;

  pair_init (&pair, TRUE);
  parent = copy_dir_open_below (pair.dir, "from");
  g_assert_false (copy_xattr_inherits_acl (parent));

  if (!give (&pair, ACL_DEFAULT, acl, ACL_SIZE))
    return;

  g_assert_true (copy_xattr_inherits_acl (parent));

  fd = copy_dir_open_file (parent, "file", O_WRONLY | O_CREAT | O_EXCL);
  g_assert_no_errno (fd);
  g_assert_cmpint (fgetxattr (fd, ACL_ACCESS, NULL, 0), >, 0);
  copy_xattr_remove_acls (fd);
  assert_lacks (fd, ACL_ACCESS);
  close (fd);
}

/* The attributes of what cannot be opened: only the super-user may give a link
 * some, and every FIFO has an owner who may. */
static void
test_by_name (void)
{
  g_auto (Pair) pair = { 0 };
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;
  char value[8];

  pair_init (&pair, FALSE);
  test_folder_make_link (pair.folder, "link", "nowhere");
  test_folder_make_link (pair.folder, "link2", "nowhere");
  from = test_folder_get (pair.folder, "link");
  to = test_folder_get (pair.folder, "link2");

  g_assert_cmpint (copy_xattr_copy_link (pair.dir, "link", pair.dir, "link2"), ==,
                   COPY_XATTR_NONE);

  if (lsetxattr (from, "trusted.x", "y", 1, 0) != 0)
    {
      g_test_skip ("links cannot be given attributes");
      return;
    }

  g_assert_cmpint (copy_xattr_copy_link (pair.dir, "link", pair.dir, "link2"), ==,
                   COPY_XATTR_KEPT);
  g_assert_cmpint (lgetxattr (to, "trusted.x", value, sizeof value), ==, 1);
  g_assert_cmpint (value[0], ==, 'y');
}

#endif

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#ifdef __linux__
  g_test_add_func ("/copy/xattr/none", test_none);
  g_test_add_func ("/copy/xattr/values", test_values);
  g_test_add_func ("/copy/xattr/many", test_many);
  g_test_add_func ("/copy/xattr/lost", test_lost);
  g_test_add_func ("/copy/xattr/acls", test_acls);
  g_test_add_func ("/copy/xattr/inherited-acls", test_inherited_acls);
  g_test_add_func ("/copy/xattr/by-name", test_by_name);
#endif

  return g_test_run ();
}
