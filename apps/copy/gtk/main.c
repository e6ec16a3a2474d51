/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app-locale.h"
#include "copy-application.h"
#include "copy-tasks.h"
#include "lanyard-common.h"

int
main (int    argc,
      char **argv)
{
  g_autofree char *program = NULL;
  g_autoptr (CopyApplication) application = NULL;

  app_locale_init ();
  copy_tasks_register ();

  /* What the jobs' worker processes are started with. */
  if (argc > 1 && g_str_equal (argv[1], "worker"))
    return ly_worker_main ();

  program = ly_process_dup_self_path (argv[0]);
  application = copy_application_new (program);

  return g_application_run (G_APPLICATION (application), argc, argv);
}
