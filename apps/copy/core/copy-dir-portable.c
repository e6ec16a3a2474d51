/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-dir"

#include "copy-dir-private.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Opens a directory below @self. @relative may be of any length; no link in it
 * is followed and it cannot lead out of @self. An empty one is @self. NULL with
 * errno set on failure. */
CopyDir *
copy_dir_open_below (CopyDir    *self,
                     const char *relative)
{
  if (*relative == '\0')
    return copy_dir_ref (self);

  return _copy_dir_new (_copy_dir_open_by_steps (self->fd, relative));
}

/* There is no other way to be sure that it is no link. */
int
_copy_dir_open_no_link (int         base,
                        const char *name,
                        int         flags)
{
  errno = ELOOP;

  return -1;
}

static mode_t
get_type (const struct dirent *entry)
{
#ifdef DTTOIF
  return (mode_t) DTTOIF (entry->d_type);
#else
  return 0;
#endif
}

/* Calls @func for every name but "." and "..". Names may come and go while it
 * runs; @func may open and change what it likes. */
int
copy_dir_list (CopyDir     *self,
               CopyDirFunc  func,
               gpointer     user_data)
{
  int fd = copy_dir_open_self (self);
  DIR *stream = fd >= 0 ? fdopendir (fd) : NULL;
  const struct dirent *entry;
  int saved_errno = errno;

  if (stream == NULL)
    {
      if (fd >= 0)
        close (fd);
      errno = saved_errno;
      return -1;
    }

  /* It begins where the last listing through a copy of the descriptor ended. */
  rewinddir (stream);

  for (errno = 0; (entry = readdir (stream)) != NULL; errno = 0)
    {
      if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
        func (entry->d_name, get_type (entry), user_data);
    }

  saved_errno = errno;
  closedir (stream);
  errno = saved_errno;

  return saved_errno == 0 ? 0 : -1;
}
