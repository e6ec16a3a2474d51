/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-judge.h"
#include "e2e-tree.h"
#include "e2e-util.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

static void
test_modes (const char *backend)
{
  static const mode_t modes[] = {
    0, 0400, 0644, 0755, 01644, 02755, 04755, 06711, 07777, 0222, 0111
  };
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_temp_get (temp, "source");

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autofree char *name = g_strdup_printf ("%04o", modes[i]);
      g_autofree char *dir = e2e_make_dir (source, name);

      e2e_make_text (dir, "file", name);
      e2e_make_text (dir, "empty", "");
      e2e_set_mode (dir, "file", modes[i]);
      e2e_set_mode (dir, "empty", modes[i]);

      /* Who is not root cannot read everything. */
      if (geteuid () == 0)
        e2e_set_mode (source, name, modes[i]);
      else
        {
          e2e_set_mode (dir, "file", modes[i] | 0400);
          e2e_set_mode (dir, "empty", modes[i] | 0400);
          e2e_set_mode (source, name, modes[i] | 0700);
        }
    }

  e2e_copy_and_judge (temp, source, backend);
}

static void
test_restrictive_umask (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_temp_get (temp, "source");
  mode_t before;

  e2e_make_tree (source, 2, 3);
  e2e_set_mode (source, "dir-0", 0777);
  e2e_set_mode (source, "dir-0/sub-0/file-1", 0666);

  before = umask (0777);
  e2e_copy_and_judge (temp, source, backend);
  umask (before);
}

static void
test_owners (const char *backend)
{
  g_autoptr (E2eTemp) temp = NULL;
  g_autofree char *source = NULL;

  if (e2e_lacks_root ())
    return;

  temp = e2e_temp_new ();
  source = e2e_temp_get (temp, "source");
  e2e_make_tree (source, 2, 12);

  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/dir-1/sub-1/file-%u", source, i);

      /* A change of owner takes these modes away. */
      mode_t mode = i & 1 ? 04755 : 02755;

      g_assert_no_errno (lchown (path, 1000 + (i & 1), 2000 + (i & 3)));
      g_assert_no_errno (chmod (path, mode));
    }

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *path = g_build_filename (source, i ? "dangling" : "dir-1", NULL);

      g_assert_no_errno (lchown (path, 4242, 4343));
    }

  e2e_copy_and_judge (temp, source, backend);
}

static void
test_times (const char *backend)
{
  static const struct { gint64 seconds; long nanoseconds; } times[] = {
    { 0, 0 }, { 0, 1 }, { -1, 999999999 }, { -86400, 5 }, { 1, 999999999 },
    { 1234567890, 123456789 }, { 2147483647, 999999998 }, { 4102444800, 1 },
  };
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_temp_get (temp, "source");

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);
      g_autofree char *dir = e2e_make_dir (source, name);

      e2e_make_text (dir, "file", "some text");
      e2e_make_link (dir, "link", "file");
      e2e_make_link (dir, "dangling", "nowhere");
      g_free (e2e_make_dir (dir, "empty"));
      e2e_set_time (dir, "file", times[i].seconds, times[i].nanoseconds);
      e2e_set_time (dir, "link", times[i].seconds, times[i].nanoseconds);
      e2e_set_time (dir, "dangling", times[i].seconds, times[i].nanoseconds);
      e2e_set_time (dir, "empty", times[i].seconds, times[i].nanoseconds);
      e2e_set_time (dir, "", times[i].seconds, times[i].nanoseconds);
    }

  e2e_set_time (source, "", 987654321, 123456789);
  e2e_copy_and_judge (temp, source, backend);
}

/* Access times too; and reading does not change those of the source. */
static void
test_access_times (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_temp_get (temp, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = NULL;
  struct stat kept;
  struct stat copied;

  g_assert_no_errno (g_mkdir (source, 0755));
  e2e_make_file (source, "file", 1000);
  e2e_set_time (source, "file", 1234567890, 123456789);

  run = e2e_run ("copy", backend, source, target, NULL);
  e2e_assert_status (run, 0);

  e2e_get_stat (source, "file", &kept);
  e2e_get_stat (target, "file", &copied);
  g_assert_cmpint (kept.st_atim.tv_sec, ==, 1234567890 - 7);
  g_assert_cmpint (copied.st_atim.tv_sec, ==, 1234567890 - 7);
  g_assert_cmpint (copied.st_atim.tv_nsec, ==, 123456789);
}

static gboolean
lacks_attributes (const char *dir)
{
  gboolean lacks = setxattr (dir, "user.test", "1", 1, 0) != 0;

  if (lacks)
    g_test_skip ("the file system holds no extended attributes");

  return lacks;
}

static void
set_attribute (const char *dir,
               const char *name,
               const char *attribute,
               const char *value,
               gssize      length)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  g_assert_no_errno (lsetxattr (path, attribute, value,
                                length < 0 ? strlen (value) : (gsize) length, 0));
}

static void
test_attributes (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_temp_get (temp, "source");
  g_autofree char *long_value = g_strnfill (2000, 'v');

  g_assert_no_errno (g_mkdir (source, 0755));
  if (lacks_attributes (source))
    return;

  e2e_make_text (source, "file", "some text");
  e2e_make_text (source, "empty", "");
  e2e_make_text (source, "read-only", "some text");
  e2e_make_link (source, "link", "file");
  g_free (e2e_make_dir (source, "dir"));
  set_attribute (source, "file", "user.one", "1", -1);
  set_attribute (source, "file", "user.without value", "", 0);
  set_attribute (source, "file", "user.binary", "a\0b\n\xff", 5);
  set_attribute (source, "file", "user.long", long_value, -1);
  set_attribute (source, "empty", "user.one", "1", -1);
  set_attribute (source, "read-only", "user.one", "1", -1);
  set_attribute (source, "dir", "user.of dir", "1", -1);

  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *name = g_strdup_printf ("user.one of many attributes %u", i);

      set_attribute (source, "dir", name, "x", 1);
    }

  e2e_set_mode (source, "read-only", 0444);
  if (geteuid () == 0)
    {
      set_attribute (source, "file", "trusted.lanyard", "t", 1);
      set_attribute (source, "link", "trusted.of link", "t", 1);
      set_attribute (source, "", "trusted.of top", "t", 1);
    }

  e2e_copy_and_judge (temp, source, backend);
}

/* Rights of a program, which a change of owner takes away. */
static void
test_capabilities (const char *backend)
{
  static const char net_raw[] = "\1\0\0\2\0 \0\0\0\0\0\0\0\0\0\0\0\0\0";
  g_autoptr (E2eTemp) temp = NULL;
  g_autofree char *source = NULL;
  g_autofree char *path = NULL;

  if (e2e_lacks_root ())
    return;

  temp = e2e_temp_new ();
  source = e2e_make_dir (temp->path, "source");
  path = g_build_filename (source, "program", NULL);
  e2e_make_file (source, "program", 5000);
  g_assert_no_errno (chown (path, 1000, 1000));
  g_assert_no_errno (chmod (path, 0755));
  if (setxattr (path, "security.capability", net_raw, 20, 0) != 0)
    {
      g_test_skip ("no file capabilities here");
      return;
    }

  e2e_copy_and_judge (temp, source, backend);
}

static void
test_acls (const char *backend)
{
  g_autoptr (E2eTemp) temp = NULL;
  g_autofree char *source = NULL;
  g_autofree char *dir = NULL;
  g_autofree char *file = NULL;
  g_autofree char *fifo = NULL;
  g_autofree char *locked = NULL;

  if (e2e_lacks_tool ("setfacl"))
    return;

  temp = e2e_temp_new ();
  source = e2e_temp_get (temp, "source");
  dir = e2e_make_dir (source, "dir");
  file = g_build_filename (source, "file", NULL);
  fifo = g_build_filename (source, "fifo", NULL);
  locked = g_build_filename (source, "locked", NULL);
  e2e_make_text (source, "file", "some text");
  e2e_make_text (source, "locked", "some text");
  g_assert_no_errno (mkfifo (fifo, 0600));
  e2e_do ("setfacl", "-m", "u:1234:rw,g:4321:r,m:rwx", file, NULL);
  e2e_do ("setfacl", "-m", "u:1234:r", fifo, NULL);
  e2e_do ("setfacl", "-m", "u:1234:rx", dir, NULL);
  e2e_do ("setfacl", "-d", "-m", "u:1234:rwx,g:4321:rx", dir, NULL);
  /* Made below a default list, and so with a list of its own. */
  e2e_make_text (dir, "inherited", "some text");
  g_free (e2e_make_dir (dir, "inheriting"));
  /* A mask of nothing: no permissions for anybody, yet whole. */
  if (geteuid () == 0)
    e2e_do ("setfacl", "-m", "u::-,g::-,o::-,u:1234:rw,m:-", locked, NULL);

  e2e_copy_and_judge (temp, source, backend);
}

/* What a target makes its new files get must not stay on them. */
static void
test_inherited_acls (const char *backend)
{
  g_autoptr (E2eTemp) temp = NULL;
  g_autofree char *source = NULL;
  g_autofree char *into = NULL;
  g_autofree char *copy = NULL;
  g_autofree char *listed = NULL;
  g_autoptr (E2eRun) run = NULL;

  if (e2e_lacks_tool ("setfacl"))
    return;

  temp = e2e_temp_new ();
  source = e2e_temp_get (temp, "source");
  into = e2e_make_dir (temp->path, "into");
  copy = g_build_filename (into, "source", NULL);
  listed = g_build_filename (source, "dir-0/sub-0/file-1", NULL);
  e2e_make_tree (source, 3, 4);
  e2e_do ("setfacl", "-m", "u:77:r", listed, NULL);
  e2e_do ("setfacl", "-d", "-m", "u:1234:rwx,g:4321:rwx,o::rwx", into, NULL);
  e2e_do ("setfacl", "-m", "u:1234:rwx", into, NULL);

  run = e2e_run ("copy", backend, source, into, NULL);
  e2e_assert_status (run, 0);
  e2e_assert_same (source, copy);
}

/* A target folder that gives its group to what is made in it. */
static void
test_inherited_group (const char *backend)
{
  g_autoptr (E2eTemp) temp = NULL;
  g_autofree char *source = NULL;
  g_autofree char *into = NULL;
  g_autofree char *copy = NULL;
  g_autoptr (E2eRun) run = NULL;

  if (e2e_lacks_root ())
    return;

  temp = e2e_temp_new ();
  source = e2e_temp_get (temp, "source");
  into = e2e_make_dir (temp->path, "into");
  copy = g_build_filename (into, "source", NULL);
  e2e_make_tree (source, 3, 4);
  g_assert_no_errno (chown (into, 0, 3333));
  g_assert_no_errno (chmod (into, 02775));

  run = e2e_run ("copy", backend, source, into, NULL);
  e2e_assert_status (run, 0);
  e2e_assert_same (source, copy);
}

static void
make_socket (const char *dir,
             const char *name)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_snprintf (address.sun_path, sizeof address.sun_path, "%s/%s", dir, name);
  g_assert_no_errno (bind (fd, (struct sockaddr *) &address, sizeof address));
  close (fd);
}

static void
test_special_files (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *fifo = g_build_filename (source, "fifo", NULL);

  g_assert_no_errno (mkfifo (fifo, 0640));
  make_socket (source, "socket");
  e2e_make_hard_link (source, "second fifo", "fifo");

  if (geteuid () == 0)
    {
      g_autofree char *zero = g_build_filename (source, "zero", NULL);
      g_autofree char *disk = g_build_filename (source, "disk", NULL);

      g_assert_no_errno (chown (fifo, 12, 34));
      g_assert_no_errno (chmod (fifo, 02751));
      if (mknod (zero, S_IFCHR | 0666, makedev (1, 5)) == 0)
        g_assert_no_errno (mknod (disk, S_IFBLK | 0600, makedev (259, 70000)));
      else
        g_test_message ("not allowed to make devices");
    }

  e2e_set_time (source, "fifo", 1234567890, 123456789);
  e2e_set_time (source, "socket", 1234567890, 987654321);
  e2e_copy_and_judge (temp, source, backend);
}

/* Somebody without rights keeps what he can, and never lends rights of others. */
static void
test_without_rights (const char *backend)
{
  g_autoptr (E2eTemp) temp = NULL;
  g_autofree char *source = NULL;
  g_autofree char *into = NULL;
  g_autofree char *program = NULL;
  g_autoptr (E2eRun) run = NULL;
  struct stat st;

  if (e2e_lacks_nobody ())
    return;

  temp = e2e_temp_new ();
  source = e2e_make_dir (temp->path, "source");
  into = e2e_make_dir (temp->path, "into");
  program = g_build_filename (source, "program", NULL);
  g_assert_no_errno (chown (into, E2E_NOBODY, E2E_NOBODY));
  e2e_make_file (source, "program", 100);
  e2e_set_mode (source, "program", 06755);
  e2e_make_file (source, "own", 100);
  e2e_set_mode (source, "own", 0640);
  e2e_set_time (source, "own", 1234567890, 55);
  e2e_give_away (source);
  g_assert_no_errno (chown (program, 1000, 1000));
  g_assert_no_errno (chmod (program, 06755));

  run = e2e_run_as_nobody ("copy", backend, source, into, NULL);
  e2e_assert_status (run, 0);

  e2e_get_stat (into, "source/own", &st);
  g_assert_cmpuint (st.st_uid, ==, E2E_NOBODY);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0640);
  g_assert_cmpint (st.st_mtim.tv_nsec, ==, 55);
  e2e_get_stat (into, "source/program", &st);
  g_assert_cmpuint (st.st_uid, ==, E2E_NOBODY);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0755);
}

int
main (int    argc,
      char **argv)
{
  e2e_init (&argc, &argv);

  e2e_add ("preserve/modes", test_modes);
  e2e_add ("preserve/restrictive-umask", test_restrictive_umask);
  e2e_add ("preserve/owners", test_owners);
  e2e_add ("preserve/times", test_times);
  e2e_add ("preserve/access-times", test_access_times);
  e2e_add ("preserve/attributes", test_attributes);
  e2e_add ("preserve/capabilities", test_capabilities);
  e2e_add ("preserve/acls", test_acls);
  e2e_add ("preserve/inherited-acls", test_inherited_acls);
  e2e_add ("preserve/inherited-group", test_inherited_group);
  e2e_add ("preserve/special-files", test_special_files);
  e2e_add ("preserve/without-rights", test_without_rights);

  return g_test_run ();
}
