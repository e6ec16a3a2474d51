/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-counters.h"
#include "copy-event.h"
#include "copy-limits.h"
#include "test-scan-util.h"

static void
test_tree (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (TestFound) found = { 0 };

  test_folder_make_dir (folder, "s/a/b/c");
  test_folder_make_dir (folder, "s/empty");
  test_folder_make_dir (folder, "s/\xff\n");
  test_folder_write (folder, "s/one", "1");
  test_folder_write (folder, "s/a/two", "22");
  test_folder_write (folder, "s/a/b/c/three", "333");
  test_folder_write (folder, "s/\xff\n/\xfe", "4444");
  test_folder_make_link (folder, "s/a/link", "../one");
  test_folder_make_link (folder, "s/a/link-to-dir", "b");
  test_folder_write (folder, "beside", "");

  test_found_scan_one (&found, folder, "s");

  test_found_assert (&found, "s", COPY_PLAN_ENTER);
  test_found_assert (&found, "s/a", COPY_PLAN_ENTER);
  test_found_assert (&found, "s/a/b", COPY_PLAN_ENTER);
  test_found_assert (&found, "s/a/b/c", COPY_PLAN_ENTER);
  test_found_assert (&found, "s/empty", COPY_PLAN_ENTER);
  test_found_assert (&found, "s/\xff\n", COPY_PLAN_ENTER);
  test_found_assert (&found, "s/one", COPY_PLAN_SEGMENT);
  test_found_assert (&found, "s/a/two", COPY_PLAN_SEGMENT);
  test_found_assert (&found, "s/a/b/c/three", COPY_PLAN_SEGMENT);
  test_found_assert (&found, "s/\xff\n/\xfe", COPY_PLAN_SEGMENT);
  test_found_assert (&found, "s/a/link", COPY_PLAN_SEGMENT);
  test_found_assert (&found, "s/a/link-to-dir", COPY_PLAN_SEGMENT);

  g_assert_cmpint (found.total_items, ==, 12);
  g_assert_cmpint (found.total_bytes, ==, 1 + 2 + 3 + 4);
  g_assert_cmpuint (found.n_errors, ==, 0);
  g_assert_cmpuint (found.problems->len, ==, 0);
}

/* Far more directories in each other than are held open, and side branches to
 * come back to; and more files than fit into a segment. */
static void
test_deep_and_wide (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GString) path = g_string_new ("s");
  g_auto (TestFound) found = { 0 };

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *branch = g_strconcat (path->str, "/z/y", NULL);

      test_folder_make_dir (folder, branch);
      g_string_append (path, "/d");
    }

  test_folder_make_dir (folder, path->str);
  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *file = g_strdup_printf ("%s/%u", path->str, i);

      test_folder_write (folder, file, "");
    }

  test_found_scan_one (&found, folder, "s");
  g_assert_cmpint (found.total_items, ==, 1 + 200 * 3 + 500);
  g_assert_cmpuint (found.n_errors, ==, 0);
  g_assert_cmpuint (found.max_segment, ==, COPY_SEGMENT_ENTRIES);
}

/* The first name leads, the others are linked to it; content counts once. */
static void
test_hard_links (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (TestFound) found = { 0 };

  test_folder_make_dir (folder, "s/a");
  test_folder_write (folder, "s/one", "12345");
  test_folder_hard_link (folder, "s/two", "s/one");
  test_folder_hard_link (folder, "s/a/three", "s/one");
  /* Its other name is not part of the copy. */
  test_folder_write (folder, "outside", "123");
  test_folder_hard_link (folder, "s/four", "outside");

  test_found_scan_one (&found, folder, "s");
  g_assert_cmpint (found.total_items, ==, 6);
  g_assert_cmpint (found.total_bytes, ==, 5 + 3);
  g_assert_cmpuint (found.n_links, ==, 2);
  g_assert_cmpuint (g_hash_table_size (found.leaders), ==, 2);
}

static void
test_big_and_sparse (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (TestFound) found = { 0 };

  test_folder_make_dir (folder, "s");
  test_folder_make_hole (folder, "s/big", COPY_RANGE_SIZE + 1);
  test_folder_make_hole (folder, "s/not big", COPY_RANGE_SIZE);
  test_folder_fill (folder, "s/full", 100000);

  test_found_scan_one (&found, folder, "s");
  test_found_assert (&found, "s/big", COPY_PLAN_BIG);
  test_found_assert (&found, "s/not big", COPY_PLAN_SEGMENT);
  test_found_assert (&found, "s/full", COPY_PLAN_SEGMENT);
  g_assert_cmpuint (found.n_sparse, ==, 2);
  g_assert_cmpint (found.total_bytes, ==, 2 * (gint64) COPY_RANGE_SIZE + 1 + 100000);
  g_assert_cmpuint (found.blocks * 512, >=, 100000);
  g_assert_cmpuint (found.blocks * 512, <, 1000000);
}

static void
test_several_sources (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GPtrArray) sources =
    g_ptr_array_new_with_free_func ((GDestroyNotify) copy_source_spec_free);
  g_auto (TestFound) found = { 0 };

  test_folder_make_dir (folder, "a/x");
  test_folder_write (folder, "file", "1");
  test_folder_make_link (folder, "link", "a");
  test_scan_add_source (sources, folder, "a", "b");
  test_scan_add_source (sources, folder, "file", "file (copy)");
  test_scan_add_source (sources, folder, "link", "link");

  test_found_scan (&found, sources);
  g_assert_cmpuint (g_hash_table_size (found.found), ==, 4);
  test_found_assert (&found, "b", COPY_PLAN_ENTER);
  test_found_assert (&found, "b/x", COPY_PLAN_ENTER);
  test_found_assert (&found, "file (copy)", COPY_PLAN_SEGMENT);
  test_found_assert (&found, "link", COPY_PLAN_SEGMENT);
}

/* A directory that is itself the source, with no name of its own. */
static void
test_nameless_source (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (TestFound) found = { 0 };

  test_folder_make_dir (folder, "a");
  test_found_scan_one (&found, folder, "");
  test_found_assert (&found, "", COPY_PLAN_ENTER);
  test_found_assert (&found, "a", COPY_PLAN_ENTER);
}

/* What is in a folder that is left out is so as well, whatever a later pattern
 * says about it; and the patterns say nothing about the source itself. */
static void
test_filter (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyFilter) filter = copy_filter_new ();
  g_auto (TestFound) found = { .filter = filter };

  test_folder_make_dir (folder, "s.o/out/in");
  test_folder_make_dir (folder, "s.o/src");
  test_folder_write (folder, "s.o/out/kept.c", "");
  test_folder_write (folder, "s.o/src/a.o", "");
  test_folder_write (folder, "s.o/src/a.c", "");
  test_folder_write (folder, "s.o/a.o", "12345");

  g_assert_true (copy_filter_add (filter, "*.o", TRUE, NULL));
  g_assert_true (copy_filter_add (filter, "/out/", TRUE, NULL));
  g_assert_true (copy_filter_add (filter, "kept.c", FALSE, NULL));
  g_assert_true (copy_filter_add (filter, "/src/a.o", FALSE, NULL));

  test_found_scan_one (&found, folder, "s.o");
  g_assert_cmpuint (g_hash_table_size (found.found), ==, 4);
  test_found_assert (&found, "s.o", COPY_PLAN_ENTER);
  test_found_assert (&found, "s.o/src", COPY_PLAN_ENTER);
  test_found_assert (&found, "s.o/src/a.c", COPY_PLAN_SEGMENT);
  test_found_assert (&found, "s.o/src/a.o", COPY_PLAN_SEGMENT);
  g_assert_cmpint (found.total_bytes, ==, 0);
}

/* What cannot be looked at is told, and stops nothing else. */
static void
test_errors (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GPtrArray) sources =
    g_ptr_array_new_with_free_func ((GDestroyNotify) copy_source_spec_free);
  g_auto (TestFound) found = { 0 };

  test_folder_make_dir (folder, "s/locked/inner");
  test_folder_make_dir (folder, "s/open");
  test_folder_make_dir (folder, "s/unlisted");
  test_folder_set_mode (folder, "s/locked", 0);
  test_folder_set_mode (folder, "s/unlisted", 0311);
  test_scan_add_source (sources, folder, "gone", "gone");
  test_scan_add_source (sources, folder, "s", "s");

  test_become_nobody ();
  test_found_scan (&found, sources);
  test_become_self ();

  test_found_assert (&found, "s/open", COPY_PLAN_ENTER);
  g_assert_cmpuint (found.n_errors, ==, 3);
  g_assert_cmpuint (found.problems->len, ==, 3);
  g_assert_true (g_ptr_array_find_with_equal_func (found.problems,
    "/gone: cannot look at the source: No such file or directory", g_str_equal, NULL));
  g_assert_true (g_ptr_array_find_with_equal_func (found.problems,
    "s/locked: cannot open the folder: Permission denied", g_str_equal, NULL));
  g_assert_true (g_ptr_array_find_with_equal_func (found.problems,
    "s/unlisted: cannot open the folder: Permission denied", g_str_equal, NULL));

  test_folder_set_mode (folder, "s/locked", 0700);
}

/* Nobody takes the plan any more: the scan ends all the same. */
static void
test_stopped (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GPtrArray) sources =
    g_ptr_array_new_with_free_func ((GDestroyNotify) copy_source_spec_free);
  LyQueue *events = test_scan_new_events ();
  LyProgress *progress = ly_progress_new (COPY_N_COUNTERS);
  g_autoptr (CopyPlanItem) item = NULL;
  CopyScan *scan;

  /* More than a plan holds: each folder is entered and left. */
  test_folder_make_dir (folder, "s");
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *name = g_strdup_printf ("s/%u", i);

      test_folder_make_dir (folder, name);
    }

  test_scan_add_source (sources, folder, "s", "s");
  scan = copy_scan_new (sources, NULL, FALSE, progress, events);
  copy_scan_start (scan);
  copy_event_free (ly_queue_get_timed (events, TEST_PATIENCE, NULL));
  item = copy_scan_try_get (scan);
  g_assert_nonnull (item);
  g_assert_cmpint (item->type, ==, COPY_PLAN_ENTER);
  g_assert_false (copy_scan_is_done (scan));
  copy_scan_free (scan);

  g_assert_finalize_object (events);
  g_object_unref (progress);
}

/* A mount point is copied, what is mounted there only if that is wished. */
static void
test_one_file_system (void)
{
  g_autoptr (TestFolder) folder = test_folder_new_on_disk ();
  g_auto (TestFound) all = { 0 };
  g_auto (TestFound) one = { .one_file_system = TRUE };

  test_folder_make_dir (folder, "s/same");
  if (!test_folder_mount (folder, "s/mounted", "size=1m"))
    {
      g_test_skip ("nothing can be mounted here");
      return;
    }

  test_folder_make_dir (folder, "s/mounted/inner");

  test_found_scan_one (&all, folder, "s");
  g_assert_cmpuint (g_hash_table_size (all.found), ==, 4);
  test_found_assert (&all, "s/mounted/inner", COPY_PLAN_ENTER);

  test_found_scan_one (&one, folder, "s");
  g_assert_cmpuint (g_hash_table_size (one.found), ==, 3);
  test_found_assert (&one, "s/mounted", COPY_PLAN_ENTER);
  test_found_assert (&one, "s/same", COPY_PLAN_ENTER);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/copy/scan/tree", test_tree);
  g_test_add_func ("/copy/scan/deep-and-wide", test_deep_and_wide);
  g_test_add_func ("/copy/scan/hard-links", test_hard_links);
  g_test_add_func ("/copy/scan/big-and-sparse", test_big_and_sparse);
  g_test_add_func ("/copy/scan/several-sources", test_several_sources);
  g_test_add_func ("/copy/scan/nameless-source", test_nameless_source);
  g_test_add_func ("/copy/scan/filter", test_filter);
  g_test_add_func ("/copy/scan/errors", test_errors);
  g_test_add_func ("/copy/scan/stopped", test_stopped);
  g_test_add_func ("/copy/scan/one-file-system", test_one_file_system);

  return g_test_run ();
}
