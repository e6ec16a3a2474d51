/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app-locale.h"
#include "copy-application.h"
#include "copy-tasks.h"

int
main (int    argc,
      char **argv)
{
  g_autoptr (CopyApplication) application = NULL;

  app_locale_init ();
  copy_tasks_register ();

  /* What the jobs' worker processes are started with. */
  if (argc > 1 && g_str_equal (argv[1], "worker"))
    return ly_worker_main ();

  application = copy_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
