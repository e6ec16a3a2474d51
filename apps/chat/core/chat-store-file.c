/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "chat-store"

#include "chat-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file of the store as a file: nothing of what is in it. */

#define MAGIC "SQLite format 3"
#define HEADER_SIZE 100

static ChatStoreFile
refuse (GError     **error,
        const char  *path,
        int          errnum)
{
  g_set_error (error, CHAT_STORE_ERROR,
               errnum == ENOSPC || errnum == EDQUOT ? CHAT_STORE_ERROR_FULL
               : errnum == EACCES || errnum == EROFS || errnum == ELOOP || errnum == EISDIR
               ? CHAT_STORE_ERROR_ACCESS : CHAT_STORE_ERROR_FAILED,
               _("cannot open the history “%s”: %s"), path, g_strerror (errnum));

  return CHAT_STORE_FILE_CLOSED;
}

/* Whether the end of the file is missing, as far as its header tells. While there
 * is a log, that is what counts: the file may be behind it. */
static gboolean
is_cut (const char   *path,
        const guint8 *header,
        guint64       size)
{
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  guint64 page_size = (guint64) header[16] << 8 | header[17];
  guint64 n_pages = (guint64) header[28] << 24 | header[29] << 16 | header[30] << 8 | header[31];
  struct stat st;

  if (stat (log, &st) == 0 && st.st_size > 0)
    return FALSE;

  return size < (page_size == 1 ? 65536 : page_size) * n_pages;
}

/* SQLite would begin a file anew that is too short, and would create one that
 * others may read; so it gets none that is not there, private and long enough. */
ChatStoreFile
_chat_store_file_look (const char  *path,
                       GError     **error)
{
  guint8 header[HEADER_SIZE] = { 0 };
  struct stat st;
  ssize_t size;
  int errnum;
  int fd = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    return refuse (error, path, errno);

  if (fstat (fd, &st) != 0 || (size = pread (fd, header, sizeof header, 0)) < 0)
    {
      errnum = errno;
      close (fd);
      return refuse (error, path, errnum);
    }

  close (fd);

  if (!S_ISREG (st.st_mode))
    return refuse (error, path, EISDIR);

  if (size == 0)
    return CHAT_STORE_FILE_READY;

  return size == HEADER_SIZE && memcmp (header, MAGIC, sizeof MAGIC) == 0 &&
         !is_cut (path, header, (guint64) st.st_size)
         ? CHAT_STORE_FILE_READY : CHAT_STORE_FILE_DAMAGED;
}

/* A name that nobody has, beside @path, made from it and the time: history.db is
 * kept as history-damaged-20260131-235959.db. An empty file holds its place. */
static char *
reserve (const char  *path,
         GError     **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%d-%H%M%S");
  const char *dot = strrchr (path, '.');
  int length = dot != NULL && strchr (dot, G_DIR_SEPARATOR) == NULL ? (int) (dot - path)
                                                                    : (int) strlen (path);

  for (guint i = 1; ; i++)
    {
      g_autofree char *count = i > 1 ? g_strdup_printf ("-%u", i) : g_strdup ("");
      g_autofree char *name = g_strdup_printf ("%.*s-damaged-%s%s%s", length, path, stamp, count,
                                               path + length);
      int fd = open (name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

      if (fd >= 0)
        {
          close (fd);
          return g_steal_pointer (&name);
        }
      if (errno != EEXIST)
        {
          refuse (error, path, errno);
          return NULL;
        }
    }
}

static void
sync_directory (const char *path)
{
  g_autofree char *directory = g_path_get_dirname (path);
  int fd = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  if (fsync (fd) != 0)
    g_debug ("cannot synchronise “%s”: %s", directory, g_strerror (errno));
  close (fd);
}

/* Renames the file and its log, and returns the new name. The log goes first: a
 * log without its file would be thrown away by the next one to open @path. */
char *
_chat_store_file_set_aside (const char  *path,
                            GError     **error)
{
  static const char * const suffixes[] = { "-wal", "-shm", "" };
  g_autofree char *name = reserve (path, error);

  if (name == NULL)
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (path, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (name, suffixes[i], NULL);

      if (g_rename (from, to) != 0 && errno != ENOENT)
        {
          refuse (error, path, errno);
          return NULL;
        }
    }

  sync_directory (path);
  _chat_store_file_trust (path);

  return g_steal_pointer (&name);
}

/* --- a note to the next one who opens it, to look closely --- */

static char *
get_note (const char *path)
{
  return g_strconcat (path, "-suspect", NULL);
}

void
_chat_store_file_suspect (const char *path)
{
  g_autofree char *note = get_note (path);
  int fd = open (note, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd >= 0)
    close (fd);
}

gboolean
_chat_store_file_is_suspect (const char *path)
{
  g_autofree char *note = get_note (path);

  return g_file_test (note, G_FILE_TEST_EXISTS);
}

void
_chat_store_file_trust (const char *path)
{
  g_autofree char *note = get_note (path);

  if (g_unlink (note) != 0 && errno != ENOENT)
    g_debug ("cannot remove “%s”: %s", note, g_strerror (errno));
}
