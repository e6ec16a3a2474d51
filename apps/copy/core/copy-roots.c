/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-roots"

#include "copy-roots.h"

#include "copy-name.h"

#include <string.h>

/* Enough for source and target of as many jobs as a queue runs at once, twice; the oldest make
 * room. */
#define N_ROOTS 32

typedef struct
{
  char    *job;   /* what the names of its parts begin with; NULL if it is free */
  char    *path;
  CopyDir *dir;
} Root;

/* Guarded by @mutex */
static GMutex mutex;
static Root roots[N_ROOTS];
static guint next_root;

static void
root_clear (Root *self)
{
  g_clear_pointer (&self->job, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->dir, copy_dir_unref);
}

/* All but the number at the end, which is the piece's. */
static gsize
get_job_length (const char *part_name)
{
  const char *end = strrchr (part_name, '-');

  return end != NULL ? (gsize) (end - part_name) : strlen (part_name);
}

static gboolean
is_of_job (const Root *self,
           const char *part_name,
           gsize       length)
{
  return self->job != NULL && strlen (self->job) == length &&
         strncmp (self->job, part_name, length) == 0;
}

static CopyDir *
find (const char *part_name,
      gsize       length,
      const char *path)
{
  for (guint i = 0; i < N_ROOTS; i++)
    if (is_of_job (&roots[i], part_name, length) && g_str_equal (roots[i].path, path))
      return copy_dir_ref (roots[i].dir);

  return NULL;
}

CopyDir *
copy_roots_open (const char *part_name,
                 const char *path)
{
  gsize length = get_job_length (part_name);
  CopyDir *dir;

  g_mutex_lock (&mutex);
  dir = find (part_name, length, path);
  g_mutex_unlock (&mutex);

  if (dir != NULL || (dir = copy_dir_open (path)) == NULL)
    return dir;

  g_mutex_lock (&mutex);
  root_clear (&roots[next_root]);
  roots[next_root] = (Root) { g_strndup (part_name, length), g_strdup (path),
                              copy_dir_ref (dir) };
  next_root = (next_root + 1) % N_ROOTS;
  g_mutex_unlock (&mutex);

  return dir;
}

void
copy_roots_forget (const char *job_id)
{
  g_autofree char *part_name = copy_name_part (job_id, 0);
  gsize length = get_job_length (part_name);

  g_mutex_lock (&mutex);
  for (guint i = 0; i < N_ROOTS; i++)
    if (is_of_job (&roots[i], part_name, length))
      root_clear (&roots[i]);
  g_mutex_unlock (&mutex);
}
