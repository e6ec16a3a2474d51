/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-filter.h"
#include "copy-options.h"

G_BEGIN_DECLS

/* What the user wants of a job. Whoever fills it in owns what it points to and
 * keeps it until the job is gone. */
typedef struct
{
  const char * const *sources;              /* at least one */
  const char         *dest;                 /* NULL: beside the one source */
  gboolean            no_target_directory;  /* @dest is never a directory to copy into */

  CopyOptions         options;
  CopyFilter         *filter;               /* NULL leaves nothing out */
  gboolean            one_file_system;
  gboolean            mirror;               /* delete what the source does not have */
  gboolean            dry_run;

  CopyBackend         backend;
  guint               n_workers;            /* 0: as many as there are processors */
  const char * const *worker_argv;          /* see ly_process_executor_new() */
} CopyRequest;

G_END_DECLS
