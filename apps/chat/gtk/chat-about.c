/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-about.h"

#include "chat-application.h"

#include <glib/gi18n.h>

void
chat_about_show (GtkWindow *parent)
{
  adw_show_about_window (parent,
                         "application-name", _("Lanyard Chat"),
                         "application-icon", CHAT_APPLICATION_ID,
                         "version", PACKAGE_VERSION,
                         "developer-name", _("The Lanyard developers"),
                         "comments", _("Talk with people on your network, encrypted, "
                                       "without a server."),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         /* Translators: your names, one a line */
                         "translator-credits", _("translator-credits"),
                         NULL);
}
