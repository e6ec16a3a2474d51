/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-job-look"

#include "copy-job-look.h"

#include <glib/gi18n.h>

static const struct
{
  const char *icon;
  const char *css_class;
  const char *words;
} looks[] = {
  [COPY_JOB_WAITING] = { "content-loading-symbolic", "dim-label", N_("Waiting") },
  [COPY_JOB_RUNNING] = { "folder-download-symbolic", "accent", N_("Copying") },
  [COPY_JOB_PAUSED] = { "media-playback-pause-symbolic", "dim-label", N_("Paused") },
  [COPY_JOB_ASKING] = { "dialog-question-symbolic", "warning", N_("Has a question") },
  [COPY_JOB_DONE] = { "object-select-symbolic", "success", N_("Done") },
  [COPY_JOB_FAILED] = { "dialog-error-symbolic", "error", N_("Failed") },
  [COPY_JOB_CANCELLED] = { "process-stop-symbolic", "dim-label", N_("Cancelled") },
  [COPY_JOB_INTERRUPTED] = { "dialog-warning-symbolic", "warning", N_("Interrupted") },
};

void
copy_job_look_show (GtkImage     *icon,
                    CopyJobState  state)
{
  GtkWidget *widget = GTK_WIDGET (icon);
  const char *words = copy_job_look_get_words (state);

  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    gtk_widget_remove_css_class (widget, looks[i].css_class);

  gtk_image_set_from_icon_name (icon, looks[state].icon);
  gtk_widget_add_css_class (widget, looks[state].css_class);
  gtk_widget_set_tooltip_text (widget, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

const char *
copy_job_look_get_words (CopyJobState state)
{
  return _(looks[state].words);
}
