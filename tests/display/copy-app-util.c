/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "copy-app-util.h"

#include "copy-sheet.h"
#include "copy-tasks.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What is forbidden is forbidden to the super-user, too, and to all that the program starts. */
static void
give_up_rights (void)
{
  struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };
  guint rights = 1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH;

  if (geteuid () != 0)
    return;

  prctl (PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0);
  prctl (PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH, 0, 0, 0);
  g_assert_cmpint (syscall (SYS_capget, &header, data), ==, 0);
  data[0].effective &= ~rights;
  data[0].permitted &= ~rights;
  data[0].inheritable &= ~rights;
  g_assert_cmpint (syscall (SYS_capset, &header, data), ==, 0);
}

void
copy_app_init (int    *argc,
               char ***argv)
{
  give_up_rights ();
  display_init (argc, argv);
  copy_tasks_register ();
}

typedef struct
{
  CopyApp     *app;
  CopyAppBody  body;
} Run;

static void
run_body (GtkApplication *application,
          gpointer        user_data)
{
  Run *run = user_data;

  run->app->window = display_get_window (COPY_TYPE_WINDOW);
  run->app->queue = copy_application_get_queue (COPY_APPLICATION (application), NULL);
  g_assert_nonnull (run->app->queue);
  run->body (run->app);
}

void
copy_app_run (CopyApp     *self,
              gboolean     with_sources,
              CopyAppBody  body)
{
  const char *arguments[] = { "--to", self->dest, self->source, NULL };
  Run run = { self, body };

  self->application = copy_application_new (g_getenv ("LANYARD"));
  display_run (GTK_APPLICATION (self->application), with_sources ? arguments : NULL, run_body,
               &run);
}

void
copy_app_test (CopyAppBody body)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *data = g_build_filename (g_get_user_data_dir (), "lanyard", NULL);
  CopyApp self = { .temp = temp };

  e2e_remove (data);
  self.source = e2e_make_dir (temp->path, "source");
  self.dest = e2e_make_dir (temp->path, "dest");
  body (&self);

  g_free (self.source);
  g_free (self.dest);
}

GtkWindow *
copy_app_get_sheet (CopyApp *self)
{
  return display_get_window (COPY_TYPE_SHEET);
}

static gboolean
can_start (gpointer user_data)
{
  GtkWidget *button = display_look_for (user_data, GTK_TYPE_BUTTON, "start_button");

  return button != NULL && gtk_widget_is_sensitive (button);
}

GtkWindow *
copy_app_await_ready (CopyApp *self)
{
  GtkWindow *sheet = copy_app_get_sheet (self);

  display_await (can_start, sheet, "the copy can be started");

  return sheet;
}

void
copy_app_start_job (CopyApp *self)
{
  GtkWindow *sheet = copy_app_await_ready (self);

  display_click_on (sheet, GTK_TYPE_BUTTON, "start_button");
}

void
copy_app_add (GtkWindow  *window,
              const char *source,
              const char *dest)
{
  g_autoptr (GFile) source_file = g_file_new_for_path (source);
  g_autoptr (GFile) dest_file = g_file_new_for_path (dest);
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

  g_list_store_append (files, source_file);
  copy_window_add (COPY_WINDOW (window), G_LIST_MODEL (files), dest_file);
}

void
copy_app_open_sheet (CopyApp    *self,
                     const char *source,
                     const char *dest)
{
  g_autofree char *source_path = e2e_temp_get (self->temp, source);
  g_autofree char *dest_path = e2e_temp_get (self->temp, dest);

  copy_app_add (self->window, source_path, dest_path);
}

/* The list of jobs keeps it. */
CopyQueuedJob *
copy_app_get_job (CopyApp *self,
                  guint    position)
{
  g_autoptr (CopyQueuedJob) job = g_list_model_get_item (G_LIST_MODEL (self->queue), position);

  g_assert_nonnull (job);

  return job;
}

typedef struct
{
  CopyApp      *app;
  guint         position;
  CopyJobState  state;
} Wish;

static gboolean
is_in_state (gpointer user_data)
{
  Wish *wish = user_data;

  return g_list_model_get_n_items (G_LIST_MODEL (wish->app->queue)) > wish->position &&
         copy_queued_job_get_state (copy_app_get_job (wish->app, wish->position)) == wish->state;
}

void
copy_app_await_state (CopyApp      *self,
                      guint         position,
                      CopyJobState  state)
{
  Wish wish = { self, position, state };
  g_autofree char *what = g_strdup_printf ("job %u comes to state %d", position, (int) state);

  display_await (is_in_state, &wish, what);
}

GtkWidget *
copy_app_get_row (CopyApp *self,
                  guint    position)
{
  GtkWidget *list = display_get (self->window, GTK_TYPE_LIST_BOX, "list");

  return GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), (int) position));
}
