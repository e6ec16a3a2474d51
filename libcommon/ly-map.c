/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-map"

#include "ly-executor-private.h"
#include "ly-fiber-await.h"
#include "ly-future-private.h"
#include "ly-map-chunk.h"
#include "ly-map.h"

/* How large chunks grow: about as long as CHUNK_US, so that neither messages
 * nor the wait for the last one count, and so that a task that kills its worker
 * takes few others along. */
#define CHUNK_US  5000
#define MAX_CHUNK 1024

/**
 * LyMap:
 *
 * The results of one task for many arguments, as they are asked for.
 *
 * Nothing runs ahead without bound: a map has as many calls in its executor as
 * that has room for, beside what others submit, and submits more only when
 * results are taken. Arguments are sent in chunks, which makes short tasks much
 * cheaper. If a chunk fails as a whole, because a task in it killed its worker,
 * its arguments are run again one by one (with attempt 1), so that only the one
 * to blame fails. While the executor has a limit for how long a task may run,
 * chunks have one argument each.
 *
 * A map belongs to one thread, or fiber. Dropping it cancels what has not
 * ended.
 */
struct _LyMap
{
  GObject       parent_instance;

  /* Set once */
  LyExecutor   *executor;
  char         *task;
  GVariant     *args;
  guint64       n_args;
  guint         chunk_size;   /* 0: as is best */
  LyMapFlags    flags;
  GCancellable *cancellable;

  guint64       n_sent;
  double        item_us;      /* how long a task takes, on average; or 0 */
  GQueue        again;        /* of LyMapChunk: to be submitted before others */
  GQueue        chunks;       /* of LyMapChunk: submitted, in order */
  LyMapChunk   *current;      /* whose outcomes are being given out */
  struct Inbox *inbox;
};

G_DEFINE_FINAL_TYPE (LyMap, ly_map, G_TYPE_OBJECT)

/* What other threads tell a map, which may be gone by then. */
typedef struct Inbox
{
  GMutex    mutex;
  LyFuture *news;   /* Guarded by @mutex: resolved when a chunk is done */
} Inbox;

static void
inbox_clear (gpointer data)
{
  Inbox *self = data;

  g_clear_object (&self->news);
  g_mutex_clear (&self->mutex);
}

static void
inbox_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, inbox_clear);
}

static void
on_chunk_done (LyFuture *future,
               gpointer  user_data)
{
  Inbox *inbox = user_data;
  g_autoptr (LyFuture) news = NULL;

  g_mutex_lock (&inbox->mutex);
  news = g_steal_pointer (&inbox->news);
  g_mutex_unlock (&inbox->mutex);

  if (news != NULL)
    ly_future_resolve (news, NULL);
}

static void
ly_map_finalize (GObject *object)
{
  LyMap *self = LY_MAP (object);

  g_clear_pointer (&self->current, _ly_map_chunk_free);
  g_queue_clear_full (&self->again, _ly_map_chunk_free);
  g_queue_clear_full (&self->chunks, _ly_map_chunk_free);
  g_clear_pointer (&self->inbox, inbox_unref);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->args, g_variant_unref);
  g_clear_pointer (&self->task, g_free);
  g_clear_object (&self->executor);

  G_OBJECT_CLASS (ly_map_parent_class)->finalize (object);
}

static void
ly_map_class_init (LyMapClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ly_map_finalize;
}

static void
ly_map_init (LyMap *self)
{
  self->inbox = g_atomic_rc_box_new0 (Inbox);
  g_mutex_init (&self->inbox->mutex);
}

/* Chunks of the given size; or ones that take about CHUNK_US, and of which
 * enough are left to keep all workers busy to the end. */
static guint
choose_chunk_size (LyMap *self)
{
  guint64 left = self->n_args - self->n_sent;
  guint64 fair = left / (2 * ly_executor_get_n_workers (self->executor)) + 1;
  guint64 size;

  if (_ly_executor_has_clock (self->executor))
    return 1;

  if (self->chunk_size > 0)
    return (guint) MIN (self->chunk_size, left);

  size = self->item_us > 0 ? (guint64) MIN (CHUNK_US / self->item_us, MAX_CHUNK) : 1;

  return (guint) MAX (MIN (size, fair), 1);
}

static LyMapChunk *
next_chunk (LyMap *self)
{
  LyMapChunk *chunk = g_queue_pop_head (&self->again);

  if (chunk != NULL)
    return chunk;

  if (self->n_sent == self->n_args)
    return NULL;

  chunk = _ly_map_chunk_new (self->n_sent, choose_chunk_size (self), FALSE);
  self->n_sent += chunk->n;

  return chunk;
}

/* Submits @chunk; FALSE if there is no room for it now. */
static gboolean
submit_chunk (LyMap      *self,
              LyMapChunk *chunk,
              gboolean    may_block)
{
  g_autoptr (GVariant) args = _ly_map_chunk_pack (chunk, self->task, self->args);
  LyCallOptions options = {
    .may_block = may_block,
    .attempt = chunk->single ? 1 : 0,
    /* With one argument alone, there is no doubt about who is to blame. */
    .run_once = chunk->n > 1,
  };

  chunk->future = _ly_executor_submit (self->executor, chunk->single ? self->task : LY_TASK_CHUNK,
                                       args, self->cancellable, options, &chunk->error);

  if (g_error_matches (chunk->error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      g_clear_error (&chunk->error);
      return FALSE;
    }

  if (chunk->future != NULL)
    ly_future_then (chunk->future, NULL, on_chunk_done, g_atomic_rc_box_acquire (self->inbox),
                    inbox_unref);

  return TRUE;
}

static int
compare_chunks (gconstpointer a,
                gconstpointer b,
                gpointer      user_data)
{
  guint64 first = ((const LyMapChunk *) a)->first;
  guint64 second = ((const LyMapChunk *) b)->first;

  return (first > second) - (first < second);
}

static gboolean
has_in_flight (LyMap *self)
{
  for (GList *l = self->chunks.head; l != NULL; l = l->next)
    if (!_ly_map_chunk_is_done (l->data))
      return TRUE;

  return FALSE;
}

/* How many chunks there may be; those that are done and were not taken count,
 * or a slow reader would be overrun. Few until it is known how large they
 * should be. */
static guint
get_limit (LyMap *self)
{
  if (self->item_us == 0 && self->chunk_size == 0)
    return ly_executor_get_n_workers (self->executor);

  return _ly_executor_get_limit (self->executor);
}

/* Submits as much as there is room for, and waits for room if there is nothing
 * else to wait for. */
static void
fill (LyMap *self)
{
  while (self->chunks.length < get_limit (self))
    {
      LyMapChunk *chunk = next_chunk (self);

      if (chunk == NULL)
        return;

      if (!submit_chunk (self, chunk, !has_in_flight (self)))
        {
          g_queue_push_head (&self->again, chunk);
          return;
        }

      g_queue_insert_sorted (&self->chunks, chunk, compare_chunks, NULL);
    }
}

/* Its arguments get a second chance, each alone. */
static void
split_chunk (LyMap *self,
             LyMapChunk *chunk)
{
  g_debug ("running %u tasks again one by one: %s", chunk->n, chunk->error->message);

  for (guint i = chunk->n; i-- > 0;)
    g_queue_push_head (&self->again, _ly_map_chunk_new (chunk->first + i, 1, TRUE));

  _ly_map_chunk_free (chunk);
}

static void
note_duration (LyMap *self,
               gint64 duration_us,
               guint  n)
{
  double item_us = MAX ((double) duration_us, 1) / n;

  self->item_us = self->item_us == 0 ? item_us : 0.75 * self->item_us + 0.25 * item_us;
}

/* Takes what came of @chunk, which is done. Returns FALSE if it has to be run
 * again, and was freed. */
static gboolean
open_chunk (LyMap      *self,
            LyMapChunk *chunk)
{
  gint64 duration_us = _ly_map_chunk_open (chunk);

  if (chunk->n > 1 && _ly_map_chunk_was_lost (chunk))
    {
      split_chunk (self, chunk);
      return FALSE;
    }

  if (duration_us > 0)
    note_duration (self, duration_us, chunk->n);

  return TRUE;
}

/* The next chunk to give out that is done, taken from the queue. */
static LyMapChunk *
pop_done (LyMap *self)
{
  gboolean in_order = !(self->flags & LY_MAP_AS_FINISHED);
  LyMapChunk *again = g_queue_peek_head (&self->again);

  for (GList *l = self->chunks.head; l != NULL; l = l->next)
    {
      LyMapChunk *chunk = l->data;

      if (in_order && again != NULL && again->first < chunk->first)
        return NULL;

      if (_ly_map_chunk_is_done (chunk))
        {
          g_queue_delete_link (&self->chunks, l);
          return chunk;
        }

      if (in_order)
        return NULL;
    }

  return NULL;
}

/* Something that is done from now on, so that nothing slips by. */
static LyFuture *
expect_news (LyMap *self)
{
  LyFuture *news;

  g_mutex_lock (&self->inbox->mutex);
  if (self->inbox->news == NULL)
    self->inbox->news = ly_future_new ();
  news = g_object_ref (self->inbox->news);
  g_mutex_unlock (&self->inbox->mutex);

  return news;
}

/* Makes the next chunk current; FALSE with @error set if the wait for it was
 * cancelled, and without one at the end. */
static gboolean
advance (LyMap   *self,
         GError **error)
{
  while (self->current == NULL)
    {
      g_autoptr (LyFuture) news = expect_news (self);
      g_autoptr (GVariant) awaited = NULL;
      LyMapChunk *chunk;

      fill (self);
      if (g_queue_is_empty (&self->chunks))
        return FALSE;

      chunk = pop_done (self);
      if (chunk != NULL)
        {
          if (open_chunk (self, chunk))
            self->current = chunk;
          continue;
        }

      awaited = ly_fiber_await (news, -1, error);
      if (awaited == NULL)
        return FALSE;
    }

  return TRUE;
}

/**
 * ly_executor_map:
 * @executor: a `LyExecutor`
 * @task: the name of a registered task
 * @args: an array, each element of which is the argument of one task; elements
 *   of type `v` are unboxed. A floating reference is sunk
 * @chunk_size: how many arguments are sent at once; 0 leaves that to the map,
 *   which aims at some milliseconds of work
 * @flags: the order of the results
 * @cancellable: (nullable): cancels all tasks that have not ended
 *
 * Runs a task for each of many arguments. Nothing is begun before the first
 * call of [method@Map.next].
 *
 * Returns: (transfer full): the results to be
 */
LyMap *
ly_executor_map (LyExecutor   *executor,
                 const char   *task,
                 GVariant     *args,
                 guint         chunk_size,
                 LyMapFlags    flags,
                 GCancellable *cancellable)
{
  LyMap *self;

  g_return_val_if_fail (LY_IS_EXECUTOR (executor), NULL);
  g_return_val_if_fail (task != NULL, NULL);
  g_return_val_if_fail (args != NULL && g_variant_is_of_type (args, G_VARIANT_TYPE_ARRAY), NULL);

  self = g_object_new (LY_TYPE_MAP, NULL);
  self->executor = g_object_ref (executor);
  self->task = g_strdup (task);
  self->args = g_variant_ref_sink (args);
  self->n_args = g_variant_n_children (args);
  self->chunk_size = MIN (chunk_size, G_MAXINT);
  self->flags = flags;
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;

  return self;
}

/**
 * ly_map_next:
 * @self: a `LyMap`
 * @index: (out) (optional): which argument the result belongs to, from 0
 * @error: return location for the error of this task. It is %G_IO_ERROR_CLOSED
 *   or %G_IO_ERROR_CANCELLED for tasks that the executor did not accept any more
 *
 * Waits for the next result. Each argument has exactly one, a value or an
 * error:
 *
 * ```c
 * while (TRUE)
 *   {
 *     g_autoptr (GError) error = NULL;
 *     g_autoptr (GVariant) value = ly_map_next (map, &index, &error);
 *
 *     if (value == NULL && error == NULL)
 *       break;
 *     …
 *   }
 * ```
 *
 * Blocks; in a started fiber its main context goes on meanwhile, as long as
 * nobody else fills the executor. If that fiber is cancelled, every call returns
 * %G_IO_ERROR_CANCELLED and @index is `G_MAXUINT64`. Must not be called by a task
 * of the same executor.
 *
 * Returns: (transfer full) (nullable): the task's value; %NULL with @error set if
 *   it failed; %NULL without an error at the end
 */
GVariant *
ly_map_next (LyMap    *self,
             guint64  *index,
             GError  **error)
{
  GVariant *value;

  g_return_val_if_fail (LY_IS_MAP (self), NULL);

  if (index != NULL)
    *index = G_MAXUINT64;

  if (self->current == NULL && !advance (self, error))
    return NULL;

  if (index != NULL)
    *index = self->current->first + self->current->taken;

  value = _ly_map_chunk_take (self->current, error);
  if (self->current->taken == self->current->n)
    g_clear_pointer (&self->current, _ly_map_chunk_free);

  return value;
}
