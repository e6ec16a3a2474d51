/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-lock"

#include "ly-lock-graph-private.h"

/* What is known of the order in which locks are taken: an arrow from each lock
 * to those that were taken while it was held. Two locks that were taken in
 * either order, be it by way of others, can deadlock if two threads do so at
 * the same time, even if they never have. The idea is that of lockdep, the
 * Linux kernel's validator (Documentation/locking/lockdep-design.rst).
 *
 * There is one arrow for each pair of locks that are held together, so what
 * has been seen before costs one look into a table. */

/* What an arrow is marked with once there was a warning about it. */
#define WARNED GINT_TO_POINTER (1)

void
_ly_lock_order_init (LyLockNode *self)
{
  self->later = g_hash_table_new (NULL, NULL);
  self->earlier = g_hash_table_new (NULL, NULL);
}

void
_ly_lock_order_clear (LyLockNode *self)
{
  GHashTableIter iter;
  gpointer lock;

  g_hash_table_iter_init (&iter, self->later);
  while (g_hash_table_iter_next (&iter, &lock, NULL))
    g_hash_table_remove (((LyLockNode *) lock)->earlier, self);

  g_hash_table_iter_init (&iter, self->earlier);
  while (g_hash_table_iter_next (&iter, &lock, NULL))
    g_hash_table_remove (((LyLockNode *) lock)->later, self);

  g_hash_table_unref (self->later);
  g_hash_table_unref (self->earlier);
}

/* Follows the arrows from @self, along the shortest ways, up to locks that are
 * held: what lies behind one of those says no more than that one does.
 * Returns for each lock that was reached the one before it. */
static GHashTable *
follow (LyLockNode *self,
        GPtrArray  *held)
{
  g_autoptr (GHashTable) reached = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) unvisited = g_ptr_array_new ();

  g_hash_table_insert (reached, self, NULL);
  g_ptr_array_add (unvisited, self);

  for (guint i = 0; i < unvisited->len; i++)
    {
      LyLockNode *lock = unvisited->pdata[i];
      GHashTableIter iter;
      gpointer next;

      g_hash_table_iter_init (&iter, lock->later);
      while (g_hash_table_iter_next (&iter, &next, NULL))
        {
          if (g_hash_table_contains (reached, next))
            continue;

          g_hash_table_insert (reached, next, lock);
          if (!g_ptr_array_find (held, next, NULL))
            g_ptr_array_add (unvisited, next);
        }
    }

  return g_steal_pointer (&reached);
}

/* Tells the way by which @lock was reached, from its beginning. */
static void
append_way (GString          *text,
            GHashTable       *reached,
            const LyLockNode *lock)
{
  const LyLockNode *before = g_hash_table_lookup (reached, lock);

  if (g_hash_table_lookup (reached, before) != NULL)
    {
      append_way (text, reached, before);
      g_string_append (text, ", then ");
    }

  g_string_append_printf (text, "“%s” while “%s” was held", lock->name, before->name);
}

/* @self was taken while @lock was held, of which nothing was known, and now
 * the other way round was found. Returns NULL if that is no news. */
static char *
warn_about (LyLockNode *self,
            LyLockNode *lock,
            GHashTable *reached)
{
  GString *text;

  /* Each pair is warned about once, whichever of the two orders came first. */
  g_hash_table_insert (lock->later, self, WARNED);
  if (g_hash_table_lookup (self->later, lock) == WARNED)
    return NULL;

  text = g_string_new (NULL);
  g_string_append_printf (text, "lock “%s” was taken while “%s” was held, but earlier ",
                          self->name, lock->name);
  append_way (text, reached, lock);
  g_string_append (text, ": threads that do both at the same time can deadlock");

  return g_string_free (text, FALSE);
}

/* Remembers that @self was taken while @held were. Returns what there is to
 * warn about, or NULL. */
GPtrArray *
_ly_lock_order_learn (LyLockNode *self,
                      GPtrArray  *held)
{
  g_autoptr (GPtrArray) news = g_ptr_array_new ();
  g_autoptr (GPtrArray) warnings = NULL;
  g_autoptr (GHashTable) reached = NULL;

  for (guint i = 0; i < held->len; i++)
    {
      LyLockNode *lock = held->pdata[i];

      if (g_hash_table_contains (lock->later, self))
        continue;

      g_hash_table_insert (lock->later, self, NULL);
      g_hash_table_insert (self->earlier, lock, NULL);
      g_ptr_array_add (news, lock);
    }

  if (news->len == 0 || g_hash_table_size (self->later) == 0)
    return NULL;

  warnings = g_ptr_array_new_with_free_func (g_free);
  reached = follow (self, held);

  for (guint i = 0; i < news->len; i++)
    {
      char *text = NULL;

      if (g_hash_table_contains (reached, news->pdata[i]))
        text = warn_about (self, news->pdata[i], reached);
      if (text != NULL)
        g_ptr_array_add (warnings, text);
    }

  return g_steal_pointer (&warnings);
}
