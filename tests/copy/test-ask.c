/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "../await.h"
#include "test-job-util.h"

#include <glib/gstdio.h>
#include <unistd.h>

#define MIB (1024 * 1024)

/* A job that asks, and its questions as they come. */
typedef struct
{
  TestJob      job;
  GAsyncQueue *questions;
} Asking;

static void
on_conflict (CopyQuestion *question,
             gpointer      user_data)
{
  Asking *self = user_data;

  g_async_queue_push (self->questions, copy_question_ref (question));
}

static void
asking_init (Asking      *self,
             TestFolder  *folder,
             CopyBackend  backend)
{
  test_job_init (&self->job, folder, "s", "t", backend);
  self->questions = g_async_queue_new_full ((GDestroyNotify) copy_question_unref);
  self->job.request.no_target_directory = TRUE;
  self->job.request.options.conflict = COPY_CONFLICT_ASK;
  self->job.observer.conflict = on_conflict;
}

static void
asking_clear (Asking *self)
{
  g_async_queue_unref (self->questions);
  test_job_clear (&self->job);
}

static CopyQuestion *
next_question (Asking *self)
{
  CopyQuestion *question = g_async_queue_timeout_pop (self->questions, TEST_PATIENCE);

  g_assert_nonnull (question);

  return question;
}

/* Takes @n questions, by the names of what they are about. */
static GHashTable *
take_questions (Asking *self,
                guint   n)
{
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                             (GDestroyNotify) copy_question_unref);

  for (guint i = 0; i < n; i++)
    {
      CopyQuestion *question = next_question (self);

      g_assert_true (g_hash_table_insert (table, g_path_get_basename (question->from.path),
                                          question));
    }

  return table;
}

static void
answer (Asking       *self,
        GHashTable   *questions,
        const char   *name,
        CopyConflict  conflict)
{
  CopyQuestion *question = g_hash_table_lookup (questions, name);

  g_assert_nonnull (question);
  g_assert_true (copy_job_answer (self->job.job, question, conflict, FALSE));
  g_assert_false (copy_job_answer (self->job.job, question, conflict, FALSE));
}

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
  Asking asking;

  make_conflicts (folder);
  asking_init (&asking, folder, backend);
  test_job_begin (&asking.job);
  questions = take_questions (&asking, 8);
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

  answer (&asking, questions, "over", COPY_CONFLICT_OVERWRITE);
  answer (&asking, questions, "skip", COPY_CONFLICT_SKIP);
  answer (&asking, questions, "both", COPY_CONFLICT_RENAME);
  answer (&asking, questions, "older", COPY_CONFLICT_NEWER);
  answer (&asking, questions, "refused", COPY_CONFLICT_FAIL);
  answer (&asking, questions, "link", COPY_CONFLICT_OVERWRITE);
  answer (&asking, questions, "big", COPY_CONFLICT_OVERWRITE);
  g_assert_false (g_atomic_int_get (&asking.job.ended));
  answer (&asking, questions, "inner", COPY_CONFLICT_OVERWRITE);
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
  asking_clear (&asking);
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
  Asking asking;

  make_many (folder);
  asking_init (&asking, folder, backend);
  test_job_begin (&asking.job);

  first = next_question (&asking);
  for (guint i = 1; i < COPY_MAX_QUESTIONS; i++)
    {
      g_clear_pointer (&second, copy_question_unref);
      second = next_question (&asking);
    }

  open = copy_job_list_questions (asking.job.job);
  g_assert_cmpuint (open->len, ==, COPY_MAX_QUESTIONS);
  g_assert_true (copy_job_answer (asking.job.job, first, COPY_CONFLICT_SKIP, FALSE));
  last = next_question (&asking);
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
  asking_clear (&asking);
}

#define PER_DIR 1000
#define N_DIRS  (2 * COPY_MAX_ASIDE / PER_DIR + 4)

static gboolean
is_nearly_full (Asking *self)
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
  Asking asking;

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

  asking_init (&asking, folder, backend);
  test_job_begin (&asking.job);
  AWAIT (is_nearly_full (&asking));

  for (guint i = 0; i < n_files; i++)
    {
      g_autoptr (CopyQuestion) question = next_question (&asking);

      g_assert_cmpuint (question->id, ==, i + 1);
      g_assert_true (copy_job_answer (asking.job.job, question, COPY_CONFLICT_SKIP, FALSE));
    }

  g_assert_true (test_job_end (&asking.job));
  report = copy_job_get_report (asking.job.job);
  g_assert_cmpint (report->counts[COPY_COUNT_SKIPPED], ==, n_files);
  g_assert_cmpint (report->counts[COPY_COUNT_FILES], ==, N_DIRS);
  g_assert_cmpint (report->counts[COPY_COUNT_DIRECTORIES], ==, N_DIRS + 1);
  asking_clear (&asking);
}

/* Who is not answered can still end the job. */
static void
test_cancel (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyQuestion) question = NULL;
  Asking asking;

  make_many (folder);
  asking_init (&asking, folder, backend);
  test_job_begin (&asking.job);
  question = next_question (&asking);
  copy_job_cancel (asking.job.job);
  g_assert_true (test_job_end (&asking.job));

  g_assert_true (copy_job_get_report (asking.job.job)->interrupted);
  g_assert_cmpint (copy_job_get_report (asking.job.job)->counts[COPY_COUNT_FILES], ==, 0);
  g_assert_false (copy_job_answer (asking.job.job, question, COPY_CONFLICT_SKIP, FALSE));
  test_folder_assert_text (folder, "t/0", "old");
  asking_clear (&asking);
}

/* What is there already is not in the way. */
static void
test_nothing_to_ask (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  const CopyReport *report;
  Asking asking;

  test_folder_make_dir (folder, "s");
  test_folder_make_dir (folder, "t");
  test_folder_make_link (folder, "s/link", "same");
  test_folder_make_link (folder, "t/link", "same");
  test_folder_write (folder, "s/new", "new");
  test_folder_write (folder, "s/itself", "one");
  test_folder_hard_link (folder, "t/itself", "s/itself");

  asking_init (&asking, folder, backend);
  g_assert_true (test_job_run (&asking.job));
  report = copy_job_get_report (asking.job.job);
  g_assert_cmpint (g_async_queue_length (asking.questions), ==, 0);
  g_assert_cmpint (report->counts[COPY_COUNT_FILES], ==, 1);
  g_assert_cmpint (report->counts[COPY_COUNT_SKIPPED], ==, 1);
  g_assert_cmpuint (report->n_problems, ==, 1);
  g_assert_true (g_hash_table_contains (asking.job.reasons,
                                        "source and destination are the same file"));
  asking_clear (&asking);
}

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
  Asking asking;

  test_folder_make_dir (folder, "s");
  test_folder_make_dir (folder, "t");
  test_folder_write (folder, "s/a", "new");
  test_folder_hard_link (folder, "s/b", "s/a");
  test_folder_write (folder, "t/a", "old");
  test_folder_write (folder, "t/b", "old");

  asking_init (&asking, folder, backend);
  test_job_begin (&asking.job);
  first = next_question (&asking);
  g_assert_true (copy_job_answer (asking.job.job, first, COPY_CONFLICT_OVERWRITE, FALSE));
  second = next_question (&asking);
  g_assert_cmpstr (first->from.path, !=, second->from.path);
  g_assert_true (copy_job_answer (asking.job.job, second, COPY_CONFLICT_OVERWRITE, FALSE));
  g_assert_true (test_job_end (&asking.job));

  test_folder_assert_text (folder, "t/a", "new");
  test_folder_stat (folder, "t/a", &one);
  test_folder_stat (folder, "t/b", &other);
  g_assert_cmpuint (one.st_ino, ==, other.st_ino);
  asking_clear (&asking);
}

/* Both could be kept, and then a mirror would delete the one. */
static void
test_mirror (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyQuestion) question = NULL;
  Asking asking;

  test_folder_make_dir (folder, "s");
  test_folder_make_dir (folder, "t");
  test_folder_write (folder, "s/file", "new");
  test_folder_write (folder, "t/file", "old");

  asking_init (&asking, folder, backend);
  asking.job.request.mirror = TRUE;
  test_job_begin (&asking.job);
  question = next_question (&asking);
  g_assert_false (question->may_rename);
  g_assert_false (copy_job_answer (asking.job.job, question, COPY_CONFLICT_RENAME, FALSE));
  g_assert_false (copy_job_answer (asking.job.job, question, COPY_CONFLICT_ASK, FALSE));
  g_assert_true (copy_job_answer (asking.job.job, question, COPY_CONFLICT_SKIP, FALSE));
  g_assert_true (test_job_end (&asking.job));
  test_folder_assert_text (folder, "t/file", "old");
  asking_clear (&asking);
}

static void
test_nobody (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  Asking asking;

  make_many (folder);
  asking_init (&asking, folder, backend);
  asking.job.observer.conflict = NULL;
  g_assert_true (test_job_run (&asking.job));
  g_assert_cmpuint (copy_job_get_report (asking.job.job)->n_problems, ==, N_MANY);
  test_folder_assert_text (folder, "t/0", "old");
  asking_clear (&asking);
}

/* A dry run says what it would ask, and does not. */
static void
test_dry_run (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  Asking asking;

  make_conflicts (folder);
  asking_init (&asking, folder, backend);
  asking.job.request.dry_run = TRUE;
  g_assert_true (test_job_run (&asking.job));
  g_assert_cmpint (g_async_queue_length (asking.questions), ==, 0);
  g_assert_true (g_ptr_array_find_with_equal_func (asking.job.actions, "ask t/over", g_str_equal,
                                                   NULL));
  g_assert_true (g_ptr_array_find_with_equal_func (asking.job.actions, "copy t/free", g_str_equal,
                                                   NULL));
  asking_clear (&asking);
}

/* Somebody else takes away what was in the way before the answer comes. */
static void
test_gone (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyQuestion) question = NULL;
  g_autofree char *path = NULL;
  Asking asking;

  test_folder_make_dir (folder, "s");
  test_folder_make_dir (folder, "t");
  test_folder_write (folder, "s/file", "new");
  test_folder_write (folder, "t/file", "old");
  path = test_folder_get (folder, "t/file");

  asking_init (&asking, folder, backend);
  test_job_begin (&asking.job);
  question = next_question (&asking);
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_true (copy_job_answer (asking.job.job, question, COPY_CONFLICT_SKIP, FALSE));
  g_assert_true (test_job_end (&asking.job));
  test_folder_assert_text (folder, "t/file", "new");
  g_assert_cmpint (copy_job_get_report (asking.job.job)->counts[COPY_COUNT_FILES], ==, 1);
  asking_clear (&asking);
}

/* While a worker is at a file, everybody can see which, and how far. */
static void
test_workers (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *expected = NULL;
  g_autoptr (GPtrArray) at_end = NULL;
  CopyWorkerState *state;
  Asking asking;

  test_folder_make_dir (folder, "s");
  test_folder_fill (folder, "s/slow", 40 * MIB);
  expected = test_folder_get (folder, "s/slow");
  asking_init (&asking, folder, backend);
  asking.job.request.options.rate_limit = 4 * MIB;
  test_job_begin (&asking.job);

  /* Progress is told when bytes have been copied, and so is this. */
  while (TRUE)
    {
      g_autoptr (GPtrArray) list = copy_job_list_workers (asking.job.job);

      state = list->len > 0 ? g_ptr_array_index (list, 0) : NULL;
      if (state != NULL && state->bytes > 0)
        {
          g_assert_cmpuint (list->len, ==, 1);
          g_assert_cmpuint (state->number, ==, 1);
          g_assert_cmpstr (state->path, ==, expected);
          g_assert_cmpuint (state->offset, ==, 0);
          g_assert_cmpuint (state->size, ==, 40 * MIB);
          g_assert_cmpint (state->bytes, <=, 40 * MIB);
          g_assert_cmpint (state->pid == getpid (), ==, backend != COPY_BACKEND_PROCESSES);
          break;
        }

      g_assert_false (g_atomic_int_get (&asking.job.ended));
      g_main_context_iteration (NULL, TRUE);
    }

  copy_job_cancel (asking.job.job);
  g_assert_true (test_job_end (&asking.job));
  at_end = copy_job_list_workers (asking.job.job);
  g_assert_cmpuint (at_end->len, ==, 0);
  asking_clear (&asking);
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
  test_job_add ("ask/hard-links", test_hard_links);
  test_job_add ("ask/mirror", test_mirror);
  test_job_add ("ask/nobody", test_nobody);
  test_job_add ("ask/dry-run", test_dry_run);
  test_job_add ("ask/gone", test_gone);
  test_job_add ("workers", test_workers);

  return g_test_run ();
}
