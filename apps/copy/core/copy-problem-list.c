/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-problem-list"

#include "copy-queued-job-private.h"

/* Made when somebody looks at it. */
struct _CopyProblem
{
  GObject  parent_instance;

  char    *path;
  char    *reason;
};

enum { PROP_PATH = 1, PROP_REASON, N_PROPS };

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CopyProblem, copy_problem, G_TYPE_OBJECT)

static void
copy_problem_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  CopyProblem *self = COPY_PROBLEM (object);

  if (id == PROP_PATH)
    g_value_set_string (value, self->path);
  else if (id == PROP_REASON)
    g_value_set_string (value, self->reason);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
copy_problem_finalize (GObject *object)
{
  CopyProblem *self = COPY_PROBLEM (object);

  g_free (self->path);
  g_free (self->reason);

  G_OBJECT_CLASS (copy_problem_parent_class)->finalize (object);
}

static void
copy_problem_class_init (CopyProblemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = copy_problem_get_property;
  object_class->finalize = copy_problem_finalize;

  props[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL,
                                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL,
                                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
copy_problem_init (CopyProblem *self)
{
}

const char *
copy_problem_get_path (CopyProblem *self)
{
  return self->path;
}

const char *
copy_problem_get_reason (CopyProblem *self)
{
  return self->reason;
}

struct _CopyProblemList
{
  GObject    parent_instance;

  /* Main context only */
  GPtrArray *paths;
  GPtrArray *reasons;  /* interned: there are few */

  /* Guarded by @mutex */
  GMutex     mutex;
  GPtrArray *new_paths;
  GPtrArray *new_reasons;
  guint      n_added;  /* since it was cleared */
};

static GType
get_item_type (GListModel *model)
{
  return COPY_TYPE_PROBLEM;
}

static guint
get_n_items (GListModel *model)
{
  return COPY_PROBLEM_LIST (model)->paths->len;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  CopyProblemList *self = COPY_PROBLEM_LIST (model);
  CopyProblem *problem;

  if (position >= self->paths->len)
    return NULL;

  problem = g_object_new (COPY_TYPE_PROBLEM, NULL);
  problem->path = g_strdup (g_ptr_array_index (self->paths, position));
  problem->reason = g_strdup (g_ptr_array_index (self->reasons, position));

  return problem;
}

static void
init_model (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (CopyProblemList, copy_problem_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, init_model))

static void
copy_problem_list_finalize (GObject *object)
{
  CopyProblemList *self = COPY_PROBLEM_LIST (object);

  g_ptr_array_unref (self->paths);
  g_ptr_array_unref (self->reasons);
  g_ptr_array_unref (self->new_paths);
  g_ptr_array_unref (self->new_reasons);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (copy_problem_list_parent_class)->finalize (object);
}

static void
copy_problem_list_class_init (CopyProblemListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = copy_problem_list_finalize;
}

static void
copy_problem_list_init (CopyProblemList *self)
{
  g_mutex_init (&self->mutex);
  self->paths = g_ptr_array_new_with_free_func (g_free);
  self->reasons = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ref_string_release);
  self->new_paths = g_ptr_array_new_with_free_func (g_free);
  self->new_reasons = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ref_string_release);
}

CopyProblemList *
copy_problem_list_new (void)
{
  return g_object_new (COPY_TYPE_PROBLEM_LIST, NULL);
}

/* In any thread. */
void
copy_problem_list_add (CopyProblemList *self,
                       const char      *path,
                       const char      *reason)
{
  g_mutex_lock (&self->mutex);

  if (self->n_added < COPY_REPORT_MAX_PATHS)
    {
      self->n_added++;
      g_ptr_array_add (self->new_paths, g_strdup (path));
      g_ptr_array_add (self->new_reasons, g_ref_string_new_intern (reason));
    }

  g_mutex_unlock (&self->mutex);
}

/* Shows what was added. */
void
copy_problem_list_update (CopyProblemList *self)
{
  guint n_before = self->paths->len;
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->new_paths->len;
  g_ptr_array_extend_and_steal (self->paths, g_steal_pointer (&self->new_paths));
  g_ptr_array_extend_and_steal (self->reasons, g_steal_pointer (&self->new_reasons));
  self->new_paths = g_ptr_array_new_with_free_func (g_free);
  self->new_reasons = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ref_string_release);
  g_mutex_unlock (&self->mutex);

  if (n > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), n_before, 0, n);
}

void
copy_problem_list_clear (CopyProblemList *self)
{
  guint n;

  copy_problem_list_update (self);
  n = self->paths->len;
  g_ptr_array_set_size (self->paths, 0);
  g_ptr_array_set_size (self->reasons, 0);

  g_mutex_lock (&self->mutex);
  self->n_added = 0;
  g_mutex_unlock (&self->mutex);

  if (n > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
}

/* Adds all that a report names. */
void
copy_problem_list_fill (CopyProblemList  *self,
                        const CopyReport *report)
{
  for (guint i = 0; i < report->groups->len; i++)
    {
      CopyProblemGroup *group = g_ptr_array_index (report->groups, i);

      for (guint j = 0; j < group->paths->len; j++)
        copy_problem_list_add (self, g_ptr_array_index (group->paths, j), group->reason);
    }

  copy_problem_list_update (self);
}
