/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-task"

#include "ly-task-private.h"
#include "ly-unit-private.h"

/* Adds the outcome of one task, which is taken. */
static void
add_outcome (GVariantBuilder *outcomes,
             GVariant        *value,
             GError          *error)
{
  if (value != NULL)
    g_variant_take_ref (value);

  if (error != NULL)
    g_variant_builder_add (outcomes, "(bv)", FALSE,
                           g_variant_new ("(si^ay)", g_quark_to_string (error->domain),
                                          error->code, error->message));
  else
    g_variant_builder_add (outcomes, "(bv)", TRUE, value != NULL ? value : _ly_unit ());

  g_clear_pointer (&value, g_variant_unref);
  g_clear_error (&error);
}

/* The task LY_TASK_CHUNK: runs another task for each of many arguments, which
 * costs only one message to a worker, and one back. */
GVariant *
_ly_task_run_chunk (LyTaskContext  *context,
                    GVariant       *args,
                    GError        **error)
{
  g_autoptr (GVariant) items = NULL;
  g_auto (GVariantBuilder) outcomes = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(bv)"));
  gint64 begin = g_get_monotonic_time ();
  LyTaskFunc func;
  const char *name;
  gsize n;

  if (!g_variant_is_of_type (args, G_VARIANT_TYPE ("(sv)")))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "not a chunk of tasks");
      return NULL;
    }

  g_variant_get (args, "(&sv)", &name, &items);
  func = ly_task_lookup (name, error);
  if (func == NULL)
    return NULL;

  n = g_variant_n_children (items);
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) item = g_variant_get_child_value (items, i);
      GError *item_error = NULL;
      GVariant *value;

      if (!ly_task_context_checkpoint (context, error))
        return NULL;

      if (g_variant_is_of_type (item, G_VARIANT_TYPE_VARIANT))
        {
          GVariant *boxed = g_steal_pointer (&item);

          item = g_variant_get_variant (boxed);
          g_variant_unref (boxed);
        }

      value = func (context, item, &item_error);
      add_outcome (&outcomes, value, item_error);
    }

  return g_variant_new ("(xa(bv))", g_get_monotonic_time () - begin, &outcomes);
}
