/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-report.h"
#include "copy-request.h"
#include "lanyard-common.h"

G_BEGIN_DECLS

/* What a dry run says that would happen. */
typedef enum
{
  COPY_ACTION_CREATE_DIRECTORY,
  COPY_ACTION_COPY,
  COPY_ACTION_REPLACE,
  COPY_ACTION_LINK,
  COPY_ACTION_SKIP,
  COPY_ACTION_DELETE,
} CopyAction;

/* Who hears of a job while it runs, in the job's thread. Every function is
 * optional. Paths are bytes. */
typedef struct
{
  void (*started) (guint       n_workers,
                   const char *target,
                   gpointer    user_data);
  void (*problem) (const char *path,
                   const char *reason,
                   gpointer    user_data);
  void (*action)  (CopyAction  action,
                   const char *from,
                   const char *to,
                   gpointer    user_data);
} CopyObserver;

#define COPY_TYPE_JOB (copy_job_get_type ())

G_DECLARE_FINAL_TYPE (CopyJob, copy_job, COPY, JOB, GObject)

CopyJob          *copy_job_new            (const CopyRequest   *request,
                                           const CopyObserver  *observer,
                                           gpointer             user_data);
gboolean          copy_job_run            (CopyJob             *self,
                                           GError             **error);
void              copy_job_pause          (CopyJob             *self);
void              copy_job_resume         (CopyJob             *self);
gboolean          copy_job_is_paused      (CopyJob             *self);
void              copy_job_cancel         (CopyJob             *self);
LyProgress       *copy_job_get_progress   (CopyJob             *self);
const CopyReport *copy_job_get_report     (CopyJob             *self);

G_END_DECLS
