/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench-util.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Processor time of the whole process, in nanoseconds: for what waits for
 * nobody, where others may be busy. */
double
bench_get_cpu (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);

  return (double) time.tv_sec * 1e9 + (double) time.tv_nsec;
}

static int
compare (const void *a,
         const void *b)
{
  double difference = *(const double *) a - *(const double *) b;

  return (difference > 0) - (difference < 0);
}

static double
median (double *values,
        guint   n)
{
  qsort (values, n, sizeof *values, compare);

  return values[n / 2];
}

static gboolean
is_reached (double   value,
            double   goal,
            gboolean less)
{
  return less ? value <= goal : value >= goal;
}

/* printf() pads by bytes, and units are not all of one. */
static void
print_padded (const char *text,
              int         width,
              gboolean    right)
{
  int padding = MAX (width - (int) g_utf8_strlen (text, -1), 0);

  printf ("%*s%s%*s", right ? padding : 0, "", text, right ? 0 : padding, "");
}

static void
print_measured (const BenchCase *bench,
                double           value)
{
  g_autofree char *text = g_strdup_printf ("%.*f %s", value < 1000 ? 2 : 0, value, bench->unit);

  print_padded (text, 14, TRUE);
}

static void
print_goal (const BenchCase *bench,
            double           value,
            double           ratio)
{
  const char *sign = bench->less ? "≤" : "≥";
  g_autofree char *text = NULL;
  gboolean reached;

  if (bench->ratio_goal > 0)
    {
      text = g_strdup_printf ("%s %.2f", sign, bench->ratio_goal);
      reached = is_reached (ratio, bench->ratio_goal, bench->less);
    }
  else if (bench->goal > 0)
    {
      text = g_strdup_printf ("%s %.0f %s", sign, bench->goal, bench->unit);
      reached = is_reached (value, bench->goal, bench->less);
    }
  else
    {
      return;
    }

  printf ("   ");
  print_padded (text, 13, FALSE);
  printf ("%s", reached ? "ok" : "MISSED");
}

static void
print_row (const BenchCase *bench,
           double           value,
           double           rival)
{
  double ratio = 0;

  printf ("  ");
  print_padded (bench->name, 36, FALSE);
  print_measured (bench, value);
  printf ("   ");
  print_padded (bench->rival != NULL ? bench->rival : "", 24, FALSE);

  if (bench->rival != NULL)
    {
      ratio = value / rival;
      print_measured (bench, rival);
      printf ("%8.2f", ratio);
    }
  else
    {
      printf ("%22s", "");
    }

  print_goal (bench, value, ratio);
  printf ("\n");
  fflush (stdout);
}

/* Prints a row for each of @cases: the medians of @n_runs runs, in which the
 * rivals take turns, and whoever was first in one is second in the next. */
void
bench_run (const char      *title,
           const BenchCase *cases,
           guint            n_cases,
           guint            n_runs)
{
  printf ("%s, medians of %u runs; ratio and goal\n", title, n_runs);

  for (guint i = 0; i < n_cases; i++)
    {
      const BenchCase *bench = &cases[i];
      g_autofree double *values = g_new0 (double, n_runs);
      g_autofree double *rivals = g_new0 (double, n_runs);

      for (guint run = 0; run < n_runs; run++)
        for (guint turn = 0; turn < 2; turn++)
          if (turn == run % 2)
            values[run] = bench->measure (bench->data);
          else if (bench->rival != NULL)
            rivals[run] = bench->measure_rival (bench->rival_data);

      print_row (bench, median (values, n_runs), median (rivals, n_runs));
    }

  printf ("\n");
  fflush (stdout);
}

/* With all that is in it. */
void
bench_remove (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      bench_remove (child);
    }

  g_remove (path);
}
