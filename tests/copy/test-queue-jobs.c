/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "../list-watch.h"
#include "test-queue-util.h"

#include <glib/gstdio.h>

static void
assert_state (CopyQueuedJob *job,
              CopyJobState   state)
{
  g_assert_cmpint (copy_queued_job_get_state (job), ==, state);
}

static void
on_ended (CopyQueue     *queue,
          CopyQueuedJob *job,
          gpointer       user_data)
{
  g_string_append_printf (user_data, "%u ", (guint) copy_queued_job_get_state (job));
  /* One at a time: the next one has not been started yet. */
  g_assert_cmpuint (copy_queue_get_n_active (queue), ==, 0);
}

/* One after another, in their order, and not before the queue is started. */
static void
test_order (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GString) ended = g_string_new (NULL);
  CopyQueue *queue = test_queue_open (folder);
  const CopyFigures *figures;
  CopyQueuedJob *first;
  CopyQueuedJob *second;
  CopyQueuedJob *third;

  test_queue_fill (folder, "a");
  test_folder_make_dir (folder, "b");
  g_signal_connect (queue, "ended", G_CALLBACK (on_ended), ended);
  third = test_queue_add (queue, folder, "absent", "v");
  first = test_queue_add (queue, folder, "a", "t");
  second = test_queue_add (queue, folder, "b", "u");
  copy_queue_move (queue, third, 99);
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (queue)) == COPY_TYPE_QUEUED_JOB);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (queue)), ==, 3);

  while (g_main_context_iteration (NULL, FALSE))
    ;
  assert_state (first, COPY_JOB_WAITING);
  g_assert_false (test_folder_has (folder, "t"));

  copy_queue_start (queue);
  test_queue_await (first, COPY_JOB_RUNNING);
  assert_state (second, COPY_JOB_WAITING);
  g_assert_true (copy_queued_job_is_active (first));
  test_queue_await (third, COPY_JOB_FAILED);
  g_assert_cmpstr (ended->str, ==, "4 4 5 ");

  test_folder_assert_same_tree (folder, "a", "t");
  g_assert_true (test_folder_has (folder, "u"));
  figures = copy_queued_job_get_figures (first);
  g_assert_cmpint (figures->bytes, ==, 16 * 1024 * 1024 + 1000);
  g_assert_cmpint (figures->total_bytes, ==, figures->bytes);
  g_assert_cmpint (figures->items, ==, 4);
  g_assert_cmpint (figures->files, ==, 2);
  g_assert_true (figures->totals_known);
  g_assert_cmpint (copy_queued_job_get_report (first)->counts[COPY_COUNT_FILES], ==, 2);
  g_assert_null (copy_queued_job_get_report (third));
  g_assert_error (copy_queued_job_get_error (third), G_IO_ERROR, G_IO_ERROR_NOT_FOUND);

  copy_queue_clear_ended (queue);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (queue)), ==, 0);
  test_queue_close (queue);
}

static gboolean
two_run (gpointer queue)
{
  return copy_queue_get_n_active (queue) == 2;
}

/* Several at once; stopped, they can be resumed. */
static void
test_several (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyRequest) one = NULL;
  g_autoptr (CopyRequest) other = NULL;
  CopyQueue *queue = test_queue_open (folder);
  CopyQueuedJob *first;
  CopyQueuedJob *second;

  test_queue_fill (folder, "a");
  test_queue_fill (folder, "b");
  one = test_queue_slow (folder, "a", "t");
  other = test_queue_slow (folder, "b", "u");
  first = copy_queue_add (queue, one);
  second = copy_queue_add (queue, other);
  copy_queue_set_max_running (queue, 2);
  copy_queue_start (queue);
  test_queue_until (two_run, queue);
  test_queue_await_bytes (first);
  test_queue_await_bytes (second);
  assert_state (first, COPY_JOB_RUNNING);
  assert_state (second, COPY_JOB_RUNNING);
  g_assert_false (copy_queue_resume (queue, first));
  g_assert_false (copy_queue_retry (queue, first));
  g_assert_false (copy_queue_change (queue, first, other));

  copy_queue_stop (queue);
  test_queue_await (first, COPY_JOB_INTERRUPTED);
  test_queue_await (second, COPY_JOB_INTERRUPTED);
  g_assert_cmpuint (copy_queue_get_n_active (queue), ==, 0);
  g_assert_false (test_folder_has (folder, "t/slow"));

  /* What is asked for while nothing may start comes later. */
  one->options.rate_limit = 0;
  g_assert_true (copy_queue_resume (queue, second));
  assert_state (second, COPY_JOB_WAITING);
  g_assert_true (copy_queue_change (queue, first, one));
  assert_state (first, COPY_JOB_WAITING);
  copy_queue_remove (queue, second);
  copy_queue_start (queue);
  test_queue_close (queue);
}

/* A job that is held gives its turn to the next one. */
static void
test_pause (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyRequest) request = NULL;
  CopyQueue *queue = test_queue_open (folder);
  CopyQueuedJob *slow;
  CopyQueuedJob *quick;

  test_queue_fill (folder, "a");
  test_folder_make_dir (folder, "b");
  request = test_queue_slow (folder, "a", "t");
  slow = copy_queue_add (queue, request);
  quick = test_queue_add (queue, folder, "b", "u");
  g_assert_true (copy_queue_pause (queue, quick));
  g_assert_false (copy_queue_pause (queue, quick));
  g_assert_false (copy_queued_job_has_begun (quick));
  copy_queue_start (queue);
  test_queue_await_bytes (slow);
  assert_state (quick, COPY_JOB_PAUSED);

  g_assert_true (copy_queue_pause (queue, slow));
  assert_state (slow, COPY_JOB_PAUSED);
  g_assert_true (copy_queued_job_is_active (slow));
  g_assert_true (copy_queue_resume (queue, quick));
  test_queue_await (quick, COPY_JOB_DONE);
  assert_state (slow, COPY_JOB_PAUSED);

  g_assert_true (copy_queue_resume (queue, slow));
  assert_state (slow, COPY_JOB_RUNNING);
  g_assert_true (copy_queue_cancel (queue, slow));
  test_queue_await (slow, COPY_JOB_CANCELLED);
  g_assert_false (copy_queue_cancel (queue, slow));
  g_assert_true (copy_queued_job_get_report (slow)->interrupted);
  test_queue_close (queue);
}

/* A job that was cancelled goes on where it was, also if its target exists now. */
static void
test_resume_cancelled (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyRequest) request = NULL;
  g_autofree char *names = NULL;
  CopyQueue *queue = test_queue_open (folder);
  CopyQueuedJob *job;

  test_queue_fill (folder, "a");
  request = test_queue_slow (folder, "a", "t");
  request->options.rate_limit *= 10;
  job = copy_queue_add (queue, request);
  copy_queue_start (queue);
  test_queue_await_bytes (job);
  copy_queue_cancel (queue, job);
  test_queue_await (job, COPY_JOB_CANCELLED);
  g_assert_true (test_folder_has (folder, "t"));

  g_assert_true (copy_queue_resume (queue, job));
  test_queue_await (job, COPY_JOB_DONE);
  test_folder_assert_same_tree (folder, "a", "t");
  names = test_folder_list (folder, "t");
  g_assert_cmpstr (names, ==, "inner slow");
  test_queue_close (queue);
}

/* What failed is listed as it happens, and only that is copied again. */
static void
test_retry (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyProblem) problem = NULL;
  g_autofree char *failed = test_folder_get (folder, "a/failed");
  g_autofree char *obstacle = test_folder_get (folder, "t/failed");
  g_autofree char *fine = test_folder_get (folder, "t/fine");
  g_autoptr (CopyRequest) request = NULL;
  CopyQueue *queue = test_queue_open (folder);
  CopyQueuedJob *job;
  GListModel *problems;

  test_folder_make_dir (folder, "a");
  test_folder_write (folder, "a/failed", "failed");
  test_folder_write (folder, "a/fine", "fine");
  test_folder_make_dir (folder, "t/failed");
  request = test_queue_request (folder, "a", "t");
  request->no_target_directory = TRUE;
  job = copy_queue_add (queue, request);
  copy_queue_start (queue);
  test_queue_await (job, COPY_JOB_FAILED);

  problems = copy_queued_job_get_problems (job);
  g_assert_cmpuint (g_list_model_get_n_items (problems), ==, 1);
  problem = g_list_model_get_item (problems, 0);
  g_assert_cmpstr (copy_problem_get_path (problem), ==, failed);
  g_assert_cmpstr (copy_problem_get_reason (problem), ==, "a folder of that name is in the way");
  g_assert_cmpuint (copy_queued_job_get_report (job)->n_problems, ==, 1);

  g_assert_cmpint (g_remove (obstacle), ==, 0);
  g_assert_cmpint (g_remove (fine), ==, 0);
  g_assert_true (copy_queue_retry (queue, job));
  test_queue_await (job, COPY_JOB_DONE);
  test_folder_assert_text (folder, "t/failed", "failed");
  g_assert_false (test_folder_has (folder, "t/fine"));
  g_assert_cmpuint (g_list_model_get_n_items (problems), ==, 0);
  g_assert_false (copy_queue_retry (queue, job));
  test_queue_close (queue);
}

static void
test_ask (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyRequest) request = NULL;
  g_autoptr (GPtrArray) questions = NULL;
  CopyQueue *queue = test_queue_open (folder);
  CopyQueuedJob *job;
  guint n_questions;

  test_folder_make_dir (folder, "a");
  test_folder_make_dir (folder, "t");
  test_folder_write (folder, "a/one", "new");
  test_folder_write (folder, "a/two", "new");
  test_folder_write (folder, "t/one", "old");
  test_folder_write (folder, "t/two", "old");
  request = test_queue_request (folder, "a", "t");
  request->no_target_directory = TRUE;
  request->options.conflict = COPY_CONFLICT_ASK;
  job = copy_queue_add (queue, request);
  copy_queue_start (queue);
  test_queue_await (job, COPY_JOB_ASKING);
  g_object_get (job, "n-questions", &n_questions, NULL);
  g_assert_cmpuint (n_questions, >=, 1);

  questions = copy_queued_job_list_questions (job);
  g_assert_true (copy_queued_job_answer (job, questions->pdata[0], COPY_CONFLICT_OVERWRITE, TRUE));
  g_assert_false (copy_queued_job_answer (job, questions->pdata[0], COPY_CONFLICT_SKIP, TRUE));
  test_queue_await (job, COPY_JOB_DONE);
  g_object_get (job, "n-questions", &n_questions, NULL);
  g_assert_cmpuint (n_questions, ==, 0);
  test_folder_assert_text (folder, "t/one", "new");
  test_folder_assert_text (folder, "t/two", "new");
  test_queue_close (queue);
}

static void
count (guint *n)
{
  (*n)++;
}

static gboolean
has_told_enough (gpointer n)
{
  return *(guint *) n >= 12;
}

/* However much happens, the window hears of it ten times a second. */
static void
test_pace (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyRequest) request = NULL;
  g_autoptr (GPtrArray) workers = NULL;
  CopyQueue *queue = test_queue_open (folder);
  CopyQueuedJob *job;
  guint n_progress = 0;
  guint n_bytes = 0;
  gint64 began;
  double seconds;

  test_queue_fill (folder, "a");
  request = test_queue_slow (folder, "a", "t");
  request->n_workers = 1;
  job = copy_queue_add (queue, request);
  g_signal_connect_swapped (job, "progress", G_CALLBACK (count), &n_progress);
  g_signal_connect_swapped (job, "notify::bytes", G_CALLBACK (count), &n_bytes);
  copy_queue_start (queue);
  test_queue_await_bytes (job);

  n_progress = n_bytes = 0;
  began = g_get_monotonic_time ();
  test_queue_until (has_told_enough, &n_progress);
  seconds = (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC;
  g_assert_cmpfloat (seconds, >=, 11 * 0.095);
  g_assert_cmpuint (n_bytes, <=, n_progress);
  g_assert_cmpuint (n_bytes, >, 0);
  workers = copy_queued_job_list_workers (job);
  g_assert_cmpuint (workers->len, ==, 1);
  g_assert_nonnull (copy_queued_job_get_current_item (job));
  g_assert_cmpfloat (copy_queued_job_get_figures (job)->rate, >, 0);
  g_assert_cmpint (copy_queued_job_get_figures (job)->eta, >, 0);

  copy_queue_remove (queue, job);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (queue)), ==, 0);
  g_assert_cmpuint (copy_queue_get_n_active (queue), ==, 1);
  test_queue_close (queue);
}

static void
test_list (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GString) changes = g_string_new (NULL);
  ListWatch watch = { .text = changes };
  CopyQueue *queue = test_queue_open (folder);
  CopyQueuedJob *jobs[3];

  list_watch_begin (&watch, queue);
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    jobs[i] = test_queue_add (queue, folder, "a", "t");

  copy_queue_move (queue, jobs[0], 2);
  copy_queue_move (queue, jobs[0], 2);
  copy_queue_remove (queue, jobs[2]);
  g_assert_cmpstr (changes->str, ==, "0-0+1 1-0+1 2-0+1 0-1+0 2-0+1 1-1+0 ");
  g_assert_true (copy_queue_find (queue, copy_queued_job_get_id (jobs[1])) == jobs[1]);
  g_assert_null (copy_queue_find (queue, 1));
  g_assert_true (copy_queue_cancel (queue, jobs[1]));
  assert_state (jobs[1], COPY_JOB_CANCELLED);
  test_queue_close (queue);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  if (test_worker_start (&argc, &argv, &status))
    return status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/copy/queue/order", test_order);
  g_test_add_func ("/copy/queue/several", test_several);
  g_test_add_func ("/copy/queue/pause", test_pause);
  g_test_add_func ("/copy/queue/resume-cancelled", test_resume_cancelled);
  g_test_add_func ("/copy/queue/retry", test_retry);
  g_test_add_func ("/copy/queue/ask", test_ask);
  g_test_add_func ("/copy/queue/pace", test_pace);
  g_test_add_func ("/copy/queue/list", test_list);

  return g_test_run ();
}
