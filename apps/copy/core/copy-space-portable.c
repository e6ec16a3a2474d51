/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-space"

#include "copy-space.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

static char *
get_type (const char *path)
{
  /* GIO takes ".." for the parent in the path, even after a link. */
  g_autofree char *real = realpath (path, NULL);
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (GFile) file = NULL;

  if (real == NULL)
    return NULL;

  file = g_vfs_get_file_for_path (g_vfs_get_local (), real);
  info = g_file_query_filesystem_info (file, G_FILE_ATTRIBUTE_FILESYSTEM_TYPE, NULL, NULL);

  return info != NULL
         ? g_strdup (g_file_info_get_attribute_string (info, G_FILE_ATTRIBUTE_FILESYSTEM_TYPE))
         : NULL;
}

gboolean
copy_space_get (const char *path,
                CopySpace  *space)
{
  /* As GIO calls them, which cannot tell some of them apart. */
  static const char * const telling[] = {
    "ext2", "ext3", "ext4", "ext3/ext4", "tmpfs", "xfs", "msdos", "vfat", "exfat", NULL
  };
  g_autofree char *type = get_type (path);
  struct statvfs fs;

  if (type == NULL || !g_strv_contains (telling, type))
    return FALSE;

  if (statvfs (path, &fs) != 0 || fs.f_blocks == 0)
    return FALSE;

  /* What is kept for the super-user is there for the super-user. */
  space->bytes = (guint64) (geteuid () == 0 ? fs.f_bfree : fs.f_bavail) * (guint64) fs.f_frsize;
  space->inodes = (guint64) fs.f_ffree;
  space->counts_inodes = fs.f_files > 0;
  space->shares = g_str_equal (type, "xfs");

  return TRUE;
}
