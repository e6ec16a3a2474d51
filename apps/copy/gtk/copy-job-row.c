/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-job-row"

#include "copy-job-row.h"

#include "app-mnemonic.h"
#include "copy-files.h"
#include "copy-graph.h"
#include "copy-job-details.h"
#include "copy-job-drag.h"
#include "copy-job-look.h"
#include "copy-text.h"

#include <glib/gi18n.h>

/* The graph has one sample for this long. */
#define SAMPLE_US (G_USEC_PER_SEC / 2)

struct _CopyJobRow
{
  GtkListBoxRow    parent_instance;

  /* Set once */
  CopyQueue       *queue;
  CopyQueuedJob   *job;

  gint64           sampled;
  CopyJobDetails  *details;   /* made when they are asked for */

  /* Template */
  GtkWidget       *answer_button;
  GtkWidget       *cancel_button;
  GtkToggleButton *details_button;
  GtkRevealer     *details_revealer;
  CopyGraph       *graph;
  GtkWidget       *handle;
  GtkLabel        *item_label;
  GtkWidget       *menu_button;
  GtkWidget       *pause_button;
  GtkWidget       *progress_bar;
  GtkWidget       *remove_button;
  GtkWidget       *retry_button;
  GtkLabel        *route_label;
  GtkImage        *state_icon;
  GtkLabel        *state_label;
  GtkLabel        *title_label;
};

G_DEFINE_FINAL_TYPE (CopyJobRow, copy_job_row, GTK_TYPE_LIST_BOX_ROW)

/* The figures, ten times a second at most. */
static void
show_progress (CopyJobRow *self)
{
  CopyJobState state = copy_queued_job_get_state (self->job);
  gboolean active = copy_queued_job_is_active (self->job);
  const CopyFigures *figures = copy_queued_job_get_figures (self->job);
  g_autofree char *text = copy_text_state (self->job);
  double fraction = 0;
  gint64 now = g_get_monotonic_time ();

  gtk_label_set_text (self->state_label, text);
  g_object_get (self->job, "fraction", &fraction, NULL);
  if (active && !figures->totals_known && state != COPY_JOB_PAUSED)
    gtk_progress_bar_pulse (GTK_PROGRESS_BAR (self->progress_bar));
  else
    gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress_bar), CLAMP (fraction, 0, 1));

  if (active && state != COPY_JOB_PAUSED && now - self->sampled >= SAMPLE_US)
    {
      copy_graph_add (self->graph, figures->rate);
      self->sampled = now;
    }

  if (self->details != NULL && gtk_revealer_get_reveal_child (self->details_revealer))
    copy_job_details_update (self->details);
}

static void
show_item (CopyJobRow *self)
{
  const char *item = copy_queued_job_get_current_item (self->job);
  gboolean shown = item != NULL && copy_queued_job_is_active (self->job) &&
                   !copy_text_is_held_up (self->job);
  g_autofree char *path = shown ? copy_text_path (item) : NULL;

  gtk_label_set_text (self->item_label, shown ? path : "");
  gtk_widget_set_visible (GTK_WIDGET (self->item_label), shown);
}

/* Which of the actions can be done now. */
static void
enable_actions (CopyJobRow   *self,
                CopyJobState  state)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean active = copy_queued_job_is_active (self->job);
  gboolean reported = copy_queued_job_get_report (self->job) != NULL;
  const CopyRequest *request = copy_queued_job_get_request (self->job);

  gtk_widget_action_set_enabled (widget, "job.pause",
                                 state != COPY_JOB_DONE && state != COPY_JOB_FAILED);
  gtk_widget_action_set_enabled (widget, "job.cancel", !copy_queued_job_has_ended (self->job));
  gtk_widget_action_set_enabled (widget, "job.remove", !active);
  gtk_widget_action_set_enabled (widget, "job.change", !active);
  gtk_widget_action_set_enabled (widget, "job.retry", state == COPY_JOB_FAILED);
  gtk_widget_action_set_enabled (widget, "job.answer", state == COPY_JOB_ASKING);
  gtk_widget_action_set_enabled (widget, "job.save-report", reported);
  gtk_widget_action_set_enabled (widget, "job.show", reported || request->dest != NULL);
}

static void
show_buttons (CopyJobRow   *self,
              CopyJobState  state)
{
  gboolean goes = state == COPY_JOB_WAITING || state == COPY_JOB_RUNNING ||
                  state == COPY_JOB_ASKING;
  gboolean ended = copy_queued_job_has_ended (self->job);
  const char *words = goes ? _("Pause") : _("Resume");

  gtk_button_set_icon_name (GTK_BUTTON (self->pause_button),
                            goes ? "media-playback-pause-symbolic"
                                 : "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (self->pause_button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pause_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                  -1);
  gtk_widget_set_visible (self->pause_button,
                          state != COPY_JOB_DONE && state != COPY_JOB_FAILED);
  gtk_widget_set_visible (self->retry_button, state == COPY_JOB_FAILED);
  gtk_widget_set_visible (self->cancel_button, !ended);
  gtk_widget_set_visible (self->remove_button, ended);
  gtk_widget_set_visible (self->answer_button, state == COPY_JOB_ASKING);
  gtk_widget_set_visible (GTK_WIDGET (self->graph), copy_queued_job_is_active (self->job));
  gtk_widget_set_visible (self->progress_bar, copy_queued_job_has_begun (self->job) && !ended);
}

static void
show_state (CopyJobRow *self)
{
  CopyJobState state = copy_queued_job_get_state (self->job);
  g_autofree char *title = copy_text_title (copy_queued_job_get_request (self->job));
  g_autofree char *route = copy_text_route (copy_queued_job_get_request (self->job));
  g_autofree char *name = g_strdup_printf ("%s, %s", title, copy_job_look_get_words (state));

  gtk_label_set_text (self->title_label, title);
  gtk_label_set_text (self->route_label, route);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->route_label), route);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  copy_job_look_show (self->state_icon, state);
  show_buttons (self, state);
  enable_actions (self, state);
  show_progress (self);
  show_item (self);
  if (self->details != NULL)
    copy_job_details_update (self->details);
}

static void
on_details (CopyJobRow *self)
{
  if (!gtk_toggle_button_get_active (self->details_button))
    return;

  if (self->details == NULL)
    {
      self->details = copy_job_details_new (self->job);
      gtk_revealer_set_child (self->details_revealer, GTK_WIDGET (self->details));
    }
  copy_job_details_update (self->details);
}

static void
menu_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  gtk_menu_button_popup (GTK_MENU_BUTTON (COPY_JOB_ROW (widget)->menu_button));
}

static void
details_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  CopyJobRow *self = COPY_JOB_ROW (widget);

  gtk_toggle_button_set_active (self->details_button,
                                !gtk_toggle_button_get_active (self->details_button));
}

static void
pause_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CopyJobRow *self = COPY_JOB_ROW (widget);

  if (!copy_queue_pause (self->queue, self->job))
    copy_queue_resume (self->queue, self->job);
}

static void
cancel_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CopyJobRow *self = COPY_JOB_ROW (widget);

  copy_queue_cancel (self->queue, self->job);
}

static void
retry_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CopyJobRow *self = COPY_JOB_ROW (widget);

  copy_graph_clear (self->graph);
  copy_queue_retry (self->queue, self->job);
}

static void
remove_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CopyJobRow *self = COPY_JOB_ROW (widget);

  copy_queue_remove (self->queue, self->job);
}

static void
move_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CopyJobRow *self = COPY_JOB_ROW (widget);
  int position = gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (widget)) +
                 (g_str_equal (name, "job.down") ? 1 : -1);

  if (position < 0)
    return;

  copy_queue_move (self->queue, self->job, (guint) position);
  gtk_widget_grab_focus (widget);
}

/* What the window does for a job. */
static void
window_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CopyJobRow *self = COPY_JOB_ROW (widget);

  gtk_widget_activate_action (widget,
                              g_str_equal (name, "job.answer") ? "win.answer" : "win.change",
                              "t", copy_queued_job_get_id (self->job));
}

static void
save_report_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  CopyJobRow *self = COPY_JOB_ROW (widget);

  copy_files_save_report (widget, copy_queued_job_get_report (self->job));
}

static void
show_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CopyJobRow *self = COPY_JOB_ROW (widget);
  const CopyReport *report = copy_queued_job_get_report (self->job);
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  for (guint i = 0; report != NULL && i < report->places->len; i++)
    g_ptr_array_add (paths, ((CopyReportPlace *) g_ptr_array_index (report->places, i))->to);
  if (paths->len == 0)
    g_ptr_array_add (paths, (char *) copy_queued_job_get_request (self->job)->dest);
  g_ptr_array_add (paths, NULL);

  copy_files_show (widget, (const char * const *) paths->pdata);
}

static void
copy_job_row_dispose (GObject *object)
{
  CopyJobRow *self = COPY_JOB_ROW (object);

  g_clear_object (&self->job);
  g_clear_object (&self->queue);

  G_OBJECT_CLASS (copy_job_row_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char                  *name;
    GtkWidgetActionActivateFunc  func;
    guint                        key;
    GdkModifierType              modifiers;
  } table[] = {
    { "job.answer", window_action, GDK_KEY_F2, 0 },
    { "job.cancel", cancel_action, GDK_KEY_Delete, GDK_SHIFT_MASK },
    { "job.change", window_action, GDK_KEY_Return, GDK_ALT_MASK },
    { "job.details", details_action, 0, 0 },
    { "job.down", move_action, GDK_KEY_Down, GDK_ALT_MASK },
    { "job.menu", menu_action, GDK_KEY_Menu, 0 },
    { "job.pause", pause_action, GDK_KEY_p, GDK_CONTROL_MASK },
    { "job.remove", remove_action, GDK_KEY_Delete, 0 },
    { "job.retry", retry_action, GDK_KEY_r, GDK_CONTROL_MASK },
    { "job.save-report", save_report_action, GDK_KEY_s, GDK_CONTROL_MASK },
    { "job.show", show_action, GDK_KEY_o, GDK_CONTROL_MASK },
    { "job.up", move_action, GDK_KEY_Up, GDK_ALT_MASK },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      gtk_widget_class_install_action (widget_class, table[i].name, NULL, table[i].func);
      if (table[i].key != 0)
        gtk_widget_class_add_binding_action (widget_class, table[i].key, table[i].modifiers,
                                             table[i].name, NULL);
    }

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "job.menu", NULL);
}

static void
copy_job_row_class_init (CopyJobRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = copy_job_row_dispose;

  g_type_ensure (COPY_TYPE_GRAPH);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/lanyard/Lanyard/Copy/copy-job-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CopyJobRow, answer_button);
  gtk_widget_class_bind_template_child (widget_class, CopyJobRow, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, CopyJobRow, details_button);
  gtk_widget_class_bind_template_child (widget_class, CopyJobRow, details_revealer);
  gtk_widget_class_bind_template_child (widget_class, CopyJobRow, graph);
  gtk_widget_class_bind_template_child (widget_class, CopyJobRow, handle);
  gtk_widget_class_bind_template_child (widget_class, CopyJobRow, item_label);
  gtk_widget_class_bind_template_child (widget_class, CopyJobRow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, CopyJobRow, pause_button);
  gtk_widget_class_bind_template_child (widget_class, CopyJobRow, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, CopyJobRow, remove_button);
  gtk_widget_class_bind_template_child (widget_class, CopyJobRow, retry_button);
  gtk_widget_class_bind_template_child (widget_class, CopyJobRow, route_label);
  gtk_widget_class_bind_template_child (widget_class, CopyJobRow, state_icon);
  gtk_widget_class_bind_template_child (widget_class, CopyJobRow, state_label);
  gtk_widget_class_bind_template_child (widget_class, CopyJobRow, title_label);
  install_actions (widget_class);
}

static void
copy_job_row_init (CopyJobRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_mnemonic_tidy (GTK_WIDGET (self));
  g_signal_connect_swapped (self->details_button, "toggled", G_CALLBACK (on_details), self);
}

CopyJobRow *
copy_job_row_new (CopyQueue     *queue,
                  CopyQueuedJob *job)
{
  CopyJobRow *self = g_object_new (COPY_TYPE_JOB_ROW, NULL);

  self->queue = g_object_ref (queue);
  self->job = g_object_ref (job);
  g_signal_connect_object (job, "progress", G_CALLBACK (show_progress), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (job, "progress", G_CALLBACK (show_item), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (job, "notify::current-item", G_CALLBACK (show_item), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (job, "notify::state", G_CALLBACK (show_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (job, "notify::sources", G_CALLBACK (show_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (job, "notify::dest", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  copy_job_drag_add (GTK_LIST_BOX_ROW (self), self->handle, queue, job);
  show_state (self);

  return self;
}

CopyQueuedJob *
copy_job_row_get_job (CopyJobRow *self)
{
  return self->job;
}
