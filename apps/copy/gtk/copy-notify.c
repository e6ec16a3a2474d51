/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-notify"

#include "copy-notify.h"

#include "copy-text.h"

#include <glib/gi18n.h>

#define NOTIFICATIONS "org.freedesktop.Notifications"

typedef struct
{
  GApplication  *application;
  GNotification *notification;
  char          *id;
} News;

static void
news_free (News *self)
{
  g_object_unref (self->application);
  g_object_unref (self->notification);
  g_free (self->id);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (News, news_free)

static void
ask_bus (News                *news,
         const char          *method,
         GVariant            *arguments,
         GAsyncReadyCallback  callback)
{
  g_dbus_connection_call (g_application_get_dbus_connection (news->application),
                          "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", method, arguments, NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, callback, news);
}

static gboolean
has_succeeded (GObject      *source,
               GAsyncResult *result)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result,
                                                              NULL);

  return reply != NULL;
}

static void
on_started (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (News) news = user_data;

  if (has_succeeded (source, result))
    g_application_send_notification (news->application, news->id, news->notification);
}

static void
on_owner_known (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (News) news = user_data;

  if (has_succeeded (source, result))
    g_application_send_notification (news->application, news->id, news->notification);
  else
    ask_bus (g_steal_pointer (&news), "StartServiceByName",
             g_variant_new ("(su)", NOTIFICATIONS, 0), on_started);
}

/* GLib warns where nobody shows notifications: so it is asked first whether somebody does, or
 * can be started to. In a sandbox that is the portal's business. */
static void
send (GApplication  *application,
      const char    *id,
      GNotification *notification)
{
  News *news;

  if (g_application_get_dbus_connection (application) == NULL)
    return;

  if (g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS))
    {
      g_application_send_notification (application, id, notification);
      return;
    }

  news = g_new0 (News, 1);
  news->application = g_object_ref (application);
  news->notification = g_object_ref (notification);
  news->id = g_strdup (id);
  ask_bus (news, "GetNameOwner", g_variant_new ("(s)", NOTIFICATIONS), on_owner_known);
}

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

  /* Translators: the name of a file or folder, or of several */
  title = state == COPY_JOB_DONE ? g_strdup_printf (_("%s is copied"), what)
                                 : g_strdup_printf (_("%s is not copied completely"), what);
  notification = g_notification_new (title);
  g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (notification, "app.show-job", "t", number);
  if (state == COPY_JOB_FAILED)
    g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);

  send (application, id, notification);
}
