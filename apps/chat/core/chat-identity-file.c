/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-identity"

#include "chat-identity-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file of an identity, as bytes. */

#define TEMPORARY CHAT_IDENTITY_FILE ".new"

/* What the system said; always FALSE. */
gboolean
_chat_identity_fail (GError **error)
{
  int saved_errno = errno;

  g_set_error_literal (error, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_FAILED,
                       g_strerror (saved_errno));

  return FALSE;
}

static gboolean
read_all (int       fd,
          char     *bytes,
          gsize     size,
          gsize    *length,
          GError  **error)
{
  *length = 0;

  while (*length < size)
    {
      gssize n = read (fd, bytes + *length, size - *length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return _chat_identity_fail (error);
      if (n == 0)
        break;
      *length += n;
    }

  return TRUE;
}

static gboolean
write_all (int          fd,
           const char  *bytes,
           gsize        length,
           GError     **error)
{
  while (length > 0)
    {
      gssize n = write (fd, bytes, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return _chat_identity_fail (error);
      bytes += n;
      length -= n;
    }

  return fsync (fd) == 0 || _chat_identity_fail (error);
}

/* A key that others could read is not a secret any more, and one that belongs to
 * somebody else is his. */
static gboolean
check_safe (int      fd,
            GError **error)
{
  struct stat status;
  const char *problem = NULL;

  if (fstat (fd, &status) != 0)
    return _chat_identity_fail (error);

  if (!S_ISREG (status.st_mode))
    problem = _("it is not a regular file");
  else if (status.st_uid != geteuid ())
    problem = _("it belongs to another user");
  else if ((status.st_mode & 07777 & ~(mode_t) 0600) != 0)
    problem = _("others may read or change it; if nobody did, set its mode to 0600");

  if (problem != NULL)
    g_set_error_literal (error, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_UNSAFE, problem);

  return problem == NULL;
}

/* Without O_NONBLOCK it would wait for who writes to a pipe of that name. */
static int
open_file (int directory_fd,
           int flags)
{
  return openat (directory_fd, CHAT_IDENTITY_FILE, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

/* The caller wipes @text. */
gboolean
_chat_identity_file_read (int       directory_fd,
                          char      text[CHAT_IDENTITY_SIZE],
                          gsize    *length,
                          GError  **error)
{
  int fd = open_file (directory_fd, O_RDONLY);
  gboolean ok;

  if (fd < 0 && errno == ENOENT)
    {
      g_set_error_literal (error, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_ABSENT,
                           g_strerror (ENOENT));
      return FALSE;
    }
  if (fd < 0)
    return _chat_identity_fail (error);

  ok = check_safe (fd, error) && read_all (fd, text, CHAT_IDENTITY_SIZE, length, error);
  close (fd);

  return ok;
}

/* Overwrites a file that has no name any more. One that still has another, somebody
 * linked on purpose. What this is worth depends on the file system: one that copies on
 * writing, or a disk that spreads its wear, keeps the old bytes for a while. */
static void
scrub (int fd)
{
  static const char zeros[CHAT_IDENTITY_SIZE];
  g_autoptr (GError) error = NULL;
  struct stat status;

  if (fstat (fd, &status) == 0 && status.st_nlink == 0 &&
      !write_all (fd, zeros, MIN (sizeof zeros, (gsize) status.st_size), &error))
    g_debug ("cannot overwrite an old key: %s", error->message);
}

/* What an interrupted attempt left was never used, but it may be a key. Only for who
 * has the profile's lock. */
void
_chat_identity_file_tidy (int directory_fd)
{
  int fd = openat (directory_fd, TEMPORARY, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  unlinkat (directory_fd, TEMPORARY, 0);
  if (fd >= 0)
    {
      scrub (fd);
      close (fd);
    }
}

static gboolean
write_temporary (int          directory_fd,
                 const char  *text,
                 gsize        length,
                 GError     **error)
{
  gboolean ok;
  int fd;

  _chat_identity_file_tidy (directory_fd);
  fd = openat (directory_fd, TEMPORARY, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return _chat_identity_fail (error);

  ok = write_all (fd, text, length, error);
  if (close (fd) != 0 && ok)
    ok = _chat_identity_fail (error);
  if (!ok)
    _chat_identity_file_tidy (directory_fd);

  return ok;
}

/* Linking fails if there is an identity by now, where renaming would replace it. */
gboolean
_chat_identity_file_create (int          directory_fd,
                            const char  *text,
                            gsize        length,
                            GError     **error)
{
  gboolean ok;

  if (!write_temporary (directory_fd, text, length, error))
    return FALSE;

  ok = linkat (directory_fd, TEMPORARY, directory_fd, CHAT_IDENTITY_FILE, 0) == 0;

  /* Some file systems have no links. */
  if (!ok && (errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS))
    ok = renameat (directory_fd, TEMPORARY, directory_fd, CHAT_IDENTITY_FILE) == 0;
  if (!ok)
    _chat_identity_fail (error);

  unlinkat (directory_fd, TEMPORARY, 0);

  return ok && (fsync (directory_fd) == 0 || _chat_identity_fail (error));
}

/* The file that is there, or the new one, is whole at any time; the old one's bytes are
 * overwritten after it. */
gboolean
_chat_identity_file_replace (int          directory_fd,
                             const char  *text,
                             gsize        length,
                             GError     **error)
{
  gboolean ok = FALSE;
  int old;

  if (!write_temporary (directory_fd, text, length, error))
    return FALSE;

  /* Its owner may have made it one that cannot be written. */
  fchmodat (directory_fd, CHAT_IDENTITY_FILE, 0600, 0);
  old = open_file (directory_fd, O_WRONLY);

  if (old < 0 || renameat (directory_fd, TEMPORARY, directory_fd, CHAT_IDENTITY_FILE) != 0)
    _chat_identity_fail (error);
  else
    ok = fsync (directory_fd) == 0 || _chat_identity_fail (error);

  if (ok)
    scrub (old);
  else
    _chat_identity_file_tidy (directory_fd);
  if (old >= 0)
    close (old);

  return ok;
}
