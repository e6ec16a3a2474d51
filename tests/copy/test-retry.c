/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-selection.h"
#include "test-job-util.h"

#include <glib/gstdio.h>
#include <string.h>

static void
test_selection (void)
{
  static const char * const paths[] = { "/a/b/c", "/a/d", "/a/d/e", "x/y", NULL };
  g_autoptr (CopySelection) selection = copy_selection_new (paths);

  g_assert_cmpint (copy_selection_find (selection, "/a/b/c"), ==, COPY_SELECTED);
  g_assert_cmpint (copy_selection_find (selection, "/a/d"), ==, COPY_SELECTED);
  g_assert_cmpint (copy_selection_find (selection, "/a/d/e"), ==, COPY_SELECTED);
  g_assert_cmpint (copy_selection_find (selection, "x/y"), ==, COPY_SELECTED);
  g_assert_cmpint (copy_selection_find (selection, "/"), ==, COPY_SELECTED_ABOVE);
  g_assert_cmpint (copy_selection_find (selection, "/a"), ==, COPY_SELECTED_ABOVE);
  g_assert_cmpint (copy_selection_find (selection, "/a/b"), ==, COPY_SELECTED_ABOVE);
  g_assert_cmpint (copy_selection_find (selection, "x"), ==, COPY_SELECTED_ABOVE);
  g_assert_cmpint (copy_selection_find (selection, "."), ==, COPY_SELECTED_ABOVE);
  g_assert_cmpint (copy_selection_find (selection, "/a/b/cc"), ==, COPY_SELECTED_NOT);
  g_assert_cmpint (copy_selection_find (selection, "/a/x"), ==, COPY_SELECTED_NOT);
  g_assert_cmpint (copy_selection_find (selection, "y"), ==, COPY_SELECTED_NOT);
}

/* A request that is freed does not take along what it was copied from. */
static void
test_copy (void)
{
  static const char * const sources[] = { "/a", "/\xff", NULL };
  static const char * const rules[] = { "-*.o", "+keep.o", NULL };
  static const char * const worker_argv[] = { "program", "worker", NULL };
  g_autoptr (CopyFilter) filter = copy_filter_new_rules (rules, NULL);
  g_autoptr (CopyRequest) copy = NULL;
  g_auto (GStrv) again = NULL;
  CopyRequest request = { .sources = sources, .dest = "/t", .filter = filter, .mirror = TRUE,
                          .options.conflict = COPY_CONFLICT_ASK, .worker_argv = worker_argv };

  copy = copy_request_copy (&request);
  g_clear_pointer (&filter, copy_filter_unref);
  g_assert_true (g_strv_equal (copy->sources, sources));
  g_assert_true (copy->sources != sources);
  g_assert_true (g_strv_equal (copy->worker_argv, worker_argv));
  g_assert_cmpstr (copy->dest, ==, "/t");
  g_assert_true (copy->mirror);
  g_assert_null (copy->only);
  g_assert_cmpint (copy->options.conflict, ==, COPY_CONFLICT_ASK);
  again = copy_filter_dup_rules (copy->filter);
  g_assert_true (g_strv_equal ((const char * const *) again, rules));
  g_assert_true (copy_filter_leaves_out (copy->filter, "x.o", FALSE));
  g_assert_false (copy_filter_leaves_out (copy->filter, "keep.o", FALSE));
}

/* Two things cannot be made; @folder/t has become the copy of @folder/s. */
static void
make_obstacles (TestFolder *folder)
{
  test_folder_make_dir (folder, "s/tree/inner");
  test_folder_make_dir (folder, "s/other");
  test_folder_write (folder, "s/tree/inner/file", "inner");
  test_folder_write (folder, "s/tree/file", "file");
  test_folder_write (folder, "s/other/failed", "failed");
  test_folder_write (folder, "s/other/fine", "fine");
  test_folder_write (folder, "s/fine", "fine");
  test_folder_write (folder, "t/tree", "not a folder");
  test_folder_make_dir (folder, "t/other/failed");
}

static void
remove_at (TestFolder *folder,
           const char *name)
{
  g_autofree char *path = test_folder_get (folder, name);

  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
on_problem (const char *path,
            const char *reason,
            gpointer    user_data)
{
  g_test_message ("again: %s: %s", path, reason);
}

static void
run_retry (TestJob *job)
{
  const CopyObserver observer = { .problem = on_problem };
  g_autoptr (CopyRequest) retry =
    copy_request_new_retry (&job->request, copy_job_get_report (job->job));
  g_autoptr (CopyJob) again = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (retry);
  again = copy_job_new (retry, &observer, NULL);
  g_assert_true (copy_job_run (again, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (copy_job_get_report (again)->n_problems, ==, 0);
  g_assert_null (copy_request_new_retry (retry, copy_job_get_report (again)));
}

/* What failed is done, where it was to go; nothing else is. */
static void
test_only_failed (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  TestJob job;

  test_folder_make_dir (folder, "t");
  make_obstacles (folder);
  test_job_init (&job, folder, "s", "t", backend);
  job.request.no_target_directory = TRUE;
  g_assert_true (test_job_run (&job));
  g_assert_cmpuint (copy_job_get_report (job.job)->n_problems, ==, 2);
  test_folder_assert_text (folder, "t/fine", "fine");

  remove_at (folder, "t/tree");
  remove_at (folder, "t/other/failed");
  remove_at (folder, "t/fine");
  remove_at (folder, "t/other/fine");
  run_retry (&job);

  test_folder_assert_same_tree (folder, "s/tree", "t/tree");
  test_folder_assert_text (folder, "t/other/failed", "failed");
  g_assert_false (test_folder_has (folder, "t/fine"));
  g_assert_false (test_folder_has (folder, "t/other/fine"));
  test_job_clear (&job);
}

/* A target that the job made is there at the second time, and a copy beside the
 * source has its name: neither leads elsewhere. */
static void
test_same_place (CopyBackend backend)
{
  static const char * const dests[] = { "t", NULL };
  static const char * const made[] = { "t", "s (copy)" };

  for (guint i = 0; i < G_N_ELEMENTS (dests); i++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      g_autofree char *gone = g_strconcat (made[i], "/file", NULL);
      g_autofree char *names = NULL;
      g_autofree char *path = test_folder_get (folder, "s/file");
      CopyReport *report;
      TestJob job;

      test_folder_make_dir (folder, "s");
      test_folder_write (folder, "s/file", "file");
      test_folder_write (folder, "s/other", "other");
      test_job_init (&job, folder, "s", dests[i], backend);
      g_assert_true (test_job_run (&job));

      /* As if it had not come to be. */
      remove_at (folder, gone);
      report = (CopyReport *) copy_job_get_report (job.job);
      copy_report_add_problem (report, path, "cannot be");
      run_retry (&job);

      test_folder_assert_same_tree (folder, "s", made[i]);
      names = test_folder_list (folder, "");
      g_assert_cmpstr (names, ==, i == 0 ? "s t" : "s s (copy)");
      test_job_clear (&job);
    }
}

static void
assert_one_file (TestFolder *folder,
                 const char *name,
                 const char *other,
                 gboolean    one)
{
  struct stat st;
  struct stat other_st;

  test_folder_stat (folder, name, &st);
  test_folder_stat (folder, other, &other_st);
  g_assert_cmpint (st.st_ino == other_st.st_ino, ==, one);
}

/* Names that failed become links to the others, which are in the target already or failed, too;
 * but not to what is something else by now. */
static void
test_links (CopyBackend backend)
{
  static const char * const failing[] = { "b/three", "b/four", "b/five", "b/six", "c/eight" };
  g_autoptr (TestFolder) folder = test_folder_new ();
  TestJob job;

  test_folder_make_dir (folder, "s/a");
  test_folder_make_dir (folder, "s/b");
  test_folder_make_dir (folder, "s/c");
  test_folder_write (folder, "s/a/one", "first");
  test_folder_hard_link (folder, "s/a/two", "s/a/one");
  test_folder_hard_link (folder, "s/b/three", "s/a/one");
  test_folder_hard_link (folder, "s/b/four", "s/a/one");
  test_folder_write (folder, "s/b/five", "second");
  test_folder_hard_link (folder, "s/b/six", "s/b/five");
  test_folder_write (folder, "s/c/seven", "third");
  test_folder_hard_link (folder, "s/c/eight", "s/c/seven");
  for (guint i = 0; i < G_N_ELEMENTS (failing); i++)
    {
      g_autofree char *name = g_strconcat ("t/", failing[i], NULL);

      test_folder_make_dir (folder, name);
    }

  test_job_init (&job, folder, "s", "t", backend);
  job.request.no_target_directory = TRUE;
  g_assert_true (test_job_run (&job));
  g_assert_cmpuint (copy_job_get_report (job.job)->n_problems, ==, G_N_ELEMENTS (failing));

  for (guint i = 0; i < G_N_ELEMENTS (failing); i++)
    {
      g_autofree char *name = g_strconcat ("t/", failing[i], NULL);

      remove_at (folder, name);
    }
  remove_at (folder, "t/c/seven");
  test_folder_write (folder, "t/c/seven", "changed");
  run_retry (&job);

  assert_one_file (folder, "t/a/one", "t/a/two", TRUE);
  assert_one_file (folder, "t/a/one", "t/b/three", TRUE);
  assert_one_file (folder, "t/a/one", "t/b/four", TRUE);
  assert_one_file (folder, "t/b/five", "t/b/six", TRUE);
  assert_one_file (folder, "t/a/one", "t/b/five", FALSE);
  test_folder_assert_same_tree (folder, "s/a", "t/a");
  test_folder_assert_same_tree (folder, "s/b", "t/b");
  test_folder_assert_text (folder, "t/c/seven", "changed");
  test_folder_assert_text (folder, "t/c/eight", "third");
  test_job_clear (&job);
}

/* The target is somewhere else when all is copied: that is told, and nothing of it counts then. */
static void
test_moved (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyQuestion) question = NULL;
  g_autofree char *target = test_folder_get (folder, "t");
  g_autofree char *moved = test_folder_get (folder, "moved");
  TestAsking asking;

  test_folder_make_dir (folder, "s");
  test_folder_write (folder, "s/free", "free");
  test_folder_write (folder, "s/taken", "new");
  test_folder_make_dir (folder, "t/s");
  test_folder_write (folder, "t/s/taken", "old");
  test_asking_init (&asking, folder, backend);
  asking.job.request.no_target_directory = FALSE;
  test_job_begin (&asking.job);
  question = test_asking_next (&asking);
  test_job_await (&asking.job, COPY_COUNT_FILES);
  g_assert_cmpint (g_rename (target, moved), ==, 0);
  g_assert_true (copy_job_answer (asking.job.job, question, COPY_CONFLICT_SKIP, FALSE));
  g_assert_true (test_job_end (&asking.job));

  g_assert_cmpstr (g_hash_table_lookup (asking.job.problems, target), ==,
                   "the destination was removed, renamed or unmounted during the copy");
  test_folder_assert_text (folder, "moved/s/free", "free");

  test_folder_make_dir (folder, "t");
  run_retry (&asking.job);
  test_folder_assert_same_tree (folder, "s", "t/s");
  test_asking_clear (&asking);
}

static void
test_text (void)
{
  g_autoptr (CopyReport) report = copy_report_new ();
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autofree char *text = NULL;

  copy_report_add_place (report, "/s", "/t/s");
  report->counts[COPY_COUNT_FILES] = 3;
  report->counts[COPY_COUNT_BYTES] = 1;
  report->seconds = 2.5;
  copy_report_add_problem (report, "/s/a\nb", "no permission");
  copy_report_add_problem (report, "/s/\xff", "no permission");
  copy_report_add_problem (report, "/s/ü", "vanished");

  g_assert_true (copy_report_save (report, stream, NULL, NULL));
  g_assert_true (g_output_stream_write_all (stream, "", 1, NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (stream, NULL, NULL));
  text = g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (stream));
  g_assert_cmpstr (text, ==,
                   "/s → /t/s\nFiles: 3\nNot copied: 3\nSize: 1 byte\nTime: 2.5 seconds\n"
                   "\nno permission\n  /s/a\\nb\n  /s/\\377\n\nvanished\n  /s/ü\n");
}

/* What is not named is counted. */
static void
test_text_of_many (void)
{
  g_autoptr (CopyReport) report = copy_report_new ();
  g_autofree char *text = NULL;

  for (guint i = 0; i < COPY_REPORT_MAX_PATHS + 5; i++)
    copy_report_add_problem (report, "/s/x", "no permission");

  text = copy_report_to_text (report);
  g_assert_true (g_str_has_suffix (text, "  /s/x\n  … and 5 more\n"));
}

int
main (int   argc,
      char *argv[])
{
  int status;

  if (test_worker_start (&argc, &argv, &status))
    return status;

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/copy/selection", test_selection);
  g_test_add_func ("/copy/request/copy", test_copy);
  g_test_add_func ("/copy/report/text", test_text);
  g_test_add_func ("/copy/report/text-of-many", test_text_of_many);
  test_job_add ("retry/only-failed", test_only_failed);
  test_job_add ("retry/links", test_links);
  test_job_add ("retry/moved", test_moved);
  test_job_add ("retry/same-place", test_same_place);

  return g_test_run ();
}
