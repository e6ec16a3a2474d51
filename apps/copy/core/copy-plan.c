/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-plan"

#include "copy-plan.h"

CopyLeader *
copy_leader_new (guint links_left)
{
  CopyLeader *self = g_new0 (CopyLeader, 1);

  self->ref_count = 1;
  self->links_left = links_left;

  return self;
}

CopyLeader *
copy_leader_ref (CopyLeader *self)
{
  g_atomic_int_inc (&self->ref_count);

  return self;
}

void
copy_leader_unref (CopyLeader *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  g_clear_pointer (&self->node, copy_node_unref);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_free (self->to_name);
  g_free (self);
}

static void
leading_clear (gpointer data)
{
  CopyLeading *leading = data;

  copy_leader_unref (leading->leader);
}

CopyPlanItem *
copy_plan_item_new (CopyPlanType  type,
                    CopyNode     *node)
{
  CopyPlanItem *self = g_new0 (CopyPlanItem, 1);

  self->type = type;
  self->node = copy_node_ref (node);

  return self;
}

void
copy_plan_item_free (CopyPlanItem *self)
{
  g_clear_error (&self->error);
  g_clear_pointer (&self->leader, copy_leader_unref);
  g_clear_pointer (&self->leaders, g_array_unref);
  g_clear_pointer (&self->segment, copy_segment_free);
  g_free (self->name);
  g_free (self->to_name);
  copy_node_unref (self->node);
  g_free (self);
}

/* Says that the entry at @index of the item's segment leads. */
void
copy_plan_item_add_leader (CopyPlanItem *self,
                           guint         index,
                           CopyLeader   *leader)
{
  CopyLeading leading = { index, copy_leader_ref (leader) };

  if (self->leaders == NULL)
    {
      self->leaders = g_array_new (FALSE, FALSE, sizeof (CopyLeading));
      g_array_set_clear_func (self->leaders, leading_clear);
    }

  g_array_append_val (self->leaders, leading);
}
