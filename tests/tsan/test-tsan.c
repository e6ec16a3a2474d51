/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>

/* For each way by which GLib hands data from one thread to another: TSan is
 * silent if it is taken (or this program fails), and is not if it is missed. */

typedef struct
{
  gboolean  right;

  GMutex    mutex;
  GCond     cond;
  GRecMutex rec_mutex;
  gboolean  ready;
  gpointer  shared;       /* an object, a box, a variant */

  /* Handed over */
  int       first;
  int       second;

  /* Atomic and relaxed, so it orders nothing in the eyes of TSan */
  int       step;
} Handover;

static void
set_step (Handover *self,
          int       step)
{
  __atomic_store_n (&self->step, step, __ATOMIC_RELAXED);
}

static void
wait_for_step (Handover *self,
               int       step)
{
  while (__atomic_load_n (&self->step, __ATOMIC_RELAXED) != step)
    g_thread_yield ();
}

static void
run_beside (GThreadFunc  func,
            GThreadFunc  other,
            Handover    *self)
{
  GThread *thread = g_thread_new ("handover", func, self);

  other (self);
  g_thread_join (thread);
}

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

static void
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

static void
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

static void
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

static void
hand_over_once (Handover *self)
{
  run_beside (initialize_once, initialize_once, self);
}

/* Called by who drops the last reference. */
static void
add_up (gpointer data)
{
  Handover *self = data;

  self->first += self->second;
}

static void
drop (Handover *self)
{
  if (G_IS_OBJECT (self->shared))
    g_object_unref (self->shared);
  else
    g_variant_unref (self->shared);
}

static gpointer
drop_first (gpointer data)
{
  Handover *self = data;

  if (self->right)
    self->first = 1;
  drop (self);
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
  drop (self);

  return NULL;
}

static void
hand_over_object (Handover *self)
{
  self->shared = g_object_new (G_TYPE_OBJECT, NULL);
  g_object_set_data_full (self->shared, "handover", self, add_up);
  g_object_ref (self->shared);
  run_beside (drop_first, drop_last, self);
}

static void
hand_over_variant (Handover *self)
{
  self->shared = g_variant_new_from_data (G_VARIANT_TYPE_BYTE, "", 1, TRUE, add_up, self);
  g_variant_ref_sink (self->shared);
  g_variant_ref (self->shared);
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

static void
hand_over_box (Handover *self)
{
  self->shared = g_atomic_rc_box_new (Handover *);
  *(Handover **) self->shared = self;
  g_atomic_rc_box_acquire (self->shared);
  run_beside (write_and_drop_box, drop_box, self);
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

static void
hand_over_memory (Handover *self)
{
  self->shared = g_new (int, 1);
  run_beside (use_memory, free_memory, self);
  if (self->right)
    g_free (self->shared);
}

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

static void
hand_over_source (Handover *self)
{
  self->shared = g_main_context_new ();
  run_beside (attach_source, iterate, self);
  g_main_context_unref (self->shared);
}

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

static void
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

static const struct
{
  const char *path;
  void      (*func) (Handover *self);
} ways[] =
{
  { "/tsan/mutex", hand_over_mutex },
  { "/tsan/rec-mutex", hand_over_rec_mutex },
  { "/tsan/cond", hand_over_cond },
  { "/tsan/once", hand_over_once },
  { "/tsan/object", hand_over_object },
  { "/tsan/variant", hand_over_variant },
  { "/tsan/box", hand_over_box },
  { "/tsan/memory", hand_over_memory },
  { "/tsan/source", hand_over_source },
  { "/tsan/pool", hand_over_pool },
};

static void
test_way (gconstpointer data)
{
  const guint *i = data;
  Handover self = { .right = !g_test_subprocess () };

  ways[*i].func (&self);
  if (!self.right)
    return;

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*ThreadSanitizer: data race*test-tsan.c:*");
}

int
main (int   argc,
      char *argv[])
{
  static guint indices[G_N_ELEMENTS (ways)];

  /* Only children read this: what they report is expected, and is not to be
   * found in any log. */
  g_setenv ("TSAN_OPTIONS", "log_path=stderr exitcode=66", TRUE);
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      indices[i] = i;
      g_test_add_data_func (ways[i].path, &indices[i], test_way);
    }

  return g_test_run ();
}
