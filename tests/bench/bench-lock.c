/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lanyard-common.h"

#include <stdlib.h>
#include <time.h>

/* What it costs to take and unlock a LyLock that nobody else wants, beside
 * GLib's own locks. Medians, in nanoseconds of processor time (nothing here
 * waits, and others may be busy), of N_RUNS runs, rivals taking turns. */

#define N_RUNS 51
#define N_ROUNDS 200000

typedef double (*MeasureFunc) (void);

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);

  return (double) time.tv_sec * 1e9 + (double) time.tv_nsec;
}

static double
measure_lock (LyLock *lock)
{
  double begin = now ();

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      if (!ly_lock_lock (lock, NULL))
        g_assert_not_reached ();
      ly_lock_unlock (lock);
    }

  return (now () - begin) / N_ROUNDS;
}

static double
measure_unchecked (void)
{
  g_autoptr (LyLock) lock = NULL;

  ly_lock_set_checking (FALSE);
  lock = ly_lock_new ("unchecked");

  return measure_lock (lock);
}

static double
measure_recursive (void)
{
  g_autoptr (LyLock) lock = NULL;

  ly_lock_set_checking (FALSE);
  lock = ly_lock_new_recursive ("recursive");

  return measure_lock (lock);
}

static double
measure_checked (void)
{
  g_autoptr (LyLock) lock = NULL;

  ly_lock_set_checking (TRUE);
  lock = ly_lock_new ("checked");

  return measure_lock (lock);
}

static double
measure_mutex (void)
{
  g_autofree GMutex *mutex = g_new0 (GMutex, 1);
  double begin;
  double time;

  g_mutex_init (mutex);

  begin = now ();
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      g_mutex_lock (mutex);
      g_mutex_unlock (mutex);
    }

  time = (now () - begin) / N_ROUNDS;
  g_mutex_clear (mutex);

  return time;
}

static double
measure_rec_mutex (void)
{
  g_autofree GRecMutex *mutex = g_new0 (GRecMutex, 1);
  double begin;
  double time;

  g_rec_mutex_init (mutex);

  begin = now ();
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      g_rec_mutex_lock (mutex);
      g_rec_mutex_unlock (mutex);
    }

  time = (now () - begin) / N_ROUNDS;
  g_rec_mutex_clear (mutex);

  return time;
}

static int
compare (const void *a,
         const void *b)
{
  double difference = *(const double *) a - *(const double *) b;

  return (difference > 0) - (difference < 0);
}

static double
median (double values[N_RUNS])
{
  qsort (values, N_RUNS, sizeof *values, compare);

  return values[N_RUNS / 2];
}

static void
compare_with_rival (const char  *name,
                    MeasureFunc  measure,
                    const char  *rival_name,
                    MeasureFunc  measure_rival)
{
  double values[N_RUNS];
  double rivals[N_RUNS];
  double ours;
  double theirs;

  for (guint i = 0; i < N_RUNS; i++)
    {
      values[i] = measure ();
      rivals[i] = measure_rival ();
    }

  ours = median (values);
  theirs = median (rivals);
  g_print ("LyLock, %-23s %5.1f ns   %-9s %5.1f ns   ratio %5.2f\n", name, ours, rival_name, theirs,
           ours / theirs);
}

int
main (void)
{
  compare_with_rival ("not checked:", measure_unchecked, "GMutex", measure_mutex);
  compare_with_rival ("not checked, recursive:", measure_recursive, "GRecMutex",
                      measure_rec_mutex);
  compare_with_rival ("checked:", measure_checked, "GMutex", measure_mutex);

  return EXIT_SUCCESS;
}
