/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app-locale.h"
#include "chat-application.h"

#include <glib/gi18n.h>

int
main (int    argc,
      char **argv)
{
  g_autoptr (ChatApplication) application = NULL;

  app_locale_init ();
  g_set_application_name (_("Lanyard Chat"));
  application = chat_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
