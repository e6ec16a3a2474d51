/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-queue-util.h"

#include <glib/gstdio.h>
#include <string.h>

static char *
read_file (TestFolder *folder,
           const char *name)
{
  g_autofree char *path = test_folder_get (folder, name);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));

  return text;
}

static void
test_in_use (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_folder_get (folder, "queue");
  g_autoptr (GError) error = NULL;
  CopyQueue *queue = test_queue_open (folder);

  g_assert_null (copy_queue_new (path, NULL, &error));
  g_assert_error (error, COPY_QUEUE_ERROR, COPY_QUEUE_ERROR_IN_USE);
  test_queue_close (queue);
  test_queue_close (test_queue_open (folder));
}

/* A file that is of no use is kept under another name, each time a new one. */
static void
assert_set_aside (const char *text,
                  const char *first,
                  const char *second)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_folder_get (folder, "queue/queue");
  g_autofree char *shown = g_strescape (text, NULL);
  g_autofree char *first_path = test_folder_get (folder, first);
  CopyQueue *queue;

  test_folder_make_dir (folder, "queue");
  for (guint i = 0; i < 2; i++)
    {
      g_test_message ("%s", shown);
      g_assert_true (g_file_set_contents (path, text, -1, NULL));
      queue = test_queue_open (folder);
      if (i == 0)
        g_assert_cmpstr (copy_queue_get_set_aside (queue), ==, first_path);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (queue)), ==, 0);
      test_queue_add (queue, folder, "a", "t");
      test_queue_close (queue);
    }

  test_folder_assert_text (folder, first, text);
  test_folder_assert_text (folder, second, text);

  queue = test_queue_open (folder);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (queue)), ==, 1);
  test_queue_close (queue);
}

#define HEAD "[queue]\nversion=1\nnext-id=5\nmax-running=1\nrecent=\n"
#define JOB "conflict=ask\nbackend=auto\nworkers=0\nrate=0\nflags=\n"

static void
test_bad (void)
{
  static const char * const bad[] = {
    "", "rubbish", "\xff", HEAD "[something]\n", HEAD "[job 0]\nstate=waiting\nsources=/a;\n" JOB,
    HEAD "[job 1]\nstate=dreaming\nsources=/a;\n" JOB, HEAD "[job 1]\nstate=waiting\n" JOB,
    HEAD "[job 1]\nstate=waiting\nsources=\n" JOB,
    HEAD "[job 1]\nstate=waiting\nsources=/%00;\n" JOB,
    HEAD "[job 1]\nstate=waiting\nsources=/a;\n", "[queue]\nversion=0\nrecent=\n",
    HEAD "[job 1]\nstate=waiting\nsources=/a;\n" JOB "report=x\n",
    HEAD "[job 1]\nstate=waiting\nsources=/a;\nfilter=;\n" JOB,
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_set_aside (bad[i], "queue/queue.bad-1", "queue/queue.bad-2");

  assert_set_aside ("[queue]\nversion=2\nwhat=ever\n", "queue/queue.newer-1",
                    "queue/queue.newer-2");
}

/* The smallest that is understood. */
static void
test_good (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  CopyQueue *queue;

  test_folder_make_dir (folder, "queue");
  test_folder_write (folder, "queue/queue", HEAD "[job 3]\nstate=running\nsources=/a;\n" JOB);
  queue = test_queue_open (folder);
  g_assert_null (copy_queue_get_set_aside (queue));
  g_assert_cmpint (copy_queued_job_get_state (test_queue_get_job (queue, 0)), ==,
                   COPY_JOB_INTERRUPTED);
  g_assert_cmpuint (copy_queued_job_get_id (test_queue_get_job (queue, 0)), ==, 3);
  test_queue_close (queue);
}

static gboolean
has_trouble (gpointer queue)
{
  return copy_queue_get_trouble (queue) != NULL;
}

static gboolean
has_no_trouble (gpointer queue)
{
  return copy_queue_get_trouble (queue) == NULL;
}

/* A queue that cannot be saved says so, and goes on. */
static void
test_trouble (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_folder_get (folder, "queue");
  g_autofree char *elsewhere = test_folder_get (folder, "elsewhere");
  CopyQueue *queue = test_queue_open (folder);
  g_autofree char *text = NULL;
  CopyQueuedJob *job;

  test_folder_make_dir (folder, "a");
  g_assert_cmpint (g_rename (path, elsewhere), ==, 0);
  job = test_queue_add (queue, folder, "a", "t");
  copy_queue_start (queue);
  test_queue_until (has_trouble, queue);
  test_queue_await (job, COPY_JOB_DONE);

  g_assert_cmpint (g_rename (elsewhere, path), ==, 0);
  copy_queue_set_max_running (queue, 2);
  test_queue_until (has_no_trouble, queue);
  text = read_file (folder, "queue/queue");
  g_assert_nonnull (strstr (text, "state=done"));
  test_queue_close (queue);
}

static void
test_recent (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  CopyQueue *queue = test_queue_open (folder);
  const char * const *recent;

  for (guint i = 0; i < COPY_QUEUE_MAX_RECENT + 2; i++)
    {
      g_autofree char *dest = g_strdup_printf ("d%u", i);

      test_queue_add (queue, folder, "a", dest);
    }

  test_queue_add (queue, folder, "a", "d5");
  recent = copy_queue_get_recent (queue);
  g_assert_cmpuint (g_strv_length ((char **) recent), ==, COPY_QUEUE_MAX_RECENT);
  g_assert_true (g_str_has_suffix (recent[0], "/d5"));
  g_assert_true (g_str_has_suffix (recent[1], "/d11"));
  g_assert_true (g_str_has_suffix (recent[COPY_QUEUE_MAX_RECENT - 1], "/d2"));
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
  g_test_add_func ("/copy/queue/in-use", test_in_use);
  g_test_add_func ("/copy/queue/bad", test_bad);
  g_test_add_func ("/copy/queue/good", test_good);
  g_test_add_func ("/copy/queue/trouble", test_trouble);
  g_test_add_func ("/copy/queue/recent", test_recent);

  return g_test_run ();
}
