/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-queued-job.h"

G_BEGIN_DECLS

/* What is kept of a job of the queue: a group of a key file, in which names and
 * reasons are escaped, so that every byte of them comes back. */
typedef struct
{
  guint64       id;
  CopyRequest  *request;  /* what the user wants */
  CopyRequest  *next;     /* what is left of that after a run; NULL: all of it */
  CopyJobState  state;
  GError       *error;
  CopyFigures   figures;
  CopyReport   *report;
} CopyJobRecord;

void      copy_job_record_clear    (CopyJobRecord  *self);
char     *copy_job_record_to_text  (const CopyJobRecord *self);
gboolean  copy_job_record_read     (CopyJobRecord  *self,
                                    GKeyFile       *file,
                                    const char     *group,
                                    GError        **error);

/* The name of a job's group, and the job of which it is; 0 for none. */
char     *copy_job_record_get_group (guint64        id);
guint64   copy_job_record_parse_group (const char  *group);

/* Requests and reports by themselves. */
void        copy_job_record_set_request (GKeyFile          *file,
                                         const char        *group,
                                         const char        *prefix,
                                         const CopyRequest *request);
CopyRequest *copy_job_record_get_request (GKeyFile         *file,
                                         const char        *group,
                                         const char        *prefix,
                                         GError           **error);
void        copy_job_record_set_report (GKeyFile         *file,
                                        const char       *group,
                                        const CopyReport *report);
CopyReport *copy_job_record_get_report (GKeyFile         *file,
                                        const char       *group,
                                        GError          **error);

/* What they are made of: names of files, whose every byte comes back, and words. */
void        copy_job_record_set_name   (GKeyFile         *file,
                                        const char       *group,
                                        const char       *key,
                                        const char       *name);
char       *copy_job_record_get_name   (GKeyFile         *file,
                                        const char       *group,
                                        const char       *key,
                                        GError          **error);
void        copy_job_record_set_names  (GKeyFile         *file,
                                        const char       *group,
                                        const char       *key,
                                        const char * const *names);
char      **copy_job_record_get_names  (GKeyFile         *file,
                                        const char       *group,
                                        const char       *key,
                                        GError          **error);
gboolean    copy_job_record_get_word   (GKeyFile         *file,
                                        const char       *group,
                                        const char       *key,
                                        const char * const *words,
                                        guint            *choice,
                                        GError          **error);

/* Sets the error of a value that nobody can have written, and returns FALSE. */
gboolean    copy_job_record_set_invalid (GError         **error,
                                        const char       *key);

G_END_DECLS
