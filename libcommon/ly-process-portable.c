/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-process"

#include "ly-process-private.h"

void
_ly_process_die_with_parent (void)
{
  /* A worker still ends when its channel does. */
}

void
_ly_process_own_descriptors (void)
{
}

gboolean
_ly_process_waits_for_disk (int pid)
{
  return FALSE;
}

char *
_ly_process_read_self_path (void)
{
  return NULL;
}
