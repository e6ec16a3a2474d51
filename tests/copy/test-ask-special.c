/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-job-util.h"

#include <glib/gstdio.h>

/* Questions about what is more than a file in the way of another. */

/* Names of one file: the first is asked about, the others wait for what becomes
 * of it. */
static void
test_hard_links (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyQuestion) first = NULL;
  g_autoptr (CopyQuestion) second = NULL;
  struct stat one;
  struct stat other;
  TestAsking asking;

  test_folder_make_dir (folder, "s");
  test_folder_make_dir (folder, "t");
  test_folder_write (folder, "s/a", "new");
  test_folder_hard_link (folder, "s/b", "s/a");
  test_folder_write (folder, "t/a", "old");
  test_folder_write (folder, "t/b", "old");

  test_asking_init (&asking, folder, backend);
  test_job_begin (&asking.job);
  first = test_asking_next (&asking);
  g_assert_true (copy_job_answer (asking.job.job, first, COPY_CONFLICT_OVERWRITE, FALSE));
  second = test_asking_next (&asking);
  g_assert_cmpstr (first->from.path, !=, second->from.path);
  g_assert_true (copy_job_answer (asking.job.job, second, COPY_CONFLICT_OVERWRITE, FALSE));
  g_assert_true (test_job_end (&asking.job));

  test_folder_assert_text (folder, "t/a", "new");
  test_folder_stat (folder, "t/a", &one);
  test_folder_stat (folder, "t/b", &other);
  g_assert_cmpuint (one.st_ino, ==, other.st_ino);
  test_asking_clear (&asking);
}

/* Both could be kept, and then a mirror would delete the one. */
static void
test_mirror (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyQuestion) question = NULL;
  TestAsking asking;

  test_folder_make_dir (folder, "s");
  test_folder_make_dir (folder, "t");
  test_folder_write (folder, "s/file", "new");
  test_folder_write (folder, "t/file", "old");

  test_asking_init (&asking, folder, backend);
  asking.job.request.mirror = TRUE;
  test_job_begin (&asking.job);
  question = test_asking_next (&asking);
  g_assert_false (question->may_rename);
  g_assert_false (copy_job_answer (asking.job.job, question, COPY_CONFLICT_RENAME, FALSE));
  g_assert_false (copy_job_answer (asking.job.job, question, COPY_CONFLICT_ASK, FALSE));
  g_assert_true (copy_job_answer (asking.job.job, question, COPY_CONFLICT_SKIP, FALSE));
  g_assert_true (test_job_end (&asking.job));
  test_folder_assert_text (folder, "t/file", "old");
  test_asking_clear (&asking);
}

/* Somebody else takes away what was in the way before the answer comes. */
static void
test_gone (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyQuestion) question = NULL;
  g_autofree char *path = NULL;
  TestAsking asking;

  test_folder_make_dir (folder, "s");
  test_folder_make_dir (folder, "t");
  test_folder_write (folder, "s/file", "new");
  test_folder_write (folder, "t/file", "old");
  path = test_folder_get (folder, "t/file");

  test_asking_init (&asking, folder, backend);
  test_job_begin (&asking.job);
  question = test_asking_next (&asking);
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_true (copy_job_answer (asking.job.job, question, COPY_CONFLICT_SKIP, FALSE));
  g_assert_true (test_job_end (&asking.job));
  test_folder_assert_text (folder, "t/file", "new");
  g_assert_cmpint (copy_job_get_report (asking.job.job)->counts[COPY_COUNT_FILES], ==, 1);
  test_asking_clear (&asking);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  if (test_worker_start (&argc, &argv, &status))
    return status;

  g_test_init (&argc, &argv, NULL);
  test_job_add ("ask/hard-links", test_hard_links);
  test_job_add ("ask/mirror", test_mirror);
  test_job_add ("ask/gone", test_gone);

  return g_test_run ();
}
