/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-conflict"

#include "copy-conflict.h"

#include "copy-flow.h"
#include "copy-name.h"

/* Items that found their names taken, if the owner wants to be asked: a worker
 * gives them back, they are set aside here, and what holds their directory open
 * goes on doing so. With the answer each becomes a piece of its own; once there
 * is an answer to everything they go into batches like all the rest. */

/* Sets aside a piece of one item. Takes @piece. */
static void
set_aside (CopyRun   *run,
           CopyPiece *piece)
{
  g_queue_push_tail (&run->aside, piece);
}

static CopyPlanItem *
get_item (CopyPiece *piece)
{
  return piece->big != NULL ? piece->big->item : g_ptr_array_index (piece->items, 0);
}

/* Sends a piece on its way again. Takes @piece. */
static void
go_on (CopyRun   *run,
       CopyPiece *piece)
{
  if (piece->big != NULL || piece->answered)
    {
      g_queue_push_tail (&run->ready, piece);
      return;
    }

  g_ptr_array_set_free_func (piece->items, NULL);
  copy_flow_add_segment (run, g_ptr_array_index (piece->items, 0));
  copy_piece_free (piece);
}

/* Looks at both sides; NULL if there is nothing in the way any more. */
static CopyQuestion *
make_question (CopyRun   *run,
               CopyPiece *piece)
{
  CopyPlanItem *item = get_item (piece);
  g_autofree char *from_dir = copy_node_get_from_path (item->node);
  g_autofree char *to_dir = copy_node_get_to_path (item->node);
  g_autoptr (CopyDir) dir = copy_dir_open_below (run->to_root, to_dir);
  g_autoptr (GVariant) packed =
    g_variant_ref_sink (copy_segment_to_variant (item->segment, "", ""));
  g_auto (CopySegmentReader) reader = { 0 };
  g_autofree char *from_path = NULL;
  g_autofree char *to_path = NULL;
  CopyEntry entry;
  struct stat st;

  if (dir == NULL || !copy_segment_reader_init (&reader, packed) ||
      !copy_segment_reader_next (&reader, &entry) ||
      copy_dir_stat (dir, entry.to_name, &st) != 0)
    return NULL;

  from_path = copy_name_join (from_dir, entry.name);
  to_path = copy_name_join (to_dir, entry.to_name);

  return copy_question_new (++run->n_questions,
                            &(CopySide) {
                              .path = copy_run_name_item (run, item->node->source, from_path),
                              .type = entry.mode & S_IFMT,
                              .size = entry.size,
                              .mtime = entry.mtime,
                            },
                            &(CopySide) {
                              .path = copy_name_join (run->trip->to_root, to_path),
                              .type = st.st_mode & S_IFMT,
                              .size = (guint64) st.st_size,
                              .mtime = st.st_mtim,
                            },
                            !run->request->mirror);
}

/* Asks as many questions as may be open. */
static void
ask (CopyRun *run)
{
  while (g_hash_table_size (run->asked) < COPY_MAX_QUESTIONS && !g_queue_is_empty (&run->aside))
    {
      CopyPiece *piece = g_queue_pop_head (&run->aside);
      g_autoptr (CopyQuestion) question = make_question (run, piece);

      if (question == NULL)
        {
          go_on (run, piece);
          continue;
        }

      g_hash_table_insert (run->asked, g_memdup2 (&question->id, sizeof question->id), piece);
      copy_asks_add (run->asks, question);
      run->observer->conflict (question, run->user_data);
    }
}

/* There is one answer to everything. */
static void
decide (CopyRun      *run,
        CopyConflict  answer)
{
  GHashTableIter iter;
  CopyPiece *piece;
  gpointer id;

  run->conflict = answer;

  g_hash_table_iter_init (&iter, run->asked);
  while (g_hash_table_iter_next (&iter, &id, (gpointer *) &piece))
    {
      g_hash_table_iter_steal (&iter);
      g_free (id);
      go_on (run, piece);
    }

  while ((piece = g_queue_pop_head (&run->aside)) != NULL)
    go_on (run, piece);
}

/* Who asks for questions that nobody hears would wait for ever. */
void
copy_conflict_init (CopyRun *run)
{
  run->conflict = run->request->options.conflict;
  if (run->conflict == COPY_CONFLICT_ASK && run->observer->conflict == NULL)
    run->conflict = COPY_CONFLICT_FAIL;

  run->asked = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                      (GDestroyNotify) copy_piece_free);
}

/* Takes those entries of a batch, of which the directories are still held, for
 * which @asked has a 1. */
void
copy_conflict_take_batch (CopyRun      *run,
                          CopyPiece    *piece,
                          const guint8 *asked)
{
  guint number = 0;

  for (guint i = 0; i < piece->items->len; i++)
    {
      CopyPlanItem *item = g_ptr_array_index (piece->items, i);
      g_autoptr (GVariant) packed =
        g_variant_ref_sink (copy_segment_to_variant (item->segment, "", ""));
      g_auto (CopySegmentReader) reader = { 0 };
      CopyEntry entry;

      copy_segment_reader_init (&reader, packed);
      for (guint index = 0; copy_segment_reader_next (&reader, &entry); index++)
        if (asked[number++])
          {
            copy_flow_hold (item->node);
            set_aside (run, copy_piece_new_single (item, &entry, index));
          }
    }

  if (run->conflict != COPY_CONFLICT_ASK)
    decide (run, run->conflict);
  else
    ask (run);
}

/* Takes a big file that was not begun, of which the directory is still held. */
void
copy_conflict_take_big (CopyRun     *run,
                        CopyBigCopy *big)
{
  CopyPiece *piece = copy_piece_new (COPY_PIECE_BEGIN, big->item->node->source);

  piece->big = copy_big_copy_ref (big);
  g_clear_pointer (&big->work_name, g_free);
  g_clear_pointer (&big->name, g_free);
  set_aside (run, piece);

  if (run->conflict != COPY_CONFLICT_ASK)
    decide (run, run->conflict);
  else
    ask (run);
}

/* Does what the owner has answered meanwhile. */
void
copy_conflict_take_answers (CopyRun *run)
{
  g_autoptr (GArray) answers = copy_asks_take (run->asks);

  for (guint i = 0; i < answers->len; i++)
    {
      CopyAnswer *answer = &g_array_index (answers, CopyAnswer, i);
      gpointer id;
      gpointer piece;

      if (answer->id == 0)
        {
          decide (run, answer->answer);
        }
      else if (g_hash_table_steal_extended (run->asked, &answer->id, &id, &piece))
        {
          ((CopyPiece *) piece)->answered = TRUE;
          ((CopyPiece *) piece)->conflict = answer->answer;
          g_free (id);
          go_on (run, piece);
        }
    }

  ask (run);
}

/* Nobody will be asked any more, and no answer is waited for. */
void
copy_conflict_abandon (CopyRun *run)
{
  copy_asks_close (run->asks);
  g_queue_clear_full (&run->aside, (GDestroyNotify) copy_piece_free);
  g_hash_table_remove_all (run->asked);
}

/* Whether there is something that only an answer lets go on. */
gboolean
copy_conflict_is_pending (CopyRun *run)
{
  return g_hash_table_size (run->asked) > 0 || !g_queue_is_empty (&run->aside);
}

/* Whether so much is set aside that nothing more should be begun. */
gboolean
copy_conflict_is_full (CopyRun *run)
{
  return run->aside.length >= COPY_MAX_ASIDE;
}
