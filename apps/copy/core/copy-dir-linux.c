/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-dir"

#include "copy-dir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OPEN_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)

/* As the system fills them in, see getdents64(2). */
typedef struct
{
  guint64 d_ino;
  gint64  d_off;
  guint16 d_reclen;
  guint8  d_type;
  char    d_name[];
} Dirent;

struct _CopyDir
{
  int ref_count;
  int fd;
};

static CopyDir *
dir_new (int fd)
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
  return dir_new (open (path, OPEN_FLAGS & ~O_NOFOLLOW));
}

/* Opens a directory one name at a time, where openat2(2) does not exist. */
static int
open_by_steps (int         base,
               const char *relative)
{
  g_auto (GStrv) names = g_strsplit (relative, "/", -1);
  int fd = fcntl (base, F_DUPFD_CLOEXEC, 0);

  for (guint i = 0; names[i] != NULL && fd >= 0; i++)
    {
      int next = openat (fd, names[i], OPEN_FLAGS);
      int saved_errno = errno;

      close (fd);
      errno = saved_errno;
      fd = next;
    }

  return fd;
}

/* Opens a directory whose path is not too long for the system. */
static int
open_short (int         base,
            const char *relative)
{
  static gboolean no_openat2;
  struct open_how how = {
    .flags = OPEN_FLAGS,
    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
  };
  int fd;

  if (g_atomic_int_get (&no_openat2))
    return open_by_steps (base, relative);

  do
    fd = (int) syscall (SYS_openat2, base, relative, &how, sizeof how);
  while (fd < 0 && (errno == EAGAIN || errno == EINTR));

  if (fd < 0 && (errno == ENOSYS || errno == EPERM))
    {
      /* EPERM is how some sandboxes say that they do not know the call. */
      int by_steps = open_by_steps (base, relative);

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
    return dir_new (open_short (base, relative));

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

  return dir_new (fd);
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
  return openat (self->fd, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0);
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
  return fchmodat (self->fd, name, mode, 0);
}

int
copy_dir_set_times (CopyDir               *self,
                    const char            *name,
                    const struct timespec  times[2])
{
  return utimensat (self->fd, name, times, AT_SYMLINK_NOFOLLOW);
}

/* A path by which calls that know no directories reach @name. */
char *
copy_dir_get_name_path (CopyDir    *self,
                        const char *name)
{
  return g_strdup_printf ("/proc/self/fd/%d/%s", self->fd, name);
}
