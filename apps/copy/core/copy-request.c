/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-request"

#include "copy-request.h"

static const char * const *
dup_strings (const char * const *strings)
{
  return (const char * const *) g_strdupv ((char **) strings);
}

CopyRequest *
copy_request_copy (const CopyRequest *self)
{
  CopyRequest *copy = g_memdup2 (self, sizeof *self);

  copy->sources = dup_strings (self->sources);
  copy->dest = g_strdup (self->dest);
  copy->filter = self->filter != NULL ? copy_filter_ref (self->filter) : NULL;
  copy->worker_argv = dup_strings (self->worker_argv);
  copy->only = dup_strings (self->only);

  return copy;
}

void
copy_request_free (CopyRequest *self)
{
  g_strfreev ((char **) self->sources);
  g_free ((char *) self->dest);
  g_clear_pointer (&self->filter, copy_filter_unref);
  g_strfreev ((char **) self->worker_argv);
  g_strfreev ((char **) self->only);
  g_free (self);
}

static void
make_absolute (char **path)
{
  g_autofree char *folder = NULL;
  g_autofree char *relative = NULL;

  if (*path == NULL || g_path_is_absolute (*path))
    return;

  folder = g_get_current_dir ();
  relative = *path;
  *path = g_build_filename (folder, relative, NULL);
}

CopyRequest *
copy_request_copy_absolute (const CopyRequest *self)
{
  CopyRequest *copy = copy_request_copy (self);
  char **sources = (char **) copy->sources;

  g_strfreev ((char **) copy->worker_argv);
  copy->worker_argv = NULL;
  copy->dry_run = FALSE;
  for (guint i = 0; sources[i] != NULL; i++)
    make_absolute (&sources[i]);
  make_absolute ((char **) &copy->dest);

  return copy;
}

static const char * const *
dup_failed_paths (const CopyReport *report)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  for (guint i = 0; i < report->groups->len; i++)
    {
      CopyProblemGroup *group = g_ptr_array_index (report->groups, i);

      for (guint j = 0; j < group->paths->len; j++)
        g_strv_builder_add (paths, g_ptr_array_index (group->paths, j));
    }

  return (const char * const *) g_strv_builder_end (paths);
}

/* Whether it is the target itself that there was a problem with. */
static gboolean
has_target_failed (const CopyReport *report)
{
  for (guint i = 0; i < report->groups->len; i++)
    {
      CopyProblemGroup *group = g_ptr_array_index (report->groups, i);

      if (g_ptr_array_find_with_equal_func (group->paths, report->target, g_str_equal, NULL))
        return TRUE;
    }

  return FALSE;
}

/* Where things went stays so, now that something is there. */
static void
pin_target (CopyRequest      *request,
            const CopyReport *report)
{
  CopyReportPlace *place = g_ptr_array_index (report->places, 0);
  gboolean is_target_itself = g_str_equal (place->to, report->target);

  g_free ((char *) request->dest);

  if (report->places->len == 1 && !is_target_itself)
    {
      request->dest = g_strdup (place->to);
      request->no_target_directory = TRUE;
      request->target_directory = FALSE;
    }
  else
    {
      request->dest = g_strdup (report->target);
      request->no_target_directory = FALSE;
    }
}

CopyRequest *
copy_request_new_retry (const CopyRequest *self,
                        const CopyReport  *report)
{
  CopyRequest *retry;
  gboolean all_named;

  if (report->n_problems == 0 && !report->interrupted)
    return NULL;

  retry = copy_request_copy (self);
  if (report->places->len == 0)
    return retry;

  pin_target (retry, report);
  retry->options.resume = TRUE;
  all_named = !report->interrupted && report->n_paths == report->n_problems &&
              !has_target_failed (report);

  if (all_named)
    {
      g_strfreev ((char **) retry->only);
      retry->only = dup_failed_paths (report);
      retry->mirror &= report->mirror_failed;
    }

  return retry;
}
