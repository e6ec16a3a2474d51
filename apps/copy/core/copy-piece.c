/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-piece"

#include "copy-piece.h"

#include "copy-limits.h"
#include "copy-name.h"
#include "copy-tasks.h"

/* Takes @item. */
CopyBigCopy *
copy_big_copy_new (CopyPlanItem *item)
{
  CopyBigCopy *self = g_new0 (CopyBigCopy, 1);

  self->ref_count = 1;
  self->item = item;

  return self;
}

CopyBigCopy *
copy_big_copy_ref (CopyBigCopy *self)
{
  self->ref_count++;

  return self;
}

void
copy_big_copy_unref (CopyBigCopy *self)
{
  if (--self->ref_count > 0)
    return;

  copy_plan_item_free (self->item);
  g_free (self->part_name);
  g_free (self->work_name);
  g_free (self->name);
  g_free (self);
}

CopyPiece *
copy_piece_new (CopyPieceKind kind,
                guint         source)
{
  CopyPiece *self = g_new0 (CopyPiece, 1);

  self->kind = kind;
  self->source = source;

  if (kind == COPY_PIECE_BATCH)
    self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) copy_plan_item_free);
  else if (kind == COPY_PIECE_SEAL)
    self->nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) copy_node_unref);

  return self;
}

/* A batch of one entry of an item. */
CopyPiece *
copy_piece_new_single (CopyPlanItem    *item,
                       const CopyEntry *entry,
                       guint            index)
{
  struct stat st = {
    .st_mode = entry->mode,
    .st_size = (off_t) entry->size,
    .st_mtim = entry->mtime,
  };
  CopyPlanItem *single = copy_plan_item_new (COPY_PLAN_SEGMENT, item->node);
  CopyPiece *self = copy_piece_new (COPY_PIECE_BATCH, item->node->source);

  single->segment = copy_segment_new ();
  copy_segment_add (single->segment, entry->name, entry->to_name, entry->link_to, entry->flags,
                    &st);

  for (guint i = 0; item->leaders != NULL && i < item->leaders->len; i++)
    {
      CopyLeading *leading = &g_array_index (item->leaders, CopyLeading, i);

      if (leading->index == index)
        copy_plan_item_add_leader (single, 0, leading->leader);
    }

  copy_piece_add_item (self, single);

  return self;
}

void
copy_piece_free (CopyPiece *self)
{
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->big, copy_big_copy_unref);
  g_clear_pointer (&self->nodes, g_ptr_array_unref);
  g_free (self->part_name);
  g_free (self);
}

/* Adds a segment to a batch. Takes @item. */
void
copy_piece_add_item (CopyPiece    *self,
                     CopyPlanItem *item)
{
  g_ptr_array_add (self->items, item);
  self->n_entries += copy_segment_get_length (item->segment);
  self->bytes += copy_segment_get_bytes (item->segment);
}

gboolean
copy_piece_is_full (CopyPiece *self)
{
  return self->n_entries >= COPY_BATCH_ENTRIES || self->bytes >= COPY_BATCH_BYTES;
}

static GVariant *
segment_variant (CopyPlanItem *item)
{
  g_autofree char *from_path = copy_node_get_from_path (item->node);
  g_autofree char *to_path = copy_node_get_to_path (item->node);

  return copy_segment_to_variant (item->segment, from_path, to_path);
}

static GVariant *
batch_args (CopyPiece *self,
            GVariant  *header)
{
  GVariantBuilder segments;

  g_variant_builder_init (&segments, G_VARIANT_TYPE ("a" COPY_SEGMENT_FORMAT));
  for (guint i = 0; i < self->items->len; i++)
    g_variant_builder_add_value (&segments, segment_variant (g_ptr_array_index (self->items, i)));

  return g_variant_new ("(@" COPY_WORK_HEADER_FORMAT "a" COPY_SEGMENT_FORMAT ")", header,
                        &segments);
}

static GVariant *
seal_args (CopyPiece *self,
           GVariant  *header)
{
  GVariantBuilder dirs;

  g_variant_builder_init (&dirs, G_VARIANT_TYPE ("a" COPY_TASK_SEAL_DIR_FORMAT));

  for (guint i = 0; i < self->nodes->len; i++)
    {
      CopyNode *node = g_ptr_array_index (self->nodes, i);
      g_autofree char *from_path = copy_node_get_from_path (node);
      g_autofree char *to_path = copy_node_get_to_path (node);

      g_variant_builder_add (&dirs, "(^ay^ayxxxx)", from_path, to_path,
                             (gint64) node->times[0].tv_sec, (gint64) node->times[0].tv_nsec,
                             (gint64) node->times[1].tv_sec, (gint64) node->times[1].tv_nsec);
    }

  return g_variant_new ("(@" COPY_WORK_HEADER_FORMAT "a" COPY_TASK_SEAL_DIR_FORMAT ")", header,
                        &dirs);
}

static GVariant *
make_args (CopyPiece   *self,
           GVariant    *header,
           const char **task)
{
  switch (self->kind)
    {
    case COPY_PIECE_BATCH:
      *task = COPY_TASK_BATCH;
      return batch_args (self, header);

    case COPY_PIECE_BEGIN:
      *task = COPY_TASK_BEGIN;
      return g_variant_new ("(@" COPY_WORK_HEADER_FORMAT "@" COPY_SEGMENT_FORMAT ")", header,
                            segment_variant (self->big->item));

    case COPY_PIECE_RANGE:
      *task = COPY_TASK_RANGE;
      return g_variant_new ("(@" COPY_WORK_HEADER_FORMAT "@" COPY_SEGMENT_FORMAT "^aytt)", header,
                            segment_variant (self->big->item), self->big->work_name,
                            self->offset, self->length);

    case COPY_PIECE_END:
      *task = COPY_TASK_END;
      return g_variant_new ("(@" COPY_WORK_HEADER_FORMAT "@" COPY_SEGMENT_FORMAT "^ay^ayb)",
                            header, segment_variant (self->big->item), self->big->work_name,
                            self->big->name, !self->big->failed);

    case COPY_PIECE_SEAL:
      *task = COPY_TASK_SEAL;
      return seal_args (self, header);

    default:
      g_assert_not_reached ();
    }
}

typedef struct
{
  CopyPiece *piece;
  LyQueue   *events;
} Delivery;

static void
delivery_free (gpointer data)
{
  Delivery *delivery = data;

  g_object_unref (delivery->events);
  g_free (delivery);
}

/* In a thread of the executor: brings the result to the job's. The queue has
 * room for one event of each task in flight. */
static void
on_done (LyFuture *future,
         gpointer  user_data)
{
  Delivery *delivery = user_data;
  CopyEvent *event = copy_event_new (COPY_EVENT_TASK);

  event->task = delivery->piece;
  event->result = ly_future_get (future, 0, &event->error);

  if (!ly_queue_try_put (delivery->events, event, NULL))
    copy_event_free (event);
}

/* Chooses the name that the piece may write under. All steps of a big file
 * share one. */
static void
choose_part_name (CopyPiece *self,
                  CopyRun   *run)
{
  if (self->part_name != NULL)
    return;

  self->part_name = self->big != NULL && self->big->part_name != NULL
                    ? g_strdup (self->big->part_name)
                    : copy_name_part (run->job_id, ++run->n_pieces);

  if (self->big != NULL && self->big->part_name == NULL)
    self->big->part_name = g_strdup (self->part_name);
}

/* Sends the piece to a worker; an event brings it back. FALSE with @error set
 * if it stays with the caller because the job is cancelled. What has been begun
 * is brought to its end even then. */
gboolean
copy_piece_submit (CopyPiece  *self,
                   CopyRun    *run,
                   GError    **error)
{
  CopySourceSpec *source = g_ptr_array_index (run->trip->sources, self->source);
  CopyOptions options = run->request->options;
  g_autoptr (LyFuture) future = NULL;
  Delivery *delivery;
  const char *task;
  GVariant *header;
  GVariant *args;

  choose_part_name (self, run);
  options.conflict = self->answered ? self->conflict : run->conflict;
  header = copy_work_new_header (&options, self->n_crashes > 0, self->part_name,
                                 source->from_root, run->trip->to_root);
  args = make_args (self, header, &task);

  future = ly_executor_submit (run->executor, task, args,
                               self->kind != COPY_PIECE_END ? run->cancellable : NULL, error);
  if (future == NULL)
    return FALSE;

  delivery = g_new0 (Delivery, 1);
  delivery->piece = self;
  delivery->events = g_object_ref (run->events);
  ly_future_then (future, NULL, on_done, delivery, delivery_free);

  return TRUE;
}
