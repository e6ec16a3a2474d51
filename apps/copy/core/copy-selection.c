/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-selection"

#include "copy-selection.h"

#include "copy-name.h"

#include <string.h>

struct _CopySelection
{
  GHashTable *items;  /* of path to CopySelected */
};

/* Notes every directory above @path, from the bottom up to the first that is
 * known. A tree that is selected as a whole stays so. */
static void
add_above (CopySelection *self,
           const char    *path)
{
  g_autofree char *above = g_strdup (path);
  char *slash;

  while ((slash = strrchr (above, '/')) != NULL)
    {
      slash[slash == above] = '\0';
      if (g_hash_table_contains (self->items, above))
        return;

      g_hash_table_insert (self->items, g_strdup (above), GINT_TO_POINTER (COPY_SELECTED_ABOVE));
      if (slash == above)
        return;
    }

  if (!g_hash_table_contains (self->items, "."))
    g_hash_table_insert (self->items, g_strdup ("."), GINT_TO_POINTER (COPY_SELECTED_ABOVE));
}

CopySelection *
copy_selection_new (const char * const *paths)
{
  CopySelection *self = g_new0 (CopySelection, 1);

  self->items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (; *paths != NULL; paths++)
    {
      add_above (self, *paths);
      g_hash_table_insert (self->items, g_strdup (*paths), GINT_TO_POINTER (COPY_SELECTED));
    }

  return self;
}

void
copy_selection_free (CopySelection *self)
{
  g_hash_table_unref (self->items);
  g_free (self);
}

/* Says nothing of what is inside of something that is selected: whoever walks
 * down knows. */
CopySelected
copy_selection_find (CopySelection *self,
                     const char    *path)
{
  return (CopySelected) GPOINTER_TO_INT (g_hash_table_lookup (self->items, path));
}

CopySelected
copy_selection_find_item (CopySelection  *self,
                          CopySourceSpec *source,
                          const char     *path,
                          const char     *name,
                          gboolean        is_dir)
{
  g_autofree char *below = copy_name_join (path, name);
  g_autofree char *full = copy_source_spec_name_item (source, below);
  CopySelected selected = copy_selection_find (self, full);

  return selected == COPY_SELECTED_ABOVE && !is_dir ? COPY_SELECTED_NOT : selected;
}

char *
copy_selection_enter (CopySelection  *self,
                      CopySourceSpec *source,
                      const char     *path,
                      const char     *name)
{
  return copy_selection_find_item (self, source, path, name, TRUE) != COPY_SELECTED
         ? copy_name_join (path, name) : NULL;
}
