/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ways.h"

static gpointer
add_locked (gpointer data)
{
  Handover *self = data;

  if (self->right)
    g_mutex_lock (&self->mutex);
  self->first++;
  if (self->right)
    g_mutex_unlock (&self->mutex);

  return NULL;
}

void
hand_over_mutex (Handover *self)
{
  run_beside (add_locked, add_locked, self);
}

static gpointer
add_locked_recursively (gpointer data)
{
  Handover *self = data;

  if (self->right)
    g_rec_mutex_lock (&self->rec_mutex);
  g_rec_mutex_lock (&self->rec_mutex);
  g_rec_mutex_unlock (&self->rec_mutex);
  self->first++;
  if (self->right)
    g_rec_mutex_unlock (&self->rec_mutex);

  return NULL;
}

void
hand_over_rec_mutex (Handover *self)
{
  run_beside (add_locked_recursively, add_locked_recursively, self);
}

static gpointer
signal_ready (gpointer data)
{
  Handover *self = data;

  self->first = 1;

  g_mutex_lock (&self->mutex);
  self->ready = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);

  if (!self->right)
    self->first = 2;

  return NULL;
}

static gpointer
await_ready (gpointer data)
{
  Handover *self = data;

  g_mutex_lock (&self->mutex);
  while (!self->ready)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);

  g_assert_cmpint (self->first, >, 0);

  return NULL;
}

void
hand_over_cond (Handover *self)
{
  run_beside (signal_ready, await_ready, self);
}

static gpointer
initialize_once (gpointer data)
{
  static gsize initialized;
  Handover *self = data;

  if (!self->right)
    self->first++;

  if (g_once_init_enter (&initialized))
    {
      self->second = 1;
      g_once_init_leave (&initialized, 1);
    }

  g_assert_cmpint (self->second, ==, 1);

  return NULL;
}

void
hand_over_once (Handover *self)
{
  run_beside (initialize_once, initialize_once, self);
}
