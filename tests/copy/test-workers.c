/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-job-util.h"

#include <unistd.h>

#define MIB (1024 * 1024)

/* While a worker is at a file, everybody can see which, and how far. */
static void
test_workers (CopyBackend backend)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *expected = NULL;
  g_autoptr (GPtrArray) at_end = NULL;
  CopyWorkerState *state;
  TestJob job;

  test_folder_make_dir (folder, "s");
  test_folder_fill (folder, "s/slow", 40 * MIB);
  expected = test_folder_get (folder, "s/slow");
  test_job_init (&job, folder, "s", "t", backend);
  job.request.no_target_directory = TRUE;
  job.request.options.rate_limit = 4 * MIB;
  test_job_begin (&job);

  /* Progress is told when bytes have been copied, and so is this. */
  while (TRUE)
    {
      g_autoptr (GPtrArray) list = copy_job_list_workers (job.job);

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

      g_assert_false (g_atomic_int_get (&job.ended));
      g_main_context_iteration (NULL, TRUE);
    }

  copy_job_cancel (job.job);
  g_assert_true (test_job_end (&job));
  at_end = copy_job_list_workers (job.job);
  g_assert_cmpuint (at_end->len, ==, 0);
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
  test_job_add ("workers", test_workers);

  return g_test_run ();
}
