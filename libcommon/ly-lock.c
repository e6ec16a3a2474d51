/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-lock"

#include "ly-lock.h"

#include "ly-deadline-private.h"
#include "ly-lock-graph-private.h"

#define WAIT_FOREVER (-1)
#define WAIT_NEVER   0

/* States of a lock that is not checked. As long as nobody waits, a lock goes
 * from one to the other with a single atomic operation (Drepper, "Futexes Are
 * Tricky", 2011, has the three states; here it is a condition and not a futex
 * that waiters sleep on).
 *
 * The numbers are such as nothing else has in that place: an operation that
 * succeeds was done on a simple lock, which saves looking whether it is one. */
enum
{
  STATE_FREE = 0x4c794c30,
  STATE_TAKEN,
  STATE_AWAITED,   /* taken, and somebody may be waiting */
};

/* Whether new locks are checked */
enum
{
  CHECKING_UNDECIDED,
  CHECKING_OFF,
  CHECKING_ON,
};

/**
 * LyLock:
 *
 * A mutex that reports a deadlock instead of hanging, can be waited for with
 * a timeout, and may be recursive.
 *
 * A lock is taken and unlocked by the same thread. A recursive one may be
 * taken again by the thread that has it, and is free when it was unlocked as
 * often.
 *
 * # Checking
 *
 * Locks are *checked* unless checking was off when they were made, by
 * [func@Lock.set_checking] or because the environment variable
 * `LY_LOCK_CHECKING` is `0`. Of checked locks it is known which thread holds
 * which one, and which one it waits for.
 *
 * - To take a lock that would never become free, because the thread that holds
 *   it waits, directly or by way of others, for one that the caller holds, fails
 *   with %LY_LOCK_ERROR_DEADLOCK. The message names all threads and locks of the
 *   circle. A timeout makes no difference: a circle that only a timeout
 *   could undo is a deadlock all the same. A lock that is not recursive and is
 *   taken again by the thread that has it is such a circle, of one.
 * - Of two locks that are held together the order is remembered in which they
 *   were taken. If they are ever taken in the other order, be it by way of other
 *   locks, that could deadlock on another day, and a warning is logged that
 *   names both orders, once for each pair of locks. (The idea is that of
 *   lockdep, the Linux kernel's lock validator.) To try a lock can't
 *   deadlock, so what is tried has no order, though what is taken while it is
 *   held has. A lock that is finalized is forgotten.
 * - A thread that ends without unlocking is reported as a critical error, and
 *   who waits for its locks fails with %LY_LOCK_ERROR_ABANDONED.
 *
 * All checked locks share one mutex for an instant whenever one of them is
 * taken or unlocked. A lock that is not checked costs as much as a #GMutex, and
 * hangs in a deadlock as one does.
 */
struct _LyLock
{
  GObject     parent_instance;

  /* Set once, before the lock is shared */
  LyLockNode *node;        /* or NULL: the lock is not checked */
  gboolean    recursive;
  char       *name;

  /* The rest is used only if the lock is not checked */

  /* Atomic */
  int         simple_state;      /* 0 in a lock that is checked or recursive */
  int         recursive_state;
  GThread    *owner;             /* if it is recursive */

  /* Owner only */
  guint       depth;

  /* Guarded by @mutex */
  GMutex      mutex;
  GCond       freed;
  guint       n_waiting;
};

G_DEFINE_FINAL_TYPE (LyLock, ly_lock, G_TYPE_OBJECT)

/**
 * ly_lock_error_quark:
 *
 * What %LY_LOCK_ERROR stands for.
 *
 * Returns: the domain of [enum@LockError]
 */
G_DEFINE_QUARK (ly-lock-error-quark, ly_lock_error)

static int checking_state = CHECKING_UNDECIDED;   /* atomic */

static int *
get_state (LyLock *self)
{
  return self->recursive ? &self->recursive_state : &self->simple_state;
}

static void
ly_lock_finalize (GObject *object)
{
  LyLock *self = LY_LOCK (object);

  g_assert (self->n_waiting == 0);
  g_assert (self->node != NULL || *get_state (self) == STATE_FREE);

  g_clear_pointer (&self->node, _ly_lock_node_free);
  g_free (self->name);
  g_cond_clear (&self->freed);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (ly_lock_parent_class)->finalize (object);
}

static void
ly_lock_class_init (LyLockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ly_lock_finalize;
}

static void
ly_lock_init (LyLock *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->freed);
}

/**
 * ly_lock_set_checking:
 * @checking: whether to check locks
 *
 * Decides whether locks that are made from now on, by any thread, are checked.
 * Those that exist stay as they are.
 */
void
ly_lock_set_checking (gboolean checking)
{
  g_atomic_int_set (&checking_state, checking ? CHECKING_ON : CHECKING_OFF);
}

/**
 * ly_lock_get_checking:
 *
 * Tells what [func@Lock.set_checking] or the environment has decided. May be called
 * from any thread.
 *
 * Returns: whether locks that are made from now on are checked
 */
gboolean
ly_lock_get_checking (void)
{
  if (g_atomic_int_get (&checking_state) == CHECKING_UNDECIDED)
    {
      gboolean off = g_strcmp0 (g_getenv ("LY_LOCK_CHECKING"), "0") == 0;

      /* Unless somebody has decided meanwhile. */
      g_atomic_int_compare_and_exchange (&checking_state, CHECKING_UNDECIDED,
                                         off ? CHECKING_OFF : CHECKING_ON);
    }

  return g_atomic_int_get (&checking_state) == CHECKING_ON;
}

static LyLock *
new_lock (const char *name,
          gboolean    recursive)
{
  LyLock *self = g_object_new (LY_TYPE_LOCK, NULL);

  self->name = g_strdup (name);
  self->recursive = recursive;
  if (ly_lock_get_checking ())
    self->node = _ly_lock_node_new (name, recursive);
  else
    *get_state (self) = STATE_FREE;

  return self;
}

/**
 * ly_lock_new:
 * @name: what to call the lock in errors and warnings
 *
 * Creates a lock that is free and not recursive.
 *
 * Returns: (transfer full): the lock
 */
LyLock *
ly_lock_new (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  return new_lock (name, FALSE);
}

/**
 * ly_lock_new_recursive:
 * @name: what to call the lock in errors and warnings
 *
 * Creates a lock that is free, and that the thread that has it may take again.
 *
 * Returns: (transfer full): the lock
 */
LyLock *
ly_lock_new_recursive (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  return new_lock (name, TRUE);
}

static inline gboolean
change_state (int *state,
              int  from,
              int  to)
{
  return __atomic_compare_exchange_n (state, &from, to, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* Who has waited can't know whether others still do, so takes the lock as one
 * that is awaited. So its holder is told, too, and that is done under the
 * mutex: make_free() can't signal before we sleep. */
static gboolean
wait_and_take (LyLock *self,
               gint64  timeout_us)
{
  gint64 deadline = _ly_deadline (timeout_us);
  int *state = get_state (self);
  gboolean in_time = TRUE;
  gboolean taken;

  g_mutex_lock (&self->mutex);
  self->n_waiting++;

  /* Tried once more when the time is up, because it may have been this thread
   * that was signalled. */
  while (!(taken = __atomic_exchange_n (state, STATE_AWAITED, __ATOMIC_ACQUIRE) == STATE_FREE) &&
         in_time)
    in_time = _ly_cond_wait (&self->freed, &self->mutex, deadline);

  self->n_waiting--;
  g_mutex_unlock (&self->mutex);

  return taken;
}

/* Whoever finds himself to be the owner is, and nobody else needs to know. */
static inline gboolean
is_owner (LyLock  *self,
          GThread *thread)
{
  return __atomic_load_n (&self->owner, __ATOMIC_RELAXED) == thread;
}

static inline void
set_owner (LyLock  *self,
           GThread *thread)
{
  __atomic_store_n (&self->owner, thread, __ATOMIC_RELAXED);
}

static gboolean
take_unchecked (LyLock *self,
                gint64  timeout_us)
{
  GThread *thread = self->recursive ? g_thread_self () : NULL;

  if (thread != NULL && is_owner (self, thread))
    {
      self->depth++;
      return TRUE;
    }

  if (!change_state (get_state (self), STATE_FREE, STATE_TAKEN) &&
      (timeout_us == WAIT_NEVER || !wait_and_take (self, timeout_us)))
    return FALSE;

  if (thread != NULL)
    {
      set_owner (self, thread);
      self->depth = 1;
    }

  return TRUE;
}

static inline gboolean
take_simple (LyLock *self)
{
  return change_state (&self->simple_state, STATE_FREE, STATE_TAKEN);
}

/* All but the simplest case, which callers have tried. */
static gboolean
take (LyLock  *self,
      gint64   timeout_us,
      GError **error)
{
  if (self->node != NULL)
    return _ly_lock_node_lock (self->node, timeout_us, error);

  if (take_unchecked (self, timeout_us))
    return TRUE;

  if (timeout_us != WAIT_NEVER)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "lock “%s” was not free in time",
                 self->name);

  return FALSE;
}

/**
 * ly_lock_lock:
 * @self: a `LyLock`
 * @error: return location for %LY_LOCK_ERROR_DEADLOCK or
 *   %LY_LOCK_ERROR_ABANDONED
 *
 * Takes the lock, blocking while another thread has it. Never fails if the
 * lock is not checked.
 *
 * Returns: %FALSE with @error set, and the lock not taken, if it would never
 *   become free
 */
gboolean
ly_lock_lock (LyLock  *self,
              GError **error)
{
  if (G_LIKELY (self != NULL && take_simple (self)))
    return TRUE;

  g_return_val_if_fail (LY_IS_LOCK (self), FALSE);

  return take (self, WAIT_FOREVER, error);
}

/**
 * ly_lock_lock_timed:
 * @self: a `LyLock`
 * @timeout_us: how long to wait at most, in microseconds of monotonic time
 * @error: return location for %G_IO_ERROR_TIMED_OUT,
 *   %LY_LOCK_ERROR_DEADLOCK or %LY_LOCK_ERROR_ABANDONED
 *
 * Takes the lock, blocking for at most @timeout_us while another thread has it.
 *
 * Returns: %FALSE with @error set, and the lock not taken, if it did not
 *   become free in time or never would
 */
gboolean
ly_lock_lock_timed (LyLock  *self,
                    gint64   timeout_us,
                    GError **error)
{
  g_return_val_if_fail (timeout_us > 0, FALSE);

  if (G_LIKELY (self != NULL && take_simple (self)))
    return TRUE;

  g_return_val_if_fail (LY_IS_LOCK (self), FALSE);

  return take (self, timeout_us, error);
}

/**
 * ly_lock_try_lock:
 * @self: a `LyLock`
 *
 * Takes the lock if it is free now, or recursive and the caller's. Never
 * blocks.
 *
 * Returns: whether the lock was taken
 */
gboolean
ly_lock_try_lock (LyLock *self)
{
  if (G_LIKELY (self != NULL && take_simple (self)))
    return TRUE;

  g_return_val_if_fail (LY_IS_LOCK (self), FALSE);

  return take (self, WAIT_NEVER, NULL);
}

/* FALSE if nobody holds it. */
static gboolean
make_free (LyLock *self)
{
  int state = __atomic_exchange_n (get_state (self), STATE_FREE, __ATOMIC_RELEASE);

  if (state == STATE_AWAITED)
    {
      /* Whoever has told that he waits is asleep once the mutex was held. */
      g_mutex_lock (&self->mutex);
      g_mutex_unlock (&self->mutex);
      g_cond_signal (&self->freed);
    }

  return state != STATE_FREE;
}

/* FALSE if the calling thread does not hold it or, without knowing that, if
 * nobody does. */
static gboolean
unlock_unchecked (LyLock *self)
{
  if (!self->recursive)
    return make_free (self);

  if (!is_owner (self, g_thread_self ()))
    return FALSE;

  if (--self->depth > 0)
    return TRUE;

  set_owner (self, NULL);

  return make_free (self);
}

/* All but the simplest case, which was tried. */
static G_GNUC_NO_INLINE void
unlock (LyLock *self)
{
  gboolean held;

  g_return_if_fail (LY_IS_LOCK (self));

  held = self->node != NULL ? _ly_lock_node_unlock (self->node) : unlock_unchecked (self);
  if (!held)
    g_critical ("lock “%s” was unlocked by a thread that does not hold it", self->name);
}

/**
 * ly_lock_unlock:
 * @self: a `LyLock` that the calling thread holds
 *
 * Unlocks the lock, or undoes one of several takings if it is recursive. Never
 * blocks.
 *
 * It is a programming error to unlock what another thread holds, or nobody.
 * That is noticed, and nothing changes, except for a lock that is neither
 * checked nor recursive: it does not know its holder.
 */
void
ly_lock_unlock (LyLock *self)
{
  if (G_LIKELY (self != NULL && change_state (&self->simple_state, STATE_TAKEN, STATE_FREE)))
    return;

  unlock (self);
}

/**
 * ly_lock_get_name:
 * @self: a `LyLock`
 *
 * Tells what the lock was named when it was made.
 *
 * Returns: what the lock is called
 */
const char *
ly_lock_get_name (LyLock *self)
{
  g_return_val_if_fail (LY_IS_LOCK (self), NULL);

  return self->name;
}

/**
 * ly_lock_is_recursive:
 * @self: a `LyLock`
 *
 * Tells which kind of lock it is.
 *
 * Returns: whether the thread that has the lock may take it again
 */
gboolean
ly_lock_is_recursive (LyLock *self)
{
  g_return_val_if_fail (LY_IS_LOCK (self), FALSE);

  return self->recursive;
}

/**
 * ly_lock_is_checked:
 * @self: a `LyLock`
 *
 * Tells whether checking was on when the lock was made.
 *
 * Returns: whether the lock reports deadlocks
 */
gboolean
ly_lock_is_checked (LyLock *self)
{
  g_return_val_if_fail (LY_IS_LOCK (self), FALSE);

  return self->node != NULL;
}
