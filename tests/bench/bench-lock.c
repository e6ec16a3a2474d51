/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench-util.h"
#include "lanyard-common.h"

/* What it costs to take and unlock a LyLock that nobody else wants, beside
 * GLib's own locks: processor time, since nothing here waits. */

#define N_RUNS 51
#define N_ROUNDS 200000

typedef struct
{
  gboolean recursive;
  gboolean checking;
} Kind;

static double
measure_lock (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (LyLock) lock = NULL;
  double begin;

  ly_lock_set_checking (kind->checking);
  lock = kind->recursive ? ly_lock_new_recursive ("bench") : ly_lock_new ("bench");

  begin = bench_get_cpu ();
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      if (!ly_lock_lock (lock, NULL))
        g_assert_not_reached ();
      ly_lock_unlock (lock);
    }

  return (bench_get_cpu () - begin) / N_ROUNDS;
}

static double
measure_mutex (gconstpointer data)
{
  g_autofree GMutex *mutex = g_new0 (GMutex, 1);
  double begin;
  double time;

  g_mutex_init (mutex);

  begin = bench_get_cpu ();
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      g_mutex_lock (mutex);
      g_mutex_unlock (mutex);
    }

  time = (bench_get_cpu () - begin) / N_ROUNDS;
  g_mutex_clear (mutex);

  return time;
}

static double
measure_rec_mutex (gconstpointer data)
{
  g_autofree GRecMutex *mutex = g_new0 (GRecMutex, 1);
  double begin;
  double time;

  g_rec_mutex_init (mutex);

  begin = bench_get_cpu ();
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      g_rec_mutex_lock (mutex);
      g_rec_mutex_unlock (mutex);
    }

  time = (bench_get_cpu () - begin) / N_ROUNDS;
  g_rec_mutex_clear (mutex);

  return time;
}

int
main (void)
{
  static const Kind unchecked = { FALSE, FALSE };
  static const Kind recursive = { TRUE, FALSE };
  static const Kind checked = { FALSE, TRUE };
  static const BenchCase cases[] = {
    { "not checked", "ns", TRUE, measure_lock, &unchecked, "GMutex", measure_mutex, NULL, 1.1, 0 },
    { "not checked, recursive", "ns", TRUE, measure_lock, &recursive, "GRecMutex",
      measure_rec_mutex, NULL, 0, 0 },
    { "checked", "ns", TRUE, measure_lock, &checked, "GMutex", measure_mutex, NULL, 0, 0 },
  };

  bench_run ("LyLock, taken and unlocked", cases, G_N_ELEMENTS (cases), N_RUNS);

  return 0;
}
