/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-preview"

#include "copy-preview.h"

#include <string.h>

#define N_ACTIONS (COPY_ACTION_ASK + 1)

/* How many lines come to the main context at a time, and how many may wait for
 * that before the dry run does. */
#define BATCH_LINES 512
#define MAX_WAITING (4 * BATCH_LINES)

/* A line in one piece: the action, the source's path, the target's. */
typedef struct
{
  guint8   action;
  gboolean has_from;
  char     paths[];
} Line;

/* What the preview and its thread share. */
typedef struct
{
  int            ref_count;   /* atomic */

  /* Set once */
  CopyRequest   *request;
  CopyJob       *job;
  guint          actions;
  GMainContext  *context;

  /* Main context only */
  CopyPreview   *preview;     /* NULL once it is gone */

  /* Guarded by @mutex */
  GMutex         mutex;
  GCond          changed;
  GQueue         waiting;     /* of Line */
  gboolean       announced;   /* the main context has been told of them */
  gboolean       abandoned;
  gboolean       ended;
  GError        *error;
} Shared;

struct _CopyPreview
{
  GObject     parent_instance;

  Shared     *shared;
  GPtrArray  *lines;          /* of Line */
  guint64     counts[N_ACTIONS];
  guint64     n_lines;
  gboolean    done;
  GError     *error;
  CopyReport *report;
};

enum { PROP_DONE = 1, PROP_N_LINES, N_PROPS };

static GParamSpec *props[N_PROPS];

/* --- a line -------------------------------------------------------------------- */

struct _CopyPlanLine
{
  GObject    parent_instance;

  CopyAction action;
  char      *from;
  char      *to;
};

G_DEFINE_FINAL_TYPE (CopyPlanLine, copy_plan_line, G_TYPE_OBJECT)

static void
copy_plan_line_finalize (GObject *object)
{
  CopyPlanLine *self = COPY_PLAN_LINE (object);

  g_free (self->from);
  g_free (self->to);

  G_OBJECT_CLASS (copy_plan_line_parent_class)->finalize (object);
}

static void
copy_plan_line_class_init (CopyPlanLineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = copy_plan_line_finalize;
}

static void
copy_plan_line_init (CopyPlanLine *self)
{
}

CopyAction
copy_plan_line_get_action (CopyPlanLine *self)
{
  return self->action;
}

const char *
copy_plan_line_get_from (CopyPlanLine *self)
{
  return self->from;
}

const char *
copy_plan_line_get_to (CopyPlanLine *self)
{
  return self->to;
}

/* --- the list ------------------------------------------------------------------ */

static GType
get_item_type (GListModel *model)
{
  return COPY_TYPE_PLAN_LINE;
}

static guint
get_n_items (GListModel *model)
{
  return COPY_PREVIEW (model)->lines->len;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  CopyPreview *self = COPY_PREVIEW (model);
  CopyPlanLine *item;
  const Line *line;

  if (position >= self->lines->len)
    return NULL;

  line = g_ptr_array_index (self->lines, position);
  item = g_object_new (COPY_TYPE_PLAN_LINE, NULL);
  item->action = (CopyAction) line->action;
  item->from = line->has_from ? g_strdup (line->paths) : NULL;
  item->to = g_strdup (line->paths + strlen (line->paths) + 1);

  return item;
}

static void
init_model (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (CopyPreview, copy_preview, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, init_model))

/* --- what is shared -------------------------------------------------------------- */

static void
shared_unref (gpointer data)
{
  Shared *shared = data;

  if (!g_atomic_int_dec_and_test (&shared->ref_count))
    return;

  g_queue_clear_full (&shared->waiting, g_free);
  g_clear_object (&shared->job);
  copy_request_free (shared->request);
  g_main_context_unref (shared->context);
  g_mutex_clear (&shared->mutex);
  g_cond_clear (&shared->changed);
  g_clear_error (&shared->error);
  g_free (shared);
}

static Shared *
shared_ref (Shared *shared)
{
  g_atomic_int_inc (&shared->ref_count);

  return shared;
}

/* Moves lines into the list. */
static void
take_lines (CopyPreview *self,
            GQueue      *lines)
{
  guint n_before = self->lines->len;
  Line *line;

  if (g_queue_is_empty (lines))
    return;

  while ((line = g_queue_pop_head (lines)) != NULL)
    {
      self->n_lines++;
      self->counts[line->action]++;
      if (self->lines->len < COPY_PREVIEW_MAX_LINES)
        g_ptr_array_add (self->lines, line);
      else
        g_free (line);
    }

  if (self->lines->len > n_before)
    g_list_model_items_changed (G_LIST_MODEL (self), n_before, 0, self->lines->len - n_before);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_LINES]);
}

static void
finish (CopyPreview *self)
{
  self->done = TRUE;
  self->error = g_steal_pointer (&self->shared->error);
  if (self->error == NULL)
    self->report = copy_job_steal_report (self->shared->job);

  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DONE]);
}

/* On the main context, as long as there are lines, and once at the end. */
static gboolean
on_lines (gpointer data)
{
  Shared *shared = data;
  g_autoptr (CopyPreview) self = NULL;
  GQueue lines = G_QUEUE_INIT;
  gboolean more;
  gboolean ended;

  if (shared->preview == NULL)
    return G_SOURCE_REMOVE;

  self = g_object_ref (shared->preview);

  g_mutex_lock (&shared->mutex);
  while (lines.length < BATCH_LINES && !g_queue_is_empty (&shared->waiting))
    g_queue_push_tail (&lines, g_queue_pop_head (&shared->waiting));
  more = !g_queue_is_empty (&shared->waiting);
  ended = shared->ended && !more;
  shared->announced = more;
  g_cond_signal (&shared->changed);
  g_mutex_unlock (&shared->mutex);

  take_lines (self, &lines);
  if (ended && !self->done)
    finish (self);

  return more ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* With the lock held. */
static void
announce (Shared *shared)
{
  g_autoptr (GSource) source = NULL;

  if (shared->announced)
    return;

  shared->announced = TRUE;
  source = g_idle_source_new ();
  g_source_set_callback (source, on_lines, shared_ref (shared), shared_unref);
  g_source_attach (source, shared->context);
}

static Line *
new_line (CopyAction  action,
          const char *from,
          const char *to)
{
  gsize from_size = from != NULL ? strlen (from) + 1 : 1;
  gsize to_size = strlen (to) + 1;
  Line *line = g_malloc (sizeof *line + from_size + to_size);

  line->action = (guint8) action;
  line->has_from = from != NULL;
  memcpy (line->paths, from != NULL ? from : "", from_size);
  memcpy (line->paths + from_size, to, to_size);

  return line;
}

/* In the job's thread, which this holds up while too many lines wait. */
static void
on_action (CopyAction  action,
           const char *from,
           const char *to,
           gpointer    user_data)
{
  Shared *shared = user_data;

  if (shared->actions != 0 && (shared->actions & 1u << action) == 0)
    return;

  g_mutex_lock (&shared->mutex);

  while (shared->waiting.length >= MAX_WAITING && !shared->abandoned)
    g_cond_wait (&shared->changed, &shared->mutex);

  if (!shared->abandoned)
    {
      g_queue_push_tail (&shared->waiting, new_line (action, from, to));
      announce (shared);
    }

  g_mutex_unlock (&shared->mutex);
}

static const CopyObserver observer = { .action = on_action };

static gpointer
run (gpointer data)
{
  Shared *shared = data;
  GError *error = NULL;

  copy_job_run (shared->job, &error);

  g_mutex_lock (&shared->mutex);
  shared->error = error;
  shared->ended = TRUE;
  if (!shared->abandoned)
    announce (shared);
  g_mutex_unlock (&shared->mutex);

  shared_unref (shared);

  return NULL;
}

/* --- the object ------------------------------------------------------------------ */

static void
copy_preview_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  CopyPreview *self = COPY_PREVIEW (object);

  if (id == PROP_DONE)
    g_value_set_boolean (value, self->done);
  else if (id == PROP_N_LINES)
    g_value_set_uint64 (value, self->n_lines);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
copy_preview_finalize (GObject *object)
{
  CopyPreview *self = COPY_PREVIEW (object);
  Shared *shared = self->shared;

  shared->preview = NULL;
  copy_job_cancel (shared->job);

  g_mutex_lock (&shared->mutex);
  shared->abandoned = TRUE;
  g_cond_signal (&shared->changed);
  g_mutex_unlock (&shared->mutex);

  shared_unref (shared);
  g_ptr_array_unref (self->lines);
  g_clear_error (&self->error);
  g_clear_pointer (&self->report, copy_report_free);

  G_OBJECT_CLASS (copy_preview_parent_class)->finalize (object);
}

static void
copy_preview_class_init (CopyPreviewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = copy_preview_get_property;
  object_class->finalize = copy_preview_finalize;

  props[PROP_DONE] = g_param_spec_boolean ("done", NULL, NULL, FALSE, flags);
  props[PROP_N_LINES] = g_param_spec_uint64 ("n-lines", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
copy_preview_init (CopyPreview *self)
{
  self->lines = g_ptr_array_new_with_free_func (g_free);
}

CopyPreview *
copy_preview_new (const CopyRequest *request,
                  guint              actions)
{
  CopyPreview *self = g_object_new (COPY_TYPE_PREVIEW, NULL);
  Shared *shared = g_new0 (Shared, 1);

  shared->ref_count = 2;
  shared->preview = self;
  shared->request = copy_request_copy (request);
  shared->request->dry_run = TRUE;
  shared->actions = actions;
  shared->context = g_main_context_ref_thread_default ();
  g_mutex_init (&shared->mutex);
  g_cond_init (&shared->changed);
  g_queue_init (&shared->waiting);
  shared->job = copy_job_new (shared->request, &observer, shared);
  self->shared = shared;
  g_thread_unref (g_thread_new ("preview", run, shared));

  return self;
}

gboolean
copy_preview_is_done (CopyPreview *self)
{
  return self->done;
}

guint64
copy_preview_get_count (CopyPreview *self,
                        CopyAction   action)
{
  return action < N_ACTIONS ? self->counts[action] : 0;
}

guint64
copy_preview_get_n_lines (CopyPreview *self)
{
  return self->n_lines;
}

const GError *
copy_preview_get_error (CopyPreview *self)
{
  return self->error;
}

const CopyReport *
copy_preview_get_report (CopyPreview *self)
{
  return self->report;
}
