/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-queue"

#include "copy-queue.h"

#include "copy-queue-private.h"
#include "copy-queued-job-private.h"

enum { PROP_MAX_RUNNING = 1, PROP_N_ACTIVE, PROP_RECENT, PROP_SET_ASIDE, PROP_TROUBLE, N_PROPS };

enum { ENDED, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_QUARK (copy-queue-error-quark, copy_queue_error)

/* --- the list ------------------------------------------------------------------- */

static GType
get_item_type (GListModel *model)
{
  return COPY_TYPE_QUEUED_JOB;
}

static guint
get_n_items (GListModel *model)
{
  return COPY_QUEUE (model)->jobs->len;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  CopyQueue *self = COPY_QUEUE (model);

  return position < self->jobs->len ? g_object_ref (g_ptr_array_index (self->jobs, position))
         : NULL;
}

static void
init_model (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (CopyQueue, copy_queue, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, init_model))

static void
notify (CopyQueue *self,
        guint      id)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[id]);
}

static void
on_trouble (const char *trouble,
            gpointer    user_data)
{
  CopyQueue *self = user_data;

  g_free (self->trouble);
  self->trouble = g_strdup (trouble);
  notify (self, PROP_TROUBLE);
}

/* --- the object ------------------------------------------------------------------ */

static void
copy_queue_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  CopyQueue *self = COPY_QUEUE (object);

  switch (id)
    {
    case PROP_MAX_RUNNING:
      g_value_set_uint (value, self->file.max_running);
      break;
    case PROP_N_ACTIVE:
      g_value_set_uint (value, copy_queue_get_n_active (self));
      break;
    case PROP_RECENT:
      g_value_set_boxed (value, copy_queue_get_recent (self));
      break;
    case PROP_SET_ASIDE:
      g_value_set_string (value, self->set_aside);
      break;
    case PROP_TROUBLE:
      g_value_set_string (value, self->trouble);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
copy_queue_set_property (GObject      *object,
                         guint         id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  if (id == PROP_MAX_RUNNING)
    copy_queue_set_max_running (COPY_QUEUE (object), g_value_get_uint (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
end_all (GPtrArray    *jobs,
         CopyJobState  state)
{
  for (guint i = 0; i < jobs->len; i++)
    if (copy_queued_job_is_active (g_ptr_array_index (jobs, i)))
      _copy_queued_job_end (g_ptr_array_index (jobs, i), state);
}

static void
copy_queue_dispose (GObject *object)
{
  CopyQueue *self = COPY_QUEUE (object);

  self->disposed = TRUE;
  if (self->settle != NULL)
    g_source_destroy (self->settle);
  g_clear_pointer (&self->settle, g_source_unref);

  /* All at once, and then each is waited for. */
  end_all (self->jobs, COPY_JOB_INTERRUPTED);
  while (self->leaving->len > 0)
    _copy_queued_job_join (g_ptr_array_index (self->leaving, 0));
  for (guint i = 0; i < self->jobs->len; i++)
    {
      _copy_queued_job_join (g_ptr_array_index (self->jobs, i));
      _copy_queued_job_detach (g_ptr_array_index (self->jobs, i));
    }

  if (self->store != NULL)
    {
      _copy_queue_save (self);
      copy_queue_store_close (self->store);
      g_clear_pointer (&self->store, copy_queue_store_unref);
    }

  g_ptr_array_set_size (self->jobs, 0);

  G_OBJECT_CLASS (copy_queue_parent_class)->dispose (object);
}

static void
copy_queue_finalize (GObject *object)
{
  CopyQueue *self = COPY_QUEUE (object);

  g_ptr_array_unref (self->jobs);
  g_ptr_array_unref (self->leaving);
  copy_queue_file_clear (&self->file);
  g_main_context_unref (self->context);
  g_strfreev (self->worker_argv);
  g_free (self->set_aside);
  g_free (self->trouble);

  G_OBJECT_CLASS (copy_queue_parent_class)->finalize (object);
}

static void
copy_queue_class_init (CopyQueueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = copy_queue_dispose;
  object_class->finalize = copy_queue_finalize;
  object_class->get_property = copy_queue_get_property;
  object_class->set_property = copy_queue_set_property;

  props[PROP_MAX_RUNNING] =
    g_param_spec_uint ("max-running", NULL, NULL, 1, COPY_QUEUE_MAX_RUNNING, 1,
                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_N_ACTIVE] = g_param_spec_uint ("n-active", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_RECENT] = g_param_spec_boxed ("recent", NULL, NULL, G_TYPE_STRV, flags);
  props[PROP_SET_ASIDE] = g_param_spec_string ("set-aside", NULL, NULL, NULL, flags);
  props[PROP_TROUBLE] = g_param_spec_string ("trouble", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, COPY_TYPE_QUEUED_JOB);
}

static void
copy_queue_init (CopyQueue *self)
{
  self->jobs = g_ptr_array_new_with_free_func (g_object_unref);
  self->leaving = g_ptr_array_new_with_free_func (g_object_unref);
  self->context = g_main_context_ref_thread_default ();
  copy_queue_file_init (&self->file);
}

static CopyQueuedJob *
add_job (CopyQueue     *self,
         CopyJobRecord *record)
{
  CopyQueuedJob *job = _copy_queued_job_new (record, self->store,
                                             (const char * const *) self->worker_argv,
                                             _copy_queue_on_job_changed, self);

  g_ptr_array_add (self->jobs, job);

  return job;
}

static gboolean
load (CopyQueue  *self,
      GError    **error)
{
  g_autoptr (GArray) records = copy_queue_file_load (&self->file, self->store, &self->set_aside,
                                                     error);

  if (records == NULL)
    return FALSE;

  for (guint i = 0; i < records->len; i++)
    add_job (self, &g_array_index (records, CopyJobRecord, i));

  return TRUE;
}

CopyQueue *
copy_queue_new (const char          *folder,
                const char * const  *worker_argv,
                GError             **error)
{
  g_autoptr (CopyQueue) self = g_object_new (COPY_TYPE_QUEUE, NULL);

  self->worker_argv = g_strdupv ((char **) worker_argv);
  self->store = copy_queue_store_new (folder, on_trouble, self, error);
  if (self->store == NULL)
    return NULL;

  if (!load (self, error))
    {
      /* Nothing that could not be read is written over. */
      copy_queue_store_close (self->store);
      g_clear_pointer (&self->store, copy_queue_store_unref);
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
copy_queue_start (CopyQueue *self)
{
  self->open = TRUE;
  _copy_queue_settle (self);
}

void
copy_queue_stop (CopyQueue *self)
{
  self->open = FALSE;
  end_all (self->jobs, COPY_JOB_INTERRUPTED);
}

/* --- jobs -------------------------------------------------------------------------- */

static void
note_recent (CopyQueue  *self,
             const char *dest)
{
  if (dest != NULL && copy_queue_file_add_recent (&self->file, dest))
    notify (self, PROP_RECENT);
}

CopyQueuedJob *
copy_queue_add (CopyQueue         *self,
                const CopyRequest *request)
{
  CopyJobRecord record = {
    .id = self->file.next_id++,
    .request = copy_request_copy_absolute (request),
    .state = COPY_JOB_WAITING,
    .figures.eta = -1,
  };
  CopyQueuedJob *job = add_job (self, &record);

  g_list_model_items_changed (G_LIST_MODEL (self), self->jobs->len - 1, 0, 1);
  note_recent (self, record.request->dest);
  _copy_queue_settle (self);

  return job;
}

gboolean
copy_queue_change (CopyQueue         *self,
                   CopyQueuedJob     *job,
                   const CopyRequest *request)
{
  g_autoptr (CopyRequest) absolute = NULL;

  if (copy_queued_job_is_active (job))
    return FALSE;

  absolute = copy_request_copy_absolute (request);
  _copy_queued_job_set_request (job, absolute);
  note_recent (self, absolute->dest);

  return TRUE;
}

static void
take_out (CopyQueue *self,
          guint      index)
{
  g_autoptr (CopyQueuedJob) job = g_object_ref (g_ptr_array_index (self->jobs, index));

  if (copy_queued_job_is_active (job))
    {
      g_ptr_array_add (self->leaving, g_object_ref (job));
      _copy_queued_job_end (job, COPY_JOB_CANCELLED);
    }
  else
    {
      _copy_queued_job_detach (job);
    }

  g_ptr_array_remove_index (self->jobs, index);
  g_list_model_items_changed (G_LIST_MODEL (self), index, 1, 0);
  _copy_queue_settle (self);
}

void
copy_queue_remove (CopyQueue     *self,
                   CopyQueuedJob *job)
{
  guint index;

  if (g_ptr_array_find (self->jobs, job, &index))
    take_out (self, index);
}

void
copy_queue_move (CopyQueue     *self,
                 CopyQueuedJob *job,
                 guint          position)
{
  guint index;

  if (!g_ptr_array_find (self->jobs, job, &index))
    return;

  position = MIN (position, self->jobs->len - 1);
  if (position == index)
    return;

  g_ptr_array_steal_index (self->jobs, index);
  g_list_model_items_changed (G_LIST_MODEL (self), index, 1, 0);
  g_ptr_array_insert (self->jobs, (int) position, job);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
  _copy_queue_settle (self);
}

gboolean
copy_queue_pause (CopyQueue     *self,
                  CopyQueuedJob *job)
{
  return _copy_queued_job_pause (job);
}

gboolean
copy_queue_resume (CopyQueue     *self,
                   CopyQueuedJob *job)
{
  return _copy_queued_job_resume (job);
}

gboolean
copy_queue_cancel (CopyQueue     *self,
                   CopyQueuedJob *job)
{
  CopyJobState state = copy_queued_job_get_state (job);

  if (copy_queued_job_has_ended (job) && state != COPY_JOB_INTERRUPTED)
    return FALSE;

  _copy_queued_job_end (job, COPY_JOB_CANCELLED);

  return TRUE;
}

gboolean
copy_queue_retry (CopyQueue     *self,
                  CopyQueuedJob *job)
{
  return _copy_queued_job_retry (job);
}

void
copy_queue_clear_ended (CopyQueue *self)
{
  for (guint i = self->jobs->len; i-- > 0;)
    {
      CopyQueuedJob *job = g_ptr_array_index (self->jobs, i);

      if (copy_queued_job_has_ended (job) &&
          copy_queued_job_get_state (job) != COPY_JOB_INTERRUPTED)
        take_out (self, i);
    }
}

CopyQueuedJob *
copy_queue_find (CopyQueue *self,
                 guint64    id)
{
  for (guint i = 0; i < self->jobs->len; i++)
    if (copy_queued_job_get_id (g_ptr_array_index (self->jobs, i)) == id)
      return g_ptr_array_index (self->jobs, i);

  return NULL;
}

guint
copy_queue_get_max_running (CopyQueue *self)
{
  return self->file.max_running;
}

void
copy_queue_set_max_running (CopyQueue *self,
                            guint      max_running)
{
  max_running = CLAMP (max_running, 1, COPY_QUEUE_MAX_RUNNING);
  if (max_running == self->file.max_running)
    return;

  self->file.max_running = max_running;
  notify (self, PROP_MAX_RUNNING);
  _copy_queue_settle (self);
}

const char * const *
copy_queue_get_recent (CopyQueue *self)
{
  return (const char * const *) self->file.recent;
}

const char *
copy_queue_get_set_aside (CopyQueue *self)
{
  return self->set_aside;
}

const char *
copy_queue_get_trouble (CopyQueue *self)
{
  return self->trouble;
}
