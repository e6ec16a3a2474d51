/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "copy-counters.h"

G_BEGIN_DECLS

/* Items that failed for the same reason. */
typedef struct
{
  char      *reason;
  guint64    count;
  GPtrArray *paths;  /* the first of them, see COPY_REPORT_MAX_PATHS */
} CopyProblemGroup;

/* How many failed items a report names; all are counted, and each is told to
 * the observer when it happens. */
#define COPY_REPORT_MAX_PATHS 10000

/* How a job ended. */
typedef struct
{
  gint64     counts[COPY_N_COUNTERS];
  GPtrArray *groups;          /* of CopyProblemGroup, the first to happen first */
  guint64    n_problems;
  guint64    n_paths;
  guint64    n_lost;          /* items that the target could not hold all metadata of */
  guint64    n_deleted;       /* by a mirror */
  guint64    n_workers_lost;
  double     seconds;
  gboolean   interrupted;     /* cancelled before its end */
} CopyReport;

CopyReport *copy_report_new         (void);
void        copy_report_free        (CopyReport *self);
void        copy_report_add_problem (CopyReport *self,
                                     const char *path,
                                     const char *reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopyReport, copy_report_free)

G_END_DECLS
