/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-notify"

#include "copy-notify.h"

#include "copy-text.h"

#include <glib/gi18n.h>

void
copy_notify_ended (GApplication  *application,
                   CopyQueuedJob *job)
{
  CopyJobState state = copy_queued_job_get_state (job);
  guint64 number = copy_queued_job_get_id (job);
  g_autofree char *what = copy_text_what (copy_queued_job_get_request (job));
  g_autofree char *body = copy_text_state (job);
  g_autofree char *title = NULL;
  g_autofree char *id = g_strdup_printf ("job-%" G_GUINT64_FORMAT, number);
  g_autoptr (GNotification) notification = NULL;

  if (state != COPY_JOB_DONE && state != COPY_JOB_FAILED)
    return;

  title = state == COPY_JOB_DONE ? g_strdup_printf (_("%s is copied"), what)
                                 : g_strdup_printf (_("%s is not copied completely"), what);
  notification = g_notification_new (title);
  g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (notification, "app.show-job", "t", number);
  if (state == COPY_JOB_FAILED)
    g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);

  g_application_send_notification (application, id, notification);
}
