/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-app-util.h"
#include "copy-conflict-dialog.h"
#include "copy-job-row.h"
#include "copy-plan-window.h"

#include <string.h>

/* One job, from the sheet to its end, through the widgets. */

#define BIG (8 * 1024 * 1024)

static gboolean
has_file (gpointer user_data)
{
  return g_file_test (user_data, G_FILE_TEST_EXISTS);
}

static void
assert_same (CopyApp    *self,
             const char *name)
{
  g_autofree char *from = g_build_filename (self->source, name, NULL);
  g_autofree char *to = g_build_filename (self->dest, "source", name, NULL);
  g_autofree char *from_bytes = NULL;
  g_autofree char *to_bytes = NULL;
  gsize from_size;
  gsize to_size;

  g_assert_true (g_file_get_contents (from, &from_bytes, &from_size, NULL));
  g_assert_true (g_file_get_contents (to, &to_bytes, &to_size, NULL));
  g_assert_cmpmem (from_bytes, from_size, to_bytes, to_size);
}

/* --- a conflict and an unreadable file --- */

static void
meet_conflict (CopyApp *self)
{
  g_autofree char *rest = g_build_filename (self->dest, "source", "other.txt", NULL);
  GtkWindow *dialog;

  g_assert_true (display_shows (copy_app_get_sheet (self), "source"));
  copy_app_start_job (self);

  /* Both sides can be seen, and the rest goes on meanwhile. */
  dialog = display_get_window (COPY_TYPE_CONFLICT_DIALOG);
  display_await_text (dialog, "same.txt");
  g_assert_true (display_shows (dialog, "11 bytes, larger"));
  g_assert_true (display_shows (dialog, "6 bytes"));
  display_await (has_file, rest, "what is no question is copied");
  copy_app_await_state (self, 0, COPY_JOB_ASKING);
  display_await_text (copy_app_get_row (self, 0), "Has a question · ");

  display_click_on (dialog, GTK_TYPE_BUTTON, "_Overwrite");
  copy_app_await_state (self, 0, COPY_JOB_FAILED);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (dialog)));
  assert_same (self, "same.txt");
  assert_same (self, "other.txt");
}

static void
retry_unreadable (CopyApp *self)
{
  GtkWidget *row = copy_app_get_row (self, 0);

  display_await_text (row, "1 item could not be copied");
  display_click_on (row, GTK_TYPE_TOGGLE_BUTTON, "Details");
  display_await_text (row, "secret.txt");
  g_assert_true (display_shows (row, "Permission denied"));
  g_assert_false (e2e_exists (self->dest, "source/secret.txt"));

  e2e_set_mode (self->source, "secret.txt", 0600);
  display_click_on (row, GTK_TYPE_BUTTON, "_Retry Failed");
  copy_app_await_state (self, 0, COPY_JOB_DONE);
  assert_same (self, "secret.txt");
  display_await_no_text (row, "Permission denied");
}

static void
ask_and_fail (CopyApp *self)
{
  meet_conflict (self);
  retry_unreadable (self);
}

static void
prepare_trouble (CopyApp *self)
{
  e2e_make_text (self->source, "same.txt", "the new one");
  e2e_make_text (self->source, "other.txt", "another");
  e2e_make_text (self->source, "secret.txt", "nobody reads this");
  e2e_set_mode (self->source, "secret.txt", 0);
  g_free (e2e_make_dir (self->dest, "source"));
  e2e_make_text (self->dest, "source/same.txt", "an old");
  copy_app_run (self, TRUE, ask_and_fail);
}

static void
test_trouble (void)
{
  copy_app_test (prepare_trouble);
}

/* --- pause and resume --- */

static gboolean
has_begun (gpointer user_data)
{
  return copy_queued_job_get_figures (user_data)->bytes > 0;
}

static void
pause_and_resume (CopyApp *self)
{
  GSettings *settings = copy_application_get_settings (self->application);
  CopyQueuedJob *job;
  GtkWidget *row;
  gint64 bytes;

  g_settings_set_double (settings, "limit-rate", 2);
  copy_app_open_sheet (self, "source", "dest");
  copy_app_start_job (self);
  copy_app_await_state (self, 0, COPY_JOB_RUNNING);
  job = copy_app_get_job (self, 0);
  row = copy_app_get_row (self, 0);
  display_await (has_begun, job, "bytes are copied");
  g_assert_nonnull (strstr (gtk_window_get_title (self->window), "Lanyard Copy"));

  display_click_on (row, GTK_TYPE_BUTTON, "Pause");
  copy_app_await_state (self, 0, COPY_JOB_PAUSED);
  display_await_text (row, "Paused");
  bytes = copy_queued_job_get_figures (job)->bytes;
  g_assert_cmpint (bytes, <, BIG);

  /* By keyboard this time. */
  gtk_widget_grab_focus (row);
  display_press ("<Control>p");
  copy_app_await_state (self, 0, COPY_JOB_RUNNING);
  copy_app_await_state (self, 0, COPY_JOB_DONE);
  assert_same (self, "big");
  display_await_text (row, "Done: 2 items");
  g_settings_reset (settings, "limit-rate");
}

static void
prepare_pause (CopyApp *self)
{
  e2e_make_file (self->source, "big", BIG);
  copy_app_run (self, FALSE, pause_and_resume);
}

static void
test_pause (void)
{
  copy_app_test (prepare_pause);
}

/* --- the plan, and a mirror --- */

static void
mirror (CopyApp *self)
{
  GtkWindow *sheet = copy_app_get_sheet (self);
  GtkWindow *plan;

  display_click_on (sheet, GTK_TYPE_SWITCH, "mirror_switch");
  copy_app_start_job (self);

  /* Nothing happens before that was seen. */
  plan = display_get_window (COPY_TYPE_PLAN_WINDOW);
  display_await_text (plan, "1 item would be deleted");
  display_await_text (plan, "gone.txt");
  g_assert_false (display_shows (plan, "kept.txt"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->queue)), ==, 0);
  g_assert_true (e2e_exists (self->dest, "source/gone.txt"));

  display_click_on (plan, GTK_TYPE_BUTTON, "confirm_button");
  copy_app_await_state (self, 0, COPY_JOB_DONE);
  g_assert_false (e2e_exists (self->dest, "source/gone.txt"));
  assert_same (self, "kept.txt");
}

static void
prepare_mirror (CopyApp *self)
{
  e2e_make_text (self->source, "kept.txt", "kept");
  g_free (e2e_make_dir (self->dest, "source"));
  e2e_make_text (self->dest, "source/gone.txt", "gone");
  copy_app_run (self, TRUE, mirror);
}

static void
test_mirror (void)
{
  copy_app_test (prepare_mirror);
}

static void
search_plan (CopyApp *self)
{
  GtkWindow *plan;

  copy_app_await_state (self, 0, COPY_JOB_DONE);
  copy_app_open_sheet (self, "source", "dest/plan");
  gtk_widget_grab_focus (display_get (copy_app_await_ready (self), GTK_TYPE_BUTTON,
                                      "plan_button"));
  display_press ("space");
  plan = display_get_window (COPY_TYPE_PLAN_WINDOW);
  display_await_text (plan, "one.txt");
  display_await_text (plan, "two.txt");
  display_await_text (plan, "Copy: 2");

  display_type ("TWO");
  display_await_no_text (plan, "one.txt");
  display_await_text (plan, "two.txt");
  display_type ("x");
  display_await_text (plan, "Nothing Found");
  g_assert_false (e2e_exists (self->dest, "plan"));
}

static void
copy_and_plan (CopyApp *self)
{
  copy_app_start_job (self);
  search_plan (self);
}

static void
prepare_plan (CopyApp *self)
{
  e2e_make_text (self->source, "one.txt", "1");
  e2e_make_text (self->source, "two.txt", "2");
  copy_app_run (self, TRUE, copy_and_plan);
}

static void
test_plan (void)
{
  copy_app_test (prepare_plan);
}

/* --- what comes from a file manager --- */

static void
paste (CopyApp *self)
{
  g_autofree char *first = g_build_filename (self->source, "one.txt", NULL);
  g_autofree char *second = g_build_filename (self->source, "two.txt", NULL);
  g_autoptr (GFile) first_file = g_file_new_for_path (first);
  g_autoptr (GFile) second_file = g_file_new_for_path (second);
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self->window));
  GSList second_link = { second_file, NULL };
  GSList first_link = { first_file, &second_link };
  GtkWindow *sheet;

  gdk_clipboard_set_text (clipboard, "no file");
  display_press ("<Control>v");
  display_await_text (self->window, "There are no copied files to paste");

  gdk_clipboard_set (clipboard, GDK_TYPE_FILE_LIST, &first_link);
  display_press ("<Control>v");
  sheet = copy_app_get_sheet (self);
  display_await_text (sheet, "one.txt");
  display_await_text (sheet, "two.txt");

  /* Several have to go somewhere; one alone may be copied beside itself. */
  g_assert_true (display_shows (sheet, "Choose a Folder…"));
  display_click_on (sheet, GTK_TYPE_BUTTON, "Remove");
  display_await_no_text (sheet, "one.txt");
  g_assert_true (display_shows (sheet, "Beside the Original"));
  copy_app_start_job (self);
  copy_app_await_state (self, 0, COPY_JOB_DONE);
  g_assert_true (e2e_exists (self->source, "two (copy).txt") ||
                 e2e_exists (self->source, "two.txt (copy)"));
}

static void
prepare_paste (CopyApp *self)
{
  e2e_make_text (self->source, "one.txt", "1");
  e2e_make_text (self->source, "two.txt", "2");
  copy_app_run (self, FALSE, paste);
}

static void
test_paste (void)
{
  copy_app_test (prepare_paste);
}

/* --- what cannot be --- */

static void
refuse (CopyApp *self)
{
  GtkWindow *sheet;

  copy_app_open_sheet (self, "source", "source/inside");
  sheet = copy_app_get_sheet (self);
  display_await_text (sheet, "inside");
  display_await_text (sheet, "itself");
  g_assert_false (gtk_widget_is_sensitive (display_get (sheet, GTK_TYPE_BUTTON, "start_button")));
  display_press ("Escape");
  display_await_gone (self->window, COPY_TYPE_JOB_ROW, NULL);
  g_assert_true (display_shows (self->window, "Drop Folders Here"));

  copy_app_open_sheet (self, "source", "dest/new");
  sheet = copy_app_await_ready (self);
  display_await_text (sheet, "Does not exist yet");
  gtk_window_close (sheet);
  display_settle ();

  /* A folder that was there is not made, if it is gone by the turn of the job. */
  copy_app_open_sheet (self, "source", "dest");
  sheet = copy_app_await_ready (self);
  g_assert_false (display_shows (sheet, "Does not exist yet"));
  e2e_remove (self->dest);
  copy_app_start_job (self);
  copy_app_await_state (self, 0, COPY_JOB_FAILED);
  display_await_text (self->window, "dest: No such file or directory");
}

static void
prepare_refusal (CopyApp *self)
{
  e2e_make_text (self->source, "one.txt", "1");
  copy_app_run (self, FALSE, refuse);
}

static void
test_refusal (void)
{
  copy_app_test (prepare_refusal);
}

int
main (int    argc,
      char **argv)
{
  copy_app_init (&argc, &argv);

  g_test_add_func ("/display/copy/trouble", test_trouble);
  g_test_add_func ("/display/copy/pause", test_pause);
  g_test_add_func ("/display/copy/mirror", test_mirror);
  g_test_add_func ("/display/copy/plan", test_plan);
  g_test_add_func ("/display/copy/paste", test_paste);
  g_test_add_func ("/display/copy/refusal", test_refusal);

  return g_test_run ();
}
