/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-dir"

#include "copy-dir-private.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* Takes @fd; NULL, and errno as it was, if that is -1. */
CopyDir *
_copy_dir_new (int fd)
{
  CopyDir *self;

  if (fd < 0)
    return NULL;

  self = g_new (CopyDir, 1);
  self->ref_count = 1;
  self->fd = fd;

  return self;
}

/* Opens a directory that the user named: links in @path are followed. NULL
 * with errno set on failure. */
CopyDir *
copy_dir_open (const char *path)
{
  return _copy_dir_new (open (path, COPY_DIR_OPEN_FLAGS & ~O_NOFOLLOW));
}

/* Opens a directory below @base one name at a time, so that no link is followed
 * and the way cannot lead out. -1 with errno set on failure. */
int
_copy_dir_open_by_steps (int         base,
                         const char *relative)
{
  g_auto (GStrv) names = g_strsplit (relative, "/", -1);
  int fd = fcntl (base, F_DUPFD_CLOEXEC, 0);

  for (guint i = 0; names[i] != NULL && fd >= 0; i++)
    {
      int next = -1;
      int saved_errno;

      if (*names[i] == '\0' || g_str_equal (names[i], ".."))
        errno = EXDEV;
      else
        next = openat (fd, names[i], COPY_DIR_OPEN_FLAGS);

      saved_errno = errno;
      close (fd);
      errno = saved_errno;
      fd = next;
    }

  return fd;
}

CopyDir *
copy_dir_ref (CopyDir *self)
{
  g_atomic_int_inc (&self->ref_count);

  return self;
}

void
copy_dir_unref (CopyDir *self)
{
  int saved_errno = errno;

  if (g_atomic_int_dec_and_test (&self->ref_count))
    {
      close (self->fd);
      g_free (self);
    }

  errno = saved_errno;
}

int
copy_dir_stat (CopyDir     *self,
               const char  *name,
               struct stat *st)
{
  return fstatat (self->fd, name, st, AT_SYMLINK_NOFOLLOW);
}

int
copy_dir_stat_self (CopyDir     *self,
                    struct stat *st)
{
  return fstat (self->fd, st);
}

/* Opens or creates a file. What is created has no permissions until it is
 * given some. Opening never blocks, whatever the name has become. */
int
copy_dir_open_file (CopyDir    *self,
                    const char *name,
                    int         flags)
{
  int fd;

  flags |= O_CLOEXEC | O_NONBLOCK;
  fd = openat (self->fd, name, flags | O_NOFOLLOW, 0);
  if (fd < 0 && errno == ELOOP)
    return _copy_dir_open_no_link (self->fd, name, flags);

  return fd;
}

/* A descriptor of the directory itself, the caller's to close. */
int
copy_dir_open_self (CopyDir *self)
{
  return fcntl (self->fd, F_DUPFD_CLOEXEC, 0);
}

int
copy_dir_make_dir (CopyDir    *self,
                   const char *name)
{
  return mkdirat (self->fd, name, 0700);
}

int
copy_dir_make_node (CopyDir    *self,
                    const char *name,
                    mode_t      type,
                    dev_t       device)
{
  return mknodat (self->fd, name, type, device);
}

int
copy_dir_make_link (CopyDir    *self,
                    const char *name,
                    const char *target)
{
  return symlinkat (target, self->fd, name);
}

/* What a symbolic link says, the caller's to free; NULL with errno set. */
char *
copy_dir_read_link (CopyDir    *self,
                    const char *name)
{
  g_autofree char *target = NULL;
  gsize size = 256;
  gssize n;

  do
    {
      size *= 2;
      target = g_realloc (target, size);
      n = readlinkat (self->fd, name, target, size);
    }
  while (n == (gssize) size);

  if (n < 0)
    return NULL;

  target[n] = '\0';

  return g_steal_pointer (&target);
}

int
copy_dir_hard_link (CopyDir    *from_dir,
                    const char *from,
                    CopyDir    *self,
                    const char *name)
{
  return linkat (from_dir->fd, from, self->fd, name, 0);
}

int
copy_dir_rename (CopyDir    *self,
                 const char *from,
                 const char *to)
{
  return renameat (self->fd, from, self->fd, to);
}

int
copy_dir_remove (CopyDir    *self,
                 const char *name,
                 gboolean    is_dir)
{
  return unlinkat (self->fd, name, is_dir ? AT_REMOVEDIR : 0);
}

int
copy_dir_set_owner (CopyDir    *self,
                    const char *name,
                    uid_t       uid,
                    gid_t       gid)
{
  return fchownat (self->fd, name, uid, gid, AT_SYMLINK_NOFOLLOW);
}

/* For anything but a link, which has no mode of its own. */
int
copy_dir_set_mode (CopyDir    *self,
                   const char *name,
                   mode_t      mode)
{
  return fchmodat (self->fd, name, mode, AT_SYMLINK_NOFOLLOW);
}

int
copy_dir_set_times (CopyDir               *self,
                    const char            *name,
                    const struct timespec  times[2])
{
  return utimensat (self->fd, name, times, AT_SYMLINK_NOFOLLOW);
}
