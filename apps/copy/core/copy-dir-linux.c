/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-dir"

#include "copy-dir-private.h"

#include <errno.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As the system fills them in, see getdents64(2). */
typedef struct
{
  guint64 d_ino;
  gint64  d_off;
  guint16 d_reclen;
  guint8  d_type;
  char    d_name[];
} Dirent;

/* Opens a directory whose path is not too long for the system. */
static int
open_short (int         base,
            const char *relative)
{
  static gboolean no_openat2;
  struct open_how how = {
    .flags = COPY_DIR_OPEN_FLAGS,
    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
  };
  int fd;

  if (g_atomic_int_get (&no_openat2))
    return _copy_dir_open_by_steps (base, relative);

  do
    fd = (int) syscall (SYS_openat2, base, relative, &how, sizeof how);
  while (fd < 0 && (errno == EAGAIN || errno == EINTR));

  if (fd < 0 && (errno == ENOSYS || errno == EPERM))
    {
      /* EPERM is how some sandboxes say that they do not know the call. */
      int by_steps = _copy_dir_open_by_steps (base, relative);

      if (by_steps >= 0)
        g_atomic_int_set (&no_openat2, TRUE);
      return by_steps;
    }

  return fd;
}

/* Opens a directory below @self. @relative may be of any length; no link in it
 * is followed and it cannot lead out of @self. An empty one is @self. NULL with
 * errno set on failure. */
CopyDir *
copy_dir_open_below (CopyDir    *self,
                     const char *relative)
{
  g_autofree char *piece = NULL;
  int base = self->fd;
  int fd;

  if (*relative == '\0')
    return copy_dir_ref (self);

  if (strlen (relative) < PATH_MAX)
    return _copy_dir_new (open_short (base, relative));

  /* The system takes no path of PATH_MAX bytes, but any number of shorter ones. */
  piece = g_malloc (PATH_MAX);

  do
    {
      gsize length = strlen (relative);

      if (length >= PATH_MAX)
        {
          const char *slash = memrchr (relative, '/', PATH_MAX - 1);

          length = slash != NULL ? (gsize) (slash - relative) : length;
          if (length >= PATH_MAX)
            {
              errno = ENAMETOOLONG;
              fd = -1;
              break;
            }
        }

      memcpy (piece, relative, length);
      piece[length] = '\0';
      fd = open_short (base, piece);

      if (base != self->fd)
        {
          int saved_errno = errno;

          close (base);
          errno = saved_errno;
        }

      base = fd;
      relative += length;
      relative += *relative == '/';
    }
  while (fd >= 0 && *relative != '\0');

  return _copy_dir_new (fd);
}

/* Opens what could not be opened with O_NOFOLLOW. The document portal of sandboxes hands that
 * flag on to a link of its own in /proc, and refuses each file. So what it is gets looked at
 * first, and what was looked at is opened. -1 with ELOOP if it is indeed a link. */
int
_copy_dir_open_no_link (int         base,
                        const char *name,
                        int         flags)
{
  char path[32];
  struct stat st;
  int found = openat (base, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  int fd = -1;
  int saved_errno;

  if (found < 0)
    return -1;

  if (fstat (found, &st) == 0)
    {
      g_snprintf (path, sizeof path, "/proc/self/fd/%d", found);
      errno = ELOOP;
      if (!S_ISLNK (st.st_mode))
        fd = open (path, flags);
    }

  saved_errno = errno;
  close (found);
  errno = saved_errno;

  return fd;
}

/* Calls @func for every name but "." and "..". Names may come and go while it
 * runs; @func may open and change what it likes. */
int
copy_dir_list (CopyDir     *self,
               CopyDirFunc  func,
               gpointer     user_data)
{
  g_autofree char *buffer = g_malloc (32 * 1024);
  gssize n;

  if (lseek (self->fd, 0, SEEK_SET) < 0)
    return -1;

  while ((n = syscall (SYS_getdents64, self->fd, buffer, 32 * 1024)) > 0)
    {
      for (gssize at = 0; at < n; )
        {
          const Dirent *entry = (const Dirent *) (buffer + at);

          if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
            func (entry->d_name, (mode_t) DTTOIF (entry->d_type), user_data);
          at += entry->d_reclen;
        }
    }

  return n < 0 ? -1 : 0;
}
