/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-leaders"

#include "copy-leaders.h"

#include "copy-place.h"

typedef struct
{
  dev_t device;
  ino_t inode;
} FileId;

struct _CopyLeaders
{
  GHashTable *table;      /* of FileId to CopyLeader */
  guint       n_settled;  /* of them, by copy_leaders_look() */
};

static guint
file_id_hash (gconstpointer key)
{
  const FileId *id = key;
  guint64 mixed = ((guint64) id->inode ^ (guint64) id->device << 40) * 0x9e3779b97f4a7c15u;

  return (guint) (mixed >> 32);
}

static gboolean
file_id_equal (gconstpointer a,
               gconstpointer b)
{
  const FileId *one = a;
  const FileId *other = b;

  return one->inode == other->inode && one->device == other->device;
}

CopyLeaders *
copy_leaders_new (void)
{
  CopyLeaders *self = g_new0 (CopyLeaders, 1);

  self->table = g_hash_table_new_full (file_id_hash, file_id_equal, g_free,
                                       (GDestroyNotify) copy_leader_unref);

  return self;
}

void
copy_leaders_free (CopyLeaders *self)
{
  g_hash_table_unref (self->table);
  g_free (self);
}

/* Finds the leader of a file that has several names. The first of them gets a
 * new one: *@is_first. Once the last has been found the file is forgotten. */
CopyLeader *
copy_leaders_find (CopyLeaders       *self,
                   const struct stat *st,
                   gboolean          *is_first)
{
  FileId id = { st->st_dev, st->st_ino };
  CopyLeader *leader = g_hash_table_lookup (self->table, &id);

  *is_first = leader == NULL;

  if (leader == NULL)
    {
      leader = copy_leader_new ((guint) st->st_nlink - 1);
      g_hash_table_insert (self->table, g_memdup2 (&id, sizeof id), leader);
      return copy_leader_ref (leader);
    }

  copy_leader_ref (leader);
  if (--leader->links_left == 0)
    g_hash_table_remove (self->table, &id);

  return leader;
}

/* Whether there is a whole copy of a file under this name in the target. */
static gboolean
is_copied (CopyDir           *to_root,
           CopyNode          *node,
           const char        *to_name,
           const struct stat *st)
{
  g_autofree char *path = copy_node_get_to_path (node);
  g_autoptr (CopyDir) dir = copy_dir_open_below (to_root, path);
  struct stat existing;

  return dir != NULL && copy_dir_stat (dir, to_name, &existing) == 0 &&
         copy_place_is_copy (&existing, st);
}

gboolean
copy_leaders_look (CopyLeaders       *self,
                   CopyDir           *to_root,
                   CopyNode          *node,
                   const char        *to_name,
                   const struct stat *st)
{
  FileId id = { st->st_dev, st->st_ino };
  CopyLeader *leader = st->st_nlink > 1 ? g_hash_table_lookup (self->table, &id) : NULL;

  if (leader != NULL && !leader->settled && is_copied (to_root, node, to_name, st))
    {
      leader->settled = TRUE;
      leader->copied = TRUE;
      leader->node = copy_node_ref (node);
      leader->to_name = g_strdup (to_name);
      leader->links_left = G_MAXUINT;
      self->n_settled++;
    }

  return self->n_settled < g_hash_table_size (self->table);
}

gboolean
copy_leaders_is_empty (CopyLeaders *self)
{
  return g_hash_table_size (self->table) == 0;
}

static gboolean
is_unsettled (gpointer key,
              gpointer value,
              gpointer user_data)
{
  return !((CopyLeader *) value)->settled;
}

void
copy_leaders_begin_anew (CopyLeaders *self)
{
  g_hash_table_foreach_remove (self->table, is_unsettled, NULL);
}
