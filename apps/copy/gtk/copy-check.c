/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-check"

#include "copy-check.h"

#include "copy-preflight.h"

struct _CopyCheck
{
  /* Set once */
  CopyCheckRequest  request;
  CopyCheckTell     tell;
  gpointer          owner;

  GCancellable     *looking;  /* the last look, or NULL */
  guint             source;
};

static CopyCheckResult
judge (const CopyTrip    *trip,
       const CopyRequest *request)
{
  if (g_strcmp0 (trip->to_root, request->dest) == 0)
    return COPY_CHECK_INTO;

  return request->dest != NULL && !g_file_test (request->dest, G_FILE_TEST_EXISTS)
         ? COPY_CHECK_AS : COPY_CHECK_OVER;
}

static void
look_in_thread (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  const CopyRequest *request = task_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CopyTrip) trip = copy_trip_new (request, &error);

  if (trip == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_int (task, judge (trip, request));
}

static void
on_looked (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  CopyCheck *self = user_data;
  g_autoptr (GError) error = NULL;
  gssize found = g_task_propagate_int (G_TASK (result), &error);

  /* @self may be gone, or look at something else. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->looking);
  self->tell (self->owner, error != NULL ? COPY_CHECK_WRONG : (CopyCheckResult) found, error);
}

static void
stop (CopyCheck *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
}

static gboolean
look (gpointer user_data)
{
  CopyCheck *self = user_data;
  g_autoptr (GError) error = NULL;
  CopyRequest *request = self->request (self->owner, &error);
  g_autoptr (GTask) task = NULL;

  self->source = 0;
  if (request == NULL)
    {
      self->tell (self->owner, error != NULL ? COPY_CHECK_WRONG : COPY_CHECK_UNKNOWN, error);
      return G_SOURCE_REMOVE;
    }

  self->looking = g_cancellable_new ();
  task = g_task_new (NULL, self->looking, on_looked, self);
  g_task_set_source_tag (task, look);
  g_task_set_task_data (task, request, (GDestroyNotify) copy_request_free);
  g_task_run_in_thread (task, look_in_thread);

  return G_SOURCE_REMOVE;
}

void
copy_check_again (CopyCheck *self)
{
  stop (self);
  self->source = g_idle_add (look, self);
}

CopyCheck *
copy_check_new (CopyCheckRequest request,
                CopyCheckTell    tell,
                gpointer         owner)
{
  CopyCheck *self = g_new0 (CopyCheck, 1);

  self->request = request;
  self->tell = tell;
  self->owner = owner;

  return self;
}

void
copy_check_free (CopyCheck *self)
{
  stop (self);
  g_free (self);
}
