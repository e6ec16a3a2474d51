/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-thread-name"

#include "ly-thread-name-private.h"

#include <pthread.h>

/* The kernel's limit, with the NUL */
#define MAX_NAME 16

char *
_ly_thread_dup_name (void)
{
  char name[MAX_NAME];

  if (pthread_getname_np (pthread_self (), name, sizeof name) != 0 || name[0] == '\0')
    return NULL;

  return g_utf8_make_valid (name, -1);
}
