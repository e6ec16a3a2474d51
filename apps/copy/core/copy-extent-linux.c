/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-extent"

#include "copy-extent.h"

#include <errno.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

gboolean
copy_extent_clone (int from,
                   int to)
{
  return ioctl (to, FICLONE, from) == 0;
}

gssize
copy_extent_move (int   from,
                  int   to,
                  off_t offset,
                  gsize length)
{
  off_t from_offset = offset;
  off_t to_offset = offset;

  return copy_file_range (from, &from_offset, to, &to_offset, length, 0);
}

gboolean
copy_extent_next_data (int    fd,
                       off_t  limit,
                       off_t *begin,
                       off_t *end)
{
  off_t data = lseek (fd, *begin, SEEK_DATA);
  off_t hole;

  if (data < 0 && errno != ENXIO)
    {
      /* Not a file system that knows: all of it is data. */
      *end = limit;
      return *begin < limit;
    }

  if (data < 0 || data >= limit)
    return FALSE;

  hole = lseek (fd, data, SEEK_HOLE);
  *begin = data;
  *end = hole < 0 ? limit : MIN (hole, limit);

  return TRUE;
}
