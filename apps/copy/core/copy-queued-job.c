/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-queued-job"

#include "copy-queued-job-private.h"

/* The window hears of a job this often at most. */
#define TICK_US (G_USEC_PER_SEC / 10)

enum {
  PROP_ID = 1,
  PROP_SOURCES,
  PROP_DEST,
  PROP_STATE,
  PROP_ERROR,
  PROP_N_QUESTIONS,
  PROP_BYTES,
  PROP_TOTAL_BYTES,
  PROP_ITEMS,
  PROP_TOTAL_ITEMS,
  PROP_TOTALS_KNOWN,
  PROP_FRACTION,
  PROP_RATE,
  PROP_ETA,
  PROP_CURRENT_ITEM,
  N_PROPS
};

enum { PROGRESS, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

struct _CopyQueuedJob
{
  GObject            parent_instance;

  /* Set once */
  CopyQueueStore    *store;
  char             **worker_argv;
  GMainContext      *context;
  CopyProblemList   *problems;

  /* Main context only */
  CopyJobRecord      record;
  char              *text;          /* what is kept of the record, or NULL if that has changed */
  CopyQueuedJobFunc  func;
  gpointer           user_data;
  CopyJob           *job;           /* while it is active */
  CopyRequest       *running;       /* what @job does */
  GThread           *thread;
  gint64             began;
  CopyJobState       end_state;     /* what being cancelled means */
  guint              n_questions;
  char              *current_item;
  GSource           *tick;
  gint64             last_tick;

  /* For @thread: set before it starts */
  guint64            start_number;

  /* Given by @thread, taken after it */
  gboolean           started;
  GError            *start_error;

  int                wake_pending;  /* atomic: the main context has been told to look */
};

G_DEFINE_FINAL_TYPE (CopyQueuedJob, copy_queued_job, G_TYPE_OBJECT)

GType
copy_job_state_get_type (void)
{
  static const GEnumValue values[] = {
    { COPY_JOB_WAITING, "COPY_JOB_WAITING", "waiting" },
    { COPY_JOB_RUNNING, "COPY_JOB_RUNNING", "running" },
    { COPY_JOB_PAUSED, "COPY_JOB_PAUSED", "paused" },
    { COPY_JOB_ASKING, "COPY_JOB_ASKING", "asking" },
    { COPY_JOB_DONE, "COPY_JOB_DONE", "done" },
    { COPY_JOB_FAILED, "COPY_JOB_FAILED", "failed" },
    { COPY_JOB_CANCELLED, "COPY_JOB_CANCELLED", "cancelled" },
    { COPY_JOB_INTERRUPTED, "COPY_JOB_INTERRUPTED", "interrupted" },
    { 0, NULL, NULL },
  };
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("CopyJobState", values));

  return type;
}

static double
get_fraction (const CopyFigures *figures)
{
  gint64 done = figures->total_bytes > 0 ? figures->bytes : figures->items;
  gint64 total = figures->total_bytes > 0 ? figures->total_bytes : figures->total_items;

  return total > 0 ? CLAMP ((double) done / (double) total, 0, 1) : 0;
}

static void
get_figure (CopyQueuedJob *self,
            guint          id,
            GValue        *value)
{
  const CopyFigures *figures = &self->record.figures;

  switch (id)
    {
    case PROP_BYTES:
      g_value_set_int64 (value, figures->bytes);
      break;
    case PROP_TOTAL_BYTES:
      g_value_set_int64 (value, figures->total_bytes);
      break;
    case PROP_ITEMS:
      g_value_set_int64 (value, figures->items);
      break;
    case PROP_TOTAL_ITEMS:
      g_value_set_int64 (value, figures->total_items);
      break;
    case PROP_TOTALS_KNOWN:
      g_value_set_boolean (value, figures->totals_known);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, get_fraction (figures));
      break;
    case PROP_RATE:
      g_value_set_double (value, figures->rate);
      break;
    default:
      g_value_set_int64 (value, figures->eta);
      break;
    }
}

static void
copy_queued_job_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  CopyQueuedJob *self = COPY_QUEUED_JOB (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_uint64 (value, self->record.id);
      break;
    case PROP_SOURCES:
      g_value_set_boxed (value, self->record.request->sources);
      break;
    case PROP_DEST:
      g_value_set_string (value, self->record.request->dest);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->record.state);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->record.error);
      break;
    case PROP_N_QUESTIONS:
      g_value_set_uint (value, self->n_questions);
      break;
    case PROP_CURRENT_ITEM:
      g_value_set_string (value, self->current_item);
      break;
    default:
      get_figure (self, id, value);
      break;
    }
}

static void
copy_queued_job_finalize (GObject *object)
{
  CopyQueuedJob *self = COPY_QUEUED_JOB (object);

  g_assert (self->thread == NULL);
  g_assert (self->tick == NULL);

  copy_job_record_clear (&self->record);
  g_clear_pointer (&self->running, copy_request_free);
  copy_queue_store_unref (self->store);
  g_main_context_unref (self->context);
  g_object_unref (self->problems);
  g_strfreev (self->worker_argv);
  g_free (self->current_item);
  g_free (self->text);

  G_OBJECT_CLASS (copy_queued_job_parent_class)->finalize (object);
}

static GParamSpec *
int64_prop (const char *name)
{
  return g_param_spec_int64 (name, NULL, NULL, G_MININT64, G_MAXINT64, 0,
                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
copy_queued_job_class_init (CopyQueuedJobClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = copy_queued_job_get_property;
  object_class->finalize = copy_queued_job_finalize;

  props[PROP_ID] = g_param_spec_uint64 ("id", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  props[PROP_SOURCES] = g_param_spec_boxed ("sources", NULL, NULL, G_TYPE_STRV, flags);
  props[PROP_DEST] = g_param_spec_string ("dest", NULL, NULL, NULL, flags);
  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, COPY_TYPE_JOB_STATE,
                                         COPY_JOB_WAITING, flags);
  props[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  props[PROP_N_QUESTIONS] = g_param_spec_uint ("n-questions", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_BYTES] = int64_prop ("bytes");
  props[PROP_TOTAL_BYTES] = int64_prop ("total-bytes");
  props[PROP_ITEMS] = int64_prop ("items");
  props[PROP_TOTAL_ITEMS] = int64_prop ("total-items");
  props[PROP_TOTALS_KNOWN] = g_param_spec_boolean ("totals-known", NULL, NULL, FALSE, flags);
  props[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  props[PROP_RATE] = g_param_spec_double ("rate", NULL, NULL, 0, G_MAXDOUBLE, 0, flags);
  props[PROP_ETA] = int64_prop ("eta");
  props[PROP_CURRENT_ITEM] = g_param_spec_string ("current-item", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[PROGRESS] = g_signal_new ("progress", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
copy_queued_job_init (CopyQueuedJob *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->problems = copy_problem_list_new ();
}

/* Takes what is in @record. */
CopyQueuedJob *
_copy_queued_job_new (CopyJobRecord      *record,
                      CopyQueueStore     *store,
                      const char * const *worker_argv,
                      CopyQueuedJobFunc   func,
                      gpointer            user_data)
{
  CopyQueuedJob *self = g_object_new (COPY_TYPE_QUEUED_JOB, NULL);

  self->record = *record;
  self->store = copy_queue_store_ref (store);
  self->worker_argv = g_strdupv ((char **) worker_argv);
  self->func = func;
  self->user_data = user_data;

  if (record->report != NULL)
    copy_problem_list_fill (self->problems, record->report);

  return self;
}

/* The queue is gone, or has nothing to do with it any more. */
void
_copy_queued_job_detach (CopyQueuedJob *self)
{
  self->func = NULL;
}

/* What is to be kept of it, in the form of a key file's group. */
const char *
_copy_queued_job_get_text (CopyQueuedJob *self)
{
  if (self->text == NULL)
    self->text = copy_job_record_to_text (&self->record);

  return self->text;
}

/* Something that is kept has changed. */
static void
tell_queue (CopyQueuedJob *self,
            gboolean       ended)
{
  g_clear_pointer (&self->text, g_free);

  if (self->func != NULL)
    self->func (self, ended, self->user_data);
}

static gboolean
set_state (CopyQueuedJob *self,
           CopyJobState   state)
{
  if (self->record.state == state)
    return FALSE;

  self->record.state = state;
  g_clear_pointer (&self->text, g_free);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);

  return TRUE;
}

static void
set_error (CopyQueuedJob *self,
           GError        *error)
{
  if (self->record.error == NULL && error == NULL)
    return;

  g_clear_error (&self->record.error);
  self->record.error = error;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ERROR]);
}

/* --- figures ------------------------------------------------------------------ */

static CopyFigures
read_figures (CopyQueuedJob *self)
{
  LyProgress *progress = copy_job_get_progress (self->job);
  CopyFigures figures = {
    .bytes = ly_progress_get (progress, COPY_COUNT_BYTES) +
             ly_progress_get (progress, COPY_COUNT_PASSED_BYTES),
    .total_bytes = ly_progress_get_total (progress, COPY_COUNT_BYTES),
    .items = ly_progress_get (progress, COPY_COUNT_ITEMS),
    .total_items = ly_progress_get_total (progress, COPY_COUNT_ITEMS),
    .files = ly_progress_get (progress, COPY_COUNT_FILES),
    .totals_known = ly_progress_get (progress, COPY_COUNT_SCANNED) > 0,
    .rate = ly_progress_get_rate (progress, COPY_COUNT_BYTES),
    .eta = -1,
    .seconds = (double) (g_get_monotonic_time () - self->began) / G_USEC_PER_SEC,
  };
  gint64 left = MAX (figures.total_bytes - figures.bytes, 0);

  if (figures.totals_known && figures.rate >= 1 && left / figures.rate < G_MAXINT32)
    figures.eta = (gint64) (left / figures.rate * G_USEC_PER_SEC);

  return figures;
}

static void
notify_if (CopyQueuedJob *self,
           gboolean       changed,
           guint          id)
{
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), props[id]);
}

static void
set_figures (CopyQueuedJob     *self,
             const CopyFigures *figures)
{
  const CopyFigures old = self->record.figures;

  self->record.figures = *figures;
  g_signal_emit (self, signals[PROGRESS], 0);

  g_object_freeze_notify (G_OBJECT (self));
  notify_if (self, old.bytes != figures->bytes, PROP_BYTES);
  notify_if (self, old.total_bytes != figures->total_bytes, PROP_TOTAL_BYTES);
  notify_if (self, old.items != figures->items, PROP_ITEMS);
  notify_if (self, old.total_items != figures->total_items, PROP_TOTAL_ITEMS);
  notify_if (self, old.totals_known != figures->totals_known, PROP_TOTALS_KNOWN);
  notify_if (self, get_fraction (&old) != get_fraction (figures), PROP_FRACTION);
  notify_if (self, old.rate != figures->rate, PROP_RATE);
  notify_if (self, old.eta != figures->eta, PROP_ETA);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
set_current_item (CopyQueuedJob *self,
                  char          *item)
{
  g_autofree char *old = g_steal_pointer (&self->current_item);

  self->current_item = item;
  notify_if (self, g_strcmp0 (old, item) != 0, PROP_CURRENT_ITEM);
}

static void
set_n_questions (CopyQueuedJob *self,
                 guint          n)
{
  gboolean changed = n != self->n_questions;

  self->n_questions = n;
  notify_if (self, changed, PROP_N_QUESTIONS);
}

/* What it is while its thread runs. */
static CopyJobState
get_active_state (CopyQueuedJob *self)
{
  if (copy_job_is_paused (self->job))
    return COPY_JOB_PAUSED;

  return self->n_questions > 0 ? COPY_JOB_ASKING : COPY_JOB_RUNNING;
}

static void
update (CopyQueuedJob *self)
{
  g_autoptr (GPtrArray) questions = copy_job_list_questions (self->job);
  CopyFigures figures = read_figures (self);

  copy_problem_list_update (self->problems);
  set_n_questions (self, questions->len);
  set_state (self, get_active_state (self));
  set_current_item (self, ly_progress_dup_status (copy_job_get_progress (self->job)));
  set_figures (self, &figures);
}

static void
stop_ticking (CopyQueuedJob *self)
{
  if (self->tick != NULL)
    g_source_destroy (self->tick);
  g_clear_pointer (&self->tick, g_source_unref);
}

static gboolean
on_tick (gpointer data)
{
  g_autoptr (CopyQueuedJob) self = g_object_ref (data);

  g_clear_pointer (&self->tick, g_source_unref);
  self->last_tick = g_get_monotonic_time ();
  update (self);

  return G_SOURCE_REMOVE;
}

/* Something has changed: looks at it as soon as the last look is long enough
 * ago. */
static void
request_tick (CopyQueuedJob *self)
{
  gint64 wait = self->last_tick + TICK_US - g_get_monotonic_time ();

  if (self->tick != NULL || self->job == NULL)
    return;

  self->tick = g_timeout_source_new ((guint) (CLAMP (wait, 0, TICK_US) / 1000));
  g_source_set_priority (self->tick, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->tick, on_tick, self, NULL);
  g_source_attach (self->tick, self->context);
}

/* --- the job's thread ------------------------------------------------------------ */

static gboolean
on_wake (gpointer data)
{
  CopyQueuedJob *self = data;

  g_atomic_int_set (&self->wake_pending, FALSE);
  request_tick (self);

  return G_SOURCE_REMOVE;
}

static void
invoke (CopyQueuedJob *self,
        GSourceFunc    func)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->context);
}

static void
wake (CopyQueuedJob *self)
{
  if (g_atomic_int_compare_and_exchange (&self->wake_pending, FALSE, TRUE))
    invoke (self, on_wake);
}

static char *
get_note_name (CopyQueuedJob *self)
{
  return g_strdup_printf ("begun-%" G_GUINT64_FORMAT, self->record.id);
}

/* Nothing is made yet. If the program is killed from now on, who goes on with
 * the job has to know where everything was to go. */
static void
on_started (guint       n_workers,
            const char *target,
            gpointer    user_data)
{
  CopyQueuedJob *self = user_data;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *name = get_note_name (self);
  g_autofree char *text = NULL;

  copy_job_record_set_report (file, "job", copy_job_get_report (self->job));
  text = g_key_file_to_data (file, NULL, NULL);
  if (!copy_queue_store_put_note (self->store, name, text, &error))
    g_debug ("cannot note that a job has begun: %s", error->message);
}

static void
on_problem (const char *path,
            const char *reason,
            gpointer    user_data)
{
  CopyQueuedJob *self = user_data;

  copy_problem_list_add (self->problems, path, reason);
  wake (self);
}

static void
on_conflict (CopyQuestion *question,
             gpointer      user_data)
{
  wake (user_data);
}

static const CopyObserver observer = {
  .started = on_started,
  .problem = on_problem,
  .conflict = on_conflict,
};

/* On the main context, after the thread. */
static gboolean
on_ended (gpointer data)
{
  _copy_queued_job_join (data);

  return G_SOURCE_REMOVE;
}

static gpointer
run (gpointer data)
{
  CopyQueuedJob *self = data;

  copy_queue_store_wait (self->store, self->start_number);
  self->started = copy_job_run (self->job, &self->start_error);
  invoke (self, on_ended);

  return NULL;
}

/* --- what the queue does ----------------------------------------------------------- */

/* Its turn has come: what it was before is forgotten. */
void
_copy_queued_job_prepare (CopyQueuedJob *self)
{
  const CopyFigures none = { .eta = -1 };

  g_assert (self->job == NULL);

  self->running = copy_request_copy (self->record.next != NULL ? self->record.next
                                     : self->record.request);
  g_strfreev ((char **) self->running->worker_argv);
  self->running->worker_argv = (const char * const *) g_strdupv (self->worker_argv);
  self->running->dry_run = FALSE;

  g_clear_pointer (&self->record.report, copy_report_free);
  copy_problem_list_clear (self->problems);
  set_error (self, NULL);
  set_figures (self, &none);

  self->began = g_get_monotonic_time ();
  self->end_state = COPY_JOB_CANCELLED;
  self->job = copy_job_new (self->running, &observer, self);
  g_signal_connect_object (copy_job_get_progress (self->job), "changed",
                           G_CALLBACK (request_tick), self, G_CONNECT_SWAPPED);
  set_state (self, COPY_JOB_RUNNING);
}

void
_copy_queued_job_start (CopyQueuedJob *self,
                        guint64        number)
{
  self->start_number = number;
  self->thread = g_thread_new ("job", run, self);
}

/* Ends it early, as @state; at once if it is not active, and else when it has
 * cleaned up. */
void
_copy_queued_job_end (CopyQueuedJob *self,
                      CopyJobState   state)
{
  if (self->job != NULL)
    {
      self->end_state = state;
      copy_job_cancel (self->job);
    }
  else if (set_state (self, state))
    {
      tell_queue (self, FALSE);
    }
}

static CopyJobState
judge_end (CopyQueuedJob *self)
{
  if (!self->started)
    return COPY_JOB_FAILED;
  if (self->record.report->interrupted)
    return self->end_state;

  return self->record.report->n_problems > 0 ? COPY_JOB_FAILED : COPY_JOB_DONE;
}

/* Takes what the thread has left, waiting for it if need be. Does nothing if
 * that has been done. */
void
_copy_queued_job_join (CopyQueuedJob *self)
{
  g_autoptr (CopyQueuedJob) alive = g_object_ref (self);
  g_autofree char *note = get_note_name (self);
  CopyFigures figures;

  if (self->thread == NULL)
    return;

  g_clear_pointer (&self->thread, g_thread_join);
  stop_ticking (self);
  copy_problem_list_update (self->problems);
  set_n_questions (self, 0);
  set_current_item (self, NULL);

  figures = read_figures (self);
  figures.rate = 0;
  figures.eta = -1;
  set_figures (self, &figures);

  if (self->started)
    self->record.report = copy_job_steal_report (self->job);

  g_signal_handlers_disconnect_by_data (copy_job_get_progress (self->job), self);
  g_clear_object (&self->job);
  g_clear_pointer (&self->running, copy_request_free);
  set_error (self, g_steal_pointer (&self->start_error));
  set_state (self, judge_end (self));
  copy_queue_store_drop_note (self->store, note);
  tell_queue (self, TRUE);
}

gboolean
_copy_queued_job_pause (CopyQueuedJob *self)
{
  if (self->record.state != COPY_JOB_WAITING && self->record.state != COPY_JOB_RUNNING &&
      self->record.state != COPY_JOB_ASKING)
    return FALSE;

  if (self->job != NULL)
    copy_job_pause (self->job);
  set_state (self, COPY_JOB_PAUSED);
  tell_queue (self, FALSE);

  return TRUE;
}

/* Replaces what is left to be done. Takes @next. */
static void
wait_with (CopyQueuedJob *self,
           CopyRequest   *next)
{
  g_clear_pointer (&self->record.next, copy_request_free);
  self->record.next = next;
  set_state (self, COPY_JOB_WAITING);
  tell_queue (self, FALSE);
}

gboolean
_copy_queued_job_resume (CopyQueuedJob *self)
{
  const CopyRequest *last = self->record.next != NULL ? self->record.next : self->record.request;
  CopyRequest *next = NULL;

  switch (self->record.state)
    {
    case COPY_JOB_PAUSED:
      if (self->job != NULL)
        copy_job_resume (self->job);
      set_state (self, self->job != NULL ? get_active_state (self) : COPY_JOB_WAITING);
      tell_queue (self, FALSE);
      return TRUE;

    case COPY_JOB_CANCELLED:
    case COPY_JOB_INTERRUPTED:
      if (self->job != NULL)
        return FALSE;
      if (self->record.report != NULL)
        next = copy_request_new_retry (last, self->record.report);
      if (next == NULL)
        next = copy_request_copy (last);
      next->options.resume = TRUE;
      wait_with (self, next);
      return TRUE;

    default:
      return FALSE;
    }
}

gboolean
_copy_queued_job_retry (CopyQueuedJob *self)
{
  const CopyRequest *last = self->record.next != NULL ? self->record.next : self->record.request;
  CopyRequest *next;

  if (self->record.state != COPY_JOB_FAILED)
    return FALSE;

  next = self->record.report != NULL ? copy_request_new_retry (last, self->record.report)
         : copy_request_copy (last);
  if (next == NULL)
    return FALSE;

  wait_with (self, next);

  return TRUE;
}

/* For a job that is not active. */
void
_copy_queued_job_set_request (CopyQueuedJob     *self,
                              const CopyRequest *request)
{
  g_clear_pointer (&self->record.request, copy_request_free);
  self->record.request = copy_request_copy (request);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SOURCES]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DEST]);
  g_clear_pointer (&self->record.next, copy_request_free);

  if (copy_queued_job_has_ended (self))
    set_state (self, COPY_JOB_WAITING);
  tell_queue (self, FALSE);
}

/* --- what everybody may ask ------------------------------------------------------- */

guint64
copy_queued_job_get_id (CopyQueuedJob *self)
{
  return self->record.id;
}

const CopyRequest *
copy_queued_job_get_request (CopyQueuedJob *self)
{
  return self->record.request;
}

CopyJobState
copy_queued_job_get_state (CopyQueuedJob *self)
{
  return self->record.state;
}

/* Whether its thread runs, paused or not. */
gboolean
copy_queued_job_is_active (CopyQueuedJob *self)
{
  return self->job != NULL;
}

gboolean
copy_queued_job_has_begun (CopyQueuedJob *self)
{
  return self->job != NULL || copy_queued_job_has_ended (self) || self->record.next != NULL;
}

gboolean
copy_queued_job_has_ended (CopyQueuedJob *self)
{
  return self->record.state >= COPY_JOB_DONE;
}

const GError *
copy_queued_job_get_error (CopyQueuedJob *self)
{
  return self->record.error;
}

const CopyFigures *
copy_queued_job_get_figures (CopyQueuedJob *self)
{
  return &self->record.figures;
}

const char *
copy_queued_job_get_current_item (CopyQueuedJob *self)
{
  return self->current_item;
}

const CopyReport *
copy_queued_job_get_report (CopyQueuedJob *self)
{
  return self->job == NULL ? self->record.report : NULL;
}

GListModel *
copy_queued_job_get_problems (CopyQueuedJob *self)
{
  return G_LIST_MODEL (self->problems);
}

GPtrArray *
copy_queued_job_list_workers (CopyQueuedJob *self)
{
  return self->job != NULL ? copy_job_list_workers (self->job) : g_ptr_array_new ();
}

GPtrArray *
copy_queued_job_list_questions (CopyQueuedJob *self)
{
  return self->job != NULL ? copy_job_list_questions (self->job) : g_ptr_array_new ();
}

gboolean
copy_queued_job_answer (CopyQueuedJob      *self,
                        const CopyQuestion *question,
                        CopyConflict        answer,
                        gboolean            for_all)
{
  gboolean ok = self->job != NULL && copy_job_answer (self->job, question, answer, for_all);

  if (ok)
    request_tick (self);

  return ok;
}
