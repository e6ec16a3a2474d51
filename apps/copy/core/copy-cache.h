/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* What a system may offer to steer its page cache: copy-cache-linux.c and a
 * portable twin. */

/* Tells that @fd is going to be read from front to back. */
void     copy_cache_expect_sequential (int   fd);

/* Forgets what the cache holds of a part of a file, so that the next read asks
 * the disk: waits until it is written. Does what it can. */
void     copy_cache_drop              (int   fd,
                                       off_t offset,
                                       off_t length);

/* Makes everything on the file system of @fd durable; -1 with errno set. */
int      copy_cache_sync_all          (int   fd);

G_END_DECLS
