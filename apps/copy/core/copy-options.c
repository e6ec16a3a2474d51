/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-options"

#include "copy-options.h"

/* Returns a floating reference. */
GVariant *
copy_options_to_variant (const CopyOptions *self)
{
  return g_variant_new (COPY_OPTIONS_FORMAT, (guint) self->conflict, self->resume, self->verify,
                        self->fsync, self->rate_limit);
}

void
copy_options_from_variant (CopyOptions *self,
                           GVariant    *variant)
{
  guint conflict;

  g_variant_get (variant, COPY_OPTIONS_FORMAT, &conflict, &self->resume, &self->verify,
                 &self->fsync, &self->rate_limit);
  self->conflict = conflict <= COPY_CONFLICT_ASK ? (CopyConflict) conflict : COPY_CONFLICT_FAIL;
}
