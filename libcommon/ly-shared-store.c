/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-shared"

#include "ly-shared-store.h"

#include <stdlib.h>
#include <string.h>

/* What an entry takes beside its name and its value, roughly. */
#define ENTRY_SIZE 128

struct _LySharedStore
{
  gsize       max_size;
  gsize       size;
  GHashTable *dictionary;   /* of char * to GVariant */
  GPtrArray  *list;         /* of GVariant */
  GHashTable *counters;     /* of char * to gint64 * */
};

LySharedStore *
_ly_shared_store_new (gsize max_size)
{
  LySharedStore *self = g_new0 (LySharedStore, 1);

  self->max_size = max_size;
  self->dictionary = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                            (GDestroyNotify) g_variant_unref);
  self->list = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  self->counters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

void
_ly_shared_store_free (LySharedStore *self)
{
  g_hash_table_unref (self->dictionary);
  g_ptr_array_unref (self->list);
  g_hash_table_unref (self->counters);
  g_free (self);
}

static gsize
measure (const char *name,
         GVariant   *value)
{
  return ENTRY_SIZE + (name != NULL ? strlen (name) : 0) +
         (value != NULL ? g_variant_get_size (value) : 0);
}

/* Accounts for something that takes the place of another. */
static gboolean
reserve (LySharedStore  *self,
         gsize           added,
         gsize           removed,
         GError        **error)
{
  gsize size = self->size - removed;

  if (added > self->max_size - MIN (size, self->max_size))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                   "shared data is full: %" G_GSIZE_FORMAT " bytes are its limit",
                   self->max_size);
      return FALSE;
    }

  self->size = size + added;

  return TRUE;
}

static GError *
new_missing_error (const char *key)
{
  return g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "shared dictionary has no “%s”", key);
}

/* A value of its own: one that came in a message would keep all of it, and one
 * from this process might have foreign code run when it is freed. */
static GVariant *
copy_value (GVariant *value)
{
  g_autoptr (GVariant) normal = g_variant_get_normal_form (value);
  gsize size = g_variant_get_size (normal);
  gpointer data = g_memdup2 (g_variant_get_data (normal), size);
  GVariant *copy = g_variant_new_from_data (g_variant_get_type (normal), data, size, TRUE,
                                            g_free, data);

  return g_variant_ref_sink (copy);
}

static GVariant *
dict_set (LySharedStore  *self,
          GVariant       *args,
          GError        **error)
{
  g_autoptr (GVariant) value = NULL;
  GVariant *old;
  const char *key;

  g_variant_get (args, "(&sv)", &key, &value);
  old = g_hash_table_lookup (self->dictionary, key);
  if (!reserve (self, measure (key, value), old != NULL ? measure (key, old) : 0, error))
    return NULL;

  g_hash_table_replace (self->dictionary, g_strdup (key), copy_value (value));

  return g_variant_new ("()");
}

static GVariant *
dict_get (LySharedStore  *self,
          GVariant       *args,
          GError        **error)
{
  const char *key = g_variant_get_string (args, NULL);
  GVariant *value = g_hash_table_lookup (self->dictionary, key);

  if (value == NULL)
    {
      g_propagate_error (error, new_missing_error (key));
      return NULL;
    }

  return g_variant_new_variant (value);
}

static GVariant *
dict_remove (LySharedStore  *self,
             GVariant       *args,
             GError        **error)
{
  GVariant *value = dict_get (self, args, error);
  const char *key = g_variant_get_string (args, NULL);

  if (value == NULL)
    return NULL;

  self->size -= measure (key, g_hash_table_lookup (self->dictionary, key));
  g_hash_table_remove (self->dictionary, key);

  return value;
}

static GVariant *
dict_contains (LySharedStore  *self,
               GVariant       *args,
               GError        **error)
{
  const char *key = g_variant_get_string (args, NULL);

  if (!g_hash_table_contains (self->dictionary, key))
    {
      g_propagate_error (error, new_missing_error (key));
      return NULL;
    }

  return g_variant_new ("()");
}

static int
compare_keys (gconstpointer a,
              gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

/* The keys, still the dictionary's, in their order. */
static const char **
sort_keys (LySharedStore *self,
           guint         *n_keys)
{
  const char **keys = (const char **) g_hash_table_get_keys_as_array (self->dictionary, n_keys);

  qsort (keys, *n_keys, sizeof *keys, compare_keys);

  return keys;
}

static GVariant *
dict_keys (LySharedStore  *self,
           GVariant       *args,
           GError        **error)
{
  guint n_keys;
  g_autofree const char **keys = sort_keys (self, &n_keys);

  return g_variant_new_strv (keys, n_keys);
}

static GVariant *
dict_snapshot (LySharedStore  *self,
               GVariant       *args,
               GError        **error)
{
  guint n_keys;
  g_autofree const char **keys = sort_keys (self, &n_keys);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; i < n_keys; i++)
    g_variant_builder_add (&builder, "{sv}", keys[i],
                           g_hash_table_lookup (self->dictionary, keys[i]));

  return g_variant_builder_end (&builder);
}

static GVariant *
list_append (LySharedStore  *self,
             GVariant       *args,
             GError        **error)
{
  g_autoptr (GVariant) value = g_variant_get_variant (args);

  if (!reserve (self, measure (NULL, value), 0, error))
    return NULL;

  g_ptr_array_add (self->list, copy_value (value));

  return g_variant_new ("()");
}

/* Negative ones count from the end: -1 is the last. */
static gboolean
find_index (LySharedStore  *self,
            gint64          index,
            guint          *found,
            GError        **error)
{
  gint64 length = self->list->len;

  if (index < -length || index >= length)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   "shared list has %" G_GINT64_FORMAT " items, and none at %" G_GINT64_FORMAT,
                   length, index);
      return FALSE;
    }

  *found = (guint) (index < 0 ? index + length : index);

  return TRUE;
}

static GVariant *
list_get (LySharedStore  *self,
          GVariant       *args,
          GError        **error)
{
  guint index;

  if (!find_index (self, g_variant_get_int64 (args), &index, error))
    return NULL;

  return g_variant_new_variant (self->list->pdata[index]);
}

static GVariant *
list_set (LySharedStore  *self,
          GVariant       *args,
          GError        **error)
{
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GVariant) old = NULL;
  gint64 position;
  guint index;

  g_variant_get (args, "(xv)", &position, &value);
  if (!find_index (self, position, &index, error) ||
      !reserve (self, measure (NULL, value), measure (NULL, self->list->pdata[index]), error))
    return NULL;

  old = self->list->pdata[index];
  self->list->pdata[index] = copy_value (value);

  return g_variant_new ("()");
}

static GVariant *
list_pop (LySharedStore  *self,
          GVariant       *args,
          GError        **error)
{
  g_autoptr (GVariant) value = NULL;
  guint index;

  if (!find_index (self, g_variant_get_int64 (args), &index, error))
    return NULL;

  value = g_ptr_array_steal_index (self->list, index);
  self->size -= measure (NULL, value);

  return g_variant_new_variant (value);
}

static GVariant *
list_length (LySharedStore  *self,
             GVariant       *args,
             GError        **error)
{
  return g_variant_new_uint64 (self->list->len);
}

static GVariant *
list_snapshot (LySharedStore  *self,
               GVariant       *args,
               GError        **error)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("av"));
  for (guint i = 0; i < self->list->len; i++)
    g_variant_builder_add (&builder, "v", self->list->pdata[i]);

  return g_variant_builder_end (&builder);
}

static GVariant *
counter_add (LySharedStore  *self,
             GVariant       *args,
             GError        **error)
{
  const char *name;
  gint64 amount;
  gint64 before;
  gint64 *counter;

  g_variant_get (args, "(&sx)", &name, &amount);
  counter = g_hash_table_lookup (self->counters, name);

  if (counter == NULL)
    {
      if (!reserve (self, measure (name, NULL), 0, error))
        return NULL;

      counter = g_new0 (gint64, 1);
      g_hash_table_insert (self->counters, g_strdup (name), counter);
    }

  /* Unsigned, so that one that runs over wraps round instead of being undefined. */
  before = *counter;
  *counter = (gint64) ((guint64) before + (guint64) amount);

  return g_variant_new_int64 (before);
}

static GVariant *
counter_get (LySharedStore  *self,
             GVariant       *args,
             GError        **error)
{
  gint64 *counter = g_hash_table_lookup (self->counters, g_variant_get_string (args, NULL));

  return g_variant_new_int64 (counter != NULL ? *counter : 0);
}

typedef GVariant *(*ApplyFunc) (LySharedStore  *self,
                                GVariant       *args,
                                GError        **error);

/* Those without a function are no business of the store's. */
static const struct
{
  LySharedOp  op;
  const char *args_type;
  const char *value_type;
  ApplyFunc   apply;
} operations[] = {
  { LY_SHARED_LOCK, "()", "b", NULL },
  { LY_SHARED_UNLOCK, "()", "()", NULL },
  { LY_SHARED_DICT_SET, "(sv)", "()", dict_set },
  { LY_SHARED_DICT_GET, "s", "v", dict_get },
  { LY_SHARED_DICT_REMOVE, "s", "v", dict_remove },
  { LY_SHARED_DICT_CONTAINS, "s", "()", dict_contains },
  { LY_SHARED_DICT_KEYS, "()", "as", dict_keys },
  { LY_SHARED_DICT_SNAPSHOT, "()", "a{sv}", dict_snapshot },
  { LY_SHARED_LIST_APPEND, "v", "()", list_append },
  { LY_SHARED_LIST_GET, "x", "v", list_get },
  { LY_SHARED_LIST_SET, "(xv)", "()", list_set },
  { LY_SHARED_LIST_POP, "x", "v", list_pop },
  { LY_SHARED_LIST_LENGTH, "()", "t", list_length },
  { LY_SHARED_LIST_SNAPSHOT, "()", "av", list_snapshot },
  { LY_SHARED_COUNTER_ADD, "(sx)", "x", counter_add },
  { LY_SHARED_COUNTER_GET, "s", "x", counter_get },
};

/* FALSE if there is no such @op. */
gboolean
_ly_shared_lookup_op (char                 op,
                      const GVariantType **args_type,
                      const GVariantType **value_type)
{
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    if (operations[i].op == (LySharedOp) op)
      {
        *args_type = G_VARIANT_TYPE (operations[i].args_type);
        *value_type = G_VARIANT_TYPE (operations[i].value_type);
        return TRUE;
      }

  return FALSE;
}

/* Does @op, one of those that read or change what is shared, with arguments of
 * the type that it takes. The value may be floating. */
GVariant *
_ly_shared_store_apply (LySharedStore  *self,
                        LySharedOp      op,
                        GVariant       *args,
                        GError        **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    if (operations[i].op == op && operations[i].apply != NULL)
      return operations[i].apply (self, args, error);

  g_assert_not_reached ();
}
