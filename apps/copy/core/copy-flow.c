/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-flow"

#include "copy-flow.h"

#include "copy-limits.h"
#include "copy-name.h"
#include "copy-tasks.h"

#include <glib/gi18n.h>

/* How a job's items move: from the plan into pieces, and with their results on
 * to what waited for them. */

static void hold    (CopyNode *node);
static void release (CopyRun  *run,
                     CopyNode *node);

/* Something in the directory is not done yet. */
static void
hold (CopyNode *node)
{
  node->pending++;
}

/* It is now. The last one lets the directory be sealed. */
static void
release (CopyRun  *run,
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

static void
add_problem (CopyRun    *run,
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
static void
count_item (CopyRun *run)
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
static void
add_segment (CopyRun      *run,
             CopyPlanItem *item)
{
  CopyPiece *batch = get_filling (run, item->node->source);

  copy_piece_add_item (batch, item);
  if (copy_piece_is_full (batch))
    g_queue_push_tail (&run->ready, g_steal_pointer (&run->filling));
}

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

  add_segment (run, item);
}

/* Takes a link whose leader is settled. */
static void
place_link (CopyRun      *run,
            CopyPlanItem *link)
{
  CopyLeader *leader = link->leader;

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

static void
settle_leader (CopyRun    *run,
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
          place_link (run, link);
          continue;
        }

      if (leader->waiting == NULL)
        leader->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) copy_plan_item_free);
      g_ptr_array_add (leader->waiting, link);
    }
}

static void
settle_leaders_of (CopyRun      *run,
                   CopyPlanItem *item)
{
  for (guint i = 0; item->leaders != NULL && i < item->leaders->len; i++)
    settle_leader (run, g_array_index (item->leaders, CopyLeading, i).leader, NULL, FALSE, NULL);
}

static void
enter (CopyRun  *run,
       CopyNode *node)
{
  g_autoptr (GError) error = NULL;

  hold (node->parent);
  hold (node);

  if (node->parent->failed)
    {
      node->failed = TRUE;
    }
  else if (!copy_made_dirs_make (run->made_dirs, node, &error))
    {
      node->failed = TRUE;
      add_problem (run, node, "", error->message);
    }

  if (node->failed)
    count_item (run);
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
    count_item (run);

  settle_leaders_of (run, item);
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
      release (run, node);
      copy_plan_item_free (item);
      return;

    case COPY_PLAN_PROBLEM:
      add_problem (run, node, item->name, item->error->message);
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

  hold (node);

  if (item->type == COPY_PLAN_SEGMENT)
    add_segment (run, item);
  else if (item->type == COPY_PLAN_BIG)
    begin_big (run, item);
  else if (item->leader->settled)
    place_link (run, item);
  else
    {
      if (item->leader->waiting == NULL)
        item->leader->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) copy_plan_item_free);
      g_ptr_array_add (item->leader->waiting, item);
    }
}

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
  const char *to_name;
  guchar outcome;
  guint index;

  take_report (run, piece->source, result);
  g_variant_get_child (result, 1, "a(uyay)", &outcomes);

  while (g_variant_iter_next (outcomes, "(uy^&ay)", &index, &outcome, &to_name))
    {
      CopyPlanItem *item = NULL;
      CopyLeader *leader = find_leading (piece, index, &item);

      if (leader != NULL)
        settle_leader (run, leader, item->node, outcome == COPY_OUTCOME_COPIED, to_name);
    }

  for (guint i = 0; i < piece->items->len; i++)
    release (run, ((CopyPlanItem *) g_ptr_array_index (piece->items, i))->node);
}

/* A batch failed as a whole, which takes a crash: runs its items one by one, so
 * that only the one that is to blame fails. */
static void
split_batch (CopyRun      *run,
             CopyPiece    *piece,
             const GError *error)
{
  for (guint i = 0; i < piece->items->len; i++)
    {
      CopyPlanItem *item = g_ptr_array_index (piece->items, i);
      g_autoptr (GVariant) packed = g_variant_ref_sink (copy_segment_to_variant (item->segment,
                                                                                 "", ""));
      g_auto (CopySegmentReader) reader = { 0 };
      CopyEntry entry;

      copy_segment_reader_init (&reader, packed);

      for (guint index = 0; copy_segment_reader_next (&reader, &entry); index++)
        {
          struct stat st = { .st_mode = entry.mode, .st_size = (off_t) entry.size,
                             .st_mtim = entry.mtime };
          CopyPlanItem *single;
          CopyPiece *alone;

          if (piece->n_entries == 1)
            {
              add_problem (run, item->node, entry.name, error->message);
              ly_progress_add (run->progress, COPY_COUNT_PASSED_BYTES,
                               (gint64) copy_segment_get_bytes (item->segment));
              count_item (run);
              settle_leaders_of (run, item);
              break;
            }

          single = copy_plan_item_new (COPY_PLAN_SEGMENT, item->node);
          single->segment = copy_segment_new ();
          copy_segment_add (single->segment, entry.name,
                            entry.flags & COPY_ENTRY_RENAMED ? entry.to_name : entry.name,
                            entry.link_to, entry.flags, &st);

          for (guint j = 0; item->leaders != NULL && j < item->leaders->len; j++)
            if (g_array_index (item->leaders, CopyLeading, j).index == index)
              copy_plan_item_add_leader (single, 0,
                                         g_array_index (item->leaders, CopyLeading, j).leader);

          alone = copy_piece_new (COPY_PIECE_BATCH, piece->source);
          copy_piece_add_item (alone, single);
          hold (item->node);
          g_queue_push_tail (&run->ready, alone);
        }

      release (run, item->node);
    }
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
static void
settle_big (CopyRun     *run,
            CopyBigCopy *big,
            gboolean     copied)
{
  CopyPlanItem *item = big->item;

  for (guint i = 0; item->leaders != NULL && i < item->leaders->len; i++)
    settle_leader (run, g_array_index (item->leaders, CopyLeading, i).leader, item->node, copied,
                   big->name);

  release (run, item->node);
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

      settle_big (run, big, outcome == COPY_OUTCOME_COPIED);
      return;
    }

  big->ranges_left = (guint) ((size + COPY_RANGE_SIZE - 1) / COPY_RANGE_SIZE);
  for (guint64 offset = 0; offset < size; offset += COPY_RANGE_SIZE)
    push_big_step (run, big, COPY_PIECE_RANGE, offset, MIN (COPY_RANGE_SIZE, size - offset));
}

static void
range_over (CopyRun     *run,
            CopyBigCopy *big,
            gboolean     failed)
{
  big->failed |= failed;
  if (--big->ranges_left == 0)
    push_big_step (run, big, COPY_PIECE_END, 0, 0);
}

static void
seal_done (CopyRun   *run,
           CopyPiece *piece)
{
  for (guint i = 0; i < piece->nodes->len; i++)
    {
      CopyNode *node = g_ptr_array_index (piece->nodes, i);

      release (run, node->parent);
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
      range_over (run, piece->big, has_problems (result));
      return;

    case COPY_PIECE_END:
      take_report (run, piece->source, result);
      settle_big (run, piece->big, !piece->big->failed && !has_problems (result));
      return;

    case COPY_PIECE_SEAL:
      take_report (run, piece->source, result);
      seal_done (run, piece);
      return;

    default:
      g_assert_not_reached ();
    }
}

/* The task itself failed: its workers crashed. */
static void
take_failure (CopyRun      *run,
              CopyPiece    *piece,
              const GError *error)
{
  CopyEntry entry;

  if (piece->kind == COPY_PIECE_BATCH)
    {
      split_batch (run, piece, error);
      return;
    }

  if (piece->kind == COPY_PIECE_SEAL)
    {
      for (guint i = 0; i < piece->nodes->len; i++)
        add_problem (run, g_ptr_array_index (piece->nodes, i), "", error->message);
      seal_done (run, piece);
      return;
    }

  if (!piece->big->failed)
    {
      g_autoptr (GVariant) packed =
        g_variant_ref_sink (copy_segment_to_variant (piece->big->item->segment, "", ""));
      g_auto (CopySegmentReader) reader = { 0 };

      if (copy_segment_reader_init (&reader, packed) && copy_segment_reader_next (&reader, &entry))
        add_problem (run, piece->big->item->node, entry.name, error->message);
    }

  if (piece->kind == COPY_PIECE_RANGE)
    range_over (run, piece->big, TRUE);
  else
    settle_big (run, piece->big, FALSE);
}

/* Moves what a finished piece lets move on. Takes @piece. */
void
copy_flow_take_done (CopyRun      *run,
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
        range_over (run, piece->big, TRUE);
    }
  else
    take_failure (run, piece, error);
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
          copy_flow_take_done (run, piece, NULL, error);
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
