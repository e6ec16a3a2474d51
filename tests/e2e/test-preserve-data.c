/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-judge.h"
#include "e2e-tree.h"
#include "e2e-util.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define KIB ((guint64) 1024)
#define MIB (1024 * KIB)

static void
copy_and_judge (E2eTemp    *temp,
                const char *source,
                const char *backend,
                const char *option)
{
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = e2e_run ("copy", backend, source, target, option, NULL);

  e2e_assert_status (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  e2e_assert_same (source, target);
}

/* Around every size at which something changes. */
static void
test_sizes (const char *backend)
{
  static const guint64 edges[] = { 512, 4 * KIB, 64 * KIB, 256 * KIB, MIB, 16 * MIB, 64 * MIB };
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");

  e2e_make_file (source, "nothing", 0);
  e2e_make_file (source, "one", 1);

  for (guint i = 0; i < G_N_ELEMENTS (edges); i++)
    for (int step = -1; step <= 1; step++)
      {
        g_autofree char *name = g_strdup_printf ("%" G_GUINT64_FORMAT "%+d", edges[i], step);

        if (edges[i] < 64 * MIB || step >= 0)
          e2e_make_file (source, name, edges[i] + (guint64) step);
      }

  copy_and_judge (temp, source, backend, NULL);
}

/* A big file is cut into ranges: their seams, and metadata that comes last. */
static void
test_big_file (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autoptr (E2eRun) run = NULL;

  e2e_make_file (source, "big", 200 * MIB + 12345);
  e2e_set_mode (source, "big", geteuid () == 0 ? 04000 : 0400);
  e2e_set_time (source, "big", 1234567890, 123456789);
  e2e_make_hard_link (source, "the same", "big");
  e2e_make_text (source, "small", "some text");
  copy_and_judge (temp, source, backend, NULL);
}

static void
test_big_file_alone (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_temp_get (temp, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = NULL;
  struct stat st;

  e2e_make_file (temp->path, "source", 130 * MIB + 1);
  e2e_set_time (temp->path, "source", 1234567890, 123456789);
  e2e_set_mode (temp->path, "source", 0640);

  run = e2e_run ("copy", backend, "-j", "2", source, target, NULL);
  e2e_assert_status (run, 0);
  e2e_assert_same_content (source, target);
  e2e_get_stat (temp->path, "target", &st);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0640);
  g_assert_cmpint (st.st_mtim.tv_sec, ==, 1234567890);
  g_assert_cmpint (st.st_mtim.tv_nsec, ==, 123456789);
}

static guint64
get_allocated (const char *dir,
               const char *name)
{
  struct stat st;

  e2e_get_stat (dir, name, &st);

  return (guint64) st.st_blocks * 512;
}

static void
make_sparse_files (const char *source)
{
  g_autofree char *all = g_build_filename (source, "all", NULL);
  g_autofree char *odd = g_build_filename (source, "odd", NULL);

  e2e_make_file (source, "begin", 3 * MIB);
  e2e_make_hole (source, "begin", 0, 2 * MIB);
  e2e_make_file (source, "middle", 3 * MIB);
  e2e_make_hole (source, "middle", MIB, MIB);
  e2e_make_file (source, "end", MIB);
  e2e_make_hole (source, "end", MIB, 5 * MIB);
  e2e_make_hole (source, "all", 0, 7 * MIB);
  e2e_make_hole (source, "odd", 0, 5 * MIB + 13);
  e2e_append (source, "odd", "text at the end");
  e2e_make_hole (source, "one byte", 0, 1);
  e2e_make_file (source, "comb", 4 * MIB);
  for (guint i = 0; i < 4; i++)
    e2e_make_hole (source, "comb", i * MIB + 64 * KIB, 512 * KIB);
}

static void
test_sparse (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");

  make_sparse_files (source);
  copy_and_judge (temp, source, backend, NULL);
}

static void
test_sparse_on_disk (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");

  make_sparse_files (source);
  copy_and_judge (temp, source, backend, "--verify");
}

/* Holes that ranges begin, end and lie in. */
static void
test_big_sparse_file (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");

  e2e_make_hole (source, "holes", 0, 64 * MIB - 5);
  e2e_append (source, "holes", "across a seam");
  e2e_make_hole (source, "holes", 65 * MIB, 130 * MIB);
  e2e_append (source, "holes", "the end");
  e2e_make_hole (source, "nothing else", 0, 200 * MIB);
  e2e_make_file (source, "data first", 2 * MIB);
  e2e_make_hole (source, "data first", 2 * MIB, 198 * MIB);
  copy_and_judge (temp, source, backend, NULL);

  g_assert_cmpuint (get_allocated (target, "holes"), <, MIB);
  g_assert_cmpuint (get_allocated (target, "nothing else"), ==, 0);
  g_assert_cmpuint (get_allocated (target, "data first"), <, 3 * MIB);
}

/* Zeros that are written are not holes, and the other way round. */
static void
test_zeros (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *path = g_build_filename (source, "zeros", NULL);
  g_autofree char *zeros = g_malloc0 (2 * MIB);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, zeros, 2 * MIB, &error);
  g_assert_no_error (error);
  copy_and_judge (temp, source, backend, NULL);
}

/* Replacing a longer, dense file by a sparse one leaves nothing of it. */
static void
test_sparse_over_dense (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *target = e2e_make_dir (temp->path, "target");
  g_autoptr (E2eRun) run = NULL;

  e2e_make_hole (source, "file", 0, 3 * MIB);
  e2e_append (source, "file", "the end");
  e2e_make_file (target, "file", 5 * MIB);

  run = e2e_run ("copy", "-T", backend, source, target, NULL);
  e2e_assert_status (run, 0);
  e2e_assert_same (source, target);
}

static void
test_hard_links (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");

  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u/%u", i, i);

      g_free (e2e_make_dir (source, name));
    }

  e2e_make_file (source, "3/3/first", 5000);
  e2e_make_hard_link (source, "0/second", "3/3/first");
  e2e_make_hard_link (source, "5/5/third", "3/3/first");
  e2e_make_hard_link (source, "3/3/fourth", "3/3/first");
  e2e_make_file (source, "2/empty", 0);
  e2e_make_hard_link (source, "4/empty too", "2/empty");
  e2e_make_link (source, "1/link", "nowhere");
  e2e_make_hard_link (source, "2/2/link", "1/link");
  e2e_make_file (source, "many", 10);
  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u/many-%u", i % 6, i);

      e2e_make_hard_link (source, name, "many");
    }

  copy_and_judge (temp, source, backend, NULL);
}

/* A job's hard links reach from one source to another. */
static void
test_hard_links_across_sources (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *target = e2e_make_dir (temp->path, "target");
  g_autofree char *one = e2e_make_dir (source, "one");
  g_autofree char *two = e2e_make_dir (source, "two");
  g_autofree char *file = g_build_filename (source, "file", NULL);
  g_autoptr (E2eRun) run = NULL;

  e2e_make_file (source, "one/a", 5000);
  e2e_make_hard_link (source, "two/b", "one/a");
  e2e_make_hard_link (source, "file", "one/a");

  run = e2e_run ("copy", backend, one, two, file, target, NULL);
  e2e_assert_status (run, 0);
  e2e_set_time (target, "", 1, 2);
  e2e_set_time (source, "", 1, 2);
  e2e_assert_same (source, target);
}

/* A name of a file whose other names are not copied is one name. */
static void
test_hard_link_of_others (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autofree char *target_file = g_build_filename (target, "file", NULL);
  g_autofree char *file = g_build_filename (source, "file", NULL);
  g_autoptr (E2eRun) run = NULL;
  struct stat st;

  e2e_make_file (source, "file", 5000);
  e2e_make_hard_link (temp->path, "elsewhere", "source/file");

  run = e2e_run ("copy", backend, source, target, NULL);
  e2e_assert_status (run, 0);
  e2e_get_stat (target, "file", &st);
  g_assert_cmpuint (st.st_nlink, ==, 1);
  e2e_assert_same_content (file, target_file);
}

int
main (int    argc,
      char **argv)
{
  e2e_init (&argc, &argv);

  e2e_add ("preserve/sizes", test_sizes);
  e2e_add ("preserve/big-file", test_big_file);
  e2e_add ("preserve/big-file-alone", test_big_file_alone);
  e2e_add ("preserve/sparse", test_sparse);
  e2e_add ("preserve/sparse-on-disk", test_sparse_on_disk);
  e2e_add ("preserve/big-sparse-file", test_big_sparse_file);
  e2e_add ("preserve/zeros", test_zeros);
  e2e_add ("preserve/sparse-over-dense", test_sparse_over_dense);
  e2e_add ("preserve/hard-links", test_hard_links);
  e2e_add ("preserve/hard-links-across-sources", test_hard_links_across_sources);
  e2e_add ("preserve/hard-link-of-others", test_hard_link_of_others);

  return g_test_run ();
}
