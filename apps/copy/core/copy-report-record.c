/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-job-record"

#include "copy-job-record.h"

#include "copy-queue.h"

/* Reports in the file of a queue, with the first of the items that failed. */

/* The first numbers of a report, before its counters. */
enum { N_PROBLEMS, N_LOST, N_DELETED, N_WORKERS_LOST, INTERRUPTED, MIRROR_FAILED, N_NUMBERS };

static char *
group_key (guint       number,
           const char *key)
{
  return g_strdup_printf ("problem-%u-%s", number, key);
}

static void
set_places (GKeyFile         *file,
            const char       *group,
            const CopyReport *report)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < report->places->len; i++)
    {
      CopyReportPlace *place = g_ptr_array_index (report->places, i);

      g_ptr_array_add (names, place->from);
      g_ptr_array_add (names, place->to);
    }

  g_ptr_array_add (names, report->target);
  g_ptr_array_add (names, NULL);
  if (report->target != NULL)
    copy_job_record_set_names (file, group, "places", (const char * const *) names->pdata);
}

/* Sets a group's reason, with how many there were, and @n of its paths. */
static void
set_problems (GKeyFile               *file,
              const char             *group,
              guint                   number,
              const CopyProblemGroup *problems,
              guint                   n)
{
  g_autofree char *paths_key = group_key (number, "paths");
  g_autofree char *count_key = group_key (number, "count");
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  g_ptr_array_add (paths, problems->reason);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (paths, g_ptr_array_index (problems->paths, i));
  g_ptr_array_add (paths, NULL);

  copy_job_record_set_names (file, group, paths_key, (const char * const *) paths->pdata);
  g_key_file_set_uint64 (file, group, count_key, problems->count);
}

void
copy_job_record_set_report (GKeyFile         *file,
                            const char       *group,
                            const CopyReport *report)
{
  GString *numbers = g_string_new (NULL);
  guint room = COPY_QUEUE_KEPT_PATHS;
  const gint64 first[N_NUMBERS] = {
    [N_PROBLEMS] = (gint64) report->n_problems,
    [N_LOST] = (gint64) report->n_lost,
    [N_DELETED] = (gint64) report->n_deleted,
    [N_WORKERS_LOST] = (gint64) report->n_workers_lost,
    [INTERRUPTED] = report->interrupted,
    [MIRROR_FAILED] = report->mirror_failed,
  };

  for (guint i = 0; i < N_NUMBERS; i++)
    g_string_append_printf (numbers, "%" G_GINT64_FORMAT ";", first[i]);
  for (guint i = 0; i < COPY_N_COUNTERS; i++)
    g_string_append_printf (numbers, "%" G_GINT64_FORMAT ";", report->counts[i]);

  g_key_file_set_value (file, group, "report", numbers->str);
  g_string_free (numbers, TRUE);
  g_key_file_set_double (file, group, "report-seconds", report->seconds);
  set_places (file, group, report);

  for (guint i = 0; i < report->groups->len && i < COPY_QUEUE_KEPT_PATHS; i++)
    {
      CopyProblemGroup *problems = g_ptr_array_index (report->groups, i);
      guint n = MIN (problems->paths->len, room);

      set_problems (file, group, i, problems, n);
      room -= n;
    }
}

static gboolean
get_numbers (GKeyFile    *file,
             const char  *group,
             CopyReport  *report,
             GError     **error)
{
  gint64 first[N_NUMBERS] = { 0 };
  g_auto (GStrv) words = g_key_file_get_string_list (file, group, "report", NULL, error);
  guint n_words;

  if (words == NULL)
    return FALSE;

  /* Counters that are not there yet are 0, those that nobody knows are passed over. */
  n_words = g_strv_length (words);
  for (guint i = 0; i < n_words; i++)
    {
      gint64 number;

      if (!g_ascii_string_to_signed (words[i], 10, G_MININT64, G_MAXINT64, &number, error))
        return FALSE;

      if (i < N_NUMBERS)
        first[i] = number;
      else if (i - N_NUMBERS < COPY_N_COUNTERS)
        report->counts[i - N_NUMBERS] = number;
    }

  report->n_problems = (guint64) first[N_PROBLEMS];
  report->n_lost = (guint64) first[N_LOST];
  report->n_deleted = (guint64) first[N_DELETED];
  report->n_workers_lost = (guint64) first[N_WORKERS_LOST];
  report->interrupted = first[INTERRUPTED] != 0;
  report->mirror_failed = first[MIRROR_FAILED] != 0;
  report->seconds = g_key_file_get_double (file, group, "report-seconds", NULL);

  return TRUE;
}

static gboolean
get_problems (GKeyFile    *file,
              const char  *group,
              CopyReport  *report,
              GError     **error)
{
  for (guint i = 0;; i++)
    {
      g_autofree char *paths_key = group_key (i, "paths");
      g_autofree char *count_key = group_key (i, "count");
      g_autoptr (GError) local_error = NULL;
      g_auto (GStrv) names = copy_job_record_get_names (file, group, paths_key, &local_error);

      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }

      if (names == NULL || names[0] == NULL)
        break;

      copy_report_add_group (report, names[0],
                             g_key_file_get_uint64 (file, group, count_key, NULL),
                             (const char * const *) names + 1);
    }

  return TRUE;
}

static gboolean
get_places (GKeyFile    *file,
            const char  *group,
            CopyReport  *report,
            GError     **error)
{
  g_autoptr (GError) local_error = NULL;
  g_auto (GStrv) names = copy_job_record_get_names (file, group, "places", &local_error);
  guint n = names != NULL ? g_strv_length (names) : 0;

  for (guint i = 0; i + 2 < n; i += 2)
    copy_report_add_place (report, names[i], names[i + 1]);
  if (n > 0)
    report->target = g_strdup (names[n - 1]);

  if (local_error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

/* NULL without an error if there is none. */
CopyReport *
copy_job_record_get_report (GKeyFile    *file,
                            const char  *group,
                            GError     **error)
{
  g_autoptr (CopyReport) report = NULL;

  if (!g_key_file_has_key (file, group, "report", NULL))
    return NULL;

  report = copy_report_new ();
  if (!get_numbers (file, group, report, error) || !get_problems (file, group, report, error) ||
      !get_places (file, group, report, error))
    return NULL;

  return g_steal_pointer (&report);
}
