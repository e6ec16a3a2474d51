/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-process"

#include "ly-process-private.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

void
_ly_process_die_with_parent (void)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

void
_ly_process_own_descriptors (void)
{
  unshare (CLONE_FILES);
}

gboolean
_ly_process_waits_for_disk (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *stat = NULL;
  const char *state;

  if (!g_file_get_contents (path, &stat, NULL, NULL))
    return FALSE;

  /* The program's name, in parentheses, may itself contain some. */
  state = strrchr (stat, ')');

  return state != NULL && g_str_has_prefix (state, ") D");
}

char *
_ly_process_read_self_path (void)
{
  return g_file_read_link ("/proc/self/exe", NULL);
}
