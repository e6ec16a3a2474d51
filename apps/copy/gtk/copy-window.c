/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-window"

#include "copy-window.h"

#include "app-mnemonic.h"
#include "copy-at-once.h"
#include "copy-conflict-dialog.h"
#include "copy-files.h"
#include "copy-job-rows.h"
#include "copy-preferences.h"
#include "copy-sheet.h"
#include "copy-text.h"

#include "app-shortcuts.h"

#include <glib/gi18n.h>

struct _CopyWindow
{
  AdwApplicationWindow  parent_instance;

  /* Set once; those after the settings are NULL if there can be no queue */
  GSettings            *settings;
  CopyQueue            *queue;
  CopyOverview         *overview;
  CopyJobRows          *rows;
  CopyAtOnce           *at_once;

  CopySheet            *sheet;            /* weak, of a new job */
  CopyConflictDialog   *conflict_dialog;  /* NULL until there is a question */

  /* Template */
  GtkWidget            *broken_page;
  GtkRevealer          *drop_revealer;
  GtkListBox           *list;
  GtkStack             *stack;
  AdwWindowTitle       *title_widget;
  AdwToastOverlay      *toasts;
  GtkInfoBar           *trouble_bar;
  GtkLabel             *trouble_label;
};

G_DEFINE_FINAL_TYPE (CopyWindow, copy_window, ADW_TYPE_APPLICATION_WINDOW)

static void
tell (CopyWindow *self,
      const char *text)
{
  AdwToast *toast = adw_toast_new ("");
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_toast_set_title (toast, markup);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
tell_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  tell (COPY_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

/* A sheet for a new job, or the one that is open. */
static CopySheet *
open_sheet (CopyWindow *self)
{
  if (self->queue == NULL)
    return NULL;

  if (self->sheet == NULL)
    g_set_weak_pointer (&self->sheet, copy_sheet_new (self->queue, NULL, self->settings));

  gtk_window_set_transient_for (GTK_WINDOW (self->sheet), GTK_WINDOW (self));
  gtk_window_present (GTK_WINDOW (self->sheet));

  return self->sheet;
}

void
copy_window_add (CopyWindow *self,
                 GListModel *files,
                 GFile      *dest)
{
  CopySheet *sheet = open_sheet (self);
  guint n_remote = 0;

  if (sheet == NULL)
    return;

  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      if (!copy_sheet_add_source (sheet, file))
        n_remote++;
    }

  if (dest != NULL && !copy_sheet_set_dest (sheet, dest))
    n_remote++;

  if (n_remote > 0)
    tell (self, _("Only files of this computer can be copied"));
}

static void
new_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  open_sheet (COPY_WINDOW (widget));
}

static void
on_pasted (GObject    *owner,
           GListModel *files)
{
  if (g_list_model_get_n_items (files) == 0)
    tell (COPY_WINDOW (owner), _("There are no copied files to paste"));
  else
    copy_window_add (COPY_WINDOW (owner), files, NULL);
}

static void
on_dropped (GObject    *owner,
            GListModel *files)
{
  copy_window_add (COPY_WINDOW (owner), files, NULL);
}

static void
paste_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  copy_files_paste (widget, on_pasted);
}

static void
clear_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CopyWindow *self = COPY_WINDOW (widget);

  if (self->queue != NULL)
    copy_queue_clear_ended (self->queue);
}

static void
preferences_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  CopyWindow *self = COPY_WINDOW (widget);

  copy_preferences_present (GTK_WINDOW (self), self->settings);
}

/* The job whose id is @parameter. */
static CopyQueuedJob *
find_job (CopyWindow *self,
          GVariant   *parameter)
{
  return self->queue != NULL ? copy_queue_find (self->queue, g_variant_get_uint64 (parameter))
                             : NULL;
}

static void
change_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CopyWindow *self = COPY_WINDOW (widget);
  CopyQueuedJob *job = find_job (self, parameter);
  CopySheet *sheet;

  if (job == NULL || copy_queued_job_is_active (job))
    return;

  sheet = copy_sheet_new (self->queue, job, self->settings);
  gtk_window_set_transient_for (GTK_WINDOW (sheet), GTK_WINDOW (self));
  gtk_window_present (GTK_WINDOW (sheet));
}

/* Made when it is needed: GTK 4.8 tells a screen reader that asks for a window that is gone of the
 * last one there is, and warns if that was never shown. */
static CopyConflictDialog *
get_conflict_dialog (CopyWindow *self)
{
  if (self->conflict_dialog == NULL)
    self->conflict_dialog = copy_conflict_dialog_new (self->queue, self->overview,
                                                      GTK_WINDOW (self));

  return self->conflict_dialog;
}

static void
answer_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CopyWindow *self = COPY_WINDOW (widget);

  copy_conflict_dialog_show_job (get_conflict_dialog (self), find_job (self, parameter));
}

/* What the title says, also where windows are only listed. */
static void
show_progress (CopyWindow *self)
{
  guint n = copy_overview_get_n_running (self->overview);
  int percent = (int) (copy_overview_get_fraction (self->overview) * 100);
  g_autofree char *title = NULL;
  g_autofree char *subtitle = NULL;

  if (n == 0)
    {
      gtk_window_set_title (GTK_WINDOW (self), _("Lanyard Copy"));
      adw_window_title_set_subtitle (self->title_widget, "");
      return;
    }

  /* Translators: progress in per cent, in the title of the window */
  title = g_strdup_printf (_("%d %% — Lanyard Copy"), percent);
  subtitle = g_strdup_printf (ngettext ("%u job, %d %%", "%u jobs, %d %%", n), n, percent);
  gtk_window_set_title (GTK_WINDOW (self), title);
  adw_window_title_set_subtitle (self->title_widget, subtitle);
}

static void
on_overview_changed (CopyWindow *self)
{
  show_progress (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.clear",
                                 copy_overview_get_n_ended (self->overview) > 0);
  if (copy_overview_get_n_questions (self->overview) > 0)
    get_conflict_dialog (self);
}

static void
on_trouble (CopyWindow *self)
{
  g_autofree char *text = copy_text_trouble (self->queue);

  gtk_label_set_text (self->trouble_label, text != NULL ? text : "");
  gtk_info_bar_set_revealed (self->trouble_bar, text != NULL);
}

static void
on_items_changed (CopyWindow *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->queue));

  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "jobs" : "empty");
}

static void
on_row_activated (CopyWindow    *self,
                  GtkListBoxRow *row)
{
  gtk_widget_activate_action (GTK_WIDGET (row), "job.details", NULL);
}

void
copy_window_show_job (CopyWindow *self,
                      guint64     id)
{
  if (self->rows != NULL)
    copy_job_rows_focus (self->rows, id);
}

static void
bind_queue (CopyWindow *self)
{
  g_signal_connect_object (self->queue, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->queue, "notify::trouble", G_CALLBACK (on_trouble), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->overview, "changed", G_CALLBACK (on_overview_changed), self,
                           G_CONNECT_SWAPPED);
  self->rows = copy_job_rows_new (self->queue, self->list);
  self->at_once = copy_at_once_new (G_ACTION_MAP (self), self->queue, self->settings);
  on_items_changed (self);
  on_trouble (self);
  on_overview_changed (self);
}

static void
show_broken (CopyWindow   *self,
             const GError *reason)
{
  g_autofree char *markup = g_markup_escape_text (reason->message, -1);

  adw_status_page_set_description (ADW_STATUS_PAGE (self->broken_page), markup);
  gtk_stack_set_visible_child_name (self->stack, "broken");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.new", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.paste", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.clear", FALSE);
}

static gboolean
copy_window_close_request (GtkWindow *window)
{
  copy_application_quit (COPY_APPLICATION (gtk_window_get_application (window)));

  return TRUE;
}

static void
copy_window_dispose (GObject *object)
{
  CopyWindow *self = COPY_WINDOW (object);

  g_clear_weak_pointer (&self->sheet);
  if (self->conflict_dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (g_steal_pointer (&self->conflict_dialog)));
  g_clear_pointer (&self->rows, copy_job_rows_free);
  g_clear_pointer (&self->at_once, copy_at_once_free);
  g_clear_object (&self->settings);
  g_clear_object (&self->overview);
  g_clear_object (&self->queue);

  G_OBJECT_CLASS (copy_window_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.answer", "t", answer_action);
  gtk_widget_class_install_action (widget_class, "win.change", "t", change_action);
  gtk_widget_class_install_action (widget_class, "win.clear", NULL, clear_action);
  gtk_widget_class_install_action (widget_class, "win.new", NULL, new_action);
  gtk_widget_class_install_action (widget_class, "win.paste", NULL, paste_action);
  gtk_widget_class_install_action (widget_class, "win.preferences", NULL, preferences_action);
  gtk_widget_class_install_action (widget_class, "win.tell", "s", tell_action);
}

static void
copy_window_class_init (CopyWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = copy_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = copy_window_close_request;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/lanyard/Lanyard/Copy/copy-window.ui");
  gtk_widget_class_bind_template_child (widget_class, CopyWindow, broken_page);
  gtk_widget_class_bind_template_child (widget_class, CopyWindow, drop_revealer);
  gtk_widget_class_bind_template_child (widget_class, CopyWindow, list);
  gtk_widget_class_bind_template_child (widget_class, CopyWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, CopyWindow, title_widget);
  gtk_widget_class_bind_template_child (widget_class, CopyWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, CopyWindow, trouble_bar);
  gtk_widget_class_bind_template_child (widget_class, CopyWindow, trouble_label);
  install_actions (widget_class);
}

static void
copy_window_init (CopyWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_mnemonic_tidy (GTK_WIDGET (self));
  app_shortcuts_add (GTK_APPLICATION_WINDOW (self));
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (on_row_activated), self);
  copy_files_add_drop_target (GTK_WIDGET (self), self->drop_revealer, on_dropped, G_OBJECT (self));
}

static void
keep_size (CopyWindow *self)
{
  g_settings_bind (self->settings, "window-width", self, "default-width",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-height", self, "default-height",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-maximized", self, "maximized",
                   G_SETTINGS_BIND_DEFAULT);
}

CopyWindow *
copy_window_new (CopyApplication *application)
{
  CopyWindow *self = g_object_new (COPY_TYPE_WINDOW, "application", application, NULL);
  const GError *reason = NULL;
  CopyQueue *queue = copy_application_get_queue (application, &reason);

  self->settings = g_object_ref (copy_application_get_settings (application));
  keep_size (self);

  if (queue == NULL)
    {
      show_broken (self, reason);
      return self;
    }

  self->queue = g_object_ref (queue);
  self->overview = g_object_ref (copy_application_get_overview (application));
  bind_queue (self);

  return self;
}
