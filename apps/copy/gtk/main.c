/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app-locale.h"
#include "copy-application.h"
#include "copy-tasks.h"
#include "lanyard-common.h"

#include <glib/gi18n.h>
#include <signal.h>

int
main (int    argc,
      char **argv)
{
  g_autofree char *program = NULL;
  g_autoptr (CopyApplication) application = NULL;
  int status;

  app_locale_init ();
  copy_tasks_register ();

  /* What the jobs' worker processes are started with. */
  if (argc > 1 && g_str_equal (argv[1], "worker"))
    return ly_worker_main ();

  g_set_application_name (_("Lanyard Copy"));
  program = ly_process_dup_self_path (argv[0]);
  application = copy_application_new (program);

  status = g_application_run (G_APPLICATION (application), argc, argv);

  /* Everything is cleaned up: who sent the signal is told that it was obeyed. */
  if (copy_application_get_ended_by (application) != 0)
    {
      signal (copy_application_get_ended_by (application), SIG_DFL);
      raise (copy_application_get_ended_by (application));
    }

  return status;
}
