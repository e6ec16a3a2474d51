/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include <sys/types.h>

G_BEGIN_DECLS

/**
 * CopyWorkerState:
 * @number: which of the job's workers it is, from 1
 * @pid: its process: this program's for threads and the async back-end
 * @path: the item it is at, as the user would write it; %NULL while it waits
 * @offset: where in the item its part begins: 0 but for big files
 * @size: how large that part is, in bytes
 * @bytes: how much of that it has copied
 *
 * What one worker does.
 */
typedef struct
{
  guint    number;
  pid_t    pid;
  char    *path;
  guint64  offset;
  guint64  size;
  gint64   bytes;
} CopyWorkerState;

void copy_worker_state_free (CopyWorkerState *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CopyWorkerState, copy_worker_state_free)

/* What the workers of a job last said that they are at. May be used from any
 * thread. Workers speak ten times a second at most, and only while there is
 * something to say. */
typedef struct _CopyWorkers CopyWorkers;

CopyWorkers *copy_workers_new   (void);
void         copy_workers_free  (CopyWorkers *self);
void         copy_workers_reset (CopyWorkers *self,
                                 guint        n_workers);
void         copy_workers_take  (CopyWorkers *self,
                                 GVariant    *message);
GPtrArray   *copy_workers_list  (CopyWorkers *self);

/* What a worker says: its process, a number of its own for the task, the root
 * and the path below it of the item that it is at (empty at the end of a task),
 * offset, size, bytes. */
#define COPY_WORKERS_FORMAT "(xtayayttx)"

G_END_DECLS
