/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-sheet"

#include "copy-sheet.h"

#include "app-mnemonic.h"
#include "copy-check.h"
#include "copy-dest-row.h"
#include "copy-files.h"
#include "copy-plan-window.h"
#include "copy-sheet-options.h"
#include "copy-source-row.h"

#include <glib/gi18n.h>

struct _CopySheet
{
  AdwWindow         parent_instance;

  /* Set once */
  CopyQueue        *queue;
  CopyQueuedJob    *job;          /* that is changed, or NULL */
  GSettings        *settings;

  GListStore       *sources;      /* of GFile, all of them with paths */

  CopyCheck        *check;
  gboolean          was_right;    /* it could have been started before */
  gboolean          goes_into;    /* the destination is there, and what is chosen goes into it */

  /* Template */
  GtkWidget        *add_folders_button;
  CopyDestRow      *dest_row;
  GtkLabel         *error_label;
  GtkRevealer      *error_revealer;
  CopySheetOptions *options;
  GtkListBox       *sources_list;
  GtkButton        *start_button;
};

G_DEFINE_FINAL_TYPE (CopySheet, copy_sheet, ADW_TYPE_WINDOW)

/* What the sheet says, or NULL with @error set. */
static CopyRequest *
make_request (CopySheet  *self,
              GError    **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  CopyRequest request = { NULL };
  CopyRequest *copy = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->sources)); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (G_LIST_MODEL (self->sources), i);

      /* The list keeps the file, and that its path. */
      g_ptr_array_add (paths, (char *) g_file_peek_path (file));
    }
  g_ptr_array_add (paths, NULL);

  request.sources = (const char * const *) paths->pdata;
  request.dest = copy_dest_row_get_path (self->dest_row);
  request.target_directory = self->goes_into;

  if (paths->len > 1 && copy_sheet_options_apply (self->options, &request, error))
    copy = copy_request_copy (&request);
  g_clear_pointer (&request.filter, copy_filter_unref);

  return copy;
}

static void
show_error (CopySheet  *self,
            const char *text)
{
  if (text != NULL)
    gtk_label_set_text (self->error_label, text);
  gtk_revealer_set_reveal_child (self->error_revealer, text != NULL);
}

static void
allow (CopySheet *self,
       gboolean   allowed)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sheet.start", allowed);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sheet.plan", allowed);
}

/* What there is to be checked: nothing as long as something is missing. */
static CopyRequest *
get_request (gpointer   owner,
             GError   **error)
{
  CopySheet *self = owner;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->sources));
  g_autoptr (CopyRequest) request = NULL;

  if (n == 0 || (n > 1 && copy_dest_row_get_path (self->dest_row) == NULL))
    return NULL;

  request = make_request (self, error);
  if (request != NULL && request->mirror && request->dest == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("A mirror needs a destination"));
      return NULL;
    }

  return g_steal_pointer (&request);
}

static void
on_checked (gpointer         owner,
            CopyCheckResult  result,
            const GError    *wrong)
{
  CopySheet *self = owner;
  gboolean right = result != COPY_CHECK_UNKNOWN && result != COPY_CHECK_WRONG;

  self->goes_into = result == COPY_CHECK_INTO;
  copy_dest_row_set_is_new (self->dest_row, result == COPY_CHECK_AS);
  show_error (self, wrong != NULL ? wrong->message : NULL);
  allow (self, right);

  /* Who came with everything that it takes has only to press Enter. */
  if (right && !self->was_right)
    gtk_widget_grab_focus (GTK_WIDGET (self->start_button));
  self->was_right |= right;
}

static void
look_again (CopySheet *self)
{
  self->goes_into = FALSE;
  allow (self, FALSE);
  copy_check_again (self->check);
}

gboolean
copy_sheet_add_source (CopySheet *self,
                       GFile     *file)
{
  if (g_file_peek_path (file) == NULL)
    return FALSE;

  if (!g_list_store_find_with_equal_func (self->sources, file, (GEqualFunc) g_file_equal, NULL))
    g_list_store_append (self->sources, file);

  return TRUE;
}

gboolean
copy_sheet_set_dest (CopySheet *self,
                     GFile     *file)
{
  return copy_dest_row_set_file (self->dest_row, file);
}

static void
on_sources_changed (CopySheet *self)
{
  copy_dest_row_set_n_sources (self->dest_row,
                               g_list_model_get_n_items (G_LIST_MODEL (self->sources)));
  look_again (self);
}

static GtkWidget *
create_source_row (gpointer item,
                   gpointer user_data)
{
  return copy_source_row_new (item);
}

static void
remove_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CopySheet *self = COPY_SHEET (widget);
  g_autoptr (GFile) file = g_file_new_for_path (g_variant_get_bytestring (parameter));
  guint position;

  if (g_list_store_find_with_equal_func (self->sources, file, (GEqualFunc) g_file_equal,
                                         &position))
    g_list_store_remove (self->sources, position);
}

static void
on_remote (CopySheet *self)
{
  show_error (self, _("Only files of this computer can be copied"));
}

static void
add_sources (GObject    *owner,
             GListModel *files)
{
  CopySheet *self = COPY_SHEET (owner);
  guint n_remote = 0;

  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      n_remote += !copy_sheet_add_source (self, file);
    }

  if (n_remote > 0)
    on_remote (self);
}

static void
add_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  gboolean folders = g_str_equal (name, "sheet.add-folders");

  copy_files_choose (GTK_WINDOW (widget), folders ? _("Folders to Copy") : _("Files to Copy"),
                     folders, TRUE, add_sources, G_OBJECT (widget));
}

/* Hands the job to the queue. */
static void
commit (CopySheet *self)
{
  g_autoptr (CopyRequest) request = make_request (self, NULL);

  if (request == NULL)
    return;

  if (self->job == NULL)
    {
      copy_sheet_options_remember (self->options, self->settings);
      copy_queue_add (self->queue, request);
    }
  else if (!copy_queue_change (self->queue, self->job, request))
    {
      show_error (self, _("The job runs again; it can be changed when it has ended"));
      return;
    }

  gtk_window_close (GTK_WINDOW (self));
}

static void
start_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CopySheet *self = COPY_SHEET (widget);
  g_autoptr (CopyRequest) request = make_request (self, NULL);
  CopyPlanWindow *window;

  if (request == NULL)
    return;

  if (!request->mirror)
    {
      commit (self);
      return;
    }

  window = copy_plan_window_new (request, TRUE, GTK_WINDOW (self));
  g_signal_connect_object (window, "confirmed", G_CALLBACK (commit), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (window));
}

static void
plan_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  g_autoptr (CopyRequest) request = make_request (COPY_SHEET (widget), NULL);

  if (request != NULL)
    gtk_window_present (GTK_WINDOW (copy_plan_window_new (request, FALSE, GTK_WINDOW (widget))));
}

static void
paste_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  copy_files_paste (widget, add_sources);
}

static void
copy_sheet_dispose (GObject *object)
{
  CopySheet *self = COPY_SHEET (object);

  g_clear_pointer (&self->check, copy_check_free);
  if (self->sources_list != NULL)
    gtk_list_box_bind_model (self->sources_list, NULL, NULL, NULL, NULL);
  g_clear_object (&self->sources);
  g_clear_object (&self->settings);
  g_clear_object (&self->job);
  g_clear_object (&self->queue);

  G_OBJECT_CLASS (copy_sheet_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "sheet.add-files", NULL, add_action);
  gtk_widget_class_install_action (widget_class, "sheet.add-folders", NULL, add_action);
  gtk_widget_class_install_action (widget_class, "sheet.paste", NULL, paste_action);
  gtk_widget_class_install_action (widget_class, "sheet.plan", NULL, plan_action);
  gtk_widget_class_install_action (widget_class, "sheet.remove", "ay", remove_action);
  gtk_widget_class_install_action (widget_class, "sheet.start", NULL, start_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK,
                                       "sheet.start", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_v, GDK_CONTROL_MASK, "sheet.paste",
                                       NULL);
}

static void
copy_sheet_class_init (CopySheetClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = copy_sheet_dispose;

  g_type_ensure (COPY_TYPE_DEST_ROW);
  g_type_ensure (COPY_TYPE_SHEET_OPTIONS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/lanyard/Lanyard/Copy/copy-sheet.ui");
  gtk_widget_class_bind_template_child (widget_class, CopySheet, add_folders_button);
  gtk_widget_class_bind_template_child (widget_class, CopySheet, dest_row);
  gtk_widget_class_bind_template_child (widget_class, CopySheet, error_label);
  gtk_widget_class_bind_template_child (widget_class, CopySheet, error_revealer);
  gtk_widget_class_bind_template_child (widget_class, CopySheet, options);
  gtk_widget_class_bind_template_child (widget_class, CopySheet, sources_list);
  gtk_widget_class_bind_template_child (widget_class, CopySheet, start_button);
  install_actions (widget_class);
}

static void
copy_sheet_init (CopySheet *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_mnemonic_tidy (GTK_WIDGET (self));
  self->check = copy_check_new (get_request, on_checked, self);
  self->sources = g_list_store_new (G_TYPE_FILE);
  gtk_list_box_bind_model (self->sources_list, G_LIST_MODEL (self->sources), create_source_row,
                           self, NULL);
  g_signal_connect_object (self->sources, "items-changed", G_CALLBACK (on_sources_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->options, "changed", G_CALLBACK (look_again), self);
  g_signal_connect_swapped (self->dest_row, "changed", G_CALLBACK (look_again), self);
  g_signal_connect_swapped (self->dest_row, "remote", G_CALLBACK (on_remote), self);
  gtk_window_set_focus (GTK_WINDOW (self), self->add_folders_button);
  copy_files_add_drop_target (GTK_WIDGET (self), NULL, add_sources, G_OBJECT (self));
}

static void
show_job (CopySheet         *self,
          const CopyRequest *request)
{
  for (guint i = 0; request->sources[i] != NULL; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_path (request->sources[i]);

      copy_sheet_add_source (self, file);
    }
  if (request->dest != NULL)
    {
      g_autoptr (GFile) dest = g_file_new_for_path (request->dest);

      copy_sheet_set_dest (self, dest);
    }

  copy_sheet_options_show (self->options, request);
  gtk_window_set_title (GTK_WINDOW (self), _("Change Copy"));
  gtk_button_set_label (self->start_button, _("_Save"));
  app_mnemonic_tidy (GTK_WIDGET (self));
}

CopySheet *
copy_sheet_new (CopyQueue     *queue,
                CopyQueuedJob *job,
                GSettings     *settings)
{
  CopySheet *self = g_object_new (COPY_TYPE_SHEET, NULL);

  self->queue = g_object_ref (queue);
  self->settings = g_object_ref (settings);
  if (job != NULL)
    {
      self->job = g_object_ref (job);
      show_job (self, copy_queued_job_get_request (job));
    }
  else
    {
      copy_sheet_options_recall (self->options, settings);
    }

  copy_dest_row_set_recent (self->dest_row, copy_queue_get_recent (queue));
  look_again (self);

  return self;
}
