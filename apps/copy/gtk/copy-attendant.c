/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-attendant"

#include "copy-attendant.h"

#include "copy-notify.h"

#include <glib/gi18n.h>

struct _CopyAttendant
{
  /* Set once */
  GtkApplication *application;  /* owns it */
  CopyOverview   *overview;
  CopyQueue      *queue;
  GSettings      *settings;
  gulong          overview_handler;
  gulong          queue_handler;

  guint           inhibit_cookie;
};

static void
keep_awake (CopyAttendant *self,
            gboolean       awake)
{
  if (awake && self->inhibit_cookie == 0)
    {
      self->inhibit_cookie =
        gtk_application_inhibit (self->application,
                                 gtk_application_get_active_window (self->application),
                                 GTK_APPLICATION_INHIBIT_SUSPEND, _("Files are being copied"));
    }
  else if (!awake && self->inhibit_cookie != 0)
    {
      gtk_application_uninhibit (self->application, self->inhibit_cookie);
      self->inhibit_cookie = 0;
    }
}

static void
on_overview_changed (CopyAttendant *self)
{
  keep_awake (self, copy_overview_get_n_running (self->overview) > 0);
}

/* Whether the user has a window of the program before the eyes. */
static gboolean
is_seen (CopyAttendant *self)
{
  for (GList *l = gtk_application_get_windows (self->application); l != NULL; l = l->next)
    if (gtk_widget_get_mapped (l->data) && gtk_window_is_active (l->data))
      return TRUE;

  return FALSE;
}

static void
on_ended (CopyAttendant *self,
          CopyQueuedJob *job)
{
  if (!is_seen (self) && g_settings_get_boolean (self->settings, "notify"))
    copy_notify_ended (G_APPLICATION (self->application), job);
}

CopyAttendant *
copy_attendant_new (GtkApplication *application,
                    CopyOverview   *overview,
                    CopyQueue      *queue,
                    GSettings      *settings)
{
  CopyAttendant *self = g_new0 (CopyAttendant, 1);

  self->application = application;
  self->overview = g_object_ref (overview);
  self->queue = g_object_ref (queue);
  self->settings = g_object_ref (settings);
  self->overview_handler = g_signal_connect_swapped (overview, "changed",
                                                     G_CALLBACK (on_overview_changed), self);
  self->queue_handler = g_signal_connect_swapped (queue, "ended", G_CALLBACK (on_ended), self);

  return self;
}

void
copy_attendant_free (CopyAttendant *self)
{
  keep_awake (self, FALSE);
  g_clear_signal_handler (&self->overview_handler, self->overview);
  g_clear_signal_handler (&self->queue_handler, self->queue);
  g_object_unref (self->overview);
  g_object_unref (self->queue);
  g_object_unref (self->settings);
  g_free (self);
}
