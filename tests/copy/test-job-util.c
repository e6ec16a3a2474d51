/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-job-util.h"

#include "../await.h"

#include <string.h>

typedef struct
{
  void        (*func) (CopyBackend backend);
  CopyBackend   backend;
} BackendTest;

static void
run_test (gconstpointer data)
{
  const BackendTest *test = data;

  test->func (test->backend);
  test_assert_no_children ();
}

void
test_job_add (const char  *name,
              void       (*func) (CopyBackend backend))
{
  static const struct { const char *name; CopyBackend backend; } backends[] = {
    { "threads", COPY_BACKEND_THREADS },
    { "async", COPY_BACKEND_ASYNC },
    { "processes", COPY_BACKEND_PROCESSES },
  };

  for (guint i = 0; i < G_N_ELEMENTS (backends); i++)
    {
      g_autofree char *path = g_strdup_printf ("/copy/job/%s/%s", backends[i].name, name);
      BackendTest *test = g_new (BackendTest, 1);

      *test = (BackendTest) { func, backends[i].backend };
      g_test_add_data_func_full (path, test, run_test, g_free);
    }
}

static void
on_started (guint       n_workers,
            const char *target,
            gpointer    user_data)
{
  TestJob *self = user_data;

  self->n_started++;
  self->n_workers = n_workers;
  self->target = g_strdup (target);
}

static void
on_problem (const char *path,
            const char *reason,
            gpointer    user_data)
{
  TestJob *self = user_data;

  g_test_message ("%s: %s", path, reason);
  g_hash_table_insert (self->problems, g_strdup (path), g_strdup (reason));
  g_hash_table_add (self->reasons, g_strdup (reason));
}

static void
on_action (CopyAction  action,
           const char *from,
           const char *to,
           gpointer    user_data)
{
  static const char * const words[] = { "make", "copy", "replace", "link", "skip", "delete",
                                          "ask" };
  TestJob *self = user_data;
  gsize length = strlen (self->target);

  g_assert_true (g_str_has_prefix (to, self->target));
  g_assert_cmpint (from == NULL, ==, action == COPY_ACTION_DELETE);
  g_ptr_array_add (self->actions, g_strdup_printf ("%s %s", words[action], to + length + 1));
}

/* The target may be NULL, for beside the source. */
void
test_job_init (TestJob     *self,
               TestFolder  *folder,
               const char  *source,
               const char  *dest,
               CopyBackend  backend)
{
  *self = (TestJob) {
    .sources = { test_folder_get (folder, source) },
    .observer = { on_started, on_problem, on_action },
    .problems = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
    .reasons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .actions = g_ptr_array_new_with_free_func (g_free),
  };

  self->request = (CopyRequest) {
    .sources = self->sources,
    .dest = dest != NULL ? test_folder_get (folder, dest) : NULL,
    .backend = backend,
    .n_workers = 2,
    .worker_argv = test_worker_get_argv (),
  };

  self->job = copy_job_new (&self->request, &self->observer, self);
}

void
test_job_clear (TestJob *self)
{
  g_assert_null (self->thread);

  /* The progress may still be about to tell of itself. */
  while (g_main_context_iteration (NULL, FALSE))
    ;

  g_assert_finalize_object (self->job);
  g_hash_table_unref (self->problems);
  g_hash_table_unref (self->reasons);
  g_ptr_array_unref (self->actions);
  g_clear_error (&self->error);
  g_free (self->target);
  g_free ((char *) self->sources[0]);
  g_free ((char *) self->request.dest);
}

gboolean
test_job_run (TestJob *self)
{
  self->started = copy_job_run (self->job, &self->error);
  g_assert_cmpint (self->started, ==, self->error == NULL);

  return self->started;
}

static gpointer
run_in_thread (gpointer data)
{
  TestJob *self = data;

  test_job_run (self);
  g_atomic_int_set (&self->ended, TRUE);
  g_main_context_wakeup (NULL);

  return NULL;
}

void
test_job_begin (TestJob *self)
{
  self->thread = g_thread_new ("job", run_in_thread, self);
}

/* Progress tells of itself on the main context. */
void
test_job_await (TestJob     *self,
                CopyCounter  counter)
{
  LyProgress *progress = copy_job_get_progress (self->job);

  AWAIT (ly_progress_get (progress, counter) != 0 || g_atomic_int_get (&self->ended));
}

gboolean
test_job_end (TestJob *self)
{
  AWAIT (g_atomic_int_get (&self->ended));
  g_clear_pointer (&self->thread, g_thread_join);

  return self->started;
}

static void
on_conflict (CopyQuestion *question,
             gpointer      user_data)
{
  TestAsking *self = user_data;

  g_async_queue_push (self->questions, copy_question_ref (question));
}

void
test_asking_init (TestAsking  *self,
                  TestFolder  *folder,
                  CopyBackend  backend)
{
  test_job_init (&self->job, folder, "s", "t", backend);
  self->questions = g_async_queue_new_full ((GDestroyNotify) copy_question_unref);
  self->job.request.no_target_directory = TRUE;
  self->job.request.options.conflict = COPY_CONFLICT_ASK;
  self->job.observer.conflict = on_conflict;
}

void
test_asking_clear (TestAsking *self)
{
  g_async_queue_unref (self->questions);
  test_job_clear (&self->job);
}

CopyQuestion *
test_asking_next (TestAsking *self)
{
  CopyQuestion *question = g_async_queue_timeout_pop (self->questions, TEST_PATIENCE);

  g_assert_nonnull (question);

  return question;
}

GHashTable *
test_asking_take (TestAsking *self,
                  guint       n)
{
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                             (GDestroyNotify) copy_question_unref);

  for (guint i = 0; i < n; i++)
    {
      CopyQuestion *question = test_asking_next (self);

      g_assert_true (g_hash_table_insert (table, g_path_get_basename (question->from.path),
                                          question));
    }

  return table;
}

void
test_asking_answer (TestAsking   *self,
                    GHashTable   *questions,
                    const char   *name,
                    CopyConflict  conflict)
{
  CopyQuestion *question = g_hash_table_lookup (questions, name);

  g_assert_nonnull (question);
  g_assert_true (copy_job_answer (self->job.job, question, conflict, FALSE));
  g_assert_false (copy_job_answer (self->job.job, question, conflict, FALSE));
}
