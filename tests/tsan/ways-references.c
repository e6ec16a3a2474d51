/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ways.h"

/* Called by who drops the last reference. */
static void
add_up (gpointer data)
{
  Handover *self = data;

  self->first += self->second;
}

static gpointer
drop_first (gpointer data)
{
  Handover *self = data;

  if (self->right)
    self->first = 1;
  self->unref (self->shared);
  set_step (self, 1);
  if (!self->right)
    self->first = 1;

  return NULL;
}

static gpointer
drop_last (gpointer data)
{
  Handover *self = data;

  self->second = 1;
  wait_for_step (self, 1);
  self->unref (self->shared);

  return NULL;
}

void
hand_over_object (Handover *self)
{
  self->shared = g_object_new (G_TYPE_OBJECT, NULL);
  g_object_set_data_full (self->shared, "handover", self, add_up);
  g_object_ref (self->shared);
  self->unref = g_object_unref;
  run_beside (drop_first, drop_last, self);
}

void
hand_over_variant (Handover *self)
{
  self->shared = g_variant_new_from_data (G_VARIANT_TYPE_BYTE, "", 1, TRUE, add_up, self);
  g_variant_ref_sink (self->shared);
  g_variant_ref (self->shared);
  self->unref = (GDestroyNotify) g_variant_unref;
  run_beside (drop_first, drop_last, self);
}

void
hand_over_bytes (Handover *self)
{
  self->shared = g_bytes_new_with_free_func ("", 1, add_up, self);
  g_bytes_ref (self->shared);
  self->unref = (GDestroyNotify) g_bytes_unref;
  run_beside (drop_first, drop_last, self);
}

static void
clear_box (gpointer data)
{
  add_up (*(Handover **) data);
}

static gpointer
drop_box (gpointer data)
{
  Handover *self = data;

  if (!self->right)
    self->second++;
  g_atomic_rc_box_release_full (self->shared, clear_box);

  return NULL;
}

static gpointer
write_and_drop_box (gpointer data)
{
  ((Handover *) data)->second++;

  return drop_box (data);
}

void
hand_over_box (Handover *self)
{
  self->shared = g_atomic_rc_box_new (Handover *);
  *(Handover **) self->shared = self;
  g_atomic_rc_box_acquire (self->shared);
  run_beside (write_and_drop_box, drop_box, self);
}

static gpointer
drop_count (gpointer data)
{
  Handover *self = data;

  if (!self->right)
    self->second++;
  if (g_atomic_ref_count_dec (self->shared))
    self->first += self->second;

  return NULL;
}

static gpointer
write_and_drop_count (gpointer data)
{
  ((Handover *) data)->second++;

  return drop_count (data);
}

void
hand_over_count (Handover *self)
{
  gatomicrefcount count;

  g_atomic_ref_count_init (&count);
  g_atomic_ref_count_inc (&count);
  self->shared = &count;
  run_beside (write_and_drop_count, drop_count, self);
}

static gpointer
use_memory (gpointer data)
{
  Handover *self = data;

  *(int *) self->shared = 1;
  set_step (self, 1);

  return NULL;
}

static gpointer
free_memory (gpointer data)
{
  Handover *self = data;

  wait_for_step (self, 1);
  if (!self->right)
    g_free (self->shared);

  return NULL;
}

void
hand_over_memory (Handover *self)
{
  self->shared = g_new (int, 1);
  run_beside (use_memory, free_memory, self);
  if (self->right)
    g_free (self->shared);
}
