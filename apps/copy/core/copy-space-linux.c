/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-space"

#include "copy-space.h"

#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

gboolean
copy_space_get (const char *path,
                CopySpace  *space)
{
  struct statfs fs;

  if (statfs (path, &fs) != 0 || fs.f_blocks == 0)
    return FALSE;

  switch ((guint32) fs.f_type)
    {
    case EXT4_SUPER_MAGIC:
    case TMPFS_MAGIC:
    case XFS_SUPER_MAGIC:
    case MSDOS_SUPER_MAGIC:
    case EXFAT_SUPER_MAGIC:
      break;
    default:
      return FALSE;
    }

  /* What is kept for the super-user is there for the super-user. */
  space->bytes = (guint64) (geteuid () == 0 ? fs.f_bfree : fs.f_bavail) * (guint64) fs.f_bsize;
  space->inodes = (guint64) fs.f_ffree;
  space->counts_inodes = fs.f_files > 0;
  space->shares = fs.f_type == XFS_SUPER_MAGIC;

  return TRUE;
}
