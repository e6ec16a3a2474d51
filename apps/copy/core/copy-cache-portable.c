/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-cache"

#include "copy-cache.h"

#include <fcntl.h>
#include <unistd.h>

void
copy_cache_expect_sequential (int fd)
{
#ifdef POSIX_FADV_SEQUENTIAL
  posix_fadvise (fd, 0, 0, POSIX_FADV_SEQUENTIAL);
#endif
}

void
copy_cache_drop (int   fd,
                 off_t offset,
                 off_t length)
{
  fdatasync (fd);
#ifdef POSIX_FADV_DONTNEED
  posix_fadvise (fd, offset, length, POSIX_FADV_DONTNEED);
#endif
}

int
copy_cache_sync_all (int fd)
{
  sync ();

  return fsync (fd);
}
