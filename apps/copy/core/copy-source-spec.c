/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-source-spec"

#include "copy-source-spec.h"

#include "copy-name.h"

CopySourceSpec *
copy_source_spec_new (void)
{
  return g_new0 (CopySourceSpec, 1);
}

void
copy_source_spec_free (CopySourceSpec *self)
{
  g_free (self->given);
  g_free (self->from_root);
  g_free (self->name);
  g_free (self->to_name);
  g_free (self);
}

/* The path of an item, below the root, as the user would write it. */
char *
copy_source_spec_name_item (CopySourceSpec *self,
                            const char     *path)
{
  if (g_str_equal (self->from_root, ".") && *path != '\0')
    return g_strdup (path);

  return copy_name_join (self->from_root, path);
}
