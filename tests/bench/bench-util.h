/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Measures once; what @data is belongs to the function. */
typedef double (*BenchFunc) (gconstpointer data);

/* What is measured, beside what, and what is asked of it. */
typedef struct
{
  const char    *name;
  const char    *unit;
  gboolean       less;          /* the less, the better */
  BenchFunc      measure;
  gconstpointer  data;

  /* Who does the same in another way, if anybody */
  const char    *rival;
  BenchFunc      measure_rival;
  gconstpointer  rival_data;

  /* The goals, or 0: for ours divided by the rival's, and for ours alone */
  double         ratio_goal;
  double         goal;
} BenchCase;

void   bench_run     (const char      *title,
                      const BenchCase *cases,
                      guint            n_cases,
                      guint            n_runs);
double bench_get_cpu (void);
void   bench_remove  (const char      *path);

G_END_DECLS
