/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-filter.h"
#include "copy-options.h"
#include "copy-report.h"

G_BEGIN_DECLS

/* What the user wants of a job. Whoever fills it in owns what it points to and
 * keeps it until the job is gone. */
typedef struct
{
  const char * const *sources;              /* at least one */
  const char         *dest;                 /* NULL: beside the one source */
  gboolean            no_target_directory;  /* @dest is never a directory to copy into */
  gboolean            target_directory;     /* it is nothing else, and has to be there */

  CopyOptions         options;
  CopyFilter         *filter;               /* NULL leaves nothing out */
  gboolean            one_file_system;
  gboolean            mirror;               /* delete what the source does not have */
  gboolean            dry_run;

  CopyBackend         backend;
  guint               n_workers;            /* 0: as many as there are processors */
  const char * const *worker_argv;          /* see ly_process_executor_new() */

  /* Only these items are copied, and all that is in them; paths as problems are
   * told. NULL: everything. */
  const char * const *only;
} CopyRequest;

/* A request that owns all that it points to; free it by copy_request_free(). */
CopyRequest *copy_request_copy      (const CopyRequest *self);
void         copy_request_free      (CopyRequest       *self);

/* One to keep: its paths are absolute, and it is no dry run and has no workers. */
CopyRequest *copy_request_copy_absolute
                                    (const CopyRequest *self);

/**
 * copy_request_new_retry:
 * @self: what was wanted
 * @report: how that ended
 *
 * Makes a request that copies again what failed, and only that, to where it
 * was to go. What has become whole meanwhile is left as it is. If the report
 * does not name all that failed, the target itself is among it, or the job was
 * interrupted, everything is looked at again.
 *
 * Returns: (transfer full) (nullable): the request, to be freed by
 *   copy_request_free(); %NULL if there is nothing to do again
 */
CopyRequest *copy_request_new_retry (const CopyRequest *self,
                                     const CopyReport  *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopyRequest, copy_request_free)

G_END_DECLS
