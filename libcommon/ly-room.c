/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-executor"

#include "ly-room-private.h"

#include "ly-deadline-private.h"
#include "ly-spin-private.h"

#define CLOSED 1u
#define ONE 2u

/* Counters wrap round, that of those who came in a bit earlier than the others:
 * only differences in these bits mean anything. */
#define MASK (G_MAXSIZE / ONE)

static inline gsize
load (const gsize *counter)
{
  return __atomic_load_n (counter, __ATOMIC_SEQ_CST);
}

/* Whether all who came in are settled. */
static gboolean
is_empty (LyRoom *self)
{
  return (load (&self->settled) & MASK) == load (&self->entered) / ONE;
}

void
_ly_room_init (LyRoom *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->outside.cond);
  g_cond_init (&self->joining.cond);
}

void
_ly_room_clear (LyRoom *self)
{
  g_assert (is_empty (self));

  g_cond_clear (&self->joining.cond);
  g_cond_clear (&self->outside.cond);
  g_mutex_clear (&self->mutex);
}

static inline void
increment (gsize *counter)
{
  __atomic_add_fetch (counter, 1, __ATOMIC_SEQ_CST);
}

static inline gsize
get_left (LyRoom *self)
{
  return load (&self->succeeded) + load (&self->failed);
}

/* Those who leave are asked only if what is known of them does not suffice. */
static inline gboolean
has_room (LyRoom *self,
          gsize   n_entered)
{
  gsize seen = __atomic_load_n (&self->seen, __ATOMIC_RELAXED);

  if (((n_entered - seen) & MASK) < self->limit)
    return TRUE;

  seen = get_left (self);
  __atomic_store_n (&self->seen, seen, __ATOMIC_RELAXED);

  return ((n_entered - seen) & MASK) < self->limit;
}

static LyRoomResult
try_enter (LyRoom  *self,
           guint64 *number)
{
  gsize entered = load (&self->entered);
  gboolean done = FALSE;

  while (!done)
    {
      gsize before = entered;

      if (entered & CLOSED)
        return LY_ROOM_CLOSED;

      if (has_room (self, entered / ONE))
        done = __atomic_compare_exchange_n (&self->entered, &entered, entered + ONE, TRUE,
                                            __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
      else if ((entered = load (&self->entered)) == before)
        return LY_ROOM_FULL;
    }

  *number = entered / ONE + 1;

  return LY_ROOM_ENTERED;
}

/* --- Sleeping -------------------------------------------------------------- */

/* A thread first says that it is asleep, and then looks once more whether it
 * has to be; who changes something does that first, and then looks for
 * sleepers. So one of the two sees the other. The mutex is held. */
static guint
lie_down (LySleepers *sleepers)
{
  __atomic_add_fetch (&sleepers->n_asleep, 1, __ATOMIC_SEQ_CST);

  return sleepers->round;
}

static void
get_up (LySleepers *sleepers,
        guint       round)
{
  /* Whoever woke all has counted all out. */
  if (sleepers->round == round)
    __atomic_sub_fetch (&sleepers->n_asleep, 1, __ATOMIC_SEQ_CST);
}

/* Each sleeper is woken once, however much happens until it runs. */
static void
wake_all (LyRoom     *self,
          LySleepers *sleepers)
{
  if (G_LIKELY (__atomic_load_n (&sleepers->n_asleep, __ATOMIC_SEQ_CST) == 0))
    return;

  g_mutex_lock (&self->mutex);
  sleepers->round++;
  __atomic_store_n (&sleepers->n_asleep, 0, __ATOMIC_SEQ_CST);
  g_cond_broadcast (&sleepers->cond);
  g_mutex_unlock (&self->mutex);
}

/* --- Coming in ------------------------------------------------------------- */

static LyRoomResult
wait_and_enter (LyRoom    *self,
                const int *cancelled,
                guint64   *number)
{
  LyRoomResult result = LY_ROOM_FULL;

  /* A place is often free sooner than one falls asleep. */
  for (guint i = 0; i < LY_SPIN_LOOKS && result == LY_ROOM_FULL; i++)
    {
      _ly_spin ();
      result = try_enter (self, number);
    }

  if (result != LY_ROOM_FULL)
    return result;

  g_mutex_lock (&self->mutex);

  while (result == LY_ROOM_FULL)
    {
      guint round = lie_down (&self->outside);

      if (g_atomic_int_get (cancelled))
        result = LY_ROOM_CANCELLED;
      else
        result = try_enter (self, number);

      if (result == LY_ROOM_FULL)
        g_cond_wait (&self->outside.cond, &self->mutex);

      get_up (&self->outside, round);
    }

  g_mutex_unlock (&self->mutex);

  return result;
}

/* Comes in, as number @number, unless @cancelled becomes set; see
 * _ly_room_wake(). */
LyRoomResult
_ly_room_enter (LyRoom    *self,
                gboolean   may_block,
                const int *cancelled,
                guint64   *number)
{
  LyRoomResult result;

  if (g_atomic_int_get (cancelled))
    return _ly_room_is_closed (self) ? LY_ROOM_CLOSED : LY_ROOM_CANCELLED;

  result = try_enter (self, number);
  if (result == LY_ROOM_FULL && may_block)
    result = wait_and_enter (self, cancelled, number);

  return result;
}

/* Has those who wait for room look again whether they are cancelled. */
void
_ly_room_wake (LyRoom *self)
{
  wake_all (self, &self->outside);
}

/* --- Leaving --------------------------------------------------------------- */

void
_ly_room_leave (LyRoom   *self,
                gboolean  succeeded)
{
  increment (succeeded ? &self->succeeded : &self->failed);
  wake_all (self, &self->outside);
}

/* Nothing of the caller's use of the room is left after this, and it may be
 * gone unless the caller knows better. */
void
_ly_room_settle (LyRoom *self)
{
  increment (&self->settled);
  if (G_UNLIKELY (__atomic_load_n (&self->joining.n_asleep, __ATOMIC_SEQ_CST) > 0) &&
      is_empty (self))
    wake_all (self, &self->joining);
}

/* Lets nobody in any more. */
void
_ly_room_close (LyRoom *self)
{
  __atomic_or_fetch (&self->entered, CLOSED, __ATOMIC_SEQ_CST);
  wake_all (self, &self->outside);
}

gboolean
_ly_room_is_closed (LyRoom *self)
{
  return (load (&self->entered) & CLOSED) != 0;
}

/* Whether nobody is in there, and nobody can come. */
gboolean
_ly_room_is_drained (LyRoom *self)
{
  return _ly_room_is_closed (self) && is_empty (self);
}

/* Waits until a closed room is empty; FALSE once the time is up. */
gboolean
_ly_room_join (LyRoom *self,
               gint64  timeout_us)
{
  gint64 deadline = _ly_deadline (timeout_us);
  gboolean in_time = TRUE;
  gboolean empty = is_empty (self);

  if (empty)
    return TRUE;

  g_mutex_lock (&self->mutex);

  while (!empty && in_time)
    {
      guint round = lie_down (&self->joining);

      empty = is_empty (self);
      if (!empty)
        in_time = _ly_cond_wait (&self->joining.cond, &self->mutex, deadline);

      get_up (&self->joining, round);
    }

  g_mutex_unlock (&self->mutex);

  return empty || is_empty (self);
}

/* How many came in and are not settled yet. */
guint
_ly_room_get_unsettled (LyRoom *self)
{
  return (guint) ((load (&self->entered) / ONE - load (&self->settled)) & MASK);
}

/* Never says that more have left than came in. */
void
_ly_room_count (LyRoom  *self,
                guint64 *entered,
                guint64 *succeeded,
                guint64 *failed)
{
  *succeeded = load (&self->succeeded);
  *failed = load (&self->failed);
  *entered = load (&self->entered) / ONE;
}
