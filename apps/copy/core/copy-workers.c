/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-workers"

#include "copy-workers.h"

#include "copy-name.h"

/* What was said last is shown for this long after the task's end: most tasks
 * take no time at all, and the next one seldom speaks at once. */
#define LINGER_US (G_USEC_PER_SEC / 2)

typedef struct
{
  gint64   pid;
  guint64  task;      /* unique in the process */
  gboolean is_over;   /* the task has ended */
  gint64   heard;
  char    *path;      /* NULL if it never spoke */
  guint64  offset;
  guint64  size;
  gint64   bytes;
} Worker;

struct _CopyWorkers
{
  /* Guarded by @mutex */
  GMutex  mutex;
  Worker *workers;
  guint   n_workers;
};

void
copy_worker_state_free (CopyWorkerState *self)
{
  g_free (self->path);
  g_free (self);
}

CopyWorkers *
copy_workers_new (void)
{
  CopyWorkers *self = g_new0 (CopyWorkers, 1);

  g_mutex_init (&self->mutex);

  return self;
}

void
copy_workers_free (CopyWorkers *self)
{
  copy_workers_reset (self, 0);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* Forgets everything; from now on there are @n_workers. */
void
copy_workers_reset (CopyWorkers *self,
                    guint        n_workers)
{
  g_mutex_lock (&self->mutex);

  for (guint i = 0; i < self->n_workers; i++)
    g_free (self->workers[i].path);

  g_clear_pointer (&self->workers, g_free);
  self->workers = n_workers > 0 ? g_new0 (Worker, n_workers) : NULL;
  self->n_workers = n_workers;

  g_mutex_unlock (&self->mutex);
}

/* How well a place suits whoever runs a task: it has it already, it is the same
 * process between two tasks, the place is free, or else it belongs to a worker
 * that is probably gone. */
static guint
judge (const Worker *worker,
       gint64        pid,
       guint64       task)
{
  if (worker->pid == pid && worker->task == task)
    return 3;
  if (worker->pid == pid && worker->is_over)
    return 2;

  return worker->path == NULL || worker->is_over ? 1 : 0;
}

static Worker *
find_place (CopyWorkers *self,
            gint64       pid,
            guint64      task)
{
  Worker *best = NULL;
  guint best_rank = 0;

  for (guint i = 0; i < self->n_workers; i++)
    {
      Worker *worker = &self->workers[i];
      guint rank = judge (worker, pid, task);

      if (best == NULL || rank > best_rank || (rank == 0 && best_rank == 0 &&
                                               worker->heard < best->heard))
        {
          best = worker;
          best_rank = rank;
        }
    }

  return best;
}

/* Takes what a worker says; in any thread. */
void
copy_workers_take (CopyWorkers *self,
                   GVariant    *message)
{
  Worker *worker;
  const char *root;
  const char *path;
  gint64 pid;
  guint64 task;

  if (!g_variant_is_of_type (message, G_VARIANT_TYPE (COPY_WORKERS_FORMAT)))
    return;

  g_variant_get_child (message, 0, "x", &pid);
  g_variant_get_child (message, 1, "t", &task);
  g_variant_get_child (message, 2, "^&ay", &root);
  g_variant_get_child (message, 3, "^&ay", &path);

  g_mutex_lock (&self->mutex);

  worker = find_place (self, pid, task);
  if (worker != NULL)
    {
      worker->pid = pid;
      worker->task = task;
      worker->is_over = *path == '\0';
      worker->heard = g_get_monotonic_time ();
    }

  if (worker != NULL && !worker->is_over)
    {
      g_free (worker->path);
      worker->path = copy_name_join (g_str_equal (root, ".") ? "" : root, path);
      g_variant_get_child (message, 4, "t", &worker->offset);
      g_variant_get_child (message, 5, "t", &worker->size);
      g_variant_get_child (message, 6, "x", &worker->bytes);
    }

  g_mutex_unlock (&self->mutex);
}

/* All workers that have been heard of, by their numbers. */
GPtrArray *
copy_workers_list (CopyWorkers *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) copy_worker_state_free);
  gint64 now = g_get_monotonic_time ();

  g_mutex_lock (&self->mutex);

  for (guint i = 0; i < self->n_workers; i++)
    {
      Worker *worker = &self->workers[i];
      gboolean idle = worker->is_over && now - worker->heard > LINGER_US;
      CopyWorkerState *state;

      if (worker->path == NULL)
        continue;

      state = g_new0 (CopyWorkerState, 1);
      state->number = i + 1;
      state->pid = (pid_t) worker->pid;
      state->path = idle ? NULL : g_strdup (worker->path);
      state->offset = idle ? 0 : worker->offset;
      state->size = idle ? 0 : worker->size;
      state->bytes = idle ? 0 : worker->bytes;
      g_ptr_array_add (list, state);
    }

  g_mutex_unlock (&self->mutex);

  return list;
}
