/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-name.h"
#include "test-job-util.h"

#include <string.h>

#define MIB (1024 * 1024)

/* A few files of which one takes a while at the rate that is asked for. */
static void
make_slow (TestFolder *folder,
           TestJob    *job,
           CopyBackend backend)
{
  test_folder_make_dir (folder, "s/a");
  test_folder_fill (folder, "s/a/first", 100000);
  test_folder_fill (folder, "s/slow", 40 * MIB);
  test_folder_set_mode (folder, "s/slow", 0640);
  test_folder_fill (folder, "s/x", 100000);

  test_job_init (job, folder, "s", "t", backend);
  job->request.options.rate_limit = 2 * MIB;
  job->request.no_target_directory = TRUE;
}

/* Whatever is in the target under the name of a source file is that file, with
 * all of its permissions. */
static void
assert_all_whole (TestFolder *folder)
{
  static const char * const files[] = { "a/first", "slow", "x" };
  g_autofree char *names = test_folder_list (folder, "t");

  g_assert_null (strstr (names, ".lanyard-part"));

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *from = g_strconcat ("s/", files[i], NULL);
      g_autofree char *to = g_strconcat ("t/", files[i], NULL);

      if (test_folder_has (folder, to))
        test_folder_assert_same_tree (folder, from, to);
    }
}

/* Ended in the middle of a file: nothing is there that is not whole, and the
 * same job goes on with the rest. */
static void
test_cancel (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  const CopyReport *report;
  TestJob job;
  gint64 copied;

  make_slow (folder, &job, backend);
  test_job_begin (&job);
  test_job_await (&job, COPY_COUNT_BYTES);
  copy_job_cancel (job.job);
  g_assert_true (test_job_end (&job));

  report = copy_job_get_report (job.job);
  copied = report->counts[COPY_COUNT_FILES];
  g_assert_true (report->interrupted);
  g_assert_cmpuint (report->n_problems, ==, 0);
  g_assert_cmpint (copied, <, 3);
  g_assert_false (test_folder_has (folder, "t/slow"));
  assert_all_whole (folder);
  test_job_clear (&job);

  test_job_init (&job, folder, "s", "t", backend);
  job.request.no_target_directory = TRUE;
  job.request.options.resume = TRUE;
  g_assert_true (test_job_run (&job));

  report = copy_job_get_report (job.job);
  g_assert_false (report->interrupted);
  g_assert_cmpint (report->counts[COPY_COUNT_SKIPPED], ==, copied);
  g_assert_cmpint (report->counts[COPY_COUNT_FILES], ==, 3 - copied);
  test_folder_assert_same_tree (folder, "s", "t");
  test_job_clear (&job);
}

/* What was to be replaced stands until its successor is whole. */
static void
test_cancel_replacing (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *names = NULL;
  TestJob job;

  make_slow (folder, &job, backend);
  test_folder_make_dir (folder, "t");
  test_folder_write (folder, "t/slow", "old");
  test_job_begin (&job);
  test_job_await (&job, COPY_COUNT_BYTES);
  copy_job_cancel (job.job);
  g_assert_true (test_job_end (&job));

  test_folder_assert_text (folder, "t/slow", "old");
  names = test_folder_list (folder, "t");
  g_assert_null (strstr (names, ".lanyard-part"));
  test_job_clear (&job);
}

static void
test_cancel_before (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  TestJob job;

  make_slow (folder, &job, backend);
  copy_job_cancel (job.job);
  g_assert_true (test_job_run (&job));
  g_assert_true (copy_job_get_report (job.job)->interrupted);
  g_assert_cmpint (copy_job_get_report (job.job)->counts[COPY_COUNT_BYTES], ==, 0);
  g_assert_false (test_folder_has (folder, "t/slow"));
  test_job_clear (&job);
}

/* Held before it began, and for as long as that lasts. */
static void
test_pause (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  LyProgress *progress;
  TestJob job;

  make_slow (folder, &job, backend);
  job.request.options.rate_limit = 0;
  progress = copy_job_get_progress (job.job);
  g_assert_false (copy_job_is_paused (job.job));
  copy_job_pause (job.job);
  g_assert_true (copy_job_is_paused (job.job));

  test_job_begin (&job);
  test_job_await (&job, COPY_COUNT_SCANNED);
  g_assert_cmpint (ly_progress_get_total (progress, COPY_COUNT_ITEMS), ==, 5);
  g_assert_cmpint (ly_progress_get (progress, COPY_COUNT_FILES), ==, 0);
  g_assert_false (g_atomic_int_get (&job.ended));
  g_assert_false (test_folder_has (folder, "t/slow"));

  copy_job_resume (job.job);
  g_assert_false (copy_job_is_paused (job.job));
  g_assert_true (test_job_end (&job));
  test_folder_assert_same_tree (folder, "s", "t");
  test_job_clear (&job);
}

/* In the middle of a file, which goes on where it was held. */
static void
test_pause_in_file (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  TestJob job;

  make_slow (folder, &job, backend);
  job.request.options.rate_limit = 100 * MIB;
  test_job_begin (&job);

  for (guint i = 0; i < 20; i++)
    {
      test_job_await (&job, COPY_COUNT_BYTES);
      copy_job_pause (job.job);
      copy_job_resume (job.job);
    }

  g_assert_true (test_job_end (&job));
  test_folder_assert_same_tree (folder, "s", "t");
  test_job_clear (&job);
}

/* Who waits for a held job can still end it. */
static void
test_cancel_paused (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  TestJob job;

  make_slow (folder, &job, backend);
  test_job_begin (&job);
  test_job_await (&job, COPY_COUNT_BYTES);
  copy_job_pause (job.job);
  copy_job_cancel (job.job);
  g_assert_true (test_job_end (&job));
  g_assert_true (copy_job_get_report (job.job)->interrupted);
  g_assert_false (test_folder_has (folder, "t/slow"));
  assert_all_whole (folder);
  test_job_clear (&job);
}

static void
assert_did (TestJob    *job,
            const char *action)
{
  if (!g_ptr_array_find_with_equal_func (job->actions, action, g_str_equal, NULL))
    g_error ("nobody said: %s", action);
}

/* All that would happen is told, and none of it does. */
static void
test_dry_run (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *in_the_way = test_folder_get (folder, "s/in the way");
  g_autofree char *names = NULL;
  const CopyReport *report;
  TestJob job;

  test_folder_make_dir (folder, "s/new/inner");
  test_folder_make_dir (folder, "s/there");
  test_folder_make_dir (folder, "s/in the way/inner");
  test_folder_write (folder, "s/in the way/inner/file", "12345");
  test_folder_write (folder, "s/new/inner/file", "12345");
  test_folder_write (folder, "s/older", "new");
  test_folder_write (folder, "s/newer", "new");
  test_folder_hard_link (folder, "s/there/linked", "s/newer");
  test_folder_make_dir (folder, "t/there/extra");
  test_folder_write (folder, "t/in the way", "old");
  test_folder_write (folder, "t/older", "old");
  test_folder_write (folder, "t/newer", "old");
  test_folder_set_mtime (folder, "t/older", 1000, 0);
  test_folder_set_mtime (folder, "s/newer", 1000, 0);

  test_job_init (&job, folder, "s", "t", backend);
  job.request.no_target_directory = TRUE;
  job.request.dry_run = TRUE;
  job.request.mirror = TRUE;
  job.request.options.conflict = COPY_CONFLICT_NEWER;
  g_assert_true (test_job_run (&job));

  assert_did (&job, "make t/new");
  assert_did (&job, "make t/new/inner");
  assert_did (&job, "copy t/new/inner/file");
  assert_did (&job, "replace t/older");
  assert_did (&job, "skip t/newer");
  assert_did (&job, "link t/there/linked");
  assert_did (&job, "delete t/there/extra");
  g_assert_cmpuint (job.actions->len, ==, 7);

  g_assert_cmpuint (g_hash_table_size (job.problems), ==, 1);
  g_assert_cmpstr (g_hash_table_lookup (job.problems, in_the_way), ==,
                   "something of that name that is not a folder is in the way");

  report = copy_job_get_report (job.job);
  g_assert_cmpint (report->counts[COPY_COUNT_FILES], ==, 2);
  g_assert_cmpint (report->counts[COPY_COUNT_BYTES], ==, 5 + 3);
  g_assert_cmpuint (report->n_deleted, ==, 1);

  test_folder_assert_text (folder, "t/older", "old");
  names = test_folder_list (folder, "t");
  g_assert_cmpstr (names, ==, "in the way newer older there");
  test_job_clear (&job);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  if (test_worker_start (&argc, &argv, &status))
    return status;

  g_test_init (&argc, &argv, NULL);

  test_job_add ("cancel", test_cancel);
  test_job_add ("cancel-replacing", test_cancel_replacing);
  test_job_add ("cancel-before", test_cancel_before);
  test_job_add ("pause", test_pause);
  test_job_add ("pause-in-file", test_pause_in_file);
  test_job_add ("cancel-paused", test_cancel_paused);
  test_job_add ("dry-run", test_dry_run);

  return g_test_run ();
}
