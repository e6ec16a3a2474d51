/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-queue-util.h"

#include "../await.h"

#define MIB (1024 * 1024)

CopyQueue *
test_queue_open (TestFolder *folder)
{
  g_autofree char *path = test_folder_get (folder, "queue");
  g_autoptr (GError) error = NULL;
  CopyQueue *queue = copy_queue_new (path, test_worker_get_argv (), &error);

  g_assert_no_error (error);
  g_assert_nonnull (queue);

  return queue;
}

/* What is still on its way to the main context has a reference. */
void
test_queue_close (CopyQueue *queue)
{
  g_assert_finalize_object (queue);

  while (g_main_context_iteration (NULL, FALSE))
    ;
}

CopyRequest *
test_queue_request (TestFolder *folder,
                    const char *source,
                    const char *dest)
{
  CopyRequest *request = g_new0 (CopyRequest, 1);
  char **sources = g_new0 (char *, 2);

  sources[0] = test_folder_get (folder, source);
  request->sources = (const char * const *) sources;
  request->dest = test_folder_get (folder, dest);
  request->backend = COPY_BACKEND_PROCESSES;
  request->n_workers = 2;

  return request;
}

CopyQueuedJob *
test_queue_add (CopyQueue  *queue,
                TestFolder *folder,
                const char *source,
                const char *dest)
{
  g_autoptr (CopyRequest) request = test_queue_request (folder, source, dest);

  return copy_queue_add (queue, request);
}

/* The queue keeps it. */
CopyQueuedJob *
test_queue_get_job (CopyQueue *queue,
                    guint      index)
{
  g_autoptr (CopyQueuedJob) job = g_list_model_get_item (G_LIST_MODEL (queue), index);

  g_assert_nonnull (job);

  return job;
}

void
test_queue_fill (TestFolder *folder,
                 const char *source)
{
  g_autofree char *inner = g_strconcat (source, "/inner", NULL);
  g_autofree char *first = g_strconcat (source, "/inner/first", NULL);
  g_autofree char *slow = g_strconcat (source, "/slow", NULL);

  test_folder_make_dir (folder, inner);
  test_folder_fill (folder, first, 1000);
  test_folder_fill (folder, slow, 16 * MIB);
}

CopyRequest *
test_queue_slow (TestFolder *folder,
                 const char *source,
                 const char *dest)
{
  CopyRequest *request = test_queue_request (folder, source, dest);

  request->options.rate_limit = 4 * MIB;

  return request;
}

void
test_queue_until (gboolean (*is_so) (gpointer data),
                  gpointer   data)
{
  AWAIT (is_so (data));
}

typedef struct
{
  CopyQueuedJob *job;
  CopyJobState   state;
} Awaited;

static gboolean
is_in_state (gpointer data)
{
  Awaited *awaited = data;

  return copy_queued_job_get_state (awaited->job) == awaited->state;
}

void
test_queue_await (CopyQueuedJob *job,
                  CopyJobState   state)
{
  Awaited awaited = { job, state };

  test_queue_until (is_in_state, &awaited);
}

static gboolean
has_bytes (gpointer job)
{
  return copy_queued_job_get_figures (job)->bytes > 0;
}

void
test_queue_await_bytes (CopyQueuedJob *job)
{
  test_queue_until (has_bytes, job);
}
