/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-leader"

#include "copy-leader.h"

#include "copy-flow.h"
#include "copy-name.h"

/* Files that have several names: the leader is copied, and the other names wait
 * until it is known whether they can be linked to it. */

/* Makes a segment of one link or of a link's item. */
static void
add_single (CopyRun        *run,
            CopyPlanItem   *link,
            const char     *link_to,
            CopyEntryFlags  flags)
{
  CopyPlanItem *item = copy_plan_item_new (COPY_PLAN_SEGMENT, link->node);

  if (!g_str_equal (link->name, link->to_name))
    flags |= COPY_ENTRY_RENAMED;
  if ((gint64) link->st.st_blocks * 512 < link->st.st_size)
    flags |= COPY_ENTRY_SPARSE;

  item->segment = copy_segment_new ();
  copy_segment_add (item->segment, link->name, link->to_name, link_to, flags, &link->st);
  if (flags & COPY_ENTRY_LEADER)
    copy_plan_item_add_leader (item, 0, link->leader);

  copy_flow_add_segment (run, item);
}

static void
wait_for (CopyLeader   *leader,
          CopyPlanItem *link)
{
  if (leader->waiting == NULL)
    leader->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) copy_plan_item_free);

  g_ptr_array_add (leader->waiting, link);
}

/* Makes the link, or the copy if there is nothing to link to, as soon as its
 * leader is settled. Takes @link. */
void
copy_leader_take_link (CopyRun      *run,
                       CopyPlanItem *link)
{
  CopyLeader *leader = link->leader;

  if (!leader->settled)
    {
      wait_for (leader, link);
      return;
    }

  if (leader->copied)
    {
      g_autofree char *directory = copy_node_get_to_path (leader->node);
      g_autofree char *link_to = copy_name_join (directory, leader->to_name);

      add_single (run, link, link_to, COPY_ENTRY_LINK);
    }
  else
    {
      /* What it would be linked to is not there: it leads the rest. */
      leader->settled = FALSE;
      if (S_ISREG (link->st.st_mode))
        ly_progress_add_total (run->progress, COPY_COUNT_BYTES, link->st.st_size);
      add_single (run, link, NULL, COPY_ENTRY_LEADER);
    }

  copy_plan_item_free (link);
}

/* Says what became of a leader, and under which name it is in @node's directory
 * of the target. */
void
copy_leader_settle (CopyRun    *run,
                    CopyLeader *leader,
                    CopyNode   *node,
                    gboolean    copied,
                    const char *to_name)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&leader->waiting);
  guint n_waiting = waiting != NULL ? waiting->len : 0;

  if (waiting != NULL)
    g_ptr_array_set_free_func (waiting, NULL);

  leader->settled = TRUE;
  leader->copied = copied;

  if (copied)
    {
      g_clear_pointer (&leader->node, copy_node_unref);
      g_free (leader->to_name);
      leader->node = copy_node_ref (node);
      leader->to_name = g_strdup (to_name);
    }

  /* If the first of them has to lead, the others go on waiting. */
  for (guint i = 0; i < n_waiting; i++)
    {
      CopyPlanItem *link = g_ptr_array_index (waiting, i);

      if (leader->settled)
        {
          copy_leader_take_link (run, link);
          continue;
        }

      wait_for (leader, link);
    }
}

/* None of the leaders in the item were copied. */
void
copy_leader_fail_all (CopyRun      *run,
                      CopyPlanItem *item)
{
  for (guint i = 0; item->leaders != NULL && i < item->leaders->len; i++)
    {
      CopyLeader *leader = g_array_index (item->leaders, CopyLeading, i).leader;

      copy_leader_settle (run, leader, NULL, FALSE, NULL);
    }
}
