/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-job-details"

#include "copy-job-details.h"

#include "app-choices.h"
#include "app-mnemonic.h"
#include "copy-text.h"

#include <glib/gi18n.h>

#define RESOURCES "/io/github/lanyard/Lanyard/Copy/"

/* So many workers are told of; more are only counted. */
#define MAX_WORKER_LINES 16

struct _CopyJobDetails
{
  GtkBox             parent_instance;

  /* Set once */
  CopyQueuedJob     *job;
  GtkMultiSelection *selection;

  /* Template */
  AppChoices        *buttons;
  GtkWidget         *nothing_label;
  GtkWidget         *problems_part;
  GtkLabel          *problems_title;
  GtkListView       *problems_view;
  GtkBox            *workers_box;
  GtkWidget         *workers_part;
  GtkLabel          *workers_title;
};

G_DEFINE_FINAL_TYPE (CopyJobDetails, copy_job_details, GTK_TYPE_BOX)

static char *
copy_problem_row_dup_path (GObject     *list_item,
                           CopyProblem *problem)
{
  return problem != NULL ? copy_text_path (copy_problem_get_path (problem)) : NULL;
}

static char *
copy_problem_row_dup_reason (GObject     *list_item,
                             CopyProblem *problem)
{
  return problem != NULL ? g_strdup (copy_problem_get_reason (problem)) : NULL;
}

/* A line for a worker: its item at the left, how far it is in that at the right. */
static GtkWidget *
add_worker_line (CopyJobDetails *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *item = gtk_label_new (NULL);
  GtkWidget *amount = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (item), 0);
  gtk_label_set_ellipsize (GTK_LABEL (item), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_hexpand (item, TRUE);
  gtk_widget_add_css_class (item, "caption");
  gtk_widget_add_css_class (amount, "caption");
  gtk_widget_add_css_class (amount, "dim-label");
  gtk_widget_add_css_class (amount, "numeric");
  gtk_box_append (GTK_BOX (line), item);
  gtk_box_append (GTK_BOX (line), amount);
  gtk_box_append (self->workers_box, line);

  return line;
}

static void
show_worker (GtkWidget             *line,
             const CopyWorkerState *worker)
{
  GtkWidget *item = gtk_widget_get_first_child (line);
  g_autofree char *path = worker->path != NULL ? copy_text_path (worker->path)
                                               : g_strdup (_("waits"));
  /* Translators: the number of a worker and the file that it copies */
  g_autofree char *text = g_strdup_printf (_("%u: %s"), worker->number, path);
  g_autofree char *amount = NULL;

  if (worker->path != NULL && worker->size > 0)
    {
      g_autofree char *done = g_format_size ((guint64) MAX (worker->bytes, 0));
      g_autofree char *size = g_format_size (worker->size);

      /* Translators: bytes of bytes */
      amount = g_strdup_printf (_("%s of %s"), done, size);
    }

  gtk_label_set_text (GTK_LABEL (item), text);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_next_sibling (item)), amount != NULL ? amount : "");
  gtk_widget_set_visible (line, TRUE);
}

/* Lines are used again, since what they say changes ten times a second. */
static gboolean
show_workers (CopyJobDetails *self)
{
  g_autoptr (GPtrArray) workers = copy_queued_job_list_workers (self->job);
  GtkWidget *line = gtk_widget_get_first_child (GTK_WIDGET (self->workers_box));
  g_autofree char *title = NULL;

  for (guint i = 0; i < MIN (workers->len, MAX_WORKER_LINES); i++)
    {
      if (line == NULL)
        line = add_worker_line (self);
      show_worker (line, g_ptr_array_index (workers, i));
      line = gtk_widget_get_next_sibling (line);
    }
  for (; line != NULL; line = gtk_widget_get_next_sibling (line))
    gtk_widget_set_visible (line, FALSE);

  title = g_strdup_printf (ngettext ("%u worker", "%u workers", workers->len), workers->len);
  gtk_label_set_text (self->workers_title, title);
  gtk_widget_set_visible (self->workers_part, workers->len > 0);

  return workers->len > 0;
}

static gboolean
show_problems (CopyJobDetails *self)
{
  const CopyReport *report = copy_queued_job_get_report (self->job);
  guint listed = g_list_model_get_n_items (copy_queued_job_get_problems (self->job));
  guint64 n = report != NULL ? MAX (report->n_problems, listed) : listed;
  g_autofree char *count = copy_text_count (n);
  g_autofree char *listed_text = copy_text_count (listed);
  g_autofree char *title = NULL;

  if (n > listed)
    /* Translators: how many items could not be copied, and how many of them are in the list */
    title = g_strdup_printf (_("%s items could not be copied; %s are listed"), count, listed_text);
  else
    title = g_strdup_printf (g_dngettext (NULL, "%s item could not be copied",
                                          "%s items could not be copied", (gulong) n), count);

  gtk_label_set_text (self->problems_title, title);
  gtk_widget_set_visible (self->problems_part, n > 0);

  return n > 0;
}

void
copy_job_details_update (CopyJobDetails *self)
{
  gboolean workers = show_workers (self);
  gboolean problems = show_problems (self);

  gtk_widget_set_visible (self->nothing_label,
                          !workers && !problems && !copy_queued_job_has_ended (self->job));
}

/* Copies what is selected; without a selection, everything. */
static void
copy_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CopyJobDetails *self = COPY_JOB_DETAILS (widget);
  g_autoptr (GtkBitset) which =
    gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  g_autofree char *text = copy_text_problems (copy_queued_job_get_problems (self->job),
                                              gtk_bitset_is_empty (which) ? NULL : which);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  gtk_widget_activate_action (widget, "win.tell", "s", _("Copied to the clipboard"));
}

static void
add_buttons (CopyJobDetails *self)
{
  static const struct
  {
    const char *label;
    const char *action;
  } table[] = {
    { N_("_Retry Failed"), "job.retry" },
    { N_("_Save Report…"), "job.save-report" },
    { N_("Show in _Files"), "job.show" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      GtkWidget *button = gtk_button_new_with_mnemonic (_(table[i].label));

      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), table[i].action);
      app_choices_append (self->buttons, button);
    }
}

static void
copy_job_details_dispose (GObject *object)
{
  CopyJobDetails *self = COPY_JOB_DETAILS (object);

  g_clear_object (&self->job);
  g_clear_object (&self->selection);

  G_OBJECT_CLASS (copy_job_details_parent_class)->dispose (object);
}

static void
copy_job_details_class_init (CopyJobDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = copy_job_details_dispose;

  g_type_ensure (APP_TYPE_CHOICES);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCES "copy-job-details.ui");
  gtk_widget_class_bind_template_child (widget_class, CopyJobDetails, buttons);
  gtk_widget_class_bind_template_child (widget_class, CopyJobDetails, nothing_label);
  gtk_widget_class_bind_template_child (widget_class, CopyJobDetails, problems_part);
  gtk_widget_class_bind_template_child (widget_class, CopyJobDetails, problems_title);
  gtk_widget_class_bind_template_child (widget_class, CopyJobDetails, problems_view);
  gtk_widget_class_bind_template_child (widget_class, CopyJobDetails, workers_box);
  gtk_widget_class_bind_template_child (widget_class, CopyJobDetails, workers_part);
  gtk_widget_class_bind_template_child (widget_class, CopyJobDetails, workers_title);
  gtk_widget_class_install_action (widget_class, "problems.copy", NULL, copy_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "problems.copy",
                                       NULL);
}

static void
copy_job_details_init (CopyJobDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_buttons (self);
  app_mnemonic_tidy (GTK_WIDGET (self));
}

/* Rows of problems come from a template, with the functions that it names. */
static GtkListItemFactory *
new_problem_factory (void)
{
  g_autoptr (GtkBuilderScope) scope = gtk_builder_cscope_new ();

  gtk_builder_cscope_add_callback (scope, copy_problem_row_dup_path);
  gtk_builder_cscope_add_callback (scope, copy_problem_row_dup_reason);

  return gtk_builder_list_item_factory_new_from_resource (scope,
                                                          RESOURCES "copy-problem-row.ui");
}

CopyJobDetails *
copy_job_details_new (CopyQueuedJob *job)
{
  CopyJobDetails *self = g_object_new (COPY_TYPE_JOB_DETAILS, NULL);
  g_autoptr (GtkListItemFactory) factory = new_problem_factory ();

  self->job = g_object_ref (job);
  self->selection =
    gtk_multi_selection_new (g_object_ref (copy_queued_job_get_problems (job)));
  gtk_list_view_set_factory (self->problems_view, factory);
  gtk_list_view_set_model (self->problems_view, GTK_SELECTION_MODEL (self->selection));

  return self;
}
