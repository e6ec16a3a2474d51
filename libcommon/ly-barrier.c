/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-barrier"

#include "ly-barrier.h"

#include "ly-deadline-private.h"

typedef enum
{
  WAITING,
  PASSED,
  BROKEN,
} Outcome;

/* A thread that waits, on its own stack. It is told the outcome of its round,
 * which may be long over when it gets to run. */
typedef struct _Waiter Waiter;

struct _Waiter
{
  Waiter  *next;
  Outcome  outcome;
};

/**
 * LyBarrier:
 *
 * A line at which threads wait for each other: once all parties have come to
 * it, all go on, and the barrier is ready for the next round.
 *
 * If one of them gives up because its time is up, or somebody calls
 * [method@Barrier.abort], the barrier is *broken*: nobody is left waiting for
 * who will not come, every wait fails, and so does each later one until
 * [method@Barrier.reset]. Every method may be called from any thread.
 */
struct _LyBarrier
{
  GObject  parent_instance;

  /* Set once, before the barrier is shared */
  guint    n_parties;

  /* Guarded by @mutex */
  GMutex   mutex;
  GCond    changed;
  Waiter  *waiters;      /* of this round */
  guint    n_waiting;    /* of this round */
  guint    n_inside;     /* of all rounds: those who have still to leave, too */
  gboolean broken;
};

G_DEFINE_FINAL_TYPE (LyBarrier, ly_barrier, G_TYPE_OBJECT)

static void
ly_barrier_finalize (GObject *object)
{
  LyBarrier *self = LY_BARRIER (object);

  g_assert (self->n_inside == 0);

  g_cond_clear (&self->changed);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (ly_barrier_parent_class)->finalize (object);
}

static void
ly_barrier_class_init (LyBarrierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ly_barrier_finalize;
}

static void
ly_barrier_init (LyBarrier *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
}

/**
 * ly_barrier_new:
 * @n_parties: how many threads have to come, at least 1
 *
 * Creates a barrier at which nobody waits yet.
 *
 * Returns: (transfer full): the barrier
 */
LyBarrier *
ly_barrier_new (guint n_parties)
{
  LyBarrier *self;

  g_return_val_if_fail (n_parties > 0 && n_parties <= G_MAXINT, NULL);

  self = g_object_new (LY_TYPE_BARRIER, NULL);
  self->n_parties = n_parties;

  return self;
}

/* Ends the round for all who wait. */
static void
end_round_locked (LyBarrier *self,
                  Outcome    outcome)
{
  for (Waiter *waiter = self->waiters; waiter != NULL; waiter = waiter->next)
    waiter->outcome = outcome;

  self->waiters = NULL;
  self->n_waiting = 0;
  g_cond_broadcast (&self->changed);
}

/* Waits for the end of the round, which is broken if it does not come in time. */
static Outcome
wait_locked (LyBarrier *self,
             gint64     deadline)
{
  Waiter self_waiting = { self->waiters, WAITING };
  gboolean in_time = TRUE;

  self->waiters = &self_waiting;
  self->n_waiting++;

  while (in_time && self_waiting.outcome == WAITING)
    in_time = _ly_cond_wait (&self->changed, &self->mutex, deadline);

  if (self_waiting.outcome != WAITING)
    return self_waiting.outcome;

  self->broken = TRUE;
  end_round_locked (self, BROKEN);

  return WAITING;
}

/**
 * ly_barrier_wait:
 * @self: a `LyBarrier`
 * @timeout_us: how long to wait at most, in microseconds of monotonic time;
 *   -1 waits without end, 0 does not wait
 * @error: return location for %G_IO_ERROR_CLOSED if the barrier is broken or
 *   was reset, %G_IO_ERROR_TIMED_OUT, or %G_IO_ERROR_WOULD_BLOCK
 *
 * Comes to the barrier and blocks until all parties have.
 *
 * If the time is up first, the barrier is broken. With a timeout of 0 this
 * thread comes only if it is the last one, and otherwise changes nothing.
 *
 * Returns: the place in which this thread came, from 0 for the first to the
 *   number of parties less one for the last, different for each thread in a
 *   round; or -1 with @error set
 */
int
ly_barrier_wait (LyBarrier  *self,
                 gint64      timeout_us,
                 GError    **error)
{
  Outcome outcome = WAITING;
  gint64 deadline;
  int place;

  g_return_val_if_fail (LY_IS_BARRIER (self), -1);

  deadline = _ly_deadline (timeout_us);

  g_mutex_lock (&self->mutex);

  self->n_inside++;
  place = (int) self->n_waiting;

  if (self->broken)
    {
      outcome = BROKEN;
    }
  else if (self->n_waiting + 1 == self->n_parties)
    {
      outcome = PASSED;
      end_round_locked (self, PASSED);
    }
  else if (timeout_us != 0)
    {
      outcome = wait_locked (self, deadline);
    }

  self->n_inside--;
  g_mutex_unlock (&self->mutex);

  if (outcome == PASSED)
    return place;

  if (outcome == BROKEN)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "barrier is broken");
  else if (timeout_us == 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK,
                         "others have not come to the barrier");
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                         "others did not come to the barrier in time");

  return -1;
}

/**
 * ly_barrier_abort:
 * @self: a `LyBarrier`
 *
 * Breaks the barrier: all who wait and all who come fail with
 * %G_IO_ERROR_CLOSED until [method@Barrier.reset]. Never blocks.
 */
void
ly_barrier_abort (LyBarrier *self)
{
  g_return_if_fail (LY_IS_BARRIER (self));

  g_mutex_lock (&self->mutex);
  self->broken = TRUE;
  end_round_locked (self, BROKEN);
  g_mutex_unlock (&self->mutex);
}

/**
 * ly_barrier_reset:
 * @self: a `LyBarrier`
 *
 * Begins a new round with a barrier that is whole. Who waits in the old round
 * fails with %G_IO_ERROR_CLOSED. Never blocks.
 */
void
ly_barrier_reset (LyBarrier *self)
{
  g_return_if_fail (LY_IS_BARRIER (self));

  g_mutex_lock (&self->mutex);
  self->broken = FALSE;
  end_round_locked (self, BROKEN);
  g_mutex_unlock (&self->mutex);
}

/**
 * ly_barrier_is_broken:
 * @self: a `LyBarrier`
 *
 * Asks whether the barrier is of no use until [method@Barrier.reset]. Never
 * blocks.
 *
 * Returns: whether the barrier was broken at the moment of asking
 */
gboolean
ly_barrier_is_broken (LyBarrier *self)
{
  gboolean broken;

  g_return_val_if_fail (LY_IS_BARRIER (self), FALSE);

  g_mutex_lock (&self->mutex);
  broken = self->broken;
  g_mutex_unlock (&self->mutex);

  return broken;
}

/**
 * ly_barrier_get_n_parties:
 * @self: a `LyBarrier`
 *
 * Tells what [ctor@Barrier.new] was given. Never blocks.
 *
 * Returns: how many threads have to come
 */
guint
ly_barrier_get_n_parties (LyBarrier *self)
{
  g_return_val_if_fail (LY_IS_BARRIER (self), 0);

  return self->n_parties;
}

/**
 * ly_barrier_get_n_waiting:
 * @self: a `LyBarrier`
 *
 * The number may be out of date as soon as it is known.
 *
 * Returns: how many threads wait at the barrier
 */
guint
ly_barrier_get_n_waiting (LyBarrier *self)
{
  guint n_waiting;

  g_return_val_if_fail (LY_IS_BARRIER (self), 0);

  g_mutex_lock (&self->mutex);
  n_waiting = self->n_waiting;
  g_mutex_unlock (&self->mutex);

  return n_waiting;
}
