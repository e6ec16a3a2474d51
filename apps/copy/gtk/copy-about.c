/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-about"

#include "copy-about.h"

#include "copy-application.h"

#include <glib/gi18n.h>

void
copy_about_present (GtkWindow *parent)
{
  adw_show_about_window (parent,
                         "application-name", _("Lanyard Copy"),
                         "application-icon", COPY_APPLICATION_ID,
                         "developer-name", _("The Lanyard developers"),
                         "version", PACKAGE_VERSION,
                         "license-type", GTK_LICENSE_GPL_3_0,
                         "comments", _("Copies folders with several workers at once. What was "
                                       "interrupted goes on, what failed is told."),
                         /* Translators: your names, one a line */
                         "translator-credits", _("translator-credits"),
                         NULL);
}
