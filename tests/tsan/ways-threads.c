/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ways.h"

static void
take_from_pool (gpointer item,
                gpointer data)
{
  Handover *self = data;

  if (item == self)
    self->second = self->first;
  else
    set_step (self, 1);
}

void
hand_over_pool (Handover *self)
{
  GThreadPool *pool = g_thread_pool_new (take_from_pool, self, 1, FALSE, NULL);

  /* So that its thread is there already, and does not begin with what we know. */
  g_thread_pool_push (pool, pool, NULL);
  wait_for_step (self, 1);

  self->first = 1;
  g_thread_pool_push (pool, self, NULL);
  if (!self->right)
    self->first = 2;
  g_thread_pool_free (pool, FALSE, TRUE);
  g_assert_cmpint (self->second, >, 0);
}

static gpointer
push (gpointer data)
{
  Handover *self = data;

  self->first = 1;
  g_async_queue_push (self->shared, self);
  if (!self->right)
    self->first = 2;

  return NULL;
}

static gpointer
pop (gpointer data)
{
  Handover *self = data;

  g_assert_true (g_async_queue_pop (self->shared) == self);
  g_assert_cmpint (self->first, >, 0);

  return NULL;
}

void
hand_over_queue (Handover *self)
{
  self->shared = g_async_queue_new ();
  run_beside (push, pop, self);
  g_async_queue_unref (self->shared);
}

static void
run_task (GTask        *task,
          gpointer      source,
          gpointer      data,
          GCancellable *cancellable)
{
  Handover *self = data;

  if (!self->right)
    wait_for_step (self, 1);
  self->second = self->first;
  g_task_return_boolean (task, TRUE);
}

static void
on_task (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  Handover *self = data;

  g_assert_cmpint (self->second, >, 0);
  self->ready = TRUE;
}

void
hand_over_task (Handover *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_task, self);

  self->first = 1;
  g_task_set_task_data (task, self, NULL);
  g_task_run_in_thread (task, run_task);
  if (!self->right)
    {
      self->first = 2;
      set_step (self, 1);
    }
  while (!self->ready)
    g_main_context_iteration (NULL, TRUE);
}
