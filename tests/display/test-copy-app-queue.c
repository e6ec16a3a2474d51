/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-app-util.h"
#include "copy-graph.h"
#include "copy-job-row.h"

#include <string.h>

/* Several jobs: their order, their end, the next start; and that all can be done by keyboard. */

#define BIG (16 * 1024 * 1024)

/* Slow enough for what is to be seen while they run. */
static void
add_slow_jobs (CopyApp *self,
               guint    n)
{
  GSettings *settings = copy_application_get_settings (self->application);

  g_settings_set_double (settings, "limit-rate", 1);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *dest = g_strdup_printf ("dest%u", i);

      g_free (e2e_make_dir (self->temp->path, dest));
      copy_app_open_sheet (self, "source", dest);
      copy_app_start_job (self);
      copy_app_await_state (self, i, i == 0 ? COPY_JOB_RUNNING : COPY_JOB_WAITING);
    }
}

static void
order_and_end (CopyApp *self)
{
  CopyQueuedJob *last;
  GtkWidget *row;

  add_slow_jobs (self, 3);
  last = copy_app_get_job (self, 2);

  /* A row is the same one wherever it is, and keeps the focus. */
  row = copy_app_get_row (self, 2);
  gtk_widget_grab_focus (row);
  display_press ("<Alt>Up");
  g_assert_true (copy_app_get_job (self, 1) == last);
  g_assert_true (copy_app_get_row (self, 1) == row);
  g_assert_true (gtk_window_get_focus (self->window) == row);
  display_press ("<Alt>Down");
  g_assert_true (copy_app_get_job (self, 2) == last);

  /* By its menu, too. */
  display_press ("<Shift>F10");
  display_get (row, GTK_TYPE_POPOVER_MENU, NULL);
  display_press ("u");
  g_assert_true (copy_app_get_job (self, 1) == last);
  display_press ("<Alt>Down");
  g_assert_true (copy_app_get_job (self, 2) == last);

  display_press ("F10");
  display_get (self->window, GTK_TYPE_POPOVER_MENU, NULL);
  display_press ("Down");
  display_press ("Return");
  copy_app_await_state (self, 1, COPY_JOB_RUNNING);
  copy_app_await_state (self, 2, COPY_JOB_RUNNING);
  g_assert_nonnull (display_get (row, COPY_TYPE_GRAPH, "Rate"));
  display_await_text (self->window, "3 jobs");

  display_click_on (row, GTK_TYPE_BUTTON, "Cancel");
  copy_app_await_state (self, 2, COPY_JOB_CANCELLED);
  display_await_text (row, "Cancelled");
  gtk_widget_grab_focus (row);
  display_press ("<Control>Delete");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->queue)), ==, 2);
}

static void
prepare_order (CopyApp *self)
{
  /* Nobody waits for its end: two minutes, however slow the machine. */
  e2e_make_file (self->source, "big", 8 * BIG);
  copy_app_run (self, FALSE, order_and_end);
}

static void
test_order (void)
{
  copy_app_test (prepare_order);
}

/* --- ended while it ran --- */

static gboolean
is_idle (gpointer user_data)
{
  return copy_queue_get_n_active (user_data) == 0;
}

static void
leave (CopyApp *self)
{
  add_slow_jobs (self, 2);

  gtk_window_close (self->window);
  display_await_text (display_get_window (ADW_TYPE_MESSAGE_DIALOG), "Stop Copying?");
  g_assert_true (display_shows (display_get_window (ADW_TYPE_MESSAGE_DIALOG),
                                "1 job that waits starts by itself then."));
  display_click_on (display_get_window (ADW_TYPE_MESSAGE_DIALOG), GTK_TYPE_BUTTON,
                    "_Continue");
  copy_app_await_state (self, 0, COPY_JOB_RUNNING);

  copy_queue_stop (self->queue);
  display_await (is_idle, self->queue, "all workers have ended");
}

static void
come_back (CopyApp *self)
{
  copy_app_await_state (self, 0, COPY_JOB_INTERRUPTED);
  copy_app_await_state (self, 1, COPY_JOB_RUNNING);
  display_await_text (copy_app_get_row (self, 0), "Interrupted");
  g_assert_false (display_shows (copy_app_get_row (self, 0), "still counting"));
  display_click_on (copy_app_get_row (self, 1), GTK_TYPE_BUTTON, "Cancel");
  copy_app_await_state (self, 1, COPY_JOB_CANCELLED);

  display_click_on (copy_app_get_row (self, 0), GTK_TYPE_BUTTON, "Resume");
  copy_app_await_state (self, 0, COPY_JOB_DONE);
  g_assert_true (e2e_exists (self->temp->path, "dest0/source/big"));
}

static void
prepare_restart (CopyApp *self)
{
  e2e_make_file (self->source, "big", BIG / 4);
  copy_app_run (self, FALSE, leave);
  copy_app_run (self, FALSE, come_back);
}

static void
test_restart (void)
{
  copy_app_test (prepare_restart);
}

/* --- more failed than is kept over that --- */

#define MANY (COPY_QUEUE_KEPT_PATHS + 5)

static void
fail_many (CopyApp *self)
{
  copy_app_start_job (self);
  copy_app_await_state (self, 0, COPY_JOB_FAILED);
  gtk_widget_grab_focus (copy_app_get_row (self, 0));
  display_press ("Return");
  display_await_text (self->window,
                      "1005 items could not be copied: a folder of that name is in the way");
  g_assert_false (display_shows (self->window, "are listed"));
}

static void
retry_many (CopyApp *self)
{
  g_autofree char *obstacles = NULL;

  gtk_widget_grab_focus (copy_app_get_row (self, 0));
  display_press ("Return");
  display_await_text (self->window, "1005 items could not be copied; 1000 are listed");

  obstacles = g_build_filename (self->dest, "source", NULL);
  e2e_remove (obstacles);
  display_click_on (copy_app_get_row (self, 0), GTK_TYPE_BUTTON, "Retry Failed");
  copy_app_await_state (self, 0, COPY_JOB_DONE);
  g_assert_true (e2e_exists (self->dest, "source/1004"));
}

static void
prepare_many (CopyApp *self)
{
  for (guint i = 0; i < MANY; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);
      g_autofree char *obstacle = g_build_filename (self->dest, "source", name, NULL);

      /* A folder is in the way of each file. */
      e2e_make_text (self->source, name, "x");
      g_assert_cmpint (g_mkdir_with_parents (obstacle, 0700), ==, 0);
    }
  copy_app_run (self, TRUE, fail_many);
  copy_app_run (self, FALSE, retry_many);
}

static void
test_many (void)
{
  copy_app_test (prepare_many);
}

/* --- an end that nobody sees --- */

static gboolean
is_notified (gpointer user_data)
{
  return display_has_notification ();
}

static void
look_away (CopyApp *self)
{
  g_autoptr (DisplayNotification) notification = NULL;
  GtkWidget *other = gtk_window_new ();

  add_slow_jobs (self, 1);
  gtk_window_present (GTK_WINDOW (other));
  gtk_widget_hide (GTK_WIDGET (self->window));
  copy_app_await_state (self, 0, COPY_JOB_DONE);
  display_await (is_notified, NULL, "a notification comes");
  notification = display_take_notification ();
  g_assert_cmpstr (notification->title, ==, "source is copied");
  g_assert_nonnull (strstr (notification->body, "Done: 2 items"));
  gtk_window_destroy (GTK_WINDOW (other));
}

static void
prepare_notification (CopyApp *self)
{
  e2e_make_file (self->source, "big", BIG / 8);
  copy_app_run (self, FALSE, look_away);
}

static void
test_notification (void)
{
  copy_app_test (prepare_notification);
}

/* --- by keyboard --- */

static void
walk (CopyApp *self)
{
  display_assert_keyboard (self->window);
  copy_app_open_sheet (self, "source", "dest");
  display_settle ();
  display_assert_keyboard (copy_app_get_sheet (self));
  copy_app_start_job (self);
  copy_app_await_state (self, 0, COPY_JOB_DONE);
  display_press ("Tab");
  gtk_widget_grab_focus (copy_app_get_row (self, 0));
  display_press ("Return");
  display_await_text (self->window, "Save Report…");
  display_assert_keyboard (self->window);
}

static void
prepare_walk (CopyApp *self)
{
  e2e_make_text (self->source, "one.txt", "1");
  copy_app_run (self, FALSE, walk);
}

static void
test_walk (void)
{
  copy_app_test (prepare_walk);
}

int
main (int    argc,
      char **argv)
{
  copy_app_init (&argc, &argv);

  g_test_add_func ("/display/copy/order", test_order);
  g_test_add_func ("/display/copy/restart", test_restart);
  g_test_add_func ("/display/copy/many-failures", test_many);
  g_test_add_func ("/display/copy/notification", test_notification);
  g_test_add_func ("/display/copy/walk", test_walk);

  return g_test_run ();
}
