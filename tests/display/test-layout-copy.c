/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-app-util.h"
#include "layout.h"

#include "copy-conflict-dialog.h"
#include "copy-plan-window.h"
#include "copy-sheet.h"

/* The windows of Lanyard Copy, whatever the language. */

#define BIG (8 * 1024 * 1024)

static void
start_job (CopyApp *self)
{
  layout_use (copy_app_await_ready (self), GTK_TYPE_BUTTON, "start_button");
}

/* --- before there is a job --- */

static void
check_asked_for (CopyApp    *self,
                 const char *action,
                 GType       type,
                 const char *name)
{
  GtkWindow *window;

  gtk_widget_activate_action (GTK_WIDGET (self->window), action, NULL);
  window = display_get_window (type);
  layout_check (window, name);
  gtk_window_close (window);
  display_settle ();
}

static void
check_sheet (CopyApp *self)
{
  GtkWindow *sheet;

  copy_app_open_sheet (self, "source", "source/inside");
  sheet = copy_app_get_sheet (self);
  layout_check (sheet, "copy-sheet-refused");
  gtk_window_close (sheet);
  display_await_gone (self->window, COPY_TYPE_SHEET, NULL);

  copy_app_open_sheet (self, "source", "dest");
  sheet = copy_app_await_ready (self);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (display_get (sheet, ADW_TYPE_EXPANDER_ROW,
                                                                "more_row")), TRUE);
  layout_check (sheet, "copy-sheet");
  g_assert_nonnull (display_look_for (sheet, GTK_TYPE_BUTTON, "add_files_button"));
}

static void
check_plan (CopyApp *self)
{
  GtkWindow *sheet = copy_app_get_sheet (self);
  GtkWindow *plan;

  layout_use (sheet, GTK_TYPE_BUTTON, "plan_button");
  plan = display_get_window (COPY_TYPE_PLAN_WINDOW);
  display_await_text (plan, "same.txt");
  layout_check (plan, "copy-plan");
  display_fill (plan, GTK_TYPE_SEARCH_ENTRY, NULL, "nowhere");
  display_await_no_text (plan, "same.txt");
  layout_check (plan, "copy-plan-nothing");
  gtk_window_close (plan);
  display_settle ();

  layout_use (sheet, GTK_TYPE_SWITCH, "mirror_switch");
  start_job (self);
  plan = display_get_window (COPY_TYPE_PLAN_WINDOW);
  display_await_text (plan, "gone.txt");
  layout_check (plan, "copy-plan-confirm");
  gtk_window_close (plan);
  gtk_window_close (sheet);
  display_settle ();
}

static void
look_around (CopyApp *self)
{
  layout_check (self->window, "copy-empty");
  layout_check_menu (self->window, "menu_button", "copy-menu");
  check_asked_for (self, "win.preferences", ADW_TYPE_PREFERENCES_WINDOW, "copy-preferences");
  check_asked_for (self, "win.show-help-overlay", GTK_TYPE_SHORTCUTS_WINDOW, "copy-shortcuts");
  check_sheet (self);
  check_plan (self);
}

/* --- jobs --- */

static void
meet_trouble (CopyApp *self)
{
  GtkWindow *dialog;

  start_job (self);
  dialog = display_get_window (COPY_TYPE_CONFLICT_DIALOG);
  display_await_text (dialog, "same.txt");
  layout_check (dialog, "copy-conflict");
  gtk_window_close (dialog);
  copy_app_await_state (self, 0, COPY_JOB_ASKING);
  layout_check (self->window, "copy-asking");
  layout_use (self->window, GTK_TYPE_BUTTON, "answer_button");
  layout_use (display_get_window (COPY_TYPE_CONFLICT_DIALOG), GTK_TYPE_BUTTON, "overwrite_button");

  copy_app_await_state (self, 0, COPY_JOB_FAILED);
  layout_use (self->window, GTK_TYPE_TOGGLE_BUTTON, "details_button");
  display_await_text (self->window, "secret.txt");
  layout_check (self->window, "copy-failed");
  layout_check_menu (display_get (self->window, g_type_from_name ("CopyJobRow"), NULL),
                     "menu_button", "copy-menu-job");
}

static gboolean
has_begun (gpointer user_data)
{
  return copy_queued_job_get_figures (user_data)->bytes > 0;
}

/* One that takes long, and another that waits for it. */
static void
look_at_queue (CopyApp *self)
{
  g_settings_set_double (copy_application_get_settings (self->application), "limit-rate", 1);
  copy_app_open_sheet (self, "big", "dest0");
  start_job (self);
  copy_app_await_state (self, 1, COPY_JOB_RUNNING);
  copy_app_open_sheet (self, "big", "dest1");
  start_job (self);
  copy_app_await_state (self, 2, COPY_JOB_WAITING);
  display_await (has_begun, copy_app_get_job (self, 1), "bytes are copied");
  layout_check (self->window, "copy-queue");

  gtk_window_close (self->window);
  layout_check_dialog ("copy-leave");
  copy_queue_pause (self->queue, copy_app_get_job (self, 1));
  copy_app_await_state (self, 1, COPY_JOB_PAUSED);
  copy_queue_cancel (self->queue, copy_app_get_job (self, 2));
  copy_app_await_state (self, 2, COPY_JOB_CANCELLED);
  layout_check (self->window, "copy-paused");
  copy_queue_cancel (self->queue, copy_app_get_job (self, 1));
  copy_app_await_state (self, 1, COPY_JOB_CANCELLED);
}

static void
work (CopyApp *self)
{
  meet_trouble (self);
  look_at_queue (self);
}

static void
prepare (CopyApp *self)
{
  g_autofree char *big = e2e_make_dir (self->temp->path, "big");

  e2e_make_text (self->source, "same.txt", "the new one");
  e2e_make_text (self->source, "secret.txt", "nobody reads this");
  e2e_make_dir (self->dest, "source");
  e2e_make_text (self->dest, "source/same.txt", "an old");
  e2e_make_text (self->dest, "source/gone.txt", "gone");
  e2e_make_file (big, "big", BIG);
  copy_app_run (self, FALSE, look_around);

  e2e_set_mode (self->source, "secret.txt", 0);
  copy_app_run (self, TRUE, work);
}

static void
walk (void)
{
  copy_app_test (prepare);
}

int
main (int    argc,
      char **argv)
{
  copy_app_init (&argc, &argv);
  layout_add ("/display/layout/copy", walk);

  return g_test_run ();
}
