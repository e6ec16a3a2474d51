/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-work"

#include "copy-work.h"

#include "copy-error.h"
#include "copy-name.h"
#include "copy-roots.h"
#include "copy-workers.h"
#include "copy-xattr.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <unistd.h>

#define N_PAIRS 16

/* A limited copy may be ahead of its rate by this long at most. */
#define THROTTLE_BURST_US (G_USEC_PER_SEC / 10)

/* A worker says what it is at this often at most. */
#define TELL_INTERVAL_US (G_USEC_PER_SEC / 10)

/* Tasks of this process so far; atomic. */
static guint64 n_tasks;

/* What a thread keeps from one task to the next. */
typedef struct
{
  guint8   *buffer;
  CopyPair  pairs[N_PAIRS];
  guint     n_pairs;
  gint64    paid_until;   /* when all bytes so far may have been copied */
  gint64    last_told;    /* when a task said last what it is at */
} ThreadState;

static void
thread_state_free (gpointer data)
{
  ThreadState *state = data;

  g_free (state->buffer);
  g_free (state);
}

static GPrivate thread_state = G_PRIVATE_INIT (thread_state_free);

static ThreadState *
get_thread_state (void)
{
  ThreadState *state = g_private_get (&thread_state);

  if (state == NULL)
    {
      state = g_new0 (ThreadState, 1);
      state->buffer = g_malloc (COPY_BUFFER_SIZE);
      g_private_set (&thread_state, state);
    }

  return state;
}

static CopyDir *
open_root (const char  *part_name,
           const char  *path,
           GError     **error)
{
  CopyDir *dir = copy_roots_open (part_name, path);
  int saved_errno = errno;

  if (dir == NULL)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
                 _("cannot open “%s”: %s"), path, g_strerror (saved_errno));

  return dir;
}

/* Returns a floating reference. */
GVariant *
copy_work_new_header (const CopyOptions *options,
                      gboolean           after_crash,
                      const char        *part_name,
                      const char        *from_root,
                      const char        *to_root)
{
  return g_variant_new ("(@" COPY_OPTIONS_FORMAT "b^ay^ay^ay)", copy_options_to_variant (options),
                        after_crash, part_name, from_root, to_root);
}

/* Begins a task. */
gboolean
copy_work_init (CopyWork       *self,
                LyTaskContext  *context,
                GVariant       *header,
                GError        **error)
{
  g_autoptr (GVariant) options = NULL;
  const char *part_name;
  const char *from_root;
  const char *to_root;

  g_variant_get (header, "(@" COPY_OPTIONS_FORMAT "b^&ay^&ay^&ay)", &options,
                 &self->after_crash, &part_name, &from_root, &to_root);

  copy_options_from_variant (&self->options, options);
  self->context = context;
  self->after_crash |= ly_task_context_get_attempt (context) > 0;
  self->part_name = g_strdup (part_name);
  self->buffer = get_thread_state ()->buffer;
  self->n_lost = 0;
  self->item_bytes = 0;
  self->from_root_path = g_strdup (from_root);
  self->directory = self->name = NULL;
  self->task = __atomic_add_fetch (&n_tasks, 1, __ATOMIC_RELAXED);
  /* Tasks of one thread share the interval, or the short ones would all speak. */
  self->last_told = get_thread_state ()->last_told;
  self->has_told = FALSE;
  g_variant_builder_init (&self->problems, G_VARIANT_TYPE ("a(aysi)"));
  g_variant_builder_init (&self->outcomes, G_VARIANT_TYPE ("a(uyay)"));

  self->to_root = NULL;
  self->from_root = open_root (part_name, from_root, error);
  if (self->from_root != NULL)
    self->to_root = open_root (part_name, to_root, error);

  return self->to_root != NULL;
}

/* Says what this worker is at: @path below the root, or nothing any more. */
static void
tell (CopyWork   *self,
      const char *path)
{
  GVariant *message = g_variant_new ("(xt^ay^ayttx)", (gint64) getpid (), self->task,
                                     self->from_root_path, path, self->part_offset,
                                     self->part_size, self->item_bytes);

  ly_task_context_report (self->context, message);
}

/* If it has said anything. */
static void
tell_end (CopyWork *self)
{
  if (self->has_told)
    tell (self, "");
}

/* As ly_task_context_checkpoint(); and says from time to time what the task is
 * at. */
gboolean
copy_work_checkpoint (CopyWork  *self,
                      GError   **error)
{
  gint64 now = g_get_monotonic_time ();

  if (self->name != NULL && now - self->last_told >= TELL_INTERVAL_US)
    {
      g_autofree char *path = copy_name_join (self->directory, self->name);

      self->last_told = get_thread_state ()->last_told = now;
      self->has_told = TRUE;
      tell (self, path);
    }

  return ly_task_context_checkpoint (self->context, error);
}

void
copy_work_clear (CopyWork *self)
{
  if (self->context != NULL)
    tell_end (self);

  g_variant_builder_clear (&self->problems);
  g_variant_builder_clear (&self->outcomes);
  g_clear_pointer (&self->from_root, copy_dir_unref);
  g_clear_pointer (&self->to_root, copy_dir_unref);
  g_clear_pointer (&self->part_name, g_free);
  g_clear_pointer (&self->from_root_path, g_free);
}

/* The result of the task, floating. */
GVariant *
copy_work_end (CopyWork *self)
{
  return g_variant_new (COPY_WORK_RESULT_FORMAT, &self->problems, &self->outcomes, self->n_lost);
}

void
copy_work_count (CopyWork    *self,
                 CopyCounter  counter,
                 gint64       delta)
{
  if (counter == COPY_COUNT_BYTES)
    self->item_bytes += delta;

  ly_task_context_add_progress (self->context, counter, delta);
}

/* @size bytes from @offset on are to be copied of the item; the names must stay
 * until the next one or the end. */
void
copy_work_begin_item (CopyWork   *self,
                      const char *directory,
                      const char *name,
                      guint64     offset,
                      guint64     size)
{
  self->item_bytes = 0;
  self->directory = directory;
  self->name = name;
  self->part_offset = offset;
  self->part_size = size;
}

/* Takes back the bytes counted since the item began, since they were of no use. */
void
copy_work_uncount_item (CopyWork *self)
{
  copy_work_count (self, COPY_COUNT_BYTES, -self->item_bytes);
}

/* Notes that an item was not copied, and why. */
void
copy_work_add_problem (CopyWork     *self,
                       const char   *directory,
                       const char   *name,
                       const GError *error)
{
  g_autofree char *path = copy_name_join (directory, name);

  g_variant_builder_add (&self->problems, "(^aysi)", path, error->message, error->code);
}

void
copy_work_add_outcome (CopyWork    *self,
                       guint        entry,
                       CopyOutcome  outcome,
                       const char  *name)
{
  g_variant_builder_add (&self->outcomes, "(uy^ay)", entry, (guchar) outcome, name);
}

/* Takes as long as the rate limit says that copying @bytes should. */
void
copy_work_spend (CopyWork *self,
                 guint64   bytes)
{
  ThreadState *state = get_thread_state ();
  double seconds;
  gint64 now;

  if (self->options.rate_limit == 0)
    return;

  now = g_get_monotonic_time ();
  seconds = (double) bytes / (double) self->options.rate_limit;
  state->paid_until = MAX (state->paid_until, now - THROTTLE_BURST_US) +
                      (gint64) (seconds * G_USEC_PER_SEC);

  /* In short steps, so that the worker shows that it is alive. */
  while (state->paid_until > now && copy_work_checkpoint (self, NULL))
    {
      g_usleep ((gulong) MIN (state->paid_until - now, THROTTLE_BURST_US));
      now = g_get_monotonic_time ();
    }
}

/* Takes @dir. */
CopySource *
copy_source_new (CopyDir *dir)
{
  CopySource *self = g_new0 (CopySource, 1);

  self->dir = dir;

  return self;
}

void
copy_source_free (CopySource *self)
{
  copy_dir_unref (self->dir);
  g_free (self);
}

/* Opens a file to read it, if possible without a trace: *@reading_shows says
 * if its access time will change. */
int
copy_source_open_file (CopySource *self,
                       const char *name,
                       gboolean   *reading_shows)
{
  int fd = -1;

#ifdef O_NOATIME
  if (!self->not_ours)
    {
      fd = copy_dir_open_file (self->dir, name, O_RDONLY | O_NOATIME);
      self->not_ours = fd < 0 && errno == EPERM;
      if (!self->not_ours)
        return fd;
    }
#endif

  fd = copy_dir_open_file (self->dir, name, O_RDONLY);
  *reading_shows = TRUE;

  return fd;
}

/* What is known of two file systems, for whoever finds out more to add to. It
 * stays known as long as the thread. */
static CopyPair *
get_pair (dev_t from,
          dev_t to)
{
  ThreadState *state = get_thread_state ();
  CopyPair *pair;

  for (guint i = 0; i < MIN (state->n_pairs, N_PAIRS); i++)
    if (state->pairs[i].from == from && state->pairs[i].to == to)
      return &state->pairs[i];

  pair = &state->pairs[state->n_pairs++ % N_PAIRS];
  *pair = (CopyPair) { .from = from, .to = to };

  return pair;
}

/* Takes @dir, which gets files from @from, and finds out what matters for them. */
CopyTarget *
copy_target_new (CopyDir *from,
                 CopyDir *dir)
{
  CopyTarget *self = g_new0 (CopyTarget, 1);
  struct stat from_st = { 0 };
  struct stat st = { 0 };

  copy_dir_stat_self (from, &from_st);
  copy_dir_stat_self (dir, &st);
  self->dir = dir;
  self->pair = get_pair (from_st.st_dev, st.st_dev);
  self->inherits_acl = copy_xattr_inherits_acl (dir);

  return self;
}

void
copy_target_free (CopyTarget *self)
{
  copy_dir_unref (self->dir);
  g_free (self);
}
