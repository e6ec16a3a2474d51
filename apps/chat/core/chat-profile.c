/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-profile"

#include "chat-profile.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_NAME "lock"
#define NAME_NAME "name"

/**
 * ChatProfile:
 *
 * The directory in which a person's key and history are, held by one program
 * at a time.
 *
 * The lock is the system's (`flock`): it ends with the process, however that
 * ends. The file it is taken on stays, since to remove it would let two
 * programs each hold a file of that name.
 */
struct _ChatProfile
{
  GObject  parent_instance;

  /* Set once */
  char    *path;
  int      lock_fd;
};

G_DEFINE_FINAL_TYPE (ChatProfile, chat_profile, G_TYPE_OBJECT)
G_DEFINE_QUARK (chat-profile-error-quark, chat_profile_error)

static void
chat_profile_finalize (GObject *object)
{
  ChatProfile *self = CHAT_PROFILE (object);

  if (self->lock_fd >= 0)
    {
      /* Who is told that the profile is in use must not read our number. */
      if (ftruncate (self->lock_fd, 0) != 0)
        g_debug ("cannot empty the lock file: %s", g_strerror (errno));
      close (self->lock_fd);
    }
  g_free (self->path);

  G_OBJECT_CLASS (chat_profile_parent_class)->finalize (object);
}

static void
chat_profile_class_init (ChatProfileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_profile_finalize;
}

static void
chat_profile_init (ChatProfile *self)
{
  self->lock_fd = -1;
}

static gboolean
fail (GError     **error,
      const char  *path,
      int          errnum)
{
  g_set_error (error, CHAT_PROFILE_ERROR, CHAT_PROFILE_ERROR_FAILED,
               /* Translators: the path of a folder, and the reason */
               _("cannot use the profile “%s”: %s"), path, g_strerror (errnum));

  return FALSE;
}

/* Who could write here could put a key or a history of theirs in our place. An
 * owner other than us could, whatever the mode says. */
static gboolean
check_safe (const char  *path,
            int          dir,
            GError     **error)
{
  struct stat st;

  if (fstat (dir, &st) != 0)
    return fail (error, path, errno);

  if (st.st_uid == geteuid () && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0)
    return TRUE;

  g_set_error (error, CHAT_PROFILE_ERROR, CHAT_PROFILE_ERROR_UNSAFE,
               st.st_uid != geteuid ()
               ? _("cannot use the profile “%s”: it belongs to another user")
               : _("cannot use the profile “%s”: other users can write to it"), path);

  return FALSE;
}

/* The number of the process that holds the lock, or 0: it may not have come to
 * writing it down. */
static int
read_holder (int lock)
{
  char text[16] = "";
  ssize_t size = pread (lock, text, sizeof text - 1, 0);
  guint64 pid;

  if (size <= 0 || !g_ascii_string_to_unsigned (g_strchomp (text), 10, 1, G_MAXINT, &pid, NULL))
    return 0;

  return (int) pid;
}

static gboolean
report_in_use (const char  *path,
               int          holder,
               GError     **error)
{
  if (holder > 0)
    g_set_error (error, CHAT_PROFILE_ERROR, CHAT_PROFILE_ERROR_IN_USE,
                 _("the profile “%s” is in use by another program (process %d)"), path, holder);
  else
    g_set_error (error, CHAT_PROFILE_ERROR, CHAT_PROFILE_ERROR_IN_USE,
                 _("the profile “%s” is in use by another program"), path);

  return FALSE;
}

static gboolean
take_lock (ChatProfile  *self,
           int           dir,
           GError      **error)
{
  g_autofree char *pid = g_strdup_printf ("%d\n", (int) getpid ());
  int fd = openat (dir, LOCK_NAME, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  int result;

  if (fd < 0)
    return fail (error, self->path, errno);

  do
    result = flock (fd, LOCK_EX | LOCK_NB);
  while (result != 0 && errno == EINTR);

  if (result != 0)
    {
      int errnum = errno;
      int holder = read_holder (fd);

      close (fd);

      return errnum == EWOULDBLOCK ? report_in_use (self->path, holder, error)
                                   : fail (error, self->path, errnum);
    }

  self->lock_fd = fd;

  /* A courtesy to whom is refused: a full disk is no reason to do without. */
  if (ftruncate (fd, 0) != 0 || pwrite (fd, pid, strlen (pid), 0) < 0)
    g_debug ("cannot write to the lock file: %s", g_strerror (errno));

  return TRUE;
}

/* Where the profile is unless one is named. */
char *
chat_profile_default (void)
{
  return g_build_filename (g_get_user_data_dir (), "lanyard", NULL);
}

/* Opens the profile in the directory @path (NULL: the default one), which is
 * created if need be, and takes its lock without waiting. */
ChatProfile *
chat_profile_open (const char  *path,
                   GError     **error)
{
  g_autoptr (ChatProfile) self = g_object_new (CHAT_TYPE_PROFILE, NULL);
  gboolean ready;
  int dir;

  self->path = path != NULL ? g_canonicalize_filename (path, NULL) : chat_profile_default ();

  if (g_mkdir_with_parents (self->path, 0700) != 0)
    {
      fail (error, self->path, errno);
      return NULL;
    }

  dir = open (self->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir < 0)
    {
      fail (error, self->path, errno);
      return NULL;
    }

  ready = check_safe (self->path, dir, error) && take_lock (self, dir, error);
  close (dir);

  return ready ? g_steal_pointer (&self) : NULL;
}

const char *
chat_profile_get_path (ChatProfile *self)
{
  g_return_val_if_fail (CHAT_IS_PROFILE (self), NULL);

  return self->path;
}

/* The path of one of our own files. What a peer or a person calls something is
 * never a file's name here. */
char *
chat_profile_build_path (ChatProfile *self,
                         const char  *name)
{
  g_return_val_if_fail (CHAT_IS_PROFILE (self), NULL);
  g_return_val_if_fail (name != NULL && *name != '\0' && *name != '.', NULL);
  g_return_val_if_fail (strchr (name, G_DIR_SEPARATOR) == NULL, NULL);

  return g_build_filename (self->path, name, NULL);
}

/* What the user last wanted to be called with this profile; as it was kept, and
 * nobody has looked at it. NULL if nothing was said. */
char *
chat_profile_load_name (ChatProfile *self)
{
  g_autofree char *path = chat_profile_build_path (self, NAME_NAME);
  char *name = NULL;

  return g_file_get_contents (path, &name, NULL, NULL) ? name : NULL;
}

gboolean
chat_profile_save_name (ChatProfile  *self,
                        const char   *name,
                        GError      **error)
{
  g_autofree char *path = chat_profile_build_path (self, NAME_NAME);

  return g_file_set_contents_full (path, name, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}
