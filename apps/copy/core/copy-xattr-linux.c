/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-xattr"

#include "copy-xattr.h"

#include "copy-dir-private.h"

#include <errno.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#define ACL_PREFIX  "system.posix_acl_"
#define ACL_ACCESS  "system.posix_acl_access"
#define ACL_DEFAULT "system.posix_acl_default"
#define MARK        "user." COPY_XATTR_MARK

/* An item to read attributes of or to give them to: an open file or, for what
 * cannot be opened, a path that is not followed. */
typedef struct
{
  int         fd;
  const char *path;
} Item;

static gssize
item_list (const Item *item,
           char       *names,
           gsize       size)
{
  return item->path != NULL ? llistxattr (item->path, names, size)
         : flistxattr (item->fd, names, size);
}

static gssize
item_get (const Item *item,
          const char *name,
          void       *value,
          gsize       size)
{
  return item->path != NULL ? lgetxattr (item->path, name, value, size)
         : fgetxattr (item->fd, name, value, size);
}

static int
item_set (const Item *item,
          const char *name,
          const void *value,
          gsize       size)
{
  return item->path != NULL ? lsetxattr (item->path, name, value, size, 0)
         : fsetxattr (item->fd, name, value, size, 0);
}

static gboolean
copy_one (const Item *from,
          const Item *to,
          const char *name)
{
  g_autofree char *value = NULL;
  gssize size;

  /* An attribute may grow between the two calls. */
  do
    {
      size = item_get (from, name, NULL, 0);
      if (size < 0)
        return errno == ENODATA;

      value = g_realloc (value, (gsize) size + 1);
      size = item_get (from, name, value, (gsize) size);
    }
  while (size < 0 && errno == ERANGE);

  if (size < 0)
    return errno == ENODATA;

  return item_set (to, name, value, (gsize) size) == 0;
}

/* Only the super-user may copy these, and nobody expects others to. */
static gboolean
is_privileged (const char *name)
{
  return g_str_has_prefix (name, "security.") || g_str_has_prefix (name, "trusted.") ||
         g_str_has_prefix (name, "system.");
}

static CopyXattrResult
copy_attributes (const Item *from,
                 const Item *to,
                 gboolean   *has_acl)
{
  CopyXattrResult result = COPY_XATTR_NONE;
  g_autofree char *grown = NULL;
  char few[1024];
  char *names = few;
  gssize size = item_list (from, names, sizeof few);

  while (size < 0 && errno == ERANGE)
    {
      size = item_list (from, NULL, 0);
      names = grown = g_realloc (grown, (gsize) MAX (size, 0) + 1);
      size = item_list (from, names, (gsize) MAX (size, 0));
    }

  for (const char *name = names; name < names + size; name += strlen (name) + 1)
    {
      if (g_str_has_prefix (name, ACL_PREFIX))
        {
          *has_acl = TRUE;
          continue;
        }

      if (copy_one (from, to, name))
        result = MAX (result, COPY_XATTR_KEPT);
      else if (!is_privileged (name))
        result = COPY_XATTR_LOST;
    }

  return result;
}

/* Copies all attributes but access control lists, and says in @has_acl whether
 * there is one. */
CopyXattrResult
copy_xattr_copy_fd (int       from,
                    int       to,
                    gboolean *has_acl)
{
  Item from_item = { from, NULL };
  Item to_item = { to, NULL };

  return copy_attributes (&from_item, &to_item, has_acl);
}

/* A path by which calls that know no directories reach @name. */
static char *
get_name_path (CopyDir    *dir,
               const char *name)
{
  return g_strdup_printf ("/proc/self/fd/%d/%s", dir->fd, name);
}

CopyXattrResult
copy_xattr_copy_link (CopyDir    *from_dir,
                      const char *from,
                      CopyDir    *to_dir,
                      const char *to)
{
  g_autofree char *from_path = get_name_path (from_dir, from);
  g_autofree char *to_path = get_name_path (to_dir, to);
  Item from_item = { -1, from_path };
  Item to_item = { -1, to_path };
  gboolean has_acl = FALSE;
  CopyXattrResult result = copy_attributes (&from_item, &to_item, &has_acl);

  if (has_acl && !copy_one (&from_item, &to_item, ACL_ACCESS))
    result = COPY_XATTR_LOST;

  return result;
}

CopyXattrResult
copy_xattr_copy_acls (int from,
                      int to)
{
  Item from_item = { from, NULL };
  Item to_item = { to, NULL };
  gboolean kept = copy_one (&from_item, &to_item, ACL_ACCESS);

  /* Only directories have the second kind. */
  kept &= copy_one (&from_item, &to_item, ACL_DEFAULT);

  return kept ? COPY_XATTR_KEPT : COPY_XATTR_LOST;
}

gboolean
copy_xattr_inherits_acl (CopyDir *dir)
{
  int fd = copy_dir_open_self (dir);
  gboolean inherits = fgetxattr (fd, ACL_DEFAULT, NULL, 0) > 0;

  close (fd);

  return inherits;
}

void
copy_xattr_remove_acls (int fd)
{
  fremovexattr (fd, ACL_ACCESS);
  fremovexattr (fd, ACL_DEFAULT);
}

void
copy_xattr_remove_acls_name (CopyDir    *dir,
                             const char *name)
{
  g_autofree char *path = get_name_path (dir, name);

  lremovexattr (path, ACL_ACCESS);
}

void
copy_xattr_set_mark (CopyDir    *dir,
                     const char *mark)
{
  int fd = copy_dir_open_self (dir);

  fsetxattr (fd, MARK, mark, strlen (mark), 0);
  close (fd);
}

gboolean
copy_xattr_has_mark (CopyDir    *dir,
                     const char *mark)
{
  char found[64];
  int fd = copy_dir_open_self (dir);
  gssize size = fgetxattr (fd, MARK, found, sizeof found);

  close (fd);

  return size == (gssize) strlen (mark) && memcmp (found, mark, (gsize) size) == 0;
}

void
copy_xattr_remove_mark (int fd)
{
  fremovexattr (fd, MARK);
}
