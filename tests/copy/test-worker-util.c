/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-worker-util.h"

#include "copy-tasks.h"

static const char *worker_argv[3];

gboolean
test_worker_start (int    *argc,
                   char ***argv,
                   int    *status)
{
  copy_tasks_register ();

  if (*argc == 2 && g_str_equal ((*argv)[1], "worker"))
    {
      *status = ly_worker_main ();
      return TRUE;
    }

  worker_argv[0] = ly_process_dup_self_path ((*argv)[0]);
  worker_argv[1] = "worker";
  g_assert_nonnull (worker_argv[0]);

  return FALSE;
}

const char * const *
test_worker_get_argv (void)
{
  return worker_argv;
}
