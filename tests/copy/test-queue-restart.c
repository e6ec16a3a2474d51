/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-queue-util.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

/* What a queue knows when its program has ended, in whatever way, and begins again. */

/* The helper: runs one slow job until somebody kills it. */
G_NORETURN static void
run_victim (char **argv)
{
  const char *sources[] = { argv[3], NULL };
  CopyRequest request = { .sources = sources, .dest = argv[4], .backend = COPY_BACKEND_PROCESSES,
                          .n_workers = 2, .options.rate_limit = 4 * 1024 * 1024 };
  g_autoptr (CopyQueue) queue = copy_queue_new (argv[2], test_worker_get_argv (), NULL);
  CopyQueuedJob *job = copy_queue_add (queue, &request);

  copy_queue_start (queue);
  test_queue_await_bytes (job);
  g_print ("copies\n");

  while (TRUE)
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_same_request (const CopyRequest *one,
                     const CopyRequest *other)
{
  g_auto (GStrv) rules = one->filter != NULL ? copy_filter_dup_rules (one->filter) : NULL;
  g_auto (GStrv) other_rules = other->filter != NULL ? copy_filter_dup_rules (other->filter)
                               : NULL;

  g_assert_true (g_strv_equal (one->sources, other->sources));
  g_assert_cmpstr (one->dest, ==, other->dest);
  g_assert_cmpint (one->no_target_directory, ==, other->no_target_directory);
  g_assert_cmpint (one->target_directory, ==, other->target_directory);
  g_assert_cmpint (one->options.conflict, ==, other->options.conflict);
  g_assert_cmpint (one->options.resume, ==, other->options.resume);
  g_assert_cmpint (one->options.verify, ==, other->options.verify);
  g_assert_cmpint (one->options.fsync, ==, other->options.fsync);
  g_assert_cmpuint (one->options.rate_limit, ==, other->options.rate_limit);
  g_assert_cmpint (one->one_file_system, ==, other->one_file_system);
  g_assert_cmpint (one->mirror, ==, other->mirror);
  g_assert_cmpint (one->backend, ==, other->backend);
  g_assert_cmpuint (one->n_workers, ==, other->n_workers);
  g_assert_cmpint (rules != NULL, ==, other_rules != NULL);
  if (rules != NULL)
    g_assert_true (g_strv_equal ((const char * const *) rules,
                                 (const char * const *) other_rules));
}

/* Every byte and every choice comes back, and nothing runs by itself. */
static void
test_restart (void)
{
  static const char * const sources[] = { "/a;b\n=[x]%20 ", "/\xff\xfe\\s", "/ü", NULL };
  static const char * const sources_2[] = { "/", NULL };
  static const char * const rules[] = { "-*.o;", "+k[\xff]", "-", NULL };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyFilter) filter = NULL;
  const CopyRequest full = { .sources = sources, .dest = "/t \xff;", .no_target_directory = TRUE,
                             .options = { COPY_CONFLICT_ASK, TRUE, TRUE, TRUE, G_MAXUINT64 },
                             .target_directory = TRUE, .one_file_system = TRUE, .mirror = TRUE,
                             .backend = COPY_BACKEND_ASYNC, .n_workers = 7 };
  const CopyRequest plain = { .sources = sources_2 };
  CopyRequest filtered = full;
  CopyQueue *queue = test_queue_open (folder);
  CopyQueuedJob *job;
  guint64 id;

  filter = copy_filter_new_rules ((const char * const[]) { rules[0], rules[1], NULL }, NULL);
  filtered.filter = filter;
  job = copy_queue_add (queue, &filtered);
  id = copy_queued_job_get_id (job);
  copy_queue_add (queue, &plain);
  copy_queue_pause (queue, copy_queue_add (queue, &full));
  copy_queue_set_max_running (queue, 3);
  copy_queue_move (queue, job, 1);
  test_queue_close (queue);

  queue = test_queue_open (folder);
  g_assert_null (copy_queue_get_set_aside (queue));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (queue)), ==, 3);
  g_assert_cmpuint (copy_queue_get_max_running (queue), ==, 3);
  assert_same_request (copy_queued_job_get_request (test_queue_get_job (queue, 0)), &plain);
  assert_same_request (copy_queued_job_get_request (test_queue_get_job (queue, 1)), &filtered);
  assert_same_request (copy_queued_job_get_request (test_queue_get_job (queue, 2)), &full);
  g_assert_cmpint (copy_queued_job_get_state (test_queue_get_job (queue, 0)), ==, COPY_JOB_WAITING);
  g_assert_cmpint (copy_queued_job_get_state (test_queue_get_job (queue, 2)), ==, COPY_JOB_PAUSED);
  g_assert_cmpuint (copy_queued_job_get_id (test_queue_get_job (queue, 1)), ==, id);
  g_assert_cmpstr (copy_queue_get_recent (queue)[0], ==, "/t \xff;");
  g_assert_null (copy_queue_get_recent (queue)[1]);

  job = copy_queue_add (queue, &plain);
  g_assert_cmpuint (copy_queued_job_get_id (job), >, id + 2);
  test_queue_close (queue);
}

/* How a job ended, and what failed, is known after a restart; and done again. */
static void
test_restart_ended (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *obstacle = test_folder_get (folder, "t/a/x\n;\xff");
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;
  CopyQueue *queue = test_queue_open (folder);
  const CopyReport *report;
  CopyQueuedJob *failed;

  test_folder_make_dir (folder, "a");
  test_folder_write (folder, "a/x\n;\xff", "x");
  test_folder_write (folder, "a/y", "y");
  test_folder_make_dir (folder, "t/a/x\n;\xff");
  test_queue_add (queue, folder, "absent", "t");
  failed = test_queue_add (queue, folder, "a", "t");
  copy_queue_start (queue);
  test_queue_await (failed, COPY_JOB_FAILED);
  text = copy_report_to_text (copy_queued_job_get_report (failed));
  test_queue_close (queue);

  queue = test_queue_open (folder);
  g_assert_error (copy_queued_job_get_error (test_queue_get_job (queue, 0)), G_IO_ERROR,
                  G_IO_ERROR_NOT_FOUND);
  failed = test_queue_get_job (queue, 1);
  g_assert_cmpint (copy_queued_job_get_state (failed), ==, COPY_JOB_FAILED);
  report = copy_queued_job_get_report (failed);
  g_assert_nonnull (report);
  g_assert_cmpuint (report->n_problems, ==, 1);
  again = copy_report_to_text (report);
  g_assert_cmpstr (again, ==, text);
  g_assert_cmpuint (g_list_model_get_n_items (copy_queued_job_get_problems (failed)), ==, 1);
  g_assert_cmpint (copy_queued_job_get_figures (failed)->items, ==, 3);

  g_assert_cmpint (g_remove (obstacle), ==, 0);
  g_assert_true (copy_queue_retry (queue, failed));
  copy_queue_start (queue);
  test_queue_await (failed, COPY_JOB_DONE);
  test_folder_assert_text (folder, "t/a/x\n;\xff", "x");
  test_queue_close (queue);
}

/* More failed than is kept: all are counted, and all are done again. */
static void
test_restart_many (void)
{
  const guint n = COPY_QUEUE_KEPT_PATHS + 5;
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *text = NULL;
  CopyQueue *queue = test_queue_open (folder);
  CopyQueuedJob *failed;

  test_folder_make_dir (folder, "a");
  test_folder_write (folder, "a/fine", "fine");
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("a/%u", i);
      g_autofree char *obstacle = g_strdup_printf ("t/a/%u", i);

      test_folder_write (folder, name, "x");
      test_folder_make_dir (folder, obstacle);
    }
  failed = test_queue_add (queue, folder, "a", "t");
  copy_queue_start (queue);
  test_queue_await (failed, COPY_JOB_FAILED);
  g_assert_cmpuint (g_list_model_get_n_items (copy_queued_job_get_problems (failed)), ==, n);
  test_queue_close (queue);

  queue = test_queue_open (folder);
  failed = test_queue_get_job (queue, 0);
  g_assert_cmpuint (copy_queued_job_get_report (failed)->n_problems, ==, n);
  g_assert_cmpuint (g_list_model_get_n_items (copy_queued_job_get_problems (failed)), ==,
                    COPY_QUEUE_KEPT_PATHS);
  text = copy_report_to_text (copy_queued_job_get_report (failed));
  g_assert_nonnull (strstr (text, "Not copied: 1005\n"));
  g_assert_true (g_str_has_suffix (text, "  … and 5 more\n"));

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("t/a/%u", i);
      g_autofree char *obstacle = test_folder_get (folder, name);

      g_assert_cmpint (g_remove (obstacle), ==, 0);
    }
  g_assert_true (copy_queue_retry (queue, failed));
  copy_queue_start (queue);
  test_queue_await (failed, COPY_JOB_DONE);
  g_assert_cmpuint (copy_queued_job_get_report (failed)->n_problems, ==, 0);
  test_folder_assert_same_tree (folder, "a", "t/a");
  test_queue_close (queue);
}

static GSubprocess *
start_victim (TestFolder *folder,
              const char *source,
              const char *dest)
{
  g_autofree char *queue = test_folder_get (folder, "queue");
  g_autofree char *from = test_folder_get (folder, source);
  g_autofree char *to = test_folder_get (folder, dest);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *line = NULL;
  GSubprocess *victim = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                                          test_worker_get_argv ()[0], "victim", queue, from, to,
                                          NULL);

  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (victim));
  line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_assert_cmpstr (line, ==, "copies");

  return victim;
}

/* The program dies while it copies: what it did comes back as interrupted, and
 * goes on where it was to go, though a plain copy would go elsewhere now. */
static void
test_killed (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_folder_get (folder, "queue");
  g_autofree char *names = NULL;
  g_autofree char *kept = NULL;
  g_autoptr (GSubprocess) victim = NULL;
  g_autoptr (GError) error = NULL;
  CopyQueuedJob *job;
  CopyQueue *queue;

  test_queue_fill (folder, "a");
  victim = start_victim (folder, "a", "t");

  g_assert_null (copy_queue_new (path, NULL, &error));
  g_assert_error (error, COPY_QUEUE_ERROR, COPY_QUEUE_ERROR_IN_USE);
  g_assert_nonnull (strstr (error->message, path));

  g_subprocess_send_signal (victim, SIGKILL);
  g_assert_true (g_subprocess_wait (victim, NULL, NULL));
  g_assert_true (test_folder_has (folder, "t"));

  queue = test_queue_open (folder);
  job = test_queue_get_job (queue, 0);
  g_assert_cmpint (copy_queued_job_get_state (job), ==, COPY_JOB_INTERRUPTED);
  g_assert_true (copy_queued_job_get_report (job)->interrupted);
  copy_queue_start (queue);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (copy_queued_job_get_state (job), ==, COPY_JOB_INTERRUPTED);

  g_assert_true (copy_queue_resume (queue, job));
  test_queue_await (job, COPY_JOB_DONE);
  test_folder_assert_same_tree (folder, "a", "t");
  names = test_folder_list (folder, "t");
  g_assert_cmpstr (names, ==, "inner slow");
  test_queue_close (queue);

  kept = test_folder_list (folder, "queue");
  g_assert_cmpstr (kept, ==, "lock queue");
}

/* As a window does that is closed: what runs is interrupted, and nothing is
 * left running. */
static void
test_closed (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (CopyRequest) request = NULL;
  CopyQueue *queue = test_queue_open (folder);
  CopyQueuedJob *job;

  test_queue_fill (folder, "a");
  request = test_queue_slow (folder, "a", "t");
  job = copy_queue_add (queue, request);
  copy_queue_start (queue);
  test_queue_await_bytes (job);
  test_queue_close (queue);
  test_assert_no_children ();
  g_assert_false (test_folder_has (folder, "t/slow"));

  queue = test_queue_open (folder);
  job = test_queue_get_job (queue, 0);
  g_assert_cmpint (copy_queued_job_get_state (job), ==, COPY_JOB_INTERRUPTED);
  test_queue_close (queue);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  if (test_worker_start (&argc, &argv, &status))
    return status;

  if (argc == 5 && g_str_equal (argv[1], "victim"))
    run_victim (argv);

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/copy/queue/restart", test_restart);
  g_test_add_func ("/copy/queue/restart-ended", test_restart_ended);
  g_test_add_func ("/copy/queue/restart-many", test_restart_many);
  g_test_add_func ("/copy/queue/killed", test_killed);
  g_test_add_func ("/copy/queue/closed", test_closed);

  return g_test_run ();
}
