/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-quit-dialog"

#include "copy-quit-dialog.h"

#include "app-message.h"

#include <glib/gi18n.h>

/* What becomes of the jobs if the program ends now. */
static char *
describe_end (CopyQueue *queue)
{
  const char *kept = _("What is not finished is kept in the list, and can go on from there next "
                       "time.");
  guint n = copy_queue_get_n_waiting (queue);
  g_autofree char *waiting = NULL;

  if (n == 0)
    return g_strdup (kept);

  waiting = g_strdup_printf (ngettext ("%u job that waits starts by itself then.",
                                       "%u jobs that wait start by themselves then.", n), n);

  /* Translators: two sentences, one after the other */
  return g_strdup_printf (C_("sentences", "%s %s"), kept, waiting);
}

GtkWindow *
copy_quit_dialog_new (GtkWindow *parent,
                      CopyQueue *queue)
{
  g_autofree char *body = describe_end (queue);
  AdwMessageDialog *dialog =
    ADW_MESSAGE_DIALOG (app_message_new (parent, _("Stop Copying?"), body));

  adw_message_dialog_add_responses (dialog, "continue", _("_Continue"), "stop", _("_Stop"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "stop", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "continue");
  adw_message_dialog_set_close_response (dialog, "continue");

  return GTK_WINDOW (dialog);
}
