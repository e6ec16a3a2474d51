/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-conflict-dialog"

#include "copy-conflict-dialog.h"

#include "app-mnemonic.h"
#include "copy-conflict-side.h"
#include "copy-text.h"

#include <glib/gi18n.h>

struct _CopyConflictDialog
{
  AdwWindow         parent_instance;

  /* Set once */
  CopyQueue        *queue;

  /* The question that is shown, if any */
  CopyQueuedJob    *job;
  CopyQuestion     *question;
  gboolean          dismissed;

  /* Template */
  GtkCheckButton   *for_all_button;
  CopyConflictSide *from_side;
  GtkLabel         *name_label;
  GtkWidget        *rename_button;
  AdwWindowTitle   *title_widget;
  CopyConflictSide *to_side;
};

G_DEFINE_FINAL_TYPE (CopyConflictDialog, copy_conflict_dialog, ADW_TYPE_WINDOW)

static void
show_question (CopyConflictDialog *self,
               CopyQueuedJob      *job,
               CopyQuestion       *question)
{
  g_autofree char *name = copy_text_name (question->to.path);

  /* What is for all is for all of one job. */
  if (self->job != job)
    gtk_check_button_set_active (self->for_all_button, FALSE);

  g_set_object (&self->job, job);
  g_clear_pointer (&self->question, copy_question_unref);
  self->question = copy_question_ref (question);

  gtk_label_set_text (self->name_label, name);
  copy_conflict_side_show (self->from_side, &question->from, &question->to);
  copy_conflict_side_show (self->to_side, &question->to, &question->from);
  gtk_widget_set_visible (self->rename_button, question->may_rename);
}

static void
show_waiting (CopyConflictDialog *self,
              guint               n_more)
{
  g_autofree char *text = NULL;

  if (n_more > 0)
    text = g_strdup_printf (ngettext ("%u more question waits", "%u more questions wait", n_more),
                            n_more);

  adw_window_title_set_subtitle (self->title_widget, text != NULL ? text : "");
}

/* Looks whether the question that is shown is among those of @job, which it
 * adds up; the first that it meets goes to @first. */
static gboolean
look_at_job (CopyConflictDialog  *self,
             CopyQueuedJob       *job,
             guint               *n,
             CopyQueuedJob      **first_job,
             CopyQuestion       **first)
{
  g_autoptr (GPtrArray) questions = copy_queued_job_list_questions (job);
  gboolean found = FALSE;

  *n += questions->len;
  if (*first == NULL && questions->len > 0)
    {
      *first_job = g_object_ref (job);
      *first = copy_question_ref (g_ptr_array_index (questions, 0));
    }

  for (guint i = 0; i < questions->len && !found; i++)
    {
      CopyQuestion *question = g_ptr_array_index (questions, i);

      found = self->job == job && self->question != NULL && self->question->id == question->id;
    }

  return found;
}

static void
hide (CopyConflictDialog *self)
{
  self->dismissed = FALSE;
  g_clear_object (&self->job);
  g_clear_pointer (&self->question, copy_question_unref);
  gtk_check_button_set_active (self->for_all_button, FALSE);
  gtk_widget_hide (GTK_WIDGET (self));
}

static void
update (CopyConflictDialog *self)
{
  g_autoptr (CopyQueuedJob) first_job = NULL;
  g_autoptr (CopyQuestion) first = NULL;
  gboolean found = FALSE;
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->queue)); i++)
    {
      g_autoptr (CopyQueuedJob) job = g_list_model_get_item (G_LIST_MODEL (self->queue), i);

      if (copy_queued_job_get_state (job) == COPY_JOB_ASKING ||
          copy_queued_job_get_state (job) == COPY_JOB_PAUSED)
        found |= look_at_job (self, job, &n, &first_job, &first);
    }

  if (n == 0)
    {
      hide (self);
      return;
    }

  if (!found)
    show_question (self, first_job, first);
  show_waiting (self, n - 1);
  if (!self->dismissed && !gtk_widget_get_visible (GTK_WIDGET (self)))
    gtk_window_present (GTK_WINDOW (self));
}

void
copy_conflict_dialog_show_job (CopyConflictDialog *self,
                               CopyQueuedJob      *job)
{
  g_autoptr (GPtrArray) questions = job != NULL ? copy_queued_job_list_questions (job) : NULL;

  self->dismissed = FALSE;
  if (questions != NULL && questions->len > 0 && self->job != job)
    show_question (self, job, g_ptr_array_index (questions, 0));

  update (self);
  if (self->question != NULL)
    gtk_window_present (GTK_WINDOW (self));
}

static void
answer_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  static const struct
  {
    const char   *word;
    CopyConflict  answer;
  } answers[] = {
    { "newer", COPY_CONFLICT_NEWER },
    { "overwrite", COPY_CONFLICT_OVERWRITE },
    { "rename", COPY_CONFLICT_RENAME },
    { "skip", COPY_CONFLICT_SKIP },
  };
  CopyConflictDialog *self = COPY_CONFLICT_DIALOG (widget);
  gboolean for_all = gtk_check_button_get_active (self->for_all_button);

  if (self->question == NULL)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    if (g_str_equal (g_variant_get_string (parameter, NULL), answers[i].word))
      copy_queued_job_answer (self->job, self->question, answers[i].answer, for_all);

  update (self);
}

static void
close_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  gtk_window_close (GTK_WINDOW (widget));
}

static gboolean
copy_conflict_dialog_close_request (GtkWindow *window)
{
  COPY_CONFLICT_DIALOG (window)->dismissed = TRUE;

  return GTK_WINDOW_CLASS (copy_conflict_dialog_parent_class)->close_request (window);
}

static void
copy_conflict_dialog_dispose (GObject *object)
{
  CopyConflictDialog *self = COPY_CONFLICT_DIALOG (object);

  g_clear_object (&self->job);
  g_clear_object (&self->queue);
  g_clear_pointer (&self->question, copy_question_unref);

  G_OBJECT_CLASS (copy_conflict_dialog_parent_class)->dispose (object);
}

static void
copy_conflict_dialog_class_init (CopyConflictDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = copy_conflict_dialog_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = copy_conflict_dialog_close_request;

  g_type_ensure (COPY_TYPE_CONFLICT_SIDE);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/lanyard/Lanyard/Copy/copy-conflict-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, CopyConflictDialog, for_all_button);
  gtk_widget_class_bind_template_child (widget_class, CopyConflictDialog, from_side);
  gtk_widget_class_bind_template_child (widget_class, CopyConflictDialog, name_label);
  gtk_widget_class_bind_template_child (widget_class, CopyConflictDialog, rename_button);
  gtk_widget_class_bind_template_child (widget_class, CopyConflictDialog, title_widget);
  gtk_widget_class_bind_template_child (widget_class, CopyConflictDialog, to_side);
  gtk_widget_class_install_action (widget_class, "question.answer", "s", answer_action);
  gtk_widget_class_install_action (widget_class, "question.later", NULL, close_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "question.later", NULL);
}

static void
copy_conflict_dialog_init (CopyConflictDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_mnemonic_tidy (GTK_WIDGET (self));
}

CopyConflictDialog *
copy_conflict_dialog_new (CopyQueue    *queue,
                          CopyOverview *overview,
                          GtkWindow    *parent)
{
  CopyConflictDialog *self = g_object_new (COPY_TYPE_CONFLICT_DIALOG,
                                           "transient-for", parent,
                                           NULL);

  self->queue = g_object_ref (queue);
  g_signal_connect_object (overview, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);

  return self;
}
