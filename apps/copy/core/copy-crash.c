/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-crash"

#include "copy-crash.h"

#include "copy-flow.h"
#include "copy-leader.h"
#include "copy-results.h"

/* A task that is given up has cost two workers. If something else keeps killing
 * them, it is not the task's fault: it gets this many chances. */
#define MAX_CRASHES 2

/* Removes what a crashed batch may have been writing to replace something. */
static void
remove_part (CopyRun      *run,
             CopyPiece    *piece,
             CopyPlanItem *item)
{
  g_autofree char *path = copy_node_get_to_path (item->node);
  g_autoptr (CopyDir) dir = copy_dir_open_below (run->to_root, path);

  if (dir != NULL)
    copy_dir_remove (dir, piece->part_name, FALSE);
}

/* Makes a batch of one entry of a crashed one. */
static void
retry_alone (CopyRun         *run,
             CopyPlanItem    *item,
             const CopyEntry *entry,
             guint            index)
{
  CopyPiece *alone = copy_piece_new_single (item, entry, index);

  alone->n_crashes = 1;
  copy_flow_hold (item->node);
  g_queue_push_tail (&run->ready, alone);
}

/* A batch failed as a whole, which takes crashes: runs its items one by one, so
 * that only the one that is to blame fails. */
static void
split_batch (CopyRun   *run,
             CopyPiece *piece)
{
  for (guint i = 0; i < piece->items->len; i++)
    {
      CopyPlanItem *item = g_ptr_array_index (piece->items, i);
      g_autoptr (GVariant) packed = NULL;
      g_auto (CopySegmentReader) reader = { 0 };
      CopyEntry entry;

      remove_part (run, piece, item);

      packed = g_variant_ref_sink (copy_segment_to_variant (item->segment, "", ""));
      copy_segment_reader_init (&reader, packed);
      for (guint index = 0; copy_segment_reader_next (&reader, &entry); index++)
        retry_alone (run, item, &entry, index);

      copy_flow_release (run, item->node);
    }
}

/* Gives up a batch of one entry. */
static void
fail_entry (CopyRun      *run,
            CopyPiece    *piece,
            const GError *error)
{
  CopyPlanItem *item = g_ptr_array_index (piece->items, 0);
  g_autofree char *name = copy_segment_dup_first_name (item->segment);

  remove_part (run, piece, item);
  copy_flow_add_problem (run, item->node, name, error->message);
  ly_progress_add (run->progress, COPY_COUNT_PASSED_BYTES,
                   (gint64) copy_segment_get_bytes (item->segment));
  copy_flow_count_item (run);
  copy_leader_fail_all (run, item);
  copy_flow_release (run, item->node);
}

static void
fail_big_step (CopyRun      *run,
               CopyPiece    *piece,
               const GError *error)
{
  CopyBigCopy *big = piece->big;
  g_autofree char *name = copy_segment_dup_first_name (big->item->segment);

  if (!big->failed)
    copy_flow_add_problem (run, big->item->node, name, error->message);

  if (piece->kind == COPY_PIECE_RANGE)
    {
      copy_results_end_range (run, big, TRUE);
      return;
    }

  copy_flow_count_item (run);
  copy_results_settle_big (run, big, FALSE);
}

/* Decides what becomes of a piece whose task failed as a whole: it, or something
 * else, killed its workers. Takes @piece. */
void
copy_crash_take (CopyRun      *run,
                 CopyPiece    *piece,
                 const GError *error)
{
  g_autoptr (CopyPiece) owned = piece;

  if (piece->kind == COPY_PIECE_BATCH && piece->n_entries > 1)
    {
      split_batch (run, piece);
    }
  else if (++piece->n_crashes < MAX_CRASHES)
    {
      g_queue_push_tail (&run->ready, g_steal_pointer (&owned));
    }
  else if (piece->kind == COPY_PIECE_BATCH)
    {
      fail_entry (run, piece, error);
    }
  else if (piece->kind == COPY_PIECE_SEAL)
    {
      for (guint i = 0; i < piece->nodes->len; i++)
        copy_flow_add_problem (run, g_ptr_array_index (piece->nodes, i), "", error->message);
      copy_results_end_seal (run, piece);
    }
  else
    {
      fail_big_step (run, piece, error);
    }
}
