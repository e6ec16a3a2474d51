/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-asks.h"
#include "copy-event.h"
#include "copy-job.h"
#include "copy-made-dirs.h"
#include "copy-preflight.h"
#include "copy-scan.h"

G_BEGIN_DECLS

/* One run of a job, from the scan to the report: what its parts share. Only the
 * job's thread uses it. */
typedef struct
{
  /* Set once */
  const CopyRequest  *request;
  const CopyObserver *observer;
  gpointer            user_data;
  LyProgress         *progress;
  CopyReport         *report;
  CopyAsks           *asks;
  CopyWorkers        *workers;
  GCancellable       *cancellable;
  CopyTrip           *trip;
  CopyDir            *to_root;
  LyQueue            *events;       /* of CopyEvent */
  CopyScan           *scan;
  LyExecutor         *executor;     /* NULL in a dry run */
  guint               window;       /* how many tasks may be in flight */
  char               *job_id;

  CopyMadeDirs       *made_dirs;
  GQueue              ready;        /* of CopyPiece, to be submitted before anything new */
  struct _CopyPiece  *filling;      /* a batch that has room left */
  GPtrArray          *sealable;     /* of CopyNode, with everything in them done */
  guint               in_flight;
  guint64             n_pieces;

  /* Conflicts */
  CopyConflict        conflict;     /* what to do about them, unless the owner said otherwise */
  GQueue              aside;        /* of CopyPiece of one item each, to be asked about */
  GHashTable         *asked;        /* of the numbers of open questions to such pieces */
  guint64             n_questions;
} CopyRun;

gboolean  copy_run              (CopyRun     *run,
                                 void       (*publish) (LyExecutor *executor,
                                                        gpointer    job),
                                 gpointer     job,
                                 GError     **error);
void      copy_run_clear        (CopyRun     *run);

/* For the parts of a run */
void      copy_run_problem      (CopyRun     *run,
                                 const char  *path,
                                 const char  *reason);
char     *copy_run_name_item    (CopyRun     *run,
                                 guint        source,
                                 const char  *path);
gboolean  copy_run_is_cancelled (CopyRun     *run);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CopyRun, copy_run_clear)

G_END_DECLS
