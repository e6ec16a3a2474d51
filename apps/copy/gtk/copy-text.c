/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-text"

#include "copy-text.h"

#include <glib/gi18n.h>
#include <string.h>

/* A path to read: the user's own folder is "~", and what is no text is shown
 * as well as it can be. */
char *
copy_text_path (const char *path)
{
  const char *home = g_get_home_dir ();
  gsize length = strlen (home);

  if (length > 1 && g_str_has_prefix (path, home) && (path[length] == '/' || path[length] == '\0'))
    {
      g_autofree char *rest = g_filename_display_name (path + length);

      return g_strconcat ("~", rest, NULL);
    }

  return g_filename_display_name (path);
}

char *
copy_text_name (const char *path)
{
  return g_filename_display_basename (path);
}

/* The folder that something is in. */
char *
copy_text_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return copy_text_path (folder);
}

/* Such as 0:42 or 1:00:05. */
static char *
format_clock (gint64 seconds)
{
  int hours = (int) MIN (seconds / 3600, 99999);
  int minutes = (int) (seconds / 60 % 60);

  if (hours > 0)
    return g_strdup_printf ("%d:%02d:%02d", hours, minutes, (int) (seconds % 60));

  return g_strdup_printf ("%d:%02d", minutes, (int) (seconds % 60));
}

/* How long something took. */
static char *
describe_duration (double seconds)
{
  if (seconds < 10)
    /* Translators: seconds, such as "2.5 s" */
    return g_strdup_printf (_("%.1f s"), MAX (seconds, 0));

  return format_clock ((gint64) seconds);
}

/* With the separators of the user's language. */
char *
copy_text_count (guint64 number)
{
  return g_strdup_printf ("%'" G_GUINT64_FORMAT, number);
}

char *
copy_text_rate (double bytes_per_second)
{
  g_autofree char *size = g_format_size ((guint64) MAX (bytes_per_second, 0));

  /* Translators: bytes in a second, such as "12.3 MB/s" */
  return g_strdup_printf (_("%s/s"), size);
}

/* What is copied, in as few words as will do. */
char *
copy_text_what (const CopyRequest *request)
{
  g_autofree char *first = copy_text_name (request->sources[0]);
  guint n_more = g_strv_length ((char **) request->sources) - 1;

  if (n_more == 0)
    return g_steal_pointer (&first);

  /* Translators: the name of a file or folder, and how many others there are */
  return g_strdup_printf (ngettext ("%s and %u other", "%s and %u others", n_more), first, n_more);
}

/* The same with where it goes. */
char *
copy_text_title (const CopyRequest *request)
{
  g_autofree char *what = copy_text_what (request);
  g_autofree char *where = NULL;

  if (request->dest == NULL)
    /* Translators: a copy of %s, in the same folder */
    return g_strdup_printf (_("%s, beside it"), what);

  where = copy_text_name (request->dest);

  /* Translators: what is copied → where to; both are names */
  return g_strdup_printf (_("%s → %s"), what, where);
}

/* Both with their whole paths. */
char *
copy_text_route (const CopyRequest *request)
{
  g_autofree char *from = copy_text_path (request->sources[0]);
  g_autofree char *to = request->dest != NULL ? copy_text_path (request->dest)
                                              : copy_text_folder (request->sources[0]);

  return g_strdup_printf (_("%s → %s"), from, to);
}

/* How far it is: bytes and items of their totals, once they are known. */
static char *
describe_amount (const CopyFigures *figures,
                 gboolean           counting)
{
  gulong n = (gulong) MAX (figures->items, 0);
  g_autofree char *bytes = g_format_size ((guint64) MAX (figures->bytes, 0));
  g_autofree char *total_bytes = g_format_size ((guint64) MAX (figures->total_bytes, 0));
  g_autofree char *items = copy_text_count (n);
  g_autofree char *total_items = copy_text_count ((guint64) MAX (figures->total_items, 0));

  if (figures->totals_known)
    /* Translators: bytes of bytes, items of items */
    return g_strdup_printf (_("%s of %s, %s of %s items"), bytes, total_bytes, items, total_items);

  if (counting)
    /* Translators: bytes and items so far; how many there are is not known yet */
    return g_strdup_printf (g_dngettext (NULL, "%s, %s item, still counting",
                                         "%s, %s items, still counting", n), bytes, items);

  /* Translators: bytes and items so far */
  return g_strdup_printf (g_dngettext (NULL, "%s, %s item", "%s, %s items", n), bytes, items);
}

static char *
describe_running (const CopyFigures *figures)
{
  g_autofree char *amount = describe_amount (figures, TRUE);
  g_autofree char *rate = copy_text_rate (figures->rate);
  g_autofree char *left = NULL;

  if (figures->eta < 0 || !figures->totals_known)
    /* Translators: bytes and items of their totals, rate */
    return g_strdup_printf (_("%s · %s"), amount, rate);

  left = format_clock ((figures->eta + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC);

  /* Translators: bytes and items of their totals, rate, time left such as 0:42 */
  return g_strdup_printf (_("%s · %s · %s left"), amount, rate, left);
}

static char *
describe_done (const CopyReport *report)
{
  g_autofree char *bytes = NULL;
  g_autofree char *items = NULL;
  g_autofree char *skipped = NULL;
  g_autofree char *duration = NULL;
  gulong n;

  if (report == NULL)
    return g_strdup (_("Done"));

  n = (gulong) report->counts[COPY_COUNT_ITEMS];
  bytes = g_format_size ((guint64) report->counts[COPY_COUNT_BYTES]);
  items = copy_text_count (n);
  skipped = copy_text_count ((guint64) report->counts[COPY_COUNT_SKIPPED]);
  duration = describe_duration (report->seconds);

  if (report->counts[COPY_COUNT_SKIPPED] > 0)
    /* Translators: items, of which some were skipped; bytes; time such as 0:42 */
    return g_strdup_printf (g_dngettext (NULL, "Done: %s item (%s skipped), %s in %s",
                                         "Done: %s items (%s skipped), %s in %s", n),
                            items, skipped, bytes, duration);

  /* Translators: items, bytes, time such as 0:42 */
  return g_strdup_printf (g_dngettext (NULL, "Done: %s item, %s in %s", "Done: %s items, %s in %s",
                                       n), items, bytes, duration);
}

static char *
describe_failed (CopyQueuedJob *job)
{
  const GError *error = copy_queued_job_get_error (job);
  const CopyReport *report = copy_queued_job_get_report (job);
  guint64 n = report != NULL ? report->n_problems : 0;
  g_autofree char *count = copy_text_count (n);
  g_autofree char *text = NULL;

  if (error != NULL)
    return g_strdup_printf (_("Could not start: %s"), error->message);

  text = g_strdup_printf (g_dngettext (NULL, "%s item could not be copied",
                                       "%s items could not be copied", (gulong) n), count);
  if (report == NULL || report->groups->len != 1)
    return g_steal_pointer (&text);

  /* All for one reason, which is what there is to know. */
  return g_strdup_printf (_("%s: %s"), text,
                          ((CopyProblemGroup *) g_ptr_array_index (report->groups, 0))->reason);
}

static char *
describe_held (CopyQueuedJob *job,
               const char    *state)
{
  g_autofree char *amount = NULL;

  if (copy_queued_job_get_figures (job)->items == 0)
    return g_strdup (state);

  amount = describe_amount (copy_queued_job_get_figures (job),
                            !copy_queued_job_has_ended (job));

  return g_strdup_printf (_("%s · %s"), state, amount);
}

/* Whether all that is left waits for answers, so that there is no rate and nothing at hand. */
gboolean
copy_text_is_held_up (CopyQueuedJob *job)
{
  g_autoptr (GPtrArray) workers = NULL;

  if (copy_queued_job_get_state (job) != COPY_JOB_ASKING ||
      !copy_queued_job_get_figures (job)->totals_known)
    return FALSE;

  workers = copy_queued_job_list_workers (job);
  for (guint i = 0; i < workers->len; i++)
    if (((CopyWorkerState *) g_ptr_array_index (workers, i))->path != NULL)
      return FALSE;

  return TRUE;
}

/* The line below the title of a job: how it is getting on, or what came of it. */
char *
copy_text_state (CopyQueuedJob *job)
{
  switch (copy_queued_job_get_state (job))
    {
    case COPY_JOB_WAITING:
      return g_strdup (_("Waiting for its turn"));

    case COPY_JOB_RUNNING:
      return describe_running (copy_queued_job_get_figures (job));

    case COPY_JOB_ASKING:
      return copy_text_is_held_up (job) ? describe_held (job, _("Has a question"))
                                        : describe_running (copy_queued_job_get_figures (job));

    case COPY_JOB_PAUSED:
      return describe_held (job, _("Paused"));

    case COPY_JOB_DONE:
      return describe_done (copy_queued_job_get_report (job));

    case COPY_JOB_FAILED:
      return describe_failed (job);

    case COPY_JOB_CANCELLED:
      return describe_held (job, _("Cancelled"));

    case COPY_JOB_INTERRUPTED:
      return describe_held (job, _("Interrupted"));

    default:
      g_assert_not_reached ();
    }
}

/* A line for each problem, or each of those in @which. */
char *
copy_text_problems (GListModel *problems,
                    GtkBitset  *which)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr (CopyProblem) problem = g_list_model_get_item (problems, i);
      g_autofree char *path = g_filename_display_name (copy_problem_get_path (problem));

      if (which == NULL || gtk_bitset_contains (which, i))
        g_string_append_printf (text, "%s: %s\n", path, copy_problem_get_reason (problem));
    }

  return g_string_free (text, FALSE);
}

/* What a plan says that would happen to an item. */
const char *
copy_text_action (CopyAction action)
{
  switch (action)
    {
    case COPY_ACTION_CREATE_DIRECTORY:
      return _("Create folder");
    case COPY_ACTION_COPY:
      /* Translators: what would happen to an item */
      return C_("action", "Copy");
    case COPY_ACTION_REPLACE:
      return _("Replace");
    case COPY_ACTION_LINK:
      /* Translators: make a hard link instead of one more copy */
      return C_("action", "Link");
    case COPY_ACTION_SKIP:
      return _("Skip");
    case COPY_ACTION_DELETE:
      return _("Delete");
    case COPY_ACTION_ASK:
      return _("Ask");
    default:
      g_assert_not_reached ();
    }
}

const char *
copy_text_action_icon (CopyAction action)
{
  switch (action)
    {
    case COPY_ACTION_CREATE_DIRECTORY:
      return "folder-new-symbolic";
    case COPY_ACTION_COPY:
      return "edit-copy-symbolic";
    case COPY_ACTION_REPLACE:
      return "view-refresh-symbolic";
    case COPY_ACTION_LINK:
      return "insert-link-symbolic";
    case COPY_ACTION_SKIP:
      return "go-next-symbolic";
    case COPY_ACTION_DELETE:
      return "user-trash-symbolic";
    case COPY_ACTION_ASK:
      return "dialog-question-symbolic";
    default:
      g_assert_not_reached ();
    }
}

/* What is wrong with the list of jobs itself; NULL for nothing. */
char *
copy_text_trouble (CopyQueue *queue)
{
  const char *trouble = copy_queue_get_trouble (queue);
  const char *set_aside = copy_queue_get_set_aside (queue);
  g_autofree char *path = NULL;

  if (trouble != NULL)
    return g_strdup_printf (_("The list of jobs cannot be saved: %s"), trouble);
  if (set_aside == NULL)
    return NULL;

  path = copy_text_path (set_aside);

  return g_strdup_printf (_("The list of jobs could not be read. It is kept as %s."), path);
}
