/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "glib-private.h"

/* Told that these are mutexes, TSan also finds them unlocked by who does not hold
 * them, cleared while held, and taken in an order that could deadlock. */

#undef g_once_init_enter
#undef g_once_init_leave

void
g_mutex_init (GMutex *mutex)
{
  REAL (g_mutex_init) (mutex);
  __tsan_mutex_create (mutex, 0);
}

void
g_mutex_clear (GMutex *mutex)
{
  __tsan_mutex_destroy (mutex, 0);
  REAL (g_mutex_clear) (mutex);
}

void
g_mutex_lock (GMutex *mutex)
{
  __tsan_mutex_pre_lock (mutex, 0);
  REAL (g_mutex_lock) (mutex);
  __tsan_mutex_post_lock (mutex, 0, 0);
}

gboolean
g_mutex_trylock (GMutex *mutex)
{
  gboolean locked;

  __tsan_mutex_pre_lock (mutex, __tsan_mutex_try_lock);
  locked = REAL (g_mutex_trylock) (mutex);
  __tsan_mutex_post_lock (mutex,
                          locked ? __tsan_mutex_try_lock
                                 : __tsan_mutex_try_lock | __tsan_mutex_try_lock_failed, 0);

  return locked;
}

void
g_mutex_unlock (GMutex *mutex)
{
  __tsan_mutex_pre_unlock (mutex, 0);
  REAL (g_mutex_unlock) (mutex);
  __tsan_mutex_post_unlock (mutex, 0);
}

/* To wait is to unlock, to sleep and to lock. */
static void
begin_wait (GMutex *mutex)
{
  __tsan_mutex_pre_unlock (mutex, 0);
  __tsan_mutex_post_unlock (mutex, 0);
  __tsan_mutex_pre_lock (mutex, 0);
}

void
g_cond_wait (GCond  *cond,
             GMutex *mutex)
{
  begin_wait (mutex);
  REAL (g_cond_wait) (cond, mutex);
  __tsan_mutex_post_lock (mutex, 0, 0);
}

gboolean
g_cond_wait_until (GCond  *cond,
                   GMutex *mutex,
                   gint64  end_time)
{
  gboolean signalled;

  begin_wait (mutex);
  signalled = REAL (g_cond_wait_until) (cond, mutex, end_time);
  __tsan_mutex_post_lock (mutex, 0, 0);

  return signalled;
}

void
g_rec_mutex_init (GRecMutex *mutex)
{
  REAL (g_rec_mutex_init) (mutex);
  __tsan_mutex_create (mutex, __tsan_mutex_write_reentrant);
}

void
g_rec_mutex_clear (GRecMutex *mutex)
{
  __tsan_mutex_destroy (mutex, 0);
  REAL (g_rec_mutex_clear) (mutex);
}

void
g_rec_mutex_lock (GRecMutex *mutex)
{
  __tsan_mutex_pre_lock (mutex, __tsan_mutex_write_reentrant);
  REAL (g_rec_mutex_lock) (mutex);
  __tsan_mutex_post_lock (mutex, __tsan_mutex_write_reentrant, 0);
}

gboolean
g_rec_mutex_trylock (GRecMutex *mutex)
{
  const unsigned flags = __tsan_mutex_write_reentrant | __tsan_mutex_try_lock;
  gboolean locked;

  __tsan_mutex_pre_lock (mutex, flags);
  locked = REAL (g_rec_mutex_trylock) (mutex);
  __tsan_mutex_post_lock (mutex, locked ? flags : flags | __tsan_mutex_try_lock_failed, 0);

  return locked;
}

void
g_rec_mutex_unlock (GRecMutex *mutex)
{
  __tsan_mutex_pre_unlock (mutex, 0);
  REAL (g_rec_mutex_unlock) (mutex);
  __tsan_mutex_post_unlock (mutex, 0);
}

/* GObject's own, around its weak references. */
void
g_rw_lock_reader_lock (GRWLock *lock)
{
  __tsan_mutex_pre_lock (lock, __tsan_mutex_read_lock);
  REAL (g_rw_lock_reader_lock) (lock);
  __tsan_mutex_post_lock (lock, __tsan_mutex_read_lock, 0);
}

void
g_rw_lock_reader_unlock (GRWLock *lock)
{
  __tsan_mutex_pre_unlock (lock, __tsan_mutex_read_lock);
  REAL (g_rw_lock_reader_unlock) (lock);
  __tsan_mutex_post_unlock (lock, __tsan_mutex_read_lock);
}

void
g_rw_lock_writer_lock (GRWLock *lock)
{
  __tsan_mutex_pre_lock (lock, 0);
  REAL (g_rw_lock_writer_lock) (lock);
  __tsan_mutex_post_lock (lock, 0, 0);
}

void
g_rw_lock_writer_unlock (GRWLock *lock)
{
  __tsan_mutex_pre_unlock (lock, 0);
  REAL (g_rw_lock_writer_unlock) (lock);
  __tsan_mutex_post_unlock (lock, 0);
}

/* Who comes later reads @location itself, by an atomic operation in a macro, and
 * that is why it is told of there. */
gboolean
g_once_init_enter (volatile void *location)
{
  gboolean first = REAL (g_once_init_enter) (location);

  if (!first)
    __tsan_acquire ((void *) location);

  return first;
}

void
g_once_init_leave (volatile void *location,
                   gsize          result)
{
  __tsan_release ((void *) location);
  REAL (g_once_init_leave) (location, result);
}
