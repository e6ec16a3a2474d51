/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "glib-private.h"

/* A pool hands its work over under a lock of GLib's own. */
typedef struct
{
  GFunc    func;
  gpointer user_data;
} PoolFunc;

static void
run_in_pool (gpointer data,
             gpointer user_data)
{
  PoolFunc *self = user_data;

  __tsan_acquire (self);
  self->func (data, self->user_data);
  __tsan_release (self);
}

/* What is allocated here is never freed: who frees the pool may not wait for its
 * threads. */
GThreadPool *
g_thread_pool_new (GFunc      func,
                   gpointer   user_data,
                   int        max_threads,
                   gboolean   exclusive,
                   GError   **error)
{
  PoolFunc *self = g_new (PoolFunc, 1);

  *self = (PoolFunc) { func, user_data };

  return REAL (g_thread_pool_new) (run_in_pool, self, max_threads, exclusive, error);
}

gboolean
g_thread_pool_push (GThreadPool  *pool,
                    gpointer      data,
                    GError      **error)
{
  __tsan_release (pool->user_data);

  return REAL (g_thread_pool_push) (pool, data, error);
}

void
g_thread_pool_free (GThreadPool *pool,
                    gboolean     immediate,
                    gboolean     wait)
{
  PoolFunc *func = pool->user_data;

  REAL (g_thread_pool_free) (pool, immediate, wait);
  if (wait)
    __tsan_acquire (func);
}

/* The queue's own lock, which orders no more than this. */
void
g_async_queue_push (GAsyncQueue *queue,
                    gpointer     item)
{
  __tsan_release (queue);
  REAL (g_async_queue_push) (queue, item);
}

gpointer
g_async_queue_pop (GAsyncQueue *queue)
{
  gpointer item = REAL (g_async_queue_pop) (queue);

  __tsan_acquire (queue);

  return item;
}

gpointer
g_async_queue_try_pop (GAsyncQueue *queue)
{
  gpointer item = REAL (g_async_queue_try_pop) (queue);

  if (item != NULL)
    __tsan_acquire (queue);

  return item;
}

gpointer
g_async_queue_timeout_pop (GAsyncQueue *queue,
                           guint64      timeout)
{
  gpointer item = REAL (g_async_queue_timeout_pop) (queue, timeout);

  if (item != NULL)
    __tsan_acquire (queue);

  return item;
}
