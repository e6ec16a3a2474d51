/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ways.h"

static gboolean
on_source (gpointer data)
{
  Handover *self = data;

  g_assert_cmpint (self->first, >=, 0);
  self->ready = TRUE;

  return G_SOURCE_REMOVE;
}

static gpointer
attach_source (gpointer data)
{
  Handover *self = data;
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, on_source, self, NULL);
  self->first = 1;
  g_source_attach (source, self->shared);
  if (!self->right)
    self->first = 2;

  return NULL;
}

static gpointer
iterate (gpointer data)
{
  Handover *self = data;

  while (!self->ready)
    g_main_context_iteration (self->shared, TRUE);

  return NULL;
}

void
hand_over_source (Handover *self)
{
  self->shared = g_main_context_new ();
  run_beside (attach_source, iterate, self);
  g_main_context_unref (self->shared);
}

static gpointer
add_idle (gpointer data)
{
  Handover *self = data;

  self->first = 1;
  g_idle_add (on_source, self);
  if (!self->right)
    self->first = 2;

  return NULL;
}

static gpointer
add_timeout (gpointer data)
{
  Handover *self = data;

  self->first = 1;
  g_timeout_add (1, on_source, self);
  if (!self->right)
    self->first = 2;

  return NULL;
}

static gpointer
invoke (gpointer data)
{
  Handover *self = data;

  self->first = 1;
  g_main_context_invoke (self->shared, on_source, self);
  if (!self->right)
    self->first = 2;

  return NULL;
}

/* The default main context, which must be ours, or invoking would just call. */
static void
hand_over_to_default (Handover    *self,
                      GThreadFunc  func)
{
  self->shared = g_main_context_default ();
  g_assert_true (g_main_context_acquire (self->shared));
  run_beside (func, iterate, self);
  g_main_context_release (self->shared);
}

void
hand_over_idle (Handover *self)
{
  hand_over_to_default (self, add_idle);
}

void
hand_over_timeout (Handover *self)
{
  hand_over_to_default (self, add_timeout);
}

void
hand_over_invoke (Handover *self)
{
  hand_over_to_default (self, invoke);
}
