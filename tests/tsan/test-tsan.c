/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ways.h"

/* For each way by which GLib hands data from one thread to another: TSan is
 * silent if it is taken (or this program fails), and is not if it is missed. */

void
set_step (Handover *self,
          int       step)
{
  __atomic_store_n (&self->step, step, __ATOMIC_RELAXED);
}

void
wait_for_step (Handover *self,
               int       step)
{
  while (__atomic_load_n (&self->step, __ATOMIC_RELAXED) != step)
    g_thread_yield ();
}

void
run_beside (GThreadFunc  func,
            GThreadFunc  other,
            Handover    *self)
{
  GThread *thread = g_thread_new ("handover", func, self);

  other (self);
  g_thread_join (thread);
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
  { "/tsan/bytes", hand_over_bytes },
  { "/tsan/box", hand_over_box },
  { "/tsan/count", hand_over_count },
  { "/tsan/memory", hand_over_memory },
  { "/tsan/source", hand_over_source },
  { "/tsan/idle", hand_over_idle },
  { "/tsan/timeout", hand_over_timeout },
  { "/tsan/invoke", hand_over_invoke },
  { "/tsan/pool", hand_over_pool },
  { "/tsan/queue", hand_over_queue },
  { "/tsan/task", hand_over_task },
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
  g_test_trap_assert_stderr ("*ThreadSanitizer: data race*ways-*.c:*");
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
