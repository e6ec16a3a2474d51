/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#define G_LOG_DOMAIN "ly-progress"

#include "ly-progress.h"

#define NOTIFY_INTERVAL_MS 100

/* The rate is that of the last three seconds: long enough to be calm, short
 * enough to follow a disk that slows down. */
#define RATE_WINDOW_US (3 * G_USEC_PER_SEC)
#define N_SAMPLES 30

typedef struct
{
  gint64 time;
  gint64 values[LY_PROGRESS_MAX_COUNTERS];
} Sample;

/**
 * LyProgress:
 *
 * Counters that many threads add to and one thread watches.
 *
 * Counters may be changed and read from any thread. [signal@Progress::changed]
 * comes on the main context that was the thread's default when the object was
 * made (the owner's), ten times a second at most however fast the counters
 * move, and once more after the last change. Executors pass on what tasks in
 * other processes count.
 */
struct _LyProgress
{
  GObject       parent_instance;

  /* Set once, before the object is shared */
  guint         n_counters;
  GMainContext *context;

  /* Atomic */
  gint64        values[LY_PROGRESS_MAX_COUNTERS];
  gint64        totals[LY_PROGRESS_MAX_COUNTERS];
  int           notify_pending;

  /* Guarded by @mutex */
  GMutex        mutex;
  char         *status;
  Sample        samples[N_SAMPLES];
  guint         n_samples;
};

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LyProgress, ly_progress, G_TYPE_OBJECT)

static void
ly_progress_finalize (GObject *object)
{
  LyProgress *self = LY_PROGRESS (object);

  g_free (self->status);
  g_mutex_clear (&self->mutex);
  g_main_context_unref (self->context);

  G_OBJECT_CLASS (ly_progress_parent_class)->finalize (object);
}

static void
ly_progress_class_init (LyProgressClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ly_progress_finalize;

  /**
   * LyProgress::changed:
   * @self: the object
   *
   * Something changed since the last time. Emitted on the owner's context.
   */
  signals[CHANGED] = g_signal_new ("changed", LY_TYPE_PROGRESS, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

/* Keeps the newest N_SAMPLES, the oldest first. */
static void
take_sample_locked (LyProgress *self)
{
  gint64 now = g_get_monotonic_time ();
  Sample *sample;

  if (self->n_samples > 0 &&
      now - self->samples[self->n_samples - 1].time < NOTIFY_INTERVAL_MS * 1000 / 2)
    return;

  if (self->n_samples == N_SAMPLES)
    {
      memmove (self->samples, self->samples + 1, sizeof (Sample) * (N_SAMPLES - 1));
      self->n_samples--;
    }

  sample = &self->samples[self->n_samples++];
  sample->time = now;
  for (guint i = 0; i < self->n_counters; i++)
    sample->values[i] = __atomic_load_n (&self->values[i], __ATOMIC_RELAXED);
}

static void
ly_progress_init (LyProgress *self)
{
  g_mutex_init (&self->mutex);
  self->context = g_main_context_ref_thread_default ();
}

/**
 * ly_progress_new:
 * @n_counters: how many counters to keep
 *
 * Creates counters that stand at zero. The calling thread's default main
 * context becomes the owner's.
 *
 * Returns: (transfer full): the progress
 */
LyProgress *
ly_progress_new (guint n_counters)
{
  LyProgress *self;

  g_return_val_if_fail (n_counters > 0 && n_counters <= LY_PROGRESS_MAX_COUNTERS, NULL);

  self = g_object_new (LY_TYPE_PROGRESS, NULL);
  self->n_counters = n_counters;
  take_sample_locked (self);

  return self;
}

static gboolean
notify (gpointer data)
{
  LyProgress *self = data;

  /* Cleared first: a change made while handlers run gets its own notice. Both
   * exchange, so that a change which found a notice pending is seen by it. */
  g_atomic_int_exchange (&self->notify_pending, FALSE);

  g_mutex_lock (&self->mutex);
  take_sample_locked (self);
  g_mutex_unlock (&self->mutex);

  g_signal_emit (self, signals[CHANGED], 0);

  return G_SOURCE_REMOVE;
}

static void
schedule_notify (LyProgress *self)
{
  g_autoptr (GSource) source = NULL;

  if (g_atomic_int_exchange (&self->notify_pending, TRUE))
    return;

  source = g_timeout_source_new (NOTIFY_INTERVAL_MS);
  g_source_set_callback (source, notify, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->context);
}

/**
 * ly_progress_add:
 * @self: a `LyProgress`
 * @counter: which counter
 * @delta: what to add; negative takes back
 *
 * Adds to a counter. Never blocks.
 */
void
ly_progress_add (LyProgress *self,
                 guint       counter,
                 gint64      delta)
{
  g_return_if_fail (LY_IS_PROGRESS (self));
  g_return_if_fail (counter < self->n_counters);

  __atomic_add_fetch (&self->values[counter], delta, __ATOMIC_RELAXED);
  schedule_notify (self);
}

/**
 * ly_progress_get:
 * @self: a `LyProgress`
 * @counter: which counter
 *
 * Reads a counter. Never blocks.
 *
 * Returns: where it stands
 */
gint64
ly_progress_get (LyProgress *self,
                 guint       counter)
{
  g_return_val_if_fail (LY_IS_PROGRESS (self), 0);
  g_return_val_if_fail (counter < self->n_counters, 0);

  return __atomic_load_n (&self->values[counter], __ATOMIC_RELAXED);
}

/**
 * ly_progress_add_total:
 * @self: a `LyProgress`
 * @counter: which counter
 * @delta: by how much the counter's goal grows or, negative, shrinks
 *
 * Moves the goal of a counter. Never blocks.
 */
void
ly_progress_add_total (LyProgress *self,
                       guint       counter,
                       gint64      delta)
{
  g_return_if_fail (LY_IS_PROGRESS (self));
  g_return_if_fail (counter < self->n_counters);

  __atomic_add_fetch (&self->totals[counter], delta, __ATOMIC_RELAXED);
  schedule_notify (self);
}

/**
 * ly_progress_get_total:
 * @self: a `LyProgress`
 * @counter: which counter
 *
 * Reads the goal of a counter. Never blocks.
 *
 * Returns: the goal of the counter as far as it is known
 */
gint64
ly_progress_get_total (LyProgress *self,
                       guint       counter)
{
  g_return_val_if_fail (LY_IS_PROGRESS (self), 0);
  g_return_val_if_fail (counter < self->n_counters, 0);

  return __atomic_load_n (&self->totals[counter], __ATOMIC_RELAXED);
}

/* How the counters stood at @begin, or at the first sample after it. Nothing
 * moves between samples but right before the next one, so the last sample
 * before @begin holds good until then; unless it is the last of all. */
static Sample
sample_of_window_locked (LyProgress *self,
                         gint64      begin)
{
  Sample sample = self->samples[0];

  for (guint i = 1; i < self->n_samples && sample.time < begin; i++)
    if (self->samples[i].time > begin)
      sample.time = begin;
    else
      sample = self->samples[i];

  return sample;
}

/**
 * ly_progress_get_rate:
 * @self: a `LyProgress`
 * @counter: which counter
 *
 * Measures over the last three seconds, or since the beginning if that is
 * less. May be called from any thread.
 *
 * Returns: how much the counter grows in a second
 */
double
ly_progress_get_rate (LyProgress *self,
                      guint       counter)
{
  gint64 now = g_get_monotonic_time ();
  Sample since;
  double elapsed;

  g_return_val_if_fail (LY_IS_PROGRESS (self), 0);
  g_return_val_if_fail (counter < self->n_counters, 0);

  g_mutex_lock (&self->mutex);
  since = sample_of_window_locked (self, now - RATE_WINDOW_US);
  g_mutex_unlock (&self->mutex);

  elapsed = (now - since.time) / (double) G_USEC_PER_SEC;
  if (elapsed < 0.001)
    return 0;

  return MAX (0, (ly_progress_get (self, counter) - since.values[counter]) / elapsed);
}

/**
 * ly_progress_get_eta:
 * @self: a `LyProgress`
 * @counter: which counter
 *
 * Estimates from [method@Progress.get_rate] when the goal will be reached.
 *
 * Returns: how many microseconds are left until the counter reaches its total
 *   at its present rate, or -1 if it does not move
 */
gint64
ly_progress_get_eta (LyProgress *self,
                     guint       counter)
{
  double rate = ly_progress_get_rate (self, counter);
  gint64 left = ly_progress_get_total (self, counter) - ly_progress_get (self, counter);

  if (left <= 0)
    return 0;
  if (rate < 1e-9 || left / rate > G_MAXINT32)
    return -1;

  return (gint64) (left / rate * G_USEC_PER_SEC);
}

/**
 * ly_progress_set_status:
 * @self: a `LyProgress`
 * @status: (nullable): what is being worked on, in any encoding
 *
 * Says what the work is at. May be called from any thread.
 */
void
ly_progress_set_status (LyProgress *self,
                        const char *status)
{
  char *copy;

  g_return_if_fail (LY_IS_PROGRESS (self));

  copy = g_strdup (status);

  g_mutex_lock (&self->mutex);
  status = self->status;
  self->status = copy;
  g_mutex_unlock (&self->mutex);

  g_free ((char *) status);
  schedule_notify (self);
}

/**
 * ly_progress_dup_status:
 * @self: a `LyProgress`
 *
 * Asks what the work is at. May be called from any thread.
 *
 * Returns: (transfer full) (nullable): what was last set
 */
char *
ly_progress_dup_status (LyProgress *self)
{
  char *status;

  g_return_val_if_fail (LY_IS_PROGRESS (self), NULL);

  g_mutex_lock (&self->mutex);
  status = g_strdup (self->status);
  g_mutex_unlock (&self->mutex);

  return status;
}
