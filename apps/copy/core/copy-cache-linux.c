/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-cache"

#include "copy-cache.h"

#include <fcntl.h>
#include <unistd.h>

void
copy_cache_expect_sequential (int fd)
{
  posix_fadvise (fd, 0, 0, POSIX_FADV_SEQUENTIAL);
}

void
copy_cache_drop (int   fd,
                 off_t offset,
                 off_t length)
{
  sync_file_range (fd, offset, length,
                   SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
                   SYNC_FILE_RANGE_WAIT_AFTER);
  posix_fadvise (fd, offset, length, POSIX_FADV_DONTNEED);
}

int
copy_cache_sync_all (int fd)
{
  return syncfs (fd);
}
