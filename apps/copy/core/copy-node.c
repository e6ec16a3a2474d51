/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-node"

#include "copy-node.h"

#include <string.h>

/* Makes the node of a directory in @parent, or a top node without one. An empty
 * name stands for the parent itself. */
CopyNode *
copy_node_new (CopyNode   *parent,
               guint       source,
               const char *name,
               const char *to_name)
{
  CopyNode *self = g_new0 (CopyNode, 1);

  self->ref_count = 1;
  self->parent = parent != NULL ? copy_node_ref (parent) : NULL;
  self->source = source;
  self->name = g_strdup (name);
  self->to_name = g_str_equal (name, to_name) ? self->name : g_strdup (to_name);

  return self;
}

CopyNode *
copy_node_ref (CopyNode *self)
{
  g_atomic_int_inc (&self->ref_count);

  return self;
}

/* Not recursive: trees may be deeper than the stack. */
void
copy_node_unref (CopyNode *self)
{
  while (self != NULL && g_atomic_int_dec_and_test (&self->ref_count))
    {
      CopyNode *parent = self->parent;

      if (self->to_name != self->name)
        g_free (self->to_name);
      g_free (self->name);
      g_free (self->mark);
      g_free (self);
      self = parent;
    }
}

gboolean
copy_node_is_top (CopyNode *self)
{
  return self->parent == NULL;
}

/* Builds a path from its end, in one piece of memory. */
static char *
get_path (CopyNode *self,
          gsize     name_offset)
{
  gsize length = 0;
  char *path;
  char *at;

  for (CopyNode *node = self; node != NULL; node = node->parent)
    length += strlen (G_STRUCT_MEMBER (char *, node, name_offset)) + 1;

  path = g_malloc (length + 1);
  at = path + length;
  *at = '\0';

  for (CopyNode *node = self; node != NULL; node = node->parent)
    {
      const char *name = G_STRUCT_MEMBER (char *, node, name_offset);
      gsize size = strlen (name);

      if (size == 0)
        continue;

      if (*at != '\0')
        *--at = '/';
      at -= size;
      memcpy (at, name, size);
    }

  memmove (path, at, (gsize) (path + length + 1 - at));

  return path;
}

/* The directory's path below the root of its source. */
char *
copy_node_get_from_path (CopyNode *self)
{
  return get_path (self, G_STRUCT_OFFSET (CopyNode, name));
}

/* The directory's path below the root of the target. */
char *
copy_node_get_to_path (CopyNode *self)
{
  return get_path (self, G_STRUCT_OFFSET (CopyNode, to_name));
}
