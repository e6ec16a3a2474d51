/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-fiber"

#include "ly-fiber-private.h"

/* How long fibers may keep a loop from its other sources before one that asks
 * is told to let go. */
#define SLICE_US 1000

struct _LyFiberScheduler
{
  GSource       source;

  /* Set once */
  GMainContext *context;

  /* Guarded by @table_mutex */
  guint         n_users;

  /* Guarded by @mutex */
  GMutex        mutex;
  GQueue        ready;        /* of LyFiber, each by its link */

  /* Atomic */
  int           n_ready;
  GThread      *thread;       /* that iterates the context, once it is known */

  /* Only in that thread */
  GSequence    *timers;       /* of LyFiber, by deadline */
  gint64        began;        /* when the last dispatch did */
};

/* The scheduler of each context on which there are fibers. */
static GMutex table_mutex;
static GHashTable *table;

static gint64
get_first_deadline (LyFiberScheduler *self)
{
  LyFiber *first;

  if (g_sequence_is_empty (self->timers))
    return -1;

  first = g_sequence_get (g_sequence_get_begin_iter (self->timers));

  return first->deadline;
}

static gboolean
has_work (LyFiberScheduler *self,
          int              *timeout_ms)
{
  gint64 deadline = get_first_deadline (self);
  gint64 left;

  *timeout_ms = -1;

  if (g_atomic_int_get (&self->n_ready) > 0)
    return TRUE;
  if (deadline < 0)
    return FALSE;

  left = deadline - g_source_get_time (&self->source);
  if (left <= 0)
    return TRUE;

  /* Rounded up: it would be in vain to wake up too early. */
  *timeout_ms = (int) MIN ((left - 1) / 1000 + 1, G_MAXINT);

  return FALSE;
}

static gboolean
scheduler_prepare (GSource *source,
                   int     *timeout_ms)
{
  return has_work ((LyFiberScheduler *) source, timeout_ms);
}

static gboolean
scheduler_check (GSource *source)
{
  int timeout_ms;

  return has_work ((LyFiberScheduler *) source, &timeout_ms);
}

static void
wake_sleepers (LyFiberScheduler *self)
{
  while (!g_sequence_is_empty (self->timers))
    {
      LyFiber *first = g_sequence_get (g_sequence_get_begin_iter (self->timers));

      if (first->deadline > self->began)
        return;

      _ly_fiber_scheduler_clear_timer (self, first);
      _ly_fiber_scheduler_wake (self, first);
    }
}

static LyFiber *
pop_ready (LyFiberScheduler *self)
{
  GList *link;

  g_mutex_lock (&self->mutex);
  link = g_queue_pop_head_link (&self->ready);
  g_atomic_int_set (&self->n_ready, (int) self->ready.length);
  g_mutex_unlock (&self->mutex);

  return link != NULL ? link->data : NULL;
}

/* Runs each fiber that is ready now; those that become so meanwhile have their
 * turn after the context's other sources. */
static gboolean
scheduler_dispatch (GSource     *source,
                    GSourceFunc  callback,
                    gpointer     user_data)
{
  LyFiberScheduler *self = (LyFiberScheduler *) source;
  int n;

  g_atomic_pointer_set (&self->thread, g_thread_self ());

  self->began = g_source_get_time (source);
  wake_sleepers (self);

  /* What a fiber begins with GIO has to come back to its context. */
  g_main_context_push_thread_default (self->context);

  for (n = g_atomic_int_get (&self->n_ready); n > 0; n--)
    {
      LyFiber *fiber = pop_ready (self);

      if (fiber == NULL)
        break;

      _ly_fiber_run (fiber);
    }

  g_main_context_pop_thread_default (self->context);

  return G_SOURCE_CONTINUE;
}

static void
scheduler_finalize (GSource *source)
{
  LyFiberScheduler *self = (LyFiberScheduler *) source;

  g_assert (g_queue_is_empty (&self->ready));

  g_sequence_free (self->timers);
  g_mutex_clear (&self->mutex);
}

static GSourceFuncs scheduler_funcs =
{
  .prepare = scheduler_prepare,
  .check = scheduler_check,
  .dispatch = scheduler_dispatch,
  .finalize = scheduler_finalize,
};

static LyFiberScheduler *
scheduler_new (GMainContext *context)
{
  GSource *source = g_source_new (&scheduler_funcs, sizeof (LyFiberScheduler));
  LyFiberScheduler *self = (LyFiberScheduler *) source;

  self->context = g_main_context_ref (context);
  self->timers = g_sequence_new (NULL);
  g_queue_init (&self->ready);
  g_mutex_init (&self->mutex);
  g_source_set_static_name (source, "fibers");

  return self;
}

/* The scheduler of @context, made and attached if there is none. It keeps the
 * context alive until as many releases. */
LyFiberScheduler *
_ly_fiber_scheduler_acquire (GMainContext *context)
{
  LyFiberScheduler *self;

  g_mutex_lock (&table_mutex);

  if (table == NULL)
    table = g_hash_table_new (NULL, NULL);

  self = g_hash_table_lookup (table, context);
  if (self == NULL)
    {
      self = scheduler_new (context);
      g_source_attach (&self->source, context);
      g_hash_table_insert (table, context, self);
    }

  self->n_users++;
  g_mutex_unlock (&table_mutex);

  return self;
}

void
_ly_fiber_scheduler_release (LyFiberScheduler *self)
{
  GMainContext *context = self->context;
  gboolean last;

  g_mutex_lock (&table_mutex);

  last = --self->n_users == 0;
  if (last)
    {
      g_hash_table_remove (table, context);
      if (g_hash_table_size (table) == 0)
        g_clear_pointer (&table, g_hash_table_unref);
    }

  g_mutex_unlock (&table_mutex);

  if (!last)
    return;

  g_source_destroy (&self->source);
  g_source_unref (&self->source);
  g_main_context_unref (context);
}

GMainContext *
_ly_fiber_scheduler_get_context (LyFiberScheduler *self)
{
  return self->context;
}

/* Lets a fiber that waits go on, or not wait the next time it would. Any
 * thread. */
void
_ly_fiber_scheduler_wake (LyFiberScheduler *self,
                          LyFiber          *fiber)
{
  gboolean was_waiting;
  gboolean first = FALSE;

  g_mutex_lock (&self->mutex);

  was_waiting = fiber->waiting;
  fiber->woken = !was_waiting;
  if (was_waiting)
    {
      fiber->waiting = FALSE;
      first = g_queue_is_empty (&self->ready);
      g_queue_push_tail_link (&self->ready, &fiber->link);
      g_atomic_int_set (&self->n_ready, (int) self->ready.length);
    }

  g_mutex_unlock (&self->mutex);

  /* The context's own thread looks before it sleeps. */
  if (first && g_atomic_pointer_get (&self->thread) != g_thread_self ())
    g_main_context_wakeup (self->context);
}

/* Before a fiber waits; FALSE if it has been woken already. */
gboolean
_ly_fiber_scheduler_may_wait (LyFiberScheduler *self,
                              LyFiber          *fiber)
{
  gboolean may_wait;

  g_mutex_lock (&self->mutex);
  may_wait = !fiber->woken;
  fiber->woken = FALSE;
  fiber->waiting = may_wait;
  g_mutex_unlock (&self->mutex);

  return may_wait;
}

static int
compare_deadlines (gconstpointer a,
                   gconstpointer b,
                   gpointer      user_data)
{
  const LyFiber *first = a;
  const LyFiber *second = b;

  return (first->deadline > second->deadline) - (first->deadline < second->deadline);
}

/* Wakes @fiber at @deadline, in microseconds of monotonic time. */
void
_ly_fiber_scheduler_set_timer (LyFiberScheduler *self,
                               LyFiber          *fiber,
                               gint64            deadline)
{
  g_assert (fiber->timer == NULL);

  fiber->deadline = deadline;
  fiber->timer = g_sequence_insert_sorted (self->timers, fiber, compare_deadlines, NULL);
}

void
_ly_fiber_scheduler_clear_timer (LyFiberScheduler *self,
                                 LyFiber          *fiber)
{
  if (fiber->timer != NULL)
    g_sequence_remove (g_steal_pointer (&fiber->timer));
}

/* Whether others have waited long enough for the fiber that runs. */
gboolean
_ly_fiber_scheduler_is_wanted (LyFiberScheduler *self,
                               gint64            now)
{
  return g_atomic_int_get (&self->n_ready) > 0 || now - self->began >= SLICE_US;
}
