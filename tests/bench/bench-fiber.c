/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench-util.h"
#include "lanyard-common.h"

#include <stdlib.h>
#include <ucontext.h>

/* How long a fiber takes: to switch to, and to be made, run and ended, beside
 * what the system has for the same: processor time, since nothing here waits. */

#define N_RUNS 11
#define N_SWITCHES 1000000
#define N_FIBERS 200000

static double
since (double begin,
       guint  n)
{
  return (bench_get_cpu () - begin) / n;
}

static GVariant *
yield_on (gpointer   user_data,
          GError   **error)
{
  while (TRUE)
    {
      GVariant *passed = ly_fiber_yield (NULL, error);

      if (passed == NULL)
        return NULL;

      g_variant_unref (passed);
    }
}

/* There and back by the public functions, values and all. */
static double
measure_resume (gconstpointer data)
{
  g_autoptr (LyFiber) fiber = ly_fiber_new (yield_on, NULL, NULL);
  double begin;

  g_variant_unref (ly_fiber_resume (fiber, NULL, NULL));

  begin = bench_get_cpu ();
  for (guint i = 0; i < N_SWITCHES; i++)
    g_variant_unref (ly_fiber_resume (fiber, NULL, NULL));

  return since (begin, 2 * N_SWITCHES);
}

static GVariant *
pass_on (gpointer   user_data,
         GError   **error)
{
  for (guint i = 0; i < N_SWITCHES / 100; i++)
    ly_fiber_pass (NULL);

  return NULL;
}

/* From one to the next of a hundred fibers on a main context, and so on. */
static double
measure_pass (gconstpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GPtrArray) fibers = g_ptr_array_new_with_free_func (g_object_unref);
  double begin = bench_get_cpu ();

  for (guint i = 0; i < 100; i++)
    {
      LyFiber *fiber = ly_fiber_new (pass_on, NULL, NULL);

      ly_fiber_start (fiber, context);
      g_ptr_array_add (fibers, fiber);
    }

  while (g_main_context_iteration (context, FALSE))
    ;

  return since (begin, 2 * N_SWITCHES);
}

static ucontext_t here;
static ucontext_t there;

static void
swap_on (void)
{
  while (TRUE)
    swapcontext (&there, &here);
}

static double
measure_swapcontext (gconstpointer data)
{
  g_autofree char *stack = g_malloc (LY_FIBER_STACK_SIZE);
  double begin;

  getcontext (&there);
  there.uc_stack.ss_sp = stack;
  there.uc_stack.ss_size = LY_FIBER_STACK_SIZE;
  makecontext (&there, swap_on, 0);

  begin = bench_get_cpu ();
  for (guint i = 0; i < N_SWITCHES; i++)
    swapcontext (&here, &there);

  return since (begin, 2 * N_SWITCHES);
}

static GVariant *
do_nothing (gpointer   user_data,
            GError   **error)
{
  return NULL;
}

static double
measure_life (gconstpointer data)
{
  double begin = bench_get_cpu ();

  for (guint i = 0; i < N_FIBERS; i++)
    {
      LyFiber *fiber = ly_fiber_new (do_nothing, NULL, NULL);

      if (ly_fiber_resume (fiber, NULL, NULL) != NULL)
        abort ();
      g_object_unref (fiber);
    }

  return since (begin, N_FIBERS);
}

static double
measure_start (gconstpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  double begin = bench_get_cpu ();

  for (guint i = 0; i < N_FIBERS / 50; i++)
    {
      for (guint j = 0; j < 50; j++)
        {
          LyFiber *fiber = ly_fiber_new (do_nothing, NULL, NULL);

          ly_fiber_start (fiber, context);
          g_object_unref (fiber);
        }

      g_main_context_iteration (context, FALSE);
    }

  return since (begin, N_FIBERS);
}

static gpointer
end_at_once (gpointer data)
{
  return NULL;
}

static double
measure_thread (gconstpointer data)
{
  double begin = bench_get_cpu ();

  for (guint i = 0; i < N_FIBERS / 100; i++)
    g_thread_join (g_thread_new ("bench", end_at_once, NULL));

  return since (begin, N_FIBERS / 100);
}

int
main (void)
{
  static const BenchCase cases[] = {
    { "switch by resume and yield", "ns", TRUE, measure_resume, NULL, "swapcontext()",
      measure_swapcontext, NULL, 0, 50 },
    { "switch by main context", "ns", TRUE, measure_pass, NULL, "swapcontext()",
      measure_swapcontext, NULL, 0, 50 },
    { "create, run, end", "ns", TRUE, measure_life, NULL, "GThread", measure_thread, NULL, 0, 1000 },
    { "create, run, end by main context", "ns", TRUE, measure_start, NULL, "GThread",
      measure_thread, NULL, 0, 1000 },
  };

  bench_run ("LyFiber", cases, G_N_ELEMENTS (cases), N_RUNS);

  return 0;
}
