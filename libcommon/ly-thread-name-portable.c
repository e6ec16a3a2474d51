/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-thread-name"

#include "ly-thread-name-private.h"

char *
_ly_thread_dup_name (void)
{
  return NULL;
}
