/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-job-util.h"

#include <string.h>

/* Small files in folders, one that is cut into ranges, and one of everything
 * else there is. */
static void
make_tree (TestFolder *folder)
{
  g_autofree char *fifo = test_folder_get (folder, "s/fifo");

  test_folder_make_dir (folder, "s/empty");
  test_folder_make_dir (folder, "s/a/b/c");

  for (guint i = 0; i < 300; i++)
    {
      static const char * const dirs[] = { "", "a/", "a/b/", "a/b/c/" };
      g_autofree char *name = g_strdup_printf ("s/%sfile %u", dirs[i % 4], i);

      test_folder_fill (folder, name, i * 37);
      test_folder_set_mode (folder, name, i % 3 == 0 ? 0644 : i % 3 == 1 ? 0755 : 0400);
      test_folder_set_mtime (folder, name, 1600000000 + i, i);
    }

  test_folder_make_hole (folder, "s/big", 70 * 1024 * 1024);
  test_folder_make_link (folder, "s/link", "a/b");
  test_folder_make_link (folder, "s/a/dangling", "nowhere");
  test_folder_hard_link (folder, "s/a/b/hard", "s/file 0");
  test_folder_hard_link (folder, "s/hard", "s/file 0");
  test_folder_hard_link (folder, "s/hard big", "s/big");
  g_assert_no_errno (mkfifo (fifo, 0640));
  test_folder_set_mode (folder, "s/a/b", 0555);
  test_folder_set_mtime (folder, "s/a/b", 1500000000, 5);
  test_folder_set_mtime (folder, "s", 1400000000, 999999999);
}

/* What is made is the same, and is what the report counts. */
static void
test_counts (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  TestJob job;
  TestTally tally;
  const CopyReport *report;
  LyProgress *progress;
  gint64 items;

  make_tree (folder);
  test_job_init (&job, folder, "s", "t", backend);
  g_assert_true (test_job_run (&job));

  test_folder_assert_same_tree (folder, "s", "t");
  test_folder_tally (folder, "t", &tally);
  report = copy_job_get_report (job.job);

  g_assert_cmpint (report->counts[COPY_COUNT_FILES], ==, tally.files);
  g_assert_cmpint (report->counts[COPY_COUNT_DIRECTORIES], ==, tally.directories);
  g_assert_cmpint (report->counts[COPY_COUNT_SYMLINKS], ==, tally.symlinks);
  g_assert_cmpint (report->counts[COPY_COUNT_HARDLINKS], ==, tally.hardlinks);
  g_assert_cmpint (report->counts[COPY_COUNT_OTHERS], ==, tally.others);
  g_assert_cmpint (report->counts[COPY_COUNT_BYTES], ==, (gint64) tally.bytes);
  g_assert_cmpint (report->counts[COPY_COUNT_SKIPPED], ==, 0);
  g_assert_cmpuint (report->n_problems, ==, 0);
  g_assert_cmpuint (report->n_lost, ==, 0);
  g_assert_cmpuint (report->n_workers_lost, ==, 0);
  g_assert_false (report->interrupted);

  /* All that was to be done was done. */
  progress = copy_job_get_progress (job.job);
  items = tally.files + tally.directories + tally.symlinks + tally.hardlinks + tally.others;
  g_assert_cmpint (ly_progress_get (progress, COPY_COUNT_ITEMS), ==, items);
  g_assert_cmpint (ly_progress_get_total (progress, COPY_COUNT_ITEMS), ==, items);
  g_assert_cmpint (ly_progress_get_total (progress, COPY_COUNT_BYTES), ==, (gint64) tally.bytes);

  g_assert_cmpuint (job.n_started, ==, 1);
  g_assert_cmpuint (job.n_workers, ==, 2);
  g_assert_cmpstr (job.target, ==, folder->path);
  test_job_clear (&job);
}

/* Once more, to go on: nothing is done again. */
static void
test_again (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  TestJob job;
  TestTally tally;
  const CopyReport *report;

  make_tree (folder);
  test_job_init (&job, folder, "s", "t", backend);
  g_assert_true (test_job_run (&job));
  test_job_clear (&job);

  test_job_init (&job, folder, "s", "t", backend);
  job.request.no_target_directory = TRUE;
  job.request.options.resume = TRUE;
  job.request.options.verify = TRUE;
  g_assert_true (test_job_run (&job));

  test_folder_assert_same_tree (folder, "s", "t");
  test_folder_tally (folder, "t", &tally);
  report = copy_job_get_report (job.job);
  g_assert_cmpint (report->counts[COPY_COUNT_FILES], ==, 0);
  g_assert_cmpint (report->counts[COPY_COUNT_BYTES], ==, 0);
  g_assert_cmpint (report->counts[COPY_COUNT_SKIPPED], ==,
                   tally.files + tally.symlinks + tally.hardlinks + tally.others);
  test_job_clear (&job);
}

/* Each option takes another way to the same end. */
static void
test_options (CopyBackend backend)
{
  for (guint way = 0; way < 3; way++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      TestJob job;

      make_tree (folder);
      test_job_init (&job, folder, "s", "t", backend);
      job.request.options.verify = way == 0;
      job.request.options.fsync = way == 1;
      job.request.n_workers = way == 2 ? 0 : 1;
      g_assert_true (test_job_run (&job));
      test_folder_assert_same_tree (folder, "s", "t");
      g_assert_cmpuint (job.n_workers, ==, way == 2 ? g_get_num_processors () : 1);
      test_job_clear (&job);
    }
}

static void
test_beside (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  TestJob job;

  test_folder_make_dir (folder, "s/a");
  test_folder_write (folder, "s/file", "text");

  for (guint i = 0; i < 3; i++)
    {
      static const char * const names[] = { "s (copy)", "s (copy 2)", "s (copy 3)" };

      test_job_init (&job, folder, "s", NULL, backend);
      g_assert_true (test_job_run (&job));
      test_folder_assert_same_tree (folder, "s", names[i]);
      test_job_clear (&job);
    }
}

/* One bad item stops nothing else, and is told with its path and the reason. */
static void
test_problems (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *taken = test_folder_get (folder, "s/taken");
  g_autofree char *blocked = test_folder_get (folder, "s/blocked");
  g_autofree char *not_a_folder = test_folder_get (folder, "s/folder");
  const CopyProblemGroup *group;
  const CopyReport *report;
  TestJob job;

  test_folder_make_dir (folder, "s/folder/inner");
  test_folder_write (folder, "s/folder/inner/file", "12345");
  test_folder_write (folder, "s/taken", "new");
  test_folder_write (folder, "s/blocked", "new");
  test_folder_write (folder, "s/fine", "new");
  test_folder_make_dir (folder, "t/blocked");
  test_folder_write (folder, "t/taken", "old");
  test_folder_write (folder, "t/folder", "old");

  test_job_init (&job, folder, "s", "t", backend);
  job.request.no_target_directory = TRUE;
  job.request.options.conflict = COPY_CONFLICT_FAIL;
  g_assert_true (test_job_run (&job));

  test_folder_assert_text (folder, "t/taken", "old");
  test_folder_assert_text (folder, "t/folder", "old");
  test_folder_assert_text (folder, "t/fine", "new");
  g_assert_cmpuint (g_hash_table_size (job.problems), ==, 3);
  g_assert_cmpstr (g_hash_table_lookup (job.problems, taken), ==,
                   "already exists in the destination");
  g_assert_cmpstr (g_hash_table_lookup (job.problems, blocked), ==,
                   "a folder of that name is in the way");
  g_assert_cmpstr (g_hash_table_lookup (job.problems, not_a_folder), ==,
                   "something of that name that is not a folder is in the way");

  report = copy_job_get_report (job.job);
  g_assert_cmpuint (report->n_problems, ==, 3);
  g_assert_cmpuint (report->groups->len, ==, 3);
  group = g_ptr_array_index (report->groups, 0);
  g_assert_cmpuint (group->count, ==, 1);
  g_assert_cmpint (report->counts[COPY_COUNT_FILES], ==, 1);
  g_assert_cmpint (ly_progress_get (copy_job_get_progress (job.job), COPY_COUNT_ITEMS), ==,
                   ly_progress_get_total (copy_job_get_progress (job.job), COPY_COUNT_ITEMS));
  test_job_clear (&job);
}

/* Nothing is begun, nobody hears of it, and the error says why. */
static void
test_could_not_start (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *expected = NULL;
  g_autofree char *names = NULL;
  TestJob job;

  test_job_init (&job, folder, "gone", "t", backend);
  expected = g_strdup_printf ("%s: No such file or directory", job.sources[0]);
  g_assert_false (test_job_run (&job));
  g_assert_error (job.error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpstr (job.error->message, ==, expected);
  g_assert_cmpuint (job.n_started, ==, 0);
  test_job_clear (&job);

  names = test_folder_list (folder, "");
  g_assert_cmpstr (names, ==, "");
}

/* What the source does not have goes; what patterns leave out does not. */
static void
test_mirror (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyFilter) filter = copy_filter_new ();
  g_autofree char *names = NULL;
  TestJob job;

  test_folder_make_dir (folder, "s/kept");
  test_folder_write (folder, "s/file", "new");
  test_folder_write (folder, "s/left.o", "new");
  test_folder_make_dir (folder, "t/gone/inner");
  test_folder_make_dir (folder, "t/kept/gone");
  test_folder_write (folder, "t/gone/inner/file", "old");
  test_folder_write (folder, "t/old.o", "old");
  test_folder_write (folder, "t/old", "old");
  test_folder_make_link (folder, "t/link", "../s");

  test_job_init (&job, folder, "s", "t", backend);
  g_assert_true (copy_filter_add (filter, "*.o", TRUE, NULL));
  job.request.no_target_directory = TRUE;
  job.request.mirror = TRUE;
  job.request.filter = filter;
  g_assert_true (test_job_run (&job));

  names = test_folder_list (folder, "t");
  g_assert_cmpstr (names, ==, "file kept old.o");
  g_clear_pointer (&names, g_free);
  names = test_folder_list (folder, "t/kept");
  g_assert_cmpstr (names, ==, "");
  test_folder_assert_text (folder, "s/file", "new");
  g_assert_cmpuint (copy_job_get_report (job.job)->n_deleted, ==, 6);
  test_job_clear (&job);
}

/* What was not seen must not be taken for gone. */
static void
test_mirror_refuses (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  TestJob job;

  /* Workers that are nobody may not be able to start this program. */
  if (backend != COPY_BACKEND_THREADS)
    return;

  test_folder_set_mode (folder, "", 0777);
  test_folder_make_dir (folder, "s/locked/a");
  test_folder_make_dir (folder, "t/locked/a");
  test_folder_write (folder, "t/extra", "old");
  test_folder_set_mode (folder, "s/locked", 0);
  test_folder_set_mode (folder, "t", 0777);

  test_job_init (&job, folder, "s", "t", backend);
  job.request.no_target_directory = TRUE;
  job.request.mirror = TRUE;
  test_become_nobody ();
  test_job_run (&job);
  test_become_self ();

  g_assert_no_error (job.error);
  g_assert_true (test_folder_has (folder, "t/extra"));
  g_assert_true (test_folder_has (folder, "t/locked/a"));
  g_assert_cmpuint (copy_job_get_report (job.job)->n_deleted, ==, 0);
  g_assert_true (g_hash_table_contains (job.reasons,
    "nothing was deleted, because not all of the source could be read"));
  test_folder_set_mode (folder, "s/locked", 0755);
  test_job_clear (&job);
}

/* What a job had open can be unmounted as soon as it has ended. */
static void
test_lets_go (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GDir) open = NULL;
  g_autofree char *target = test_folder_get (folder, "t");
  const char *number;
  TestJob job;

  test_folder_make_dir (folder, "s");
  test_folder_make_dir (folder, "t");
  test_folder_write (folder, "s/file", "file");
  test_job_init (&job, folder, "s", "t", backend);
  g_assert_true (test_job_run (&job));
  test_folder_assert_text (folder, "t/s/file", "file");

  /* Other systems have no such folder. */
  open = g_dir_open ("/proc/self/fd", 0, NULL);
  while (open != NULL && (number = g_dir_read_name (open)) != NULL)
    {
      g_autofree char *link = g_build_filename ("/proc/self/fd", number, NULL);
      g_autofree char *path = g_file_read_link (link, NULL);

      g_assert_false (path != NULL && g_str_has_prefix (path, target));
    }
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

  test_job_add ("counts", test_counts);
  test_job_add ("again", test_again);
  test_job_add ("options", test_options);
  test_job_add ("beside", test_beside);
  test_job_add ("problems", test_problems);
  test_job_add ("could-not-start", test_could_not_start);
  test_job_add ("lets-go", test_lets_go);
  test_job_add ("mirror", test_mirror);
  test_job_add ("mirror-refuses", test_mirror_refuses);

  return g_test_run ();
}
