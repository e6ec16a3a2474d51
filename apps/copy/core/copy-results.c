/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-results"

#include "copy-results.h"

#include "copy-conflict.h"
#include "copy-crash.h"
#include "copy-flow.h"
#include "copy-leader.h"
#include "copy-limits.h"
#include "copy-tasks.h"

/* What comes back from the workers, and what that lets go on: names that wait to be linked, the
 * next step of a big file, directories that are complete. */

/* Takes over what the worker says in every result; the outcomes are left. */
static void
take_report (CopyRun  *run,
             guint     source,
             GVariant *report)
{
  g_autoptr (GVariantIter) problems = NULL;
  const char *path;
  const char *reason;
  int code;
  guint n_lost;

  g_variant_get (report, "(a(aysi)@a(uyay)u)", &problems, NULL, &n_lost);
  run->report->n_lost += n_lost;

  while (g_variant_iter_next (problems, "(^&ay&si)", &path, &reason, &code))
    {
      g_autofree char *full = copy_run_name_item (run, source, path);

      copy_run_problem (run, full, reason);
    }
}

/* The leader that is entry @index of the whole batch. */
static CopyLeader *
find_leading (CopyPiece     *piece,
              guint          index,
              CopyPlanItem **item)
{
  guint base = 0;

  for (guint i = 0; i < piece->items->len; i++)
    {
      guint length;

      *item = g_ptr_array_index (piece->items, i);
      length = copy_segment_get_length ((*item)->segment);

      for (guint j = 0; index < base + length && (*item)->leaders != NULL &&
           j < (*item)->leaders->len; j++)
        {
          CopyLeading *leading = &g_array_index ((*item)->leaders, CopyLeading, j);

          if (base + leading->index == index)
            return leading->leader;
        }

      base += length;
    }

  return NULL;
}

static void
batch_done (CopyRun   *run,
            CopyPiece *piece,
            GVariant  *result)
{
  g_autoptr (GVariantIter) outcomes = NULL;
  g_autofree guint8 *asked = NULL;
  const char *to_name;
  guchar outcome;
  guint index;

  take_report (run, piece->source, result);
  g_variant_get_child (result, 1, "a(uyay)", &outcomes);

  while (g_variant_iter_next (outcomes, "(uy^&ay)", &index, &outcome, &to_name))
    {
      CopyPlanItem *item = NULL;
      CopyLeader *leader;

      if (outcome == COPY_OUTCOME_ASKED && index < piece->n_entries)
        {
          asked = asked != NULL ? asked : g_new0 (guint8, piece->n_entries);
          asked[index] = TRUE;
          continue;
        }

      leader = find_leading (piece, index, &item);
      if (leader != NULL)
        copy_leader_settle (run, leader, item->node, outcome == COPY_OUTCOME_COPIED, to_name);
    }

  if (asked != NULL)
    copy_conflict_take_batch (run, piece, asked);

  for (guint i = 0; i < piece->items->len; i++)
    copy_flow_release (run, ((CopyPlanItem *) g_ptr_array_index (piece->items, i))->node);
}

static void
push_big_step (CopyRun       *run,
               CopyBigCopy   *big,
               CopyPieceKind  kind,
               guint64        offset,
               guint64        length)
{
  CopyPiece *piece = copy_piece_new (kind, big->item->node->source);

  piece->big = copy_big_copy_ref (big);
  piece->offset = offset;
  piece->length = length;

  /* An end goes first: it is quick, and lets go of a directory. */
  if (kind == COPY_PIECE_END)
    g_queue_push_head (&run->ready, piece);
  else
    g_queue_push_tail (&run->ready, piece);
}

/* A big file has come to its end. */
void
copy_results_settle_big (CopyRun     *run,
                      CopyBigCopy *big,
                      gboolean     copied)
{
  CopyPlanItem *item = big->item;

  if (!copied)
    ly_progress_add (run->progress, COPY_COUNT_BYTES, -(gint64) big->copied);

  for (guint i = 0; item->leaders != NULL && i < item->leaders->len; i++)
    {
      CopyLeader *leader = g_array_index (item->leaders, CopyLeading, i).leader;

      copy_leader_settle (run, leader, item->node, copied, big->name);
    }

  copy_flow_release (run, item->node);
}

static gboolean
has_problems (GVariant *report)
{
  g_autoptr (GVariant) problems = g_variant_get_child_value (report, 0);

  return g_variant_n_children (problems) > 0;
}

static void
begin_done (CopyRun   *run,
            CopyPiece *piece,
            GVariant  *result)
{
  CopyBigCopy *big = piece->big;
  g_autoptr (GVariant) report = NULL;
  guint64 size = copy_segment_get_bytes (big->item->segment);
  gboolean open;

  g_variant_get (result, "(b^ay^ay@" COPY_WORK_RESULT_FORMAT ")", &open, &big->work_name,
                 &big->name, &report);
  take_report (run, piece->source, report);

  if (!open)
    {
      g_autoptr (GVariantIter) outcomes = NULL;
      const char *to_name;
      guchar outcome = COPY_OUTCOME_FAILED;

      g_variant_get_child (report, 1, "a(uyay)", &outcomes);
      if (g_variant_iter_next (outcomes, "(uy^&ay)", NULL, &outcome, &to_name))
        {
          g_free (big->name);
          big->name = g_strdup (to_name);
        }

      if (outcome == COPY_OUTCOME_ASKED)
        copy_conflict_take_big (run, big);
      else
        copy_results_settle_big (run, big, outcome == COPY_OUTCOME_COPIED);
      return;
    }

  big->ranges_left = (guint) ((size + COPY_RANGE_SIZE - 1) / COPY_RANGE_SIZE);
  for (guint64 offset = 0; offset < size; offset += COPY_RANGE_SIZE)
    push_big_step (run, big, COPY_PIECE_RANGE, offset, MIN (COPY_RANGE_SIZE, size - offset));
}

/* A range of a big file has come to its end; the last one ends the file. */
void
copy_results_end_range (CopyRun     *run,
                     CopyBigCopy *big,
                     gboolean     failed)
{
  big->failed |= failed;
  if (--big->ranges_left == 0)
    push_big_step (run, big, COPY_PIECE_END, 0, 0);
}

/* Directories are done, one way or another. */
void
copy_results_end_seal (CopyRun   *run,
                    CopyPiece *piece)
{
  for (guint i = 0; i < piece->nodes->len; i++)
    {
      CopyNode *node = g_ptr_array_index (piece->nodes, i);

      copy_flow_release (run, node->parent);
    }
}

static void
take_result (CopyRun   *run,
             CopyPiece *piece,
             GVariant  *result)
{
  switch (piece->kind)
    {
    case COPY_PIECE_BATCH:
      batch_done (run, piece, result);
      return;

    case COPY_PIECE_BEGIN:
      begin_done (run, piece, result);
      return;

    case COPY_PIECE_RANGE:
      /* One reason is enough for a file. */
      if (!piece->big->failed)
        take_report (run, piece->source, result);
      if (!has_problems (result))
        piece->big->copied += piece->length;
      copy_results_end_range (run, piece->big, has_problems (result));
      return;

    case COPY_PIECE_END:
      take_report (run, piece->source, result);
      copy_results_settle_big (run, piece->big, !piece->big->failed && !has_problems (result));
      return;

    case COPY_PIECE_SEAL:
      take_report (run, piece->source, result);
      copy_results_end_seal (run, piece);
      return;

    default:
      g_assert_not_reached ();
    }
}

/* Moves what a finished piece lets move on. Takes @piece. */
void
copy_results_take (CopyRun      *run,
                     CopyPiece    *piece,
                     GVariant     *result,
                     const GError *error)
{
  g_autoptr (CopyPiece) owned = piece;

  if (result != NULL)
    take_result (run, piece, result);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      run->report->interrupted = TRUE;
      /* What was begun must be removed. */
      if (piece->kind == COPY_PIECE_RANGE)
        copy_results_end_range (run, piece->big, TRUE);
    }
  else
    copy_crash_take (run, g_steal_pointer (&owned), error);
}
