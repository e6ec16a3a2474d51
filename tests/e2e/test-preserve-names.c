/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-judge.h"
#include "e2e-tree.h"
#include "e2e-util.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static const char * const odd_names[] = {
  "with space", " ", "-", "-rf", "--delete", "new\nline", "\n", "tab\t", "\033[31mred", "\x7f",
  "bad \xff utf-8 \xc3", "\xff", "ütf-8", "文件", "u\xcc\x88", "right \xe2\x80\xae left", "*", "?",
  "[a]", "quote'", "quote\"", "back\\slash", "$HOME", "`id`", "%s%n", "...", "..a", ".hidden",
  "~", "#", ":", "|", "a=b", "\x01", ".lanyard-part", ".lanyard-part-1", "nul\\0",
};

/* Names are bytes. */
static void
test_odd_names (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *longest = g_strnfill (255, 'n');
  g_autofree char *longest_dir = e2e_make_dir (source, longest);

  for (guint i = 0; i < G_N_ELEMENTS (odd_names); i++)
    {
      g_autofree char *dir_name = g_strdup_printf ("dir %s", odd_names[i]);
      g_autofree char *link_name = g_strdup_printf ("link %s", odd_names[i]);
      g_autofree char *dir = e2e_make_dir (source, dir_name);

      e2e_make_text (source, odd_names[i], odd_names[i]);
      e2e_make_text (dir, odd_names[i], "below");
      e2e_make_link (source, link_name, odd_names[i]);
      e2e_make_hard_link (dir, "hard", odd_names[i]);
    }

  e2e_make_text (longest_dir, longest, "long");
  e2e_copy_and_judge (temp, source, backend);
}

/* Replacing one writes beside it first, under a name that must fit as well. */
static void
test_longest_name_replaced (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *target = e2e_make_dir (temp->path, "target");
  g_autofree char *longest = g_strnfill (255, 'n');
  g_autoptr (E2eRun) run = NULL;

  e2e_make_text (source, longest, "new");
  e2e_make_text (target, longest, "old");

  run = e2e_run ("copy", backend, "-T", source, target, NULL);
  e2e_assert_status (run, 0);
  e2e_assert_same (source, target);
}

/* Each name as an operand, in and out. */
static void
test_odd_operands (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();

  for (guint i = 0; i < G_N_ELEMENTS (odd_names); i++)
    {
      g_autofree char *to_name = g_strdup_printf ("%s to", odd_names[i]);
      g_autoptr (E2eRun) run = NULL;
      g_autofree char *text = NULL;

      e2e_make_text (temp->path, odd_names[i], odd_names[i]);
      run = e2e_run_in (temp->path, "copy", backend, "--", odd_names[i], to_name, NULL);
      e2e_assert_status (run, 0);
      text = e2e_get_text (temp->path, to_name);
      g_assert_cmpstr (text, ==, odd_names[i]);
    }
}

static void
test_empty_dirs (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");

  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u/%u/%u", i % 5, i % 7, i);

      g_free (e2e_make_dir (source, name));
      e2e_set_time (source, name, 1000000000 + i, i);
    }

  e2e_copy_and_judge (temp, source, backend);
}

static void
test_empty_top (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");

  e2e_set_mode (source, "", 0750);
  e2e_set_time (source, "", 1000000000, 7);
  e2e_copy_and_judge (temp, source, backend);
}

static void
test_many_files_in_one (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");

  for (guint i = 0; i < 5000; i++)
    {
      g_autofree char *name = g_strdup_printf ("file-%u", i);

      if (i % 10 == 0)
        e2e_make_link (source, name, "file-1");
      else
        e2e_make_text (source, name, name);
    }

  e2e_copy_and_judge (temp, source, backend);
}

static void
test_many_dirs_in_one (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");

  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *name = g_strdup_printf ("dir-%u", i);
      g_autofree char *dir = e2e_make_dir (source, name);

      e2e_make_text (dir, "file", name);
      e2e_set_time (dir, "", 1000000000 + i, i);
    }

  e2e_copy_and_judge (temp, source, backend);
}

/* Far below what a path can name. */
static void
make_deep_tree (const char *path,
                guint       depth)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  g_assert_no_errno (fd);

  for (guint i = 0; i < depth; i++)
    {
      g_autofree char *name = g_strdup_printf ("dir-%06u", i);
      int below;
      int file;

      g_assert_no_errno (mkdirat (fd, name, 0755));
      if (i % 100 == 99)
        {
          file = openat (fd, "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
          g_assert_no_errno (file);
          g_assert_cmpint (write (file, name, 10), ==, 10);
          close (file);
          g_assert_no_errno (symlinkat (name, fd, "link"));
          g_assert_no_errno (linkat (fd, "file", fd, "hard link", 0));
          g_assert_no_errno (mkfifoat (fd, "fifo", 0600));
        }

      below = openat (fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      g_assert_no_errno (below);
      close (fd);
      fd = below;
    }

  close (fd);
}

static void
test_deep_tree (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = NULL;

  make_deep_tree (source, 1500);
  run = e2e_run ("copy", backend, "--progress=none", source, target, NULL);
  e2e_assert_status (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  /* rsync cannot go there. */
  e2e_assert_identical (source, target);
}

/* Everything that a deep tree can be asked for. */
static void
test_deep_tree_again (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *target = e2e_make_dir (temp->path, "target");
  g_autofree char *gone = e2e_make_dir (target, "gone");
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (E2eRun) again = NULL;

  make_deep_tree (source, 700);
  make_deep_tree (gone, 700);
  run = e2e_run ("copy", backend, "-T", "--delete", "--verify", source, target, NULL);
  e2e_assert_status (run, 0);
  e2e_assert_identical (source, target);

  again = e2e_run ("copy", backend, "-T", "--resume", "--delete", source, target, NULL);
  e2e_assert_status (again, 0);
  e2e_assert_identical (source, target);
}

int
main (int    argc,
      char **argv)
{
  e2e_init (&argc, &argv);

  e2e_add ("preserve/odd-names", test_odd_names);
  e2e_add ("preserve/longest-name-replaced", test_longest_name_replaced);
  e2e_add ("preserve/odd-operands", test_odd_operands);
  e2e_add ("preserve/empty-dirs", test_empty_dirs);
  e2e_add ("preserve/empty-top", test_empty_top);
  e2e_add ("preserve/many-files-in-one", test_many_files_in_one);
  e2e_add ("preserve/many-dirs-in-one", test_many_dirs_in_one);
  e2e_add ("preserve/deep-tree", test_deep_tree);
  e2e_add ("preserve/deep-tree-again", test_deep_tree_again);

  return g_test_run ();
}
