/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-plan-writer"

#include "copy-plan-writer.h"

#include "copy-counters.h"
#include "copy-error.h"
#include "copy-event.h"
#include "copy-leaders.h"
#include "copy-limits.h"

/* How far the scan may be ahead of the job. With full segments of usual names
 * this is some ten megabytes and a quarter of a million files. */
#define PLAN_CAPACITY 4096

struct _CopyPlanWriter
{
  /* Set once */
  LyProgress   *progress;
  LyQueue      *events;
  LyQueue      *plan;

  /* Atomic */
  int           announced;     /* an event about the plan is on its way */
  int           done;
  int           n_errors;
  gint64        blocks;        /* of 512 bytes, that the files occupy */
  gint64        inodes;

  /* Scan thread only */
  CopyWalk      walk;
  CopyDir      *to_root;       /* the scan's, or NULL */
  gboolean      stopped;       /* there is no use in going on */
  CopyLeaders  *leaders;
  CopyPlanItem *segment_item;  /* being filled */
};

CopyPlanWriter *
copy_plan_writer_new (LyProgress *progress,
                      LyQueue    *events)
{
  CopyPlanWriter *self = g_new0 (CopyPlanWriter, 1);

  self->progress = g_object_ref (progress);
  self->events = g_object_ref (events);
  self->plan = ly_queue_new (PLAN_CAPACITY, (GDestroyNotify) copy_plan_item_free);
  self->leaders = copy_leaders_new ();

  return self;
}

void
copy_plan_writer_free (CopyPlanWriter *self)
{
  g_clear_pointer (&self->segment_item, copy_plan_item_free);
  copy_leaders_free (self->leaders);
  g_object_unref (self->plan);
  g_object_unref (self->events);
  g_object_unref (self->progress);
  g_free (self);
}

gboolean
copy_plan_writer_begin (CopyPlanWriter *self,
                        CopyWalk        walk,
                        CopyDir        *to_root)
{
  self->stopped = FALSE;
  self->walk = walk;
  self->to_root = to_root;
  if (walk == COPY_WALK_PLAN)
    copy_leaders_begin_anew (self->leaders);

  return walk != COPY_WALK_OTHERS || !copy_leaders_is_empty (self->leaders);
}

/* An item that is found before the plan is made. */
static void
note_item (CopyPlanWriter    *self,
           CopyNode          *node,
           const char        *to_name,
           const struct stat *st)
{
  gboolean is_first;

  if (self->walk == COPY_WALK_OTHERS)
    self->stopped |= !copy_leaders_look (self->leaders, self->to_root, node, to_name, st);
  else if (st->st_nlink > 1)
    copy_leader_unref (copy_leaders_find (self->leaders, st, &is_first));
}

static void
announce (CopyPlanWriter *self)
{
  g_autoptr (CopyEvent) event = NULL;

  if (!g_atomic_int_compare_and_exchange (&self->announced, FALSE, TRUE))
    return;

  event = copy_event_new (COPY_EVENT_PLAN);
  if (ly_queue_put (self->events, event, NULL))
    g_steal_pointer (&event);
}

/* Takes @item. */
void
copy_plan_writer_add (CopyPlanWriter *self,
                      CopyPlanItem   *item)
{
  if (self->stopped || self->walk != COPY_WALK_PLAN || !ly_queue_put (self->plan, item, NULL))
    {
      self->stopped |= ly_queue_is_closed (self->plan);
      copy_plan_item_free (item);
      return;
    }

  announce (self);
}

void
copy_plan_writer_add_problem (CopyPlanWriter *self,
                              CopyNode       *node,
                              const char     *name,
                              int             errnum,
                              const char     *what)
{
  CopyPlanItem *item;

  if (self->walk != COPY_WALK_PLAN)
    return;

  item = copy_plan_item_new (COPY_PLAN_PROBLEM, node);
  item->name = g_strdup (name);
  copy_error_set (&item->error, errnum, what);
  g_atomic_int_inc (&self->n_errors);
  copy_plan_writer_add (self, item);
}

void
copy_plan_writer_flush (CopyPlanWriter *self)
{
  if (self->segment_item != NULL)
    copy_plan_writer_add (self, g_steal_pointer (&self->segment_item));
}

/* The item for the next entry in @node's directory. */
static CopyPlanItem *
get_segment_item (CopyPlanWriter *self,
                  CopyNode       *node)
{
  if (self->segment_item != NULL && self->segment_item->node != node)
    copy_plan_writer_flush (self);

  if (self->segment_item == NULL)
    {
      self->segment_item = copy_plan_item_new (COPY_PLAN_SEGMENT, node);
      self->segment_item->segment = copy_segment_new ();
    }

  return self->segment_item;
}

void
copy_plan_writer_count (CopyPlanWriter    *self,
                        const struct stat *st,
                        gboolean           has_content)
{
  if (self->walk != COPY_WALK_PLAN)
    return;

  __atomic_add_fetch (&self->inodes, 1, __ATOMIC_RELAXED);
  __atomic_add_fetch (&self->blocks, has_content ? st->st_blocks : 0, __ATOMIC_RELAXED);
  ly_progress_add_total (self->progress, COPY_COUNT_ITEMS, 1);

  if (has_content)
    ly_progress_add_total (self->progress, COPY_COUNT_BYTES, st->st_size);
}

static void
emit_link (CopyPlanWriter    *self,
           CopyNode          *node,
           const char        *name,
           const char        *to_name,
           const struct stat *st,
           CopyLeader        *leader)
{
  CopyPlanItem *item = copy_plan_item_new (COPY_PLAN_LINK, node);

  item->name = g_strdup (name);
  item->to_name = g_strdup (to_name);
  item->st = *st;
  item->leader = copy_leader_ref (leader);
  copy_plan_writer_add (self, item);
}

/* Plans anything but a directory. */
void
copy_plan_writer_add_item (CopyPlanWriter    *self,
                           CopyNode          *node,
                           const char        *name,
                           const char        *to_name,
                           const struct stat *st)
{
  gboolean is_file = S_ISREG (st->st_mode);
  gboolean is_big = is_file && st->st_size > COPY_RANGE_SIZE;
  CopyEntryFlags flags = g_str_equal (name, to_name) ? 0 : COPY_ENTRY_RENAMED;
  g_autoptr (CopyPlanItem) big = NULL;
  CopyLeader *leader = NULL;
  CopyPlanItem *item;

  if (self->walk != COPY_WALK_PLAN)
    {
      note_item (self, node, to_name, st);
      return;
    }

  if (st->st_nlink > 1)
    {
      gboolean is_first;

      leader = copy_leaders_find (self->leaders, st, &is_first);
      copy_plan_writer_count (self, st, is_file && is_first);

      if (!is_first)
        {
          /* After its leader, which may be in the segment at hand. */
          copy_plan_writer_flush (self);
          emit_link (self, node, name, to_name, st, leader);
          copy_leader_unref (leader);
          return;
        }

      flags |= COPY_ENTRY_LEADER;
    }
  else
    {
      copy_plan_writer_count (self, st, is_file);
    }

  if (is_file && (gint64) st->st_blocks * 512 < st->st_size)
    flags |= COPY_ENTRY_SPARSE;

  if (is_big)
    {
      big = copy_plan_item_new (COPY_PLAN_BIG, node);
      big->segment = copy_segment_new ();
    }

  item = big != NULL ? big : get_segment_item (self, node);

  if (leader != NULL)
    {
      copy_plan_item_add_leader (item, copy_segment_get_length (item->segment), leader);
      copy_leader_unref (leader);
    }

  copy_segment_add (item->segment, name, to_name, NULL, flags, st);

  if (big != NULL)
    copy_plan_writer_add (self, g_steal_pointer (&big));
  else if (copy_segment_get_length (item->segment) >= COPY_SEGMENT_ENTRIES ||
           copy_segment_get_memory (item->segment) >= COPY_SEGMENT_MEMORY ||
           copy_segment_get_bytes (item->segment) >= COPY_BATCH_BYTES)
    copy_plan_writer_flush (self);
}

/* There is no more to come. */
void
copy_plan_writer_close (CopyPlanWriter *self)
{
  ly_progress_add (self->progress, COPY_COUNT_SCANNED, 1);
  g_atomic_int_set (&self->done, TRUE);
  ly_queue_close (self->plan);

  /* Even if an older event is still on its way: it may be too early. */
  g_atomic_int_set (&self->announced, FALSE);
  announce (self);
}

/* Whether nobody wants the plan any more, or the walk has found all that it is for. */
gboolean
copy_plan_writer_is_stopped (CopyPlanWriter *self)
{
  return self->stopped;
}

/* Wakes and stops who writes. */
void
copy_plan_writer_stop (CopyPlanWriter *self)
{
  ly_queue_close (self->plan);
  ly_queue_close (self->events);
}

CopyPlanItem *
copy_plan_writer_try_get (CopyPlanWriter *self)
{
  CopyPlanItem *item = ly_queue_try_get (self->plan, NULL);

  if (item != NULL)
    return item;

  g_atomic_int_set (&self->announced, FALSE);

  /* Once more: what came before the flag was cleared was not announced. */
  return ly_queue_try_get (self->plan, NULL);
}

gboolean
copy_plan_writer_is_done (CopyPlanWriter *self)
{
  return g_atomic_int_get (&self->done);
}

guint
copy_plan_writer_get_errors (CopyPlanWriter *self)
{
  return (guint) g_atomic_int_get (&self->n_errors);
}

guint64
copy_plan_writer_get_blocks (CopyPlanWriter *self)
{
  return (guint64) __atomic_load_n (&self->blocks, __ATOMIC_RELAXED);
}

guint64
copy_plan_writer_get_inodes (CopyPlanWriter *self)
{
  return (guint64) __atomic_load_n (&self->inodes, __ATOMIC_RELAXED);
}
