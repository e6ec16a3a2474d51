/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-map"

#include "ly-map-chunk.h"

LyMapChunk *
_ly_map_chunk_new (guint64  first,
                   guint    n,
                   gboolean single)
{
  LyMapChunk *self = g_new0 (LyMapChunk, 1);

  self->first = first;
  self->n = n;
  self->single = single;

  return self;
}

void
_ly_map_chunk_free (gpointer data)
{
  LyMapChunk *self = data;

  if (self->future != NULL)
    ly_future_cancel (self->future);

  g_clear_object (&self->future);
  g_clear_pointer (&self->outcomes, g_variant_unref);
  g_clear_error (&self->error);
  g_free (self);
}

/* The arguments of the task that does the chunk: the one argument itself, or
 * what LY_TASK_CHUNK takes. */
GVariant *
_ly_map_chunk_pack (LyMapChunk *self,
                    const char *task,
                    GVariant   *args)
{
  const GVariantType *type = g_variant_type_element (g_variant_get_type (args));
  GVariantBuilder items;

  if (self->single)
    {
      g_autoptr (GVariant) arg = g_variant_get_child_value (args, self->first);

      return g_variant_type_equal (type, G_VARIANT_TYPE_VARIANT) ? g_variant_get_variant (arg)
             : g_steal_pointer (&arg);
    }

  g_variant_builder_init (&items, g_variant_get_type (args));
  for (guint i = 0; i < self->n; i++)
    {
      g_autoptr (GVariant) arg = g_variant_get_child_value (args, self->first + i);

      g_variant_builder_add_value (&items, arg);
    }

  return g_variant_ref_sink (g_variant_new ("(sv)", task, g_variant_builder_end (&items)));
}

gboolean
_ly_map_chunk_is_done (LyMapChunk *self)
{
  return self->future == NULL || ly_future_is_done (self->future);
}

static void
read_outcomes (LyMapChunk *self,
               GVariant   *value,
               gint64     *duration_us)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE ("(xa(bv))")))
    g_variant_get (value, "(x@a(bv))", duration_us, &self->outcomes);

  if (self->outcomes == NULL || g_variant_n_children (self->outcomes) != self->n)
    g_set_error_literal (&self->error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         "a chunk of tasks returned nonsense");
}

/* Takes what came of the chunk, which is done. Returns how many microseconds it
 * took, or 0 if that is not known. */
gint64
_ly_map_chunk_open (LyMapChunk *self)
{
  g_autoptr (GVariant) value = NULL;
  gint64 duration_us = 0;

  if (self->future != NULL)
    value = ly_future_get (self->future, 0, &self->error);
  g_clear_object (&self->future);

  if (value != NULL && self->single)
    self->outcomes = g_variant_ref_sink (g_variant_new_parsed ("[(true, %v)]", value));
  else if (value != NULL)
    read_outcomes (self, value, &duration_us);

  return self->error == NULL ? MAX (duration_us, self->single ? 0 : 1) : 0;
}

/* Whether it failed as a whole, and not because somebody wanted it to. */
gboolean
_ly_map_chunk_was_lost (LyMapChunk *self)
{
  return self->error != NULL &&
         !g_error_matches (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
         !g_error_matches (self->error, G_IO_ERROR, G_IO_ERROR_CLOSED) &&
         !g_error_matches (self->error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

static GError *
read_error (GVariant *payload)
{
  const char *domain;
  const char *message;
  int code;

  if (!g_variant_is_of_type (payload, G_VARIANT_TYPE ("(siay)")))
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                "a chunk of tasks returned an error of the wrong form");

  g_variant_get (payload, "(&si^&ay)", &domain, &code, &message);

  return g_error_new_literal (g_quark_from_string (domain), code, message);
}

/* The outcome of the next argument that was not asked for yet. */
GVariant *
_ly_map_chunk_take (LyMapChunk *self,
                    GError    **error)
{
  g_autoptr (GVariant) payload = NULL;
  guint i = self->taken++;
  gboolean succeeded;

  if (self->error != NULL)
    {
      if (error != NULL)
        *error = g_error_copy (self->error);
      return NULL;
    }

  g_variant_get_child (self->outcomes, i, "(bv)", &succeeded, &payload);
  if (succeeded)
    return g_steal_pointer (&payload);

  g_propagate_error (error, read_error (payload));

  return NULL;
}
