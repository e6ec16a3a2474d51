/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-application"

#include "copy-application.h"

#include "app-mnemonic.h"
#include "copy-about.h"
#include "copy-attendant.h"
#include "copy-quit-dialog.h"
#include "copy-window.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>

struct _CopyApplication
{
  AdwApplication  parent_instance;

  /* Set once */
  char           *worker_program;

  /* From startup to shutdown */
  GSettings      *settings;
  CopyQueue      *queue;
  GError         *queue_error;
  CopyOverview   *overview;
  CopyAttendant  *attendant;      /* until it is to end */
  guint           signal_sources[2];

  gboolean        quitting;
  int             ended_by;       /* the signal that asked to end, or 0 */
};

G_DEFINE_FINAL_TYPE (CopyApplication, copy_application, ADW_TYPE_APPLICATION)

static const GOptionEntry options[] = {
  { "to", 't', 0, G_OPTION_ARG_FILENAME, NULL, N_("Copy to FOLDER"), N_("FOLDER") },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Show the version"), NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL, N_("[SOURCE…]") },
  G_OPTION_ENTRY_NULL
};

/* The window, of which there is one. */
static CopyWindow *
get_window (CopyApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (COPY_IS_WINDOW (l->data))
      return l->data;

  return copy_window_new (self);
}

static void
copy_application_activate (GApplication *application)
{
  CopyApplication *self = COPY_APPLICATION (application);

  if (!self->quitting)
    gtk_window_present (GTK_WINDOW (get_window (self)));
}

static void
add_files (CopyApplication *self,
           GListModel      *files,
           GFile           *dest)
{
  copy_application_activate (G_APPLICATION (self));

  if (!self->quitting && (g_list_model_get_n_items (files) > 0 || dest != NULL))
    copy_window_add (get_window (self), files, dest);
}

static void
copy_application_open (GApplication  *application,
                       GFile        **files,
                       int            n_files,
                       const char    *hint)
{
  g_autoptr (GListStore) list = g_list_store_new (G_TYPE_FILE);

  g_list_store_splice (list, 0, 0, (gpointer *) files, (guint) n_files);
  add_files (COPY_APPLICATION (application), G_LIST_MODEL (list), NULL);
}

static int
copy_application_command_line (GApplication            *application,
                               GApplicationCommandLine *command_line)
{
  GVariantDict *dict = g_application_command_line_get_options_dict (command_line);
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autoptr (GFile) dest = NULL;
  g_autofree const char **sources = NULL;
  const char *to;

  if (g_variant_dict_lookup (dict, "to", "^&ay", &to))
    dest = g_application_command_line_create_file_for_arg (command_line, to);

  if (g_variant_dict_lookup (dict, G_OPTION_REMAINING, "^a&ay", &sources))
    for (guint i = 0; sources[i] != NULL; i++)
      {
        g_autoptr (GFile) file = g_application_command_line_create_file_for_arg (command_line,
                                                                                 sources[i]);
        g_list_store_append (files, file);
      }

  add_files (COPY_APPLICATION (application), G_LIST_MODEL (files), dest);

  return 0;
}

static int
copy_application_handle_local_options (GApplication *application,
                                       GVariantDict *dict)
{
  if (!g_variant_dict_contains (dict, "version"))
    return -1;

  g_print ("lanyard-copy %s\n", PACKAGE_VERSION);

  return 0;
}

/* Once nothing runs any more and the queue is on the disk. */
static void
end_if_idle (CopyApplication *self)
{
  if (self->queue == NULL || copy_queue_get_n_active (self->queue) == 0)
    g_application_quit (G_APPLICATION (self));
}

static void
stop (CopyApplication *self)
{
  if (self->quitting)
    return;

  self->quitting = TRUE;
  g_clear_pointer (&self->attendant, copy_attendant_free);
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    gtk_widget_hide (l->data);

  if (self->queue != NULL)
    copy_queue_stop (self->queue);
  end_if_idle (self);
}

static gboolean
on_terminate (gpointer user_data)
{
  COPY_APPLICATION (user_data)->ended_by = SIGTERM;
  stop (user_data);

  return G_SOURCE_CONTINUE;
}

static gboolean
on_interrupt (gpointer user_data)
{
  COPY_APPLICATION (user_data)->ended_by = SIGINT;
  stop (user_data);

  return G_SOURCE_CONTINUE;
}

static void
on_quit_response (CopyApplication *self,
                  const char      *response)
{
  if (g_str_equal (response, "stop"))
    stop (self);
}

void
copy_application_quit (CopyApplication *self)
{
  GtkWindow *dialog;

  if (self->queue == NULL || copy_queue_get_n_active (self->queue) == 0)
    {
      stop (self);
      return;
    }

  dialog = copy_quit_dialog_new (GTK_WINDOW (get_window (self)), self->queue);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_quit_response), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (dialog);
}

static void
on_n_active (CopyApplication *self)
{
  if (self->quitting)
    end_if_idle (self);
}

static void
open_queue (CopyApplication *self)
{
  const char *worker_argv[] = { self->worker_program, "worker", NULL };

  self->queue = copy_queue_new (NULL, self->worker_program != NULL ? worker_argv : NULL,
                                &self->queue_error);
  if (self->queue == NULL)
    return;

  self->overview = copy_overview_new (self->queue);
  self->attendant = copy_attendant_new (GTK_APPLICATION (self), self->overview, self->queue,
                                        self->settings);
  g_signal_connect_object (self->queue, "notify::n-active", G_CALLBACK (on_n_active), self,
                           G_CONNECT_SWAPPED);
  copy_queue_start (self->queue);
}

static void
on_show_job (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  CopyApplication *self = user_data;

  copy_application_activate (G_APPLICATION (self));
  if (!self->quitting)
    copy_window_show_job (get_window (self), g_variant_get_uint64 (parameter));
}

static void
on_new_job (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  CopyApplication *self = user_data;

  copy_application_activate (G_APPLICATION (self));
  if (!self->quitting)
    gtk_widget_activate_action (GTK_WIDGET (get_window (self)), "win.new", NULL);
}

static void
on_quit (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  copy_application_quit (user_data);
}

static void
on_about (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  copy_about_present (gtk_application_get_active_window (user_data));
}

static void
set_accels (GtkApplication *application)
{
  static const struct
  {
    const char *action;
    const char *accels[3];
  } table[] = {
    { "app.quit", { "<Control>q" } },
    { "win.new", { "<Control>n" } },
    { "win.paste", { "<Control>v" } },
    { "win.preferences", { "<Control>comma" } },
    { "win.show-help-overlay", { "<Control>question", "<Control>F1" } },
    { "win.clear", { "<Control>Delete" } },
    { "window.close", { "<Control>w" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    gtk_application_set_accels_for_action (application, table[i].action, table[i].accels);
}

static void
copy_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = {
    { "about", on_about },
    { "new-job", on_new_job },
    { "quit", on_quit },
    { "show-job", on_show_job, "t" },
  };
  CopyApplication *self = COPY_APPLICATION (application);

  G_APPLICATION_CLASS (copy_application_parent_class)->startup (application);

  self->settings = g_settings_new (COPY_SETTINGS_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  set_accels (GTK_APPLICATION (self));
  gtk_window_set_default_icon_name (COPY_APPLICATION_ID);
  app_mnemonic_tidy_all ();
  self->signal_sources[0] = g_unix_signal_add (SIGTERM, on_terminate, self);
  self->signal_sources[1] = g_unix_signal_add (SIGINT, on_interrupt, self);
  open_queue (self);
}

static void
copy_application_shutdown (GApplication *application)
{
  CopyApplication *self = COPY_APPLICATION (application);

  for (guint i = 0; i < G_N_ELEMENTS (self->signal_sources); i++)
    g_clear_handle_id (&self->signal_sources[i], g_source_remove);

  /* Windows let go of the jobs before the queue does. */
  while (gtk_application_get_windows (GTK_APPLICATION (self)) != NULL)
    gtk_window_destroy (gtk_application_get_windows (GTK_APPLICATION (self))->data);

  G_APPLICATION_CLASS (copy_application_parent_class)->shutdown (application);

  g_clear_pointer (&self->attendant, copy_attendant_free);
  g_clear_object (&self->overview);
  g_clear_object (&self->queue);
  g_clear_error (&self->queue_error);
  g_clear_object (&self->settings);
}

static void
copy_application_finalize (GObject *object)
{
  CopyApplication *self = COPY_APPLICATION (object);

  g_clear_pointer (&self->worker_program, g_free);

  G_OBJECT_CLASS (copy_application_parent_class)->finalize (object);
}

static void
copy_application_class_init (CopyApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = copy_application_finalize;

  application_class->activate = copy_application_activate;
  application_class->command_line = copy_application_command_line;
  application_class->handle_local_options = copy_application_handle_local_options;
  application_class->open = copy_application_open;
  application_class->shutdown = copy_application_shutdown;
  application_class->startup = copy_application_startup;
}

static void
copy_application_init (CopyApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), "");
  g_application_set_option_context_summary (G_APPLICATION (self),
                                            _("Copies folders: opens a sheet for SOURCE, in "
                                              "which the copy can be started."));
}

CopyApplication *
copy_application_new (const char *worker_program)
{
  CopyApplication *self;

  self = g_object_new (COPY_TYPE_APPLICATION,
                       "application-id", COPY_APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_OPEN | G_APPLICATION_HANDLES_COMMAND_LINE,
                       "resource-base-path", "/io/github/lanyard/Lanyard/Copy",
                       NULL);
  self->worker_program = g_strdup (worker_program);

  return self;
}

GSettings *
copy_application_get_settings (CopyApplication *self)
{
  return self->settings;
}

CopyQueue *
copy_application_get_queue (CopyApplication  *self,
                            const GError    **reason)
{
  if (reason != NULL)
    *reason = self->queue_error;

  return self->queue;
}

CopyOverview *
copy_application_get_overview (CopyApplication *self)
{
  return self->overview;
}

int
copy_application_get_ended_by (CopyApplication *self)
{
  return self->ended_by;
}
