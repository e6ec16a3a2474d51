/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-extent"

#include "copy-extent.h"

#include <errno.h>
#include <unistd.h>

gboolean
copy_extent_clone (int from,
                   int to)
{
  return FALSE;
}

gssize
copy_extent_move (int   from,
                  int   to,
                  off_t offset,
                  gsize length)
{
  errno = ENOSYS;

  return -1;
}

gboolean
copy_extent_next_data (int    fd,
                       off_t  limit,
                       off_t *begin,
                       off_t *end)
{
#if defined (SEEK_DATA) && defined (SEEK_HOLE)
  off_t data = lseek (fd, *begin, SEEK_DATA);

  if (data >= limit || (data < 0 && errno == ENXIO))
    return FALSE;

  if (data >= 0)
    {
      off_t hole = lseek (fd, data, SEEK_HOLE);

      *begin = data;
      *end = hole < 0 ? limit : MIN (hole, limit);
      return TRUE;
    }
#endif

  /* Nobody knows: all of it is data. */
  *end = limit;

  return *begin < limit;
}
