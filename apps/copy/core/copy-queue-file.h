/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "copy-job-record.h"
#include "copy-queue-store.h"

G_BEGIN_DECLS

/* The file of a queue: a key file with a group for the queue and one for each
 * job, in their order. */

#define COPY_QUEUE_FILE_VERSION 1

/* What it keeps beside the jobs. */
typedef struct
{
  guint64   next_id;
  guint     max_running;
  char    **recent;       /* the newest first */
} CopyQueueFile;

void      copy_queue_file_init       (CopyQueueFile   *self);
void      copy_queue_file_clear      (CopyQueueFile   *self);
gboolean  copy_queue_file_add_recent (CopyQueueFile   *self,
                                      const char      *dest);
GString  *copy_queue_file_begin      (CopyQueueFile   *self);
GArray   *copy_queue_file_load       (CopyQueueFile   *self,
                                      CopyQueueStore  *store,
                                      char           **set_aside,
                                      GError         **error);

G_END_DECLS
