/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-lock"

#include "ly-lock-graph-private.h"

#include "ly-deadline-private.h"
#include "ly-lock.h"
#include "ly-thread-name-private.h"

static void thread_end (gpointer data);

static GMutex graph_mutex;
static GPrivate this_thread = G_PRIVATE_INIT (thread_end);

static void
thread_free (LyLockThread *thread)
{
  g_ptr_array_unref (thread->held);
  g_free (thread->name);
  g_free (thread);
}

static LyLockThread *
get_this_thread (void)
{
  static int n_threads;
  LyLockThread *thread = g_private_get (&this_thread);

  if (thread == NULL)
    {
      thread = g_new0 (LyLockThread, 1);
      thread->number = (guint) g_atomic_int_add (&n_threads, 1) + 1;
      thread->name = _ly_thread_dup_name ();
      thread->held = g_ptr_array_new ();
      g_private_set (&this_thread, thread);
    }

  return thread;
}

static char *
describe_thread (const LyLockThread *thread)
{
  if (thread->name != NULL)
    return g_strdup_printf ("thread “%s”", thread->name);

  return g_strdup_printf ("thread %u", thread->number);
}

/* A thread is known for as long as it lives and, if it has left locks behind
 * that nobody can unlock now, for as long as these do. */
static void
thread_end (gpointer data)
{
  LyLockThread *thread = data;
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *description = describe_thread (thread);

  g_mutex_lock (&graph_mutex);

  for (guint i = 0; i < thread->held->len; i++)
    {
      LyLockNode *lock = thread->held->pdata[i];

      g_string_append_printf (names, "%s“%s”", i > 0 ? ", " : "", lock->name);
      g_cond_broadcast (&lock->freed);
    }

  thread->ended = TRUE;
  if (thread->held->len == 0)
    thread_free (thread);

  g_mutex_unlock (&graph_mutex);

  if (names->len > 0)
    g_critical ("%s ended without unlocking %s", description, names->str);
}

LyLockNode *
_ly_lock_node_new (const char *name,
                   gboolean    recursive)
{
  LyLockNode *self = g_new0 (LyLockNode, 1);

  self->name = g_strdup (name);
  self->recursive = recursive;
  g_cond_init (&self->freed);
  _ly_lock_order_init (self);

  return self;
}

void
_ly_lock_node_free (LyLockNode *self)
{
  g_mutex_lock (&graph_mutex);

  g_assert (self->n_waiting == 0);
  g_assert (self->owner == NULL || self->owner->ended);

  if (self->owner != NULL)
    {
      g_ptr_array_remove (self->owner->held, self);
      if (self->owner->held->len == 0)
        thread_free (self->owner);
    }

  _ly_lock_order_clear (self);

  g_mutex_unlock (&graph_mutex);

  g_cond_clear (&self->freed);
  g_free (self->name);
  g_free (self);
}

/* If @thread waited for @awaited, would it wait for itself? Returns the lock
 * that closes the circle: one that @thread holds and another waits for. There
 * is no circle without @thread, or whoever closed it would have been told. */
static LyLockNode *
find_circle_locked (const LyLockThread *thread,
                    LyLockNode         *awaited)
{
  LyLockNode *lock = awaited;

  while (lock != NULL && lock->owner != NULL && lock->owner != thread)
    lock = lock->owner->awaited;

  return lock != NULL && lock->owner == thread ? lock : NULL;
}

/* Tells the circle from @thread, which holds @last, all the way round. */
static char *
describe_circle_locked (const LyLockThread *thread,
                        const LyLockNode   *awaited,
                        const LyLockNode   *last)
{
  GString *text = g_string_new (NULL);
  const LyLockNode *held = last;

  g_string_append_printf (text, "locking “%s” would deadlock: ", awaited->name);

  for (;;)
    {
      g_autofree char *description = describe_thread (thread);

      g_string_append_printf (text, "%s holds “%s” and waits for “%s”", description, held->name,
                              awaited->name);
      if (awaited == last)
        return g_string_free (text, FALSE);

      g_string_append (text, ", ");
      held = awaited;
      thread = held->owner;
      awaited = thread->awaited;
    }
}

/* FALSE with @error set if there is no point in waiting for @self. */
static gboolean
check_wait_locked (LyLockNode    *self,
                   LyLockThread  *thread,
                   GError       **error)
{
  LyLockNode *last = find_circle_locked (thread, self);

  if (last != NULL)
    {
      g_autofree char *text = describe_circle_locked (thread, self, last);

      g_set_error_literal (error, LY_LOCK_ERROR, LY_LOCK_ERROR_DEADLOCK, text);
      return FALSE;
    }

  if (self->owner->ended)
    {
      g_autofree char *description = describe_thread (self->owner);

      g_set_error (error, LY_LOCK_ERROR, LY_LOCK_ERROR_ABANDONED,
                   "lock “%s” will never be free: %s ended without unlocking it", self->name,
                   description);
      return FALSE;
    }

  return TRUE;
}

/* Waits until @self is free or there is no point in it, or the time is up. */
static gboolean
wait_locked (LyLockNode    *self,
             LyLockThread  *thread,
             gint64         timeout_us,
             GError       **error)
{
  gint64 deadline = _ly_deadline (timeout_us);
  gboolean in_time = TRUE;
  gboolean sensible = TRUE;

  /* Asked again, as it may have been given meanwhile; what it takes is nothing
   * beside going to sleep. */
  g_free (thread->name);
  thread->name = _ly_thread_dup_name ();

  thread->awaited = self;
  self->n_waiting++;

  while (self->owner != NULL && in_time && (sensible = check_wait_locked (self, thread, error)))
    in_time = _ly_cond_wait (&self->freed, &graph_mutex, deadline);

  self->n_waiting--;
  thread->awaited = NULL;

  if (sensible && self->owner != NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "lock “%s” was not free in time",
                 self->name);

  return self->owner == NULL;
}

/* An order in which locks are taken is learnt from who waited for the lock, or
 * would have: to try a lock can't deadlock. */
gboolean
_ly_lock_node_lock (LyLockNode  *self,
                    gint64       timeout_us,
                    GError     **error)
{
  LyLockThread *thread = get_this_thread ();
  g_autoptr (GPtrArray) warnings = NULL;
  gboolean taken;

  g_mutex_lock (&graph_mutex);

  if (self->owner == thread && self->recursive)
    {
      self->depth++;
      g_mutex_unlock (&graph_mutex);
      return TRUE;
    }

  taken = self->owner == NULL ||
          (timeout_us != 0 && wait_locked (self, thread, timeout_us, error));
  if (taken)
    {
      if (timeout_us != 0)
        warnings = _ly_lock_order_learn (self, thread->held);

      self->owner = thread;
      self->depth = 1;
      g_ptr_array_add (thread->held, self);
    }

  g_mutex_unlock (&graph_mutex);

  for (guint i = 0; warnings != NULL && i < warnings->len; i++)
    g_warning ("%s", (char *) warnings->pdata[i]);

  return taken;
}

/* FALSE if the calling thread does not hold it. */
gboolean
_ly_lock_node_unlock (LyLockNode *self)
{
  LyLockThread *thread = get_this_thread ();
  gboolean wake = FALSE;
  gboolean held;

  g_mutex_lock (&graph_mutex);

  held = self->owner == thread;
  if (held && --self->depth == 0)
    {
      self->owner = NULL;
      g_ptr_array_remove (thread->held, self);
      wake = self->n_waiting > 0;
    }

  g_mutex_unlock (&graph_mutex);

  if (wake)
    g_cond_signal (&self->freed);

  return held;
}
