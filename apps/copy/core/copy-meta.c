/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-meta"

#include "copy-meta.h"

#include "copy-error.h"
#include "copy-place.h"
#include "copy-xattr.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <unistd.h>

/* Either an open file, or a name for what cannot be opened. */
typedef struct
{
  int         fd;
  CopyDir    *dir;
  const char *name;
} Item;

static int
set_owner (const Item *item,
           uid_t       uid,
           gid_t       gid)
{
  return item->name != NULL ? copy_dir_set_owner (item->dir, item->name, uid, gid)
         : fchown (item->fd, uid, gid);
}

static int
set_mode (const Item *item,
          mode_t      mode)
{
  return item->name != NULL ? copy_dir_set_mode (item->dir, item->name, mode)
         : fchmod (item->fd, mode);
}

static int
set_times (const Item        *item,
           const struct stat *st)
{
  struct timespec times[2] = { st->st_atim, st->st_mtim };

  return item->name != NULL ? copy_dir_set_times (item->dir, item->name, times)
         : futimens (item->fd, times);
}

/* What new files in the directory belong to, learnt from the first of them: it
 * depends on the process, the directory and the file system. */
static void
learn_owner (CopyTarget *target,
             const Item *item)
{
  struct stat made;

  if (target->owner_known)
    return;

  if ((item->name != NULL ? copy_dir_stat (item->dir, item->name, &made)
       : fstat (item->fd, &made)) == 0)
    {
      target->owner = made.st_uid;
      target->group = made.st_gid;
      target->owner_known = TRUE;
    }
}

/* Gives the item its owner and group as far as that is permitted. Returns the
 * mode it may have: never set-id rights of somebody who does not own it. */
static mode_t
apply_owner (CopyTarget        *target,
             const Item        *item,
             const struct stat *st)
{
  mode_t mode = st->st_mode & 07777;
  gboolean owner_kept = TRUE;
  gboolean group_kept = TRUE;

  learn_owner (target, item);

  if (target->owner_known && target->owner == st->st_uid && target->group == st->st_gid)
    return mode;

  if (set_owner (item, st->st_uid, st->st_gid) != 0)
    {
      owner_kept = target->owner_known && target->owner == st->st_uid;
      group_kept = (target->owner_known && target->group == st->st_gid) ||
                   set_owner (item, (uid_t) -1, st->st_gid) == 0;
    }

  if (!owner_kept)
    mode &= ~(mode_t) S_ISUID;
  if (!group_kept)
    mode &= ~(mode_t) S_ISGID;

  return mode;
}

/* Some file systems have no permissions to set; then nothing is incomplete. */
static gboolean
apply_mode (CopyWork    *work,
            const Item  *item,
            mode_t       mode,
            GError     **error)
{
  if (set_mode (item, mode) == 0)
    return TRUE;

  if (errno != EPERM && errno != EOPNOTSUPP)
    return copy_error_set (error, errno, _("cannot set the permissions"));

  work->n_lost++;

  return TRUE;
}

/* Gives an open file or directory all of the source's metadata: @st, which is
 * of @from. The mode comes last and makes it whole. */
gboolean
copy_meta_apply_fd (CopyWork           *work,
                    CopyTarget         *target,
                    int                 from,
                    int                 to,
                    const struct stat  *st,
                    GError            **error)
{
  Item item = { .fd = to };
  gboolean has_acl = FALSE;
  CopyXattrResult xattrs;
  mode_t mode;

  /* Owner first: a change of owner takes rights and capabilities away. */
  mode = apply_owner (target, &item, st);
  xattrs = copy_xattr_copy_fd (from, to, &has_acl);

  /* To set attributes takes the permission to write, open or not, which only
   * the super-user has without being given it. */
  if (xattrs == COPY_XATTR_LOST && S_ISREG (st->st_mode) && geteuid () != 0 &&
      set_mode (&item, COPY_UNFINISHED_MODE) == 0)
    xattrs = copy_xattr_copy_fd (from, to, &has_acl);

  if (target->inherits_acl)
    copy_xattr_remove_acls (to);

  if (set_times (&item, st) != 0)
    return copy_error_set (error, errno, _("cannot set the times"));

  if (has_acl)
    xattrs = MAX (xattrs, copy_xattr_copy_acls (from, to));

  if (xattrs == COPY_XATTR_LOST)
    work->n_lost++;

  return apply_mode (work, &item, mode, error);
}

/* The same for what cannot be opened: links, FIFOs, sockets and devices. */
gboolean
copy_meta_apply_name (CopyWork           *work,
                      CopyDir            *from_dir,
                      const char         *from,
                      CopyTarget         *target,
                      const char         *to,
                      const struct stat  *st,
                      GError            **error)
{
  Item item = { .fd = -1, .dir = target->dir, .name = to };
  mode_t mode = apply_owner (target, &item, st);

  if (target->inherits_acl && !S_ISLNK (st->st_mode))
    copy_xattr_remove_acls_name (target->dir, to);

  if (copy_xattr_copy_link (from_dir, from, target->dir, to) == COPY_XATTR_LOST)
    work->n_lost++;

  if (set_times (&item, st) != 0)
    return copy_error_set (error, errno, _("cannot set the times"));

  return S_ISLNK (st->st_mode) || apply_mode (work, &item, mode, error);
}
