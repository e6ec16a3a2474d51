/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-xattr"

#include "copy-xattr.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <sys/stat.h>
#include <unistd.h>

/* GIO knows attributes in two namespaces: those of the user, and all others
 * with access control lists among them. It writes what is not printable as
 * \xNN, and reads it likewise, so values pass through as they are.
 *
 * It does not set attributes whose names are not printable: they are lost. */
#define USER_PREFIX   "xattr::"
#define SYSTEM_PREFIX "xattr-sys::"
#define ACL_PREFIX    SYSTEM_PREFIX "system.posix_acl_"
#define ACL_ACCESS    ACL_PREFIX "access"
#define ACL_DEFAULT   ACL_PREFIX "default"

#define MARK          USER_PREFIX COPY_XATTR_MARK

/* GIO reaches attributes only by path. A path of several names could lead
 * elsewhere by now, or be too long, so only one that means the open file will
 * do. NULL where there is none: attributes stay behind on such systems. */
static GFile *
get_file (int fd)
{
  g_autofree char *path = g_strdup_printf ("/dev/fd/%d", fd);
  struct stat by_fd;
  struct stat by_path;

  if (fstat (fd, &by_fd) != 0 || stat (path, &by_path) != 0 ||
      by_fd.st_dev != by_path.st_dev || by_fd.st_ino != by_path.st_ino)
    return NULL;

  return g_vfs_get_file_for_path (g_vfs_get_local (), path);
}

static GFileInfo *
query (int         fd,
       const char *attributes)
{
  g_autoptr (GFile) file = get_file (fd);

  return file != NULL ? g_file_query_info (file, attributes, G_FILE_QUERY_INFO_NONE, NULL, NULL)
         : NULL;
}

static gboolean
set (GFile      *file,
     const char *name,
     const char *value)
{
  return file != NULL && value != NULL &&
         g_file_set_attribute_string (file, name, value, G_FILE_QUERY_INFO_NONE, NULL, NULL);
}

/* One that was of no type is none any more. */
static void
unset (GFile      *file,
       const char *name)
{
  if (file != NULL)
    g_file_set_attribute (file, name, G_FILE_ATTRIBUTE_TYPE_INVALID, NULL,
                          G_FILE_QUERY_INFO_NONE, NULL, NULL);
}

/* Copies all attributes but access control lists, and says in @has_acl whether
 * there is one. */
CopyXattrResult
copy_xattr_copy_fd (int       from,
                    int       to,
                    gboolean *has_acl)
{
  CopyXattrResult result = COPY_XATTR_NONE;
  g_autoptr (GFileInfo) info = query (from, USER_PREFIX "*," SYSTEM_PREFIX "*");
  g_autoptr (GFile) to_file = NULL;
  g_auto (GStrv) names = NULL;

  if (info == NULL)
    return COPY_XATTR_NONE;

  names = g_file_info_list_attributes (info, NULL);
  if (names[0] != NULL)
    to_file = get_file (to);

  for (guint i = 0; names[i] != NULL; i++)
    {
      gboolean is_user = g_str_has_prefix (names[i], USER_PREFIX);

      if (g_str_has_prefix (names[i], ACL_PREFIX))
        *has_acl = TRUE;
      else if (!is_user && !g_str_has_prefix (names[i], SYSTEM_PREFIX))
        continue;
      else if (set (to_file, names[i], g_file_info_get_attribute_string (info, names[i])))
        result = MAX (result, COPY_XATTR_KEPT);
      else if (is_user)
        /* Only the super-user may copy others, and nobody expects them to be. */
        result = COPY_XATTR_LOST;
    }

  return result;
}

#ifdef O_PATH

/* Opens without touching what it is: reading a FIFO, or writing to a device,
 * would not go unnoticed. */
CopyXattrResult
copy_xattr_copy_link (CopyDir    *from_dir,
                      const char *from,
                      CopyDir    *to_dir,
                      const char *to)
{
  int from_fd = copy_dir_open_file (from_dir, from, O_PATH);
  int to_fd = copy_dir_open_file (to_dir, to, O_PATH);
  gboolean has_acl = FALSE;
  CopyXattrResult result = copy_xattr_copy_fd (from_fd, to_fd, &has_acl);

  if (has_acl)
    result = MAX (result, copy_xattr_copy_acls (from_fd, to_fd));

  if (from_fd >= 0)
    close (from_fd);
  if (to_fd >= 0)
    close (to_fd);

  return result;
}

void
copy_xattr_remove_acls_name (CopyDir    *dir,
                             const char *name)
{
  int fd = copy_dir_open_file (dir, name, O_PATH);

  if (fd < 0)
    return;

  copy_xattr_remove_acls (fd);
  close (fd);
}

#else

/* What cannot be opened without being read or written keeps no attributes. */
CopyXattrResult
copy_xattr_copy_link (CopyDir    *from_dir,
                      const char *from,
                      CopyDir    *to_dir,
                      const char *to)
{
  return COPY_XATTR_NONE;
}

void
copy_xattr_remove_acls_name (CopyDir    *dir,
                             const char *name)
{
}

#endif

CopyXattrResult
copy_xattr_copy_acls (int from,
                      int to)
{
  static const char * const names[] = { ACL_ACCESS, ACL_DEFAULT };
  g_autoptr (GFileInfo) info = query (from, ACL_ACCESS "," ACL_DEFAULT);
  g_autoptr (GFile) to_file = get_file (to);
  gboolean kept = info != NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names) && info != NULL; i++)
    if (g_file_info_has_attribute (info, names[i]))
      kept &= set (to_file, names[i], g_file_info_get_attribute_string (info, names[i]));

  return kept ? COPY_XATTR_KEPT : COPY_XATTR_LOST;
}

gboolean
copy_xattr_inherits_acl (CopyDir *dir)
{
  int fd = copy_dir_open_self (dir);
  g_autoptr (GFileInfo) info = query (fd, ACL_DEFAULT);

  if (fd >= 0)
    close (fd);

  return info != NULL && g_file_info_has_attribute (info, ACL_DEFAULT);
}

void
copy_xattr_remove_acls (int fd)
{
  g_autoptr (GFile) file = get_file (fd);

  unset (file, ACL_ACCESS);
  unset (file, ACL_DEFAULT);
}

void
copy_xattr_set_mark (CopyDir    *dir,
                     const char *mark)
{
  int fd = copy_dir_open_self (dir);
  g_autoptr (GFile) file = get_file (fd);

  set (file, MARK, mark);
  close (fd);
}

gboolean
copy_xattr_has_mark (CopyDir    *dir,
                     const char *mark)
{
  int fd = copy_dir_open_self (dir);
  g_autoptr (GFileInfo) info = query (fd, MARK);

  close (fd);

  return info != NULL && g_strcmp0 (g_file_info_get_attribute_string (info, MARK), mark) == 0;
}

void
copy_xattr_remove_mark (int fd)
{
  g_autoptr (GFile) file = get_file (fd);

  unset (file, MARK);
}
