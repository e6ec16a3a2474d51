/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-executor"

#include "ly-task-clock.h"

struct _LyTaskClock
{
  /* Set once */
  gint64           timeout;
  LyTaskClockFunc  expired;

  /* Guarded by @mutex */
  GMutex           mutex;
  GCond            changed;
  GThread         *thread;
  GQueue           calls;         /* by deadline, each by its clock_link */
  gint64           paused_since;  /* or 0 */
  gboolean         stopping;
};

/* The next call that has run out of time, taken off the clock; NULL after
 * having waited for a while, or at the end. */
static LyCall *
wait_for_expired_locked (LyTaskClock *self)
{
  LyCall *first = g_queue_peek_head (&self->calls);

  if (first == NULL || self->paused_since != 0)
    {
      g_cond_wait (&self->changed, &self->mutex);
      return NULL;
    }

  if (first->deadline > g_get_monotonic_time ())
    {
      g_cond_wait_until (&self->changed, &self->mutex, first->deadline);
      return NULL;
    }

  g_queue_unlink (&self->calls, &first->clock_link);
  first->clock_link.data = NULL;

  return _ly_call_ref (first);
}

static gpointer
watch (gpointer data)
{
  LyTaskClock *self = data;

  g_mutex_lock (&self->mutex);

  while (!self->stopping)
    {
      LyCall *call = wait_for_expired_locked (self);

      if (call == NULL)
        continue;

      g_mutex_unlock (&self->mutex);
      self->expired (call);
      _ly_call_unref (call);
      g_mutex_lock (&self->mutex);
    }

  g_mutex_unlock (&self->mutex);

  return NULL;
}

LyTaskClock *
_ly_task_clock_new (gint64          timeout_us,
                    LyTaskClockFunc expired)
{
  LyTaskClock *self = g_new0 (LyTaskClock, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  g_queue_init (&self->calls);
  self->timeout = timeout_us;
  self->expired = expired;

  return self;
}

void
_ly_task_clock_free (LyTaskClock *self)
{
  g_mutex_lock (&self->mutex);
  self->stopping = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);

  if (self->thread != NULL)
    g_thread_join (self->thread);

  g_assert (g_queue_is_empty (&self->calls));

  g_cond_clear (&self->changed);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static void
remove_locked (LyTaskClock *self,
               LyCall      *call)
{
  if (call->clock_link.data == NULL)
    return;

  g_queue_unlink (&self->calls, &call->clock_link);
  call->clock_link.data = NULL;
}

/* The task of @call begins to run, maybe again. */
void
_ly_task_clock_begin (LyTaskClock *self,
                      LyCall      *call)
{
  g_mutex_lock (&self->mutex);

  remove_locked (self, call);
  call->clock_link.data = call;
  call->deadline = g_get_monotonic_time () + self->timeout;
  g_queue_push_tail_link (&self->calls, &call->clock_link);

  if (self->thread == NULL)
    self->thread = g_thread_new ("clock", watch, self);
  if (self->calls.length == 1)
    g_cond_broadcast (&self->changed);

  g_mutex_unlock (&self->mutex);
}

void
_ly_task_clock_end (LyTaskClock *self,
                    LyCall      *call)
{
  g_mutex_lock (&self->mutex);
  remove_locked (self, call);
  g_mutex_unlock (&self->mutex);
}

/* The time of a pause is not the tasks'. */
void
_ly_task_clock_set_paused (LyTaskClock *self,
                           gboolean     paused)
{
  gint64 now = g_get_monotonic_time ();

  g_mutex_lock (&self->mutex);

  if (paused && self->paused_since == 0)
    {
      self->paused_since = now;
    }
  else if (!paused && self->paused_since != 0)
    {
      for (GList *l = self->calls.head; l != NULL; l = l->next)
        {
          LyCall *call = l->data;
          gint64 begun = call->deadline - self->timeout;

          call->deadline += now - MAX (self->paused_since, begun);
        }

      self->paused_since = 0;
    }

  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}
