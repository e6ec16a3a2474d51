/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-made-dirs"

#include "copy-made-dirs.h"

#include "copy-error.h"
#include "copy-remains.h"
#include "copy-xattr.h"

#include <errno.h>
#include <glib/gi18n.h>

#define N_OPEN 16

typedef struct
{
  CopyNode *node;
  CopyDir  *dir;
} OpenDir;

struct _CopyMadeDirs
{
  CopyDir *to_root;
  OpenDir  open[N_OPEN];
  guint    next;
};

CopyMadeDirs *
copy_made_dirs_new (CopyDir *to_root)
{
  CopyMadeDirs *self = g_new0 (CopyMadeDirs, 1);

  self->to_root = copy_dir_ref (to_root);

  return self;
}

static void
open_dir_clear (OpenDir *open)
{
  g_clear_pointer (&open->node, copy_node_unref);
  g_clear_pointer (&open->dir, copy_dir_unref);
}

void
copy_made_dirs_free (CopyMadeDirs *self)
{
  for (guint i = 0; i < N_OPEN; i++)
    open_dir_clear (&self->open[i]);

  copy_dir_unref (self->to_root);
  g_free (self);
}

/* The target's directory for @node, borrowed; NULL with errno set. */
static CopyDir *
get_dir (CopyMadeDirs *self,
         CopyNode     *node)
{
  g_autofree char *path = NULL;
  OpenDir *open;
  CopyDir *dir;

  if (copy_node_is_top (node))
    return self->to_root;

  for (guint i = 0; i < N_OPEN; i++)
    if (self->open[i].node == node)
      return self->open[i].dir;

  path = copy_node_get_to_path (node);
  dir = copy_dir_open_below (self->to_root, path);
  if (dir == NULL)
    return NULL;

  open = &self->open[self->next++ % N_OPEN];
  open_dir_clear (open);
  open->node = copy_node_ref (node);
  open->dir = dir;

  return dir;
}

/* Lets us work in a directory that was there before, if it is ours to change.
 * It gets the mode of the source in the end. */
static void
make_usable (CopyDir           *parent,
             CopyNode          *node,
             const struct stat *st)
{
  if ((st->st_mode & S_IRWXU) != S_IRWXU)
    copy_dir_set_mode (parent, node->to_name, (st->st_mode & 07777) | S_IRWXU);
}

/* Makes the directory that @node is to become, unless it is there. */
gboolean
copy_made_dirs_make (CopyMadeDirs  *self,
                     CopyNode      *node,
                     GError       **error)
{
  CopyDir *parent;
  struct stat st;

  /* The target's root itself is always there. */
  if (*node->to_name == '\0')
    return TRUE;

  parent = get_dir (self, node->parent);
  if (parent == NULL)
    return copy_error_set (error, errno, _("cannot open the destination's folder"));

  if (copy_dir_make_dir (parent, node->to_name) == 0)
    {
      CopyDir *dir = node->mark != NULL ? get_dir (self, node) : NULL;

      if (dir != NULL)
        copy_xattr_set_mark (dir, node->mark);
      return TRUE;
    }

  if (errno != EEXIST)
    return copy_error_set (error, errno, _("cannot create the folder"));

  if (copy_dir_stat (parent, node->to_name, &st) != 0)
    return copy_error_set (error, errno, _("cannot look at the destination"));

  if (!S_ISDIR (st.st_mode))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY,
                           _("something of that name that is not a folder is in the way"));
      return FALSE;
    }

  make_usable (parent, node, &st);

  return TRUE;
}

/* Removes from @node's directory what jobs that were killed left there. */
void
copy_made_dirs_clean (CopyMadeDirs *self,
                      CopyNode     *node,
                      CopyDir      *from_root)
{
  g_autofree char *path = copy_node_get_from_path (node);
  g_autoptr (CopyDir) source = copy_dir_open_below (from_root, path);
  CopyDir *dir = get_dir (self, node);

  if (dir != NULL && source != NULL)
    copy_remains_remove (dir, source);
}

/* No more directories will be made in @node's. */
void
copy_made_dirs_forget (CopyMadeDirs *self,
                       CopyNode     *node)
{
  for (guint i = 0; i < N_OPEN; i++)
    if (self->open[i].node == node)
      open_dir_clear (&self->open[i]);
}
