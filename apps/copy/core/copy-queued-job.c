/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-queued-job"

#include "copy-queued-job-private.h"

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
void
_copy_queued_job_tell_queue (CopyQueuedJob *self,
                             gboolean       ended)
{
  g_clear_pointer (&self->text, g_free);

  if (self->func != NULL)
    self->func (self, ended, self->user_data);
}

gboolean
_copy_queued_job_set_state (CopyQueuedJob *self,
                            CopyJobState   state)
{
  if (self->record.state == state)
    return FALSE;

  self->record.state = state;
  g_clear_pointer (&self->text, g_free);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);

  return TRUE;
}

void
_copy_queued_job_set_error (CopyQueuedJob *self,
                            GError        *error)
{
  if (self->record.error == NULL && error == NULL)
    return;

  g_clear_error (&self->record.error);
  self->record.error = error;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ERROR]);
}

static void
notify_if (CopyQueuedJob *self,
           gboolean       changed,
           guint          id)
{
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), props[id]);
}

void
_copy_queued_job_set_figures (CopyQueuedJob     *self,
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

void
_copy_queued_job_set_current_item (CopyQueuedJob *self,
                                   char          *item)
{
  g_autofree char *old = g_steal_pointer (&self->current_item);

  self->current_item = item;
  notify_if (self, g_strcmp0 (old, item) != 0, PROP_CURRENT_ITEM);
}

void
_copy_queued_job_set_n_questions (CopyQueuedJob *self,
                                  guint          n)
{
  gboolean changed = n != self->n_questions;

  self->n_questions = n;
  notify_if (self, changed, PROP_N_QUESTIONS);
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
    _copy_queued_job_set_state (self, COPY_JOB_WAITING);
  _copy_queued_job_tell_queue (self, FALSE);
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
    _copy_queued_job_request_tick (self);

  return ok;
}
