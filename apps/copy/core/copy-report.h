/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

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

/* Where a source went: its path and that of its copy, as the job used them. */
typedef struct
{
  char *from;
  char *to;
} CopyReportPlace;

/* How a job ended. */
typedef struct
{
  GPtrArray *places;          /* of CopyReportPlace, one for each source; none if not started */
  char      *target;          /* the directory that they went into, or NULL */
  gint64     counts[COPY_N_COUNTERS];
  GPtrArray *groups;          /* of CopyProblemGroup, the first to happen first */
  guint64    n_problems;
  guint64    n_paths;
  guint64    n_lost;          /* items that the target could not hold all metadata of */
  guint64    n_deleted;       /* by a mirror */
  guint64    n_workers_lost;
  double     seconds;
  gboolean   interrupted;     /* cancelled before its end */
  gboolean   mirror_failed;   /* something was to be deleted and could not be */
} CopyReport;

CopyReport *copy_report_new         (void);
void        copy_report_free        (CopyReport *self);
void        copy_report_add_problem (CopyReport *self,
                                     const char *path,
                                     const char *reason);
void        copy_report_add_group   (CopyReport         *self,
                                     const char         *reason,
                                     guint64             count,
                                     const char * const *paths);
void        copy_report_add_place   (CopyReport *self,
                                     const char *from,
                                     const char *to);

/* The whole report as text in the user's language: what was copied, how long it
 * took, and every problem by its reason. Names that are no text are shown with
 * escapes. Where more failed than COPY_REPORT_MAX_PATHS, it says how many more. */
char       *copy_report_to_text     (const CopyReport  *self);

/* Writes that text. Blocks; call it in a thread or save copy_report_to_text()
 * asynchronously. FALSE with @error set, as g_output_stream_write_all(). */
gboolean    copy_report_save        (const CopyReport  *self,
                                     GOutputStream     *stream,
                                     GCancellable      *cancellable,
                                     GError           **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopyReport, copy_report_free)

G_END_DECLS
