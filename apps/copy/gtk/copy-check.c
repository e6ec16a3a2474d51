/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-check"

#include "copy-check.h"

#include "copy-preflight.h"

static void
check_in_thread (GTask        *task,
                 gpointer      source_object,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CopyTrip) trip = copy_trip_new (task_data, &error);

  if (trip == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

void
copy_check_async (const CopyRequest   *request,
                  GCancellable        *cancellable,
                  GAsyncReadyCallback  callback,
                  gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, copy_check_async);
  g_task_set_task_data (task, copy_request_copy (request), (GDestroyNotify) copy_request_free);
  g_task_run_in_thread (task, check_in_thread);
}

gboolean
copy_check_finish (GAsyncResult  *result,
                   GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
