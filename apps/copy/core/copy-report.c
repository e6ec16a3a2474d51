/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-report"

#include "copy-report.h"

static void
group_free (CopyProblemGroup *group)
{
  g_ptr_array_unref (group->paths);
  g_free (group->reason);
  g_free (group);
}

static void
place_free (CopyReportPlace *place)
{
  g_free (place->from);
  g_free (place->to);
  g_free (place);
}

CopyReport *
copy_report_new (void)
{
  CopyReport *self = g_new0 (CopyReport, 1);

  self->places = g_ptr_array_new_with_free_func ((GDestroyNotify) place_free);
  self->groups = g_ptr_array_new_with_free_func ((GDestroyNotify) group_free);

  return self;
}

void
copy_report_free (CopyReport *self)
{
  g_ptr_array_unref (self->places);
  g_ptr_array_unref (self->groups);
  g_free (self->target);
  g_free (self);
}

/* There are few reasons, however many problems. */
static CopyProblemGroup *
find_group (CopyReport *self,
            const char *reason)
{
  CopyProblemGroup *group;

  for (guint i = 0; i < self->groups->len; i++)
    {
      group = g_ptr_array_index (self->groups, i);
      if (g_str_equal (group->reason, reason))
        return group;
    }

  group = g_new0 (CopyProblemGroup, 1);
  group->reason = g_strdup (reason);
  group->paths = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->groups, group);

  return group;
}

void
copy_report_add_problem (CopyReport *self,
                         const char *path,
                         const char *reason)
{
  CopyProblemGroup *group = find_group (self, reason);

  self->n_problems++;
  group->count++;

  if (self->n_paths < COPY_REPORT_MAX_PATHS)
    {
      self->n_paths++;
      g_ptr_array_add (group->paths, g_strdup (path));
    }
}

void
copy_report_add_place (CopyReport *self,
                       const char *from,
                       const char *to)
{
  CopyReportPlace *place = g_new0 (CopyReportPlace, 1);

  place->from = g_strdup (from);
  place->to = g_strdup (to);
  g_ptr_array_add (self->places, place);
}

/* Takes over what was kept of problems that are counted already: how many had
 * this reason, and some of them. */
void
copy_report_add_group (CopyReport         *self,
                       const char         *reason,
                       guint64             count,
                       const char * const *paths)
{
  CopyProblemGroup *group = find_group (self, reason);

  group->count += count;

  for (; *paths != NULL && self->n_paths < COPY_REPORT_MAX_PATHS; paths++)
    {
      self->n_paths++;
      g_ptr_array_add (group->paths, g_strdup (*paths));
    }
}
