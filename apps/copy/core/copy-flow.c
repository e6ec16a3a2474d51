/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-flow"

#include "copy-flow.h"

#include "copy-leader.h"
#include "copy-limits.h"
#include "copy-name.h"
#include "copy-results.h"

/* How a job's items move: from the plan into pieces, and those to the workers. What comes back
 * from there goes to copy-results.c. */

/* Something in the directory is not done yet. */
void
copy_flow_hold (CopyNode *node)
{
  node->pending++;
}

/* It is now. The last one lets the directory be sealed. */
void
copy_flow_release (CopyRun  *run,
                   CopyNode *node)
{
  while (--node->pending == 0 && !copy_node_is_top (node))
    {
      copy_made_dirs_forget (run->made_dirs, node);

      if (!node->failed)
        {
          g_ptr_array_add (run->sealable, copy_node_ref (node));
          return;
        }

      node = node->parent;
    }
}

/* The item @name in the directory was not copied. */
void
copy_flow_add_problem (CopyRun    *run,
                       CopyNode   *node,
                       const char *name,
                       const char *reason)
{
  g_autofree char *directory = copy_node_get_from_path (node);
  g_autofree char *path = copy_name_join (directory, name);
  g_autofree char *full = copy_run_name_item (run, node->source, path);

  copy_run_problem (run, full, reason);
}

/* An item comes to its end without a worker. */
void
copy_flow_count_item (CopyRun *run)
{
  ly_progress_add (run->progress, COPY_COUNT_ITEMS, 1);
}

/* The batch that the next item of a source goes into. */
static CopyPiece *
get_filling (CopyRun *run,
             guint    source)
{
  if (run->filling != NULL && run->filling->source != source)
    g_queue_push_tail (&run->ready, g_steal_pointer (&run->filling));

  if (run->filling == NULL)
    run->filling = copy_piece_new (COPY_PIECE_BATCH, source);

  return run->filling;
}

/* Takes a segment whose directory is held for it. */
void
copy_flow_add_segment (CopyRun      *run,
                       CopyPlanItem *item)
{
  CopyPiece *batch = get_filling (run, item->node->source);

  copy_piece_add_item (batch, item);
  if (copy_piece_is_full (batch))
    g_queue_push_tail (&run->ready, g_steal_pointer (&run->filling));
}

/* Before anything new is made in a directory, what was left there goes. */
static void
clean (CopyRun  *run,
       CopyNode *node)
{
  CopySourceSpec *source = g_ptr_array_index (run->trip->sources, node->source);
  g_autoptr (CopyDir) from_root = copy_dir_open (source->from_root);

  if (from_root != NULL)
    copy_made_dirs_clean (run->made_dirs, node, from_root);
}

static void
enter (CopyRun  *run,
       CopyNode *node)
{
  g_autoptr (GError) error = NULL;

  copy_flow_hold (node->parent);
  copy_flow_hold (node);

  if (node->parent->failed)
    {
      node->failed = TRUE;
    }
  else if (!copy_made_dirs_make (run->made_dirs, node, &error))
    {
      node->failed = TRUE;
      copy_flow_add_problem (run, node, "", error->message);
    }

  if (node->failed)
    copy_flow_count_item (run);
  else if (run->request->options.resume)
    clean (run, node);
}

static void
begin_big (CopyRun      *run,
           CopyPlanItem *item)
{
  CopyPiece *piece = copy_piece_new (COPY_PIECE_BEGIN, item->node->source);

  piece->big = copy_big_copy_new (item);
  g_queue_push_tail (&run->ready, piece);
}

/* Items of a directory that could not be made: its problem was told. */
static void
drop (CopyRun      *run,
      CopyPlanItem *item)
{
  guint n = item->segment != NULL ? copy_segment_get_length (item->segment) : 1;

  if (item->segment != NULL)
    ly_progress_add (run->progress, COPY_COUNT_PASSED_BYTES,
                     (gint64) copy_segment_get_bytes (item->segment));

  for (guint i = 0; i < n; i++)
    copy_flow_count_item (run);

  copy_leader_fail_all (run, item);
  copy_plan_item_free (item);
}

/* Moves what the scan planned on. Takes @item. */
void
copy_flow_take_plan (CopyRun      *run,
                     CopyPlanItem *item)
{
  CopyNode *node = item->node;

  switch (item->type)
    {
    case COPY_PLAN_ENTER:
      enter (run, node);
      copy_plan_item_free (item);
      return;

    case COPY_PLAN_LEAVE:
      copy_flow_release (run, node);
      copy_plan_item_free (item);
      return;

    case COPY_PLAN_PROBLEM:
      copy_flow_add_problem (run, node, item->name, item->error->message);
      copy_plan_item_free (item);
      return;

    default:
      break;
    }

  if (node->failed)
    {
      drop (run, item);
      return;
    }

  copy_flow_hold (node);

  if (item->type == COPY_PLAN_SEGMENT)
    copy_flow_add_segment (run, item);
  else if (item->type == COPY_PLAN_BIG)
    begin_big (run, item);
  else
    copy_leader_take_link (run, item);
}

/* Takes what is to be submitted next: what is ready, then directories to seal,
 * and, if @everything, the batch that is not full yet. */
static CopyPiece *
next_piece (CopyRun  *run,
            gboolean  everything)
{
  CopyPiece *piece = g_queue_pop_head (&run->ready);

  if (piece != NULL)
    return piece;

  if (run->sealable->len >= COPY_SEAL_DIRS || (everything && run->sealable->len > 0))
    {
      CopyNode *first = g_ptr_array_index (run->sealable, 0);
      guint source = first->source;

      piece = copy_piece_new (COPY_PIECE_SEAL, source);

      for (guint i = 0; i < run->sealable->len && piece->nodes->len < COPY_SEAL_DIRS;)
        {
          CopyNode *node = g_ptr_array_index (run->sealable, i);

          if (node->source == source)
            g_ptr_array_add (piece->nodes, g_ptr_array_steal_index (run->sealable, i));
          else
            i++;
        }

      return piece;
    }

  return everything ? g_steal_pointer (&run->filling) : NULL;
}

/* Submits pieces as long as the window has room and, unless @everything, they
 * are worth a task of their own. Returns whether there was anything to do. */
gboolean
copy_flow_submit (CopyRun  *run,
                  gboolean  everything)
{
  gboolean found = FALSE;
  CopyPiece *piece;

  while (run->in_flight < run->window && (piece = next_piece (run, everything)) != NULL)
    {
      g_autoptr (GError) error = NULL;

      found = TRUE;
      run->in_flight++;
      if (!copy_piece_submit (piece, run, &error))
        {
          run->in_flight--;
          copy_results_take (run, piece, NULL, error);
        }
    }

  return found;
}

/* Drops everything that was not submitted. */
void
copy_flow_abandon (CopyRun *run)
{
  g_queue_clear_full (&run->ready, (GDestroyNotify) copy_piece_free);
  g_clear_pointer (&run->filling, copy_piece_free);
  g_ptr_array_set_size (run->sealable, 0);
}
