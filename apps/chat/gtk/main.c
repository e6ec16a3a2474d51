/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app-locale.h"
#include "chat-application.h"

int
main (int    argc,
      char **argv)
{
  g_autoptr (ChatApplication) application = NULL;

  app_locale_init ();
  application = chat_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
