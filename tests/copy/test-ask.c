/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "../await.h"
#include "test-job-util.h"

#define MIB (1024 * 1024)

/* Files, links and a big file of which the names are taken, and others. */
static void
make_conflicts (TestFolder *folder)
{
  test_folder_make_dir (folder, "s/deep/er");
  test_folder_make_dir (folder, "t/deep/er");
  test_folder_write (folder, "s/free", "free");
  test_folder_write (folder, "s/over", "new");
  test_folder_write (folder, "s/skip", "new");
  test_folder_write (folder, "s/both", "new");
  test_folder_write (folder, "s/older", "new");
  test_folder_write (folder, "s/refused", "new");
  test_folder_write (folder, "s/deep/er/inner", "12345");
  test_folder_make_link (folder, "s/link", "new");
  test_folder_make_hole (folder, "s/big", 65 * MIB);
  test_folder_set_mtime (folder, "s/deep/er/inner", 1234567, 89);
  test_folder_set_mtime (folder, "s/older", 1000, 0);
  test_folder_set_mtime (folder, "s/deep/er", 2000, 0);

  test_folder_write (folder, "t/over", "old");
  test_folder_write (folder, "t/skip", "old");
  test_folder_write (folder, "t/both", "old");
  test_folder_write (folder, "t/older", "old");
  test_folder_write (folder, "t/refused", "old");
  test_folder_write (folder, "t/deep/er/inner", "old one");
  test_folder_set_mtime (folder, "t/deep/er/inner", 7654321, 98);
  test_folder_make_link (folder, "t/link", "old");
  test_folder_write (folder, "t/big", "old");
}

/* What a question says is what is there. */
static void
assert_inner (TestFolder   *folder,
              CopyQuestion *question)
{
  g_autofree char *from = test_folder_get (folder, "s/deep/er/inner");
  g_autofree char *to = test_folder_get (folder, "t/deep/er/inner");

  g_assert_cmpstr (question->from.path, ==, from);
  g_assert_cmpstr (question->to.path, ==, to);
  g_assert_cmpuint (question->from.type, ==, S_IFREG);
  g_assert_cmpuint (question->to.type, ==, S_IFREG);
  g_assert_cmpuint (question->from.size, ==, 5);
  g_assert_cmpuint (question->to.size, ==, 7);
  g_assert_cmpint (question->from.mtime.tv_sec, ==, 1234567);
  g_assert_cmpint (question->from.mtime.tv_nsec, ==, 89);
  g_assert_cmpint (question->to.mtime.tv_sec, ==, 7654321);
  g_assert_cmpint (question->to.mtime.tv_nsec, ==, 98);
  g_assert_true (question->may_rename);
}

/* Everything that nobody has to be asked about is done first. */
static void
test_each (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GHashTable) questions = NULL;
  g_autoptr (GPtrArray) open = NULL;
  g_autofree char *link_path = test_folder_get (folder, "t/link");
  g_autofree char *link = NULL;
  const CopyReport *report;
  struct stat st;
  TestAsking asking;

  make_conflicts (folder);
  test_asking_init (&asking, folder, backend);
  test_job_begin (&asking.job);
  questions = test_asking_take (&asking, 8);
  test_job_await (&asking.job, COPY_COUNT_FILES);

  test_folder_assert_text (folder, "t/free", "free");
  test_folder_assert_text (folder, "t/over", "old");
  test_folder_assert_text (folder, "t/deep/er/inner", "old one");
  test_folder_stat (folder, "t/deep/er", &st);
  g_assert_cmpint (st.st_mtime, !=, 2000);
  assert_inner (folder, g_hash_table_lookup (questions, "inner"));
  open = copy_job_list_questions (asking.job.job);
  g_assert_cmpuint (open->len, ==, 8);
  g_assert_false (g_atomic_int_get (&asking.job.ended));

  test_asking_answer (&asking, questions, "over", COPY_CONFLICT_OVERWRITE);
  test_asking_answer (&asking, questions, "skip", COPY_CONFLICT_SKIP);
  test_asking_answer (&asking, questions, "both", COPY_CONFLICT_RENAME);
  test_asking_answer (&asking, questions, "older", COPY_CONFLICT_NEWER);
  test_asking_answer (&asking, questions, "refused", COPY_CONFLICT_FAIL);
  test_asking_answer (&asking, questions, "link", COPY_CONFLICT_OVERWRITE);
  test_asking_answer (&asking, questions, "big", COPY_CONFLICT_OVERWRITE);
  g_assert_false (g_atomic_int_get (&asking.job.ended));
  test_asking_answer (&asking, questions, "inner", COPY_CONFLICT_OVERWRITE);
  g_assert_true (test_job_end (&asking.job));

  test_folder_assert_text (folder, "t/over", "new");
  test_folder_assert_text (folder, "t/skip", "old");
  test_folder_assert_text (folder, "t/both", "old");
  test_folder_assert_text (folder, "t/both (copy)", "new");
  test_folder_assert_text (folder, "t/older", "old");
  test_folder_assert_text (folder, "t/refused", "old");
  test_folder_assert_same (folder, "s/big", "t/big");
  link = g_file_read_link (link_path, NULL);
  g_assert_cmpstr (link, ==, "new");
  test_folder_assert_same_tree (folder, "s/deep", "t/deep");

  report = copy_job_get_report (asking.job.job);
  g_assert_cmpint (report->counts[COPY_COUNT_FILES], ==, 5);
  g_assert_cmpint (report->counts[COPY_COUNT_SYMLINKS], ==, 1);
  g_assert_cmpint (report->counts[COPY_COUNT_SKIPPED], ==, 2);
  g_assert_cmpint (report->counts[COPY_COUNT_ITEMS], ==, 12);
  g_assert_cmpuint (report->n_problems, ==, 1);
  g_assert_cmpint (report->counts[COPY_COUNT_BYTES], ==, 4 + 3 + 3 + 5 + 65 * MIB);
  test_asking_clear (&asking);
}

#define N_MANY 300

static void
make_many (TestFolder *folder)
{
  test_folder_make_dir (folder, "s");
  test_folder_make_dir (folder, "t");

  for (guint i = 0; i < N_MANY; i++)
    {
      g_autofree char *from = g_strdup_printf ("s/%u", i);
      g_autofree char *to = g_strdup_printf ("t/%u", i);

      test_folder_write (folder, from, "new");
      test_folder_write (folder, to, "old");
    }
}

/* Few questions are open at a time; each answer makes room for another, until
 * one answers all. */
static void
test_for_all (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyQuestion) first = NULL;
  g_autoptr (CopyQuestion) second = NULL;
  g_autoptr (CopyQuestion) last = NULL;
  g_autoptr (GPtrArray) open = NULL;
  g_autoptr (GPtrArray) left = NULL;
  const CopyReport *report;
  TestAsking asking;

  make_many (folder);
  test_asking_init (&asking, folder, backend);
  test_job_begin (&asking.job);

  first = test_asking_next (&asking);
  for (guint i = 1; i < COPY_MAX_QUESTIONS; i++)
    {
      g_clear_pointer (&second, copy_question_unref);
      second = test_asking_next (&asking);
    }

  open = copy_job_list_questions (asking.job.job);
  g_assert_cmpuint (open->len, ==, COPY_MAX_QUESTIONS);
  g_assert_true (copy_job_answer (asking.job.job, first, COPY_CONFLICT_SKIP, FALSE));
  last = test_asking_next (&asking);
  g_assert_cmpuint (last->id, ==, COPY_MAX_QUESTIONS + 1);

  g_assert_true (copy_job_answer (asking.job.job, second, COPY_CONFLICT_OVERWRITE, TRUE));
  g_assert_false (copy_job_answer (asking.job.job, last, COPY_CONFLICT_SKIP, TRUE));
  left = copy_job_list_questions (asking.job.job);
  g_assert_cmpuint (left->len, ==, 0);
  g_assert_true (test_job_end (&asking.job));

  report = copy_job_get_report (asking.job.job);
  g_assert_cmpint (report->counts[COPY_COUNT_FILES], ==, N_MANY - 1);
  g_assert_cmpint (report->counts[COPY_COUNT_SKIPPED], ==, 1);
  g_assert_cmpint (g_async_queue_length (asking.questions), ==, 0);
  test_asking_clear (&asking);
}

#define PER_DIR 1000
#define N_DIRS  (2 * COPY_MAX_ASIDE / PER_DIR + 4)

static gboolean
is_nearly_full (TestAsking *self)
{
  LyProgress *progress = copy_job_get_progress (self->job.job);

  /* The folder in which it gets full may have its file without a conflict behind that. */
  return ly_progress_get (progress, COPY_COUNT_FILES) >= COPY_MAX_ASIDE / PER_DIR;
}

/* More than is set aside at any time, and nobody answers: what has no conflict
 * shows how far the job got. Then there is room again, and each gets its answer. */
static void
test_full (CopyBackend backend)
{
  const guint n_files = N_DIRS * PER_DIR;
  g_autoptr (TestFolder) folder = test_folder_new ();
  const CopyReport *report;
  TestAsking asking;

  if (backend != COPY_BACKEND_PROCESSES)
    return;

  for (guint i = 0; i < n_files; i++)
    {
      g_autofree char *dir = g_strdup_printf ("%u", i / PER_DIR);
      g_autofree char *from_dir = g_strconcat ("s/", dir, NULL);
      g_autofree char *to_dir = g_strconcat ("t/", dir, NULL);
      g_autofree char *free_name = g_strconcat (from_dir, "/free", NULL);
      g_autofree char *from = g_strdup_printf ("%s/%u", from_dir, i);
      g_autofree char *to = g_strdup_printf ("%s/%u", to_dir, i);

      if (i % PER_DIR == 0)
        {
          test_folder_make_dir (folder, from_dir);
          test_folder_write (folder, free_name, "free");
          test_folder_make_dir (folder, to_dir);
        }

      test_folder_write (folder, from, "new");
      test_folder_write (folder, to, "old");
    }

  test_asking_init (&asking, folder, backend);
  test_job_begin (&asking.job);
  AWAIT (is_nearly_full (&asking));

  for (guint i = 0; i < n_files; i++)
    {
      g_autoptr (CopyQuestion) question = test_asking_next (&asking);

      g_assert_cmpuint (question->id, ==, i + 1);
      g_assert_true (copy_job_answer (asking.job.job, question, COPY_CONFLICT_SKIP, FALSE));
    }

  g_assert_true (test_job_end (&asking.job));
  report = copy_job_get_report (asking.job.job);
  g_assert_cmpint (report->counts[COPY_COUNT_SKIPPED], ==, n_files);
  g_assert_cmpint (report->counts[COPY_COUNT_FILES], ==, N_DIRS);
  g_assert_cmpint (report->counts[COPY_COUNT_DIRECTORIES], ==, N_DIRS + 1);
  test_asking_clear (&asking);
}

/* Who is not answered can still end the job. */
static void
test_cancel (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyQuestion) question = NULL;
  TestAsking asking;

  make_many (folder);
  test_asking_init (&asking, folder, backend);
  test_job_begin (&asking.job);
  question = test_asking_next (&asking);
  copy_job_cancel (asking.job.job);
  g_assert_true (test_job_end (&asking.job));

  g_assert_true (copy_job_get_report (asking.job.job)->interrupted);
  g_assert_cmpint (copy_job_get_report (asking.job.job)->counts[COPY_COUNT_FILES], ==, 0);
  g_assert_false (copy_job_answer (asking.job.job, question, COPY_CONFLICT_SKIP, FALSE));
  test_folder_assert_text (folder, "t/0", "old");
  test_asking_clear (&asking);
}

/* What is there already is not in the way. */
static void
test_nothing_to_ask (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  const CopyReport *report;
  TestAsking asking;

  test_folder_make_dir (folder, "s");
  test_folder_make_dir (folder, "t");
  test_folder_make_link (folder, "s/link", "same");
  test_folder_make_link (folder, "t/link", "same");
  test_folder_write (folder, "s/new", "new");
  test_folder_write (folder, "s/itself", "one");
  test_folder_hard_link (folder, "t/itself", "s/itself");

  test_asking_init (&asking, folder, backend);
  g_assert_true (test_job_run (&asking.job));
  report = copy_job_get_report (asking.job.job);
  g_assert_cmpint (g_async_queue_length (asking.questions), ==, 0);
  g_assert_cmpint (report->counts[COPY_COUNT_FILES], ==, 1);
  g_assert_cmpint (report->counts[COPY_COUNT_SKIPPED], ==, 1);
  g_assert_cmpuint (report->n_problems, ==, 1);
  g_assert_true (g_hash_table_contains (asking.job.reasons,
                                        "source and destination are the same file"));
  test_asking_clear (&asking);
}

static void
test_nobody (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  TestAsking asking;

  make_many (folder);
  test_asking_init (&asking, folder, backend);
  asking.job.observer.conflict = NULL;
  g_assert_true (test_job_run (&asking.job));
  g_assert_cmpuint (copy_job_get_report (asking.job.job)->n_problems, ==, N_MANY);
  test_folder_assert_text (folder, "t/0", "old");
  test_asking_clear (&asking);
}

/* A dry run says what it would ask, and does not. */
static void
test_dry_run (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  TestAsking asking;

  make_conflicts (folder);
  test_asking_init (&asking, folder, backend);
  asking.job.request.dry_run = TRUE;
  g_assert_true (test_job_run (&asking.job));
  g_assert_cmpint (g_async_queue_length (asking.questions), ==, 0);
  g_assert_true (g_ptr_array_find_with_equal_func (asking.job.actions, "ask t/over", g_str_equal,
                                                   NULL));
  g_assert_true (g_ptr_array_find_with_equal_func (asking.job.actions, "copy t/free", g_str_equal,
                                                   NULL));
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
  test_job_add ("ask/each", test_each);
  test_job_add ("ask/for-all", test_for_all);
  test_job_add ("ask/full", test_full);
  test_job_add ("ask/cancel", test_cancel);
  test_job_add ("ask/nothing-to-ask", test_nothing_to_ask);
  test_job_add ("ask/nobody", test_nobody);
  test_job_add ("ask/dry-run", test_dry_run);

  return g_test_run ();
}
