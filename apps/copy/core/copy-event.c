/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-event"

#include "copy-event.h"

CopyEvent *
copy_event_new (CopyEventType type)
{
  CopyEvent *self = g_new0 (CopyEvent, 1);

  self->type = type;

  return self;
}

void
copy_event_free (CopyEvent *self)
{
  g_clear_pointer (&self->result, g_variant_unref);
  g_clear_error (&self->error);
  g_free (self);
}
