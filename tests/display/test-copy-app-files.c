/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-app-util.h"
#include "copy-job-row.h"

#include <string.h>

/* What goes between the program and the files around it: dropped ones, saved reports, and the
 * file manager. */

/* --- dropped --- */

static void
drop_folder (const char *path,
             GtkWidget  *to)
{
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);

  display_drop_file (uri, to);
}

/* A folder on the window, and one on the destination of the sheet that opens. */
static void
drop_folders (CopyApp *self)
{
  GtkWindow *sheet;

  drop_folder (self->source, GTK_WIDGET (self->window));
  sheet = copy_app_get_sheet (self);
  display_await_text (sheet, "source");
  g_assert_true (display_shows (sheet, "Beside the Original"));

  /* What is elsewhere changes nothing, and that is said. */
  display_drop_file ("sftp://somewhere.example/file", GTK_WIDGET (sheet));
  display_await_text (sheet, "Only files of this computer can be copied");

  drop_folder (self->dest, display_get (sheet, ADW_TYPE_ACTION_ROW, "dest_row"));
  display_await_no_text (sheet, "Beside the Original");
  copy_app_start_job (self);
  copy_app_await_state (self, 0, COPY_JOB_DONE);
  g_assert_true (e2e_exists (self->dest, "source/one.txt"));
}

/* A job that is dropped on another one comes before it. */
static void
drop_jobs (CopyApp *self)
{
  CopyQueuedJob *first;
  CopyQueuedJob *second;

  drop_folders (self);
  copy_app_open_sheet (self, "source", "dest/again");
  copy_app_start_job (self);
  copy_app_await_state (self, 1, COPY_JOB_DONE);
  first = copy_app_get_job (self, 0);
  second = copy_app_get_job (self, 1);

  display_drag (display_get (copy_app_get_row (self, 1), GTK_TYPE_IMAGE, "handle"),
                copy_app_get_row (self, 0));
  g_assert_true (copy_app_get_job (self, 0) == second);
  g_assert_true (copy_app_get_job (self, 1) == first);
}

static void
prepare_drop (CopyApp *self)
{
  e2e_make_text (self->source, "one.txt", "1");
  copy_app_run (self, FALSE, drop_jobs);
}

static void
test_drop (void)
{
  copy_app_test (prepare_drop);
}

/* --- a report --- */

static gboolean
has_file (gpointer user_data)
{
  return g_file_test (user_data, G_FILE_TEST_EXISTS);
}

static void
save_report (CopyApp *self)
{
  g_autofree char *path = e2e_temp_get (self->temp, "report.txt");
  g_autofree char *text = NULL;

  copy_app_start_job (self);
  copy_app_await_state (self, 0, COPY_JOB_FAILED);
  gtk_widget_grab_focus (copy_app_get_row (self, 0));
  display_press ("<Control>s");

  /* The dialog suggests a name, which is chosen; a path goes into its place. */
  display_get_window (GTK_TYPE_FILE_CHOOSER_DIALOG);
  display_settle ();
  display_press ("<Control>a");
  display_type (path);
  display_press ("Return");
  display_await_text (self->window, "Report saved");
  display_await (has_file, path, "the report is there");
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "secret.txt"));
  g_assert_nonnull (strstr (text, "Permission denied"));
}

static void
prepare_report (CopyApp *self)
{
  e2e_make_text (self->source, "one.txt", "1");
  e2e_make_text (self->source, "secret.txt", "nobody reads this");
  e2e_set_mode (self->source, "secret.txt", 0);
  copy_app_run (self, TRUE, save_report);
}

static void
test_report (void)
{
  copy_app_test (prepare_report);
}

/* --- a file manager --- */

static const char introspection[] =
  "<node><interface name='org.freedesktop.FileManager1'>"
  "<method name='ShowItems'><arg type='as' direction='in'/><arg type='s' direction='in'/>"
  "</method></interface></node>";

static void
on_method_call (GDBusConnection       *bus,
                const char            *sender,
                const char            *path,
                const char            *interface,
                const char            *method,
                GVariant              *parameters,
                GDBusMethodInvocation *invocation,
                gpointer               user_data)
{
  GStrv *shown = user_data;

  g_strfreev (*shown);
  g_variant_get (parameters, "(^ass)", shown, NULL);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
on_name_acquired (GDBusConnection *bus,
                  const char      *name,
                  gpointer         user_data)
{
  *(gboolean *) user_data = TRUE;
}

static gboolean
is_set (gpointer user_data)
{
  return *(gpointer *) user_data != NULL;
}

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static void
show_in_files (CopyApp *self)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_method_call };
  GDBusConnection *bus = g_application_get_dbus_connection (G_APPLICATION (self->application));
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (introspection, NULL);
  g_autofree char *copied = g_build_filename (self->dest, "source", NULL);
  g_autofree char *uri = g_filename_to_uri (copied, NULL, NULL);
  g_auto (GStrv) shown = NULL;
  gboolean owned = FALSE;
  guint object;
  guint name;

  object = g_dbus_connection_register_object (bus, "/org/freedesktop/FileManager1",
                                              node->interfaces[0], &vtable, &shown, NULL, NULL);
  name = g_bus_own_name_on_connection (bus, "org.freedesktop.FileManager1",
                                       G_BUS_NAME_OWNER_FLAGS_NONE, on_name_acquired, NULL,
                                       &owned, NULL);
  display_await (is_true, &owned, "there is a file manager");

  copy_app_start_job (self);
  copy_app_await_state (self, 0, COPY_JOB_DONE);
  gtk_widget_grab_focus (copy_app_get_row (self, 0));
  display_press ("<Control>o");
  display_await (is_set, &shown, "the file manager is asked");
  g_assert_cmpuint (g_strv_length (shown), ==, 1);
  g_assert_cmpstr (shown[0], ==, uri);

  g_bus_unown_name (name);
  g_dbus_connection_unregister_object (bus, object);
}

static void
prepare_show (CopyApp *self)
{
  e2e_make_text (self->source, "one.txt", "1");
  copy_app_run (self, TRUE, show_in_files);
}

static void
test_show (void)
{
  copy_app_test (prepare_show);
}

int
main (int    argc,
      char **argv)
{
  copy_app_init (&argc, &argv);

  g_test_add_func ("/display/copy/drop", test_drop);
  g_test_add_func ("/display/copy/report", test_report);
  g_test_add_func ("/display/copy/show", test_show);

  return g_test_run ();
}
