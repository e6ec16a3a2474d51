/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-copy"

#include "app-text.h"
#include "cli-copy-output.h"
#include "cli-terminal.h"
#include "cli-text.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Without a terminal a line is written this often, and a job that is shorter
 * writes none. */
#define PLAIN_INTERVAL_US (5 * G_USEC_PER_SEC)

/* Below this the time left would jump about. */
#define SETTLED_US (2 * G_USEC_PER_SEC)

/* The least that is left of a file's name on the line. */
#define MIN_NAME_WIDTH 8

static const CliCopyOutput *self;
static gint64 began;
static gint64 last_line;
static gboolean line_shown;

/* Progress is written in one piece and over the line before, so that nothing
 * flickers. */
static void
write_stderr (const char *text)
{
  gsize size = strlen (text);

  while (size > 0)
    {
      gssize n = write (STDERR_FILENO, text, size);

      if (n <= 0)
        return;
      text += n;
      size -= (gsize) n;
    }
}

void
cli_copy_text_clear (void)
{
  if (line_shown)
    write_stderr ("\r\033[K");

  line_shown = FALSE;
}

static char *
describe_amount (LyProgress *progress,
                 gboolean    scanned)
{
  gint64 bytes = ly_progress_get (progress, COPY_COUNT_BYTES) +
                 ly_progress_get (progress, COPY_COUNT_PASSED_BYTES);
  gint64 total = ly_progress_get_total (progress, COPY_COUNT_BYTES);
  g_autofree char *done_text = cli_text_size ((guint64) MAX (bytes, 0));
  g_autofree char *total_text = cli_text_size ((guint64) total);
  g_autofree char *items = cli_text_count ((guint64) ly_progress_get (progress, COPY_COUNT_ITEMS));
  g_autofree char *items_total =
    cli_text_count ((guint64) ly_progress_get_total (progress, COPY_COUNT_ITEMS));

  if (!scanned)
    /* Translators: bytes and items so far; the job's size is not known yet */
    return g_strdup_printf (_("%s, %s items (still counting)"), done_text, items);

  /* Translators: bytes of bytes, items of items */
  return g_strdup_printf (_("%s of %s, %s of %s items"), done_text, total_text, items,
                          items_total);
}

static char *
describe_share (LyProgress *progress)
{
  gint64 done = ly_progress_get (progress, COPY_COUNT_BYTES) +
                ly_progress_get (progress, COPY_COUNT_PASSED_BYTES);
  gint64 total = ly_progress_get_total (progress, COPY_COUNT_BYTES);

  if (total <= 0)
    {
      done = ly_progress_get (progress, COPY_COUNT_ITEMS);
      total = MAX (ly_progress_get_total (progress, COPY_COUNT_ITEMS), 1);
    }

  return g_strdup_printf ("%3d%%", (int) CLAMP (done * 100 / total, 0, 100));
}

static char *
describe_time_left (LyProgress *progress)
{
  g_autofree char *duration = NULL;
  gint64 eta = ly_progress_get_eta (progress, COPY_COUNT_BYTES);

  if (eta < 0 || g_get_monotonic_time () - began < SETTLED_US)
    return g_strdup ("");

  duration = cli_text_duration (eta / G_USEC_PER_SEC);

  /* Translators: how long the job will still take, such as "0:42 left" */
  return g_strdup_printf (_(", %s left"), duration);
}

/* All figures of the moment, in one line, without the file at hand. */
static char *
describe_progress (CopyJob *job)
{
  LyProgress *progress = copy_job_get_progress (job);
  gboolean scanned = ly_progress_get (progress, COPY_COUNT_SCANNED) > 0;
  g_autofree char *amount = describe_amount (progress, scanned);
  g_autofree char *share = scanned ? describe_share (progress) : g_strdup ("    ");
  g_autofree char *left = scanned ? describe_time_left (progress) : g_strdup ("");
  double bytes_per_second = ly_progress_get_rate (progress, COPY_COUNT_BYTES);
  g_autofree char *rate = cli_text_size ((guint64) bytes_per_second);

  if (copy_job_is_paused (job))
    /* Translators: share, amount; p is a key */
    return g_strdup_printf (_("%s  %s, paused (p goes on)"), share, amount);

  /* Translators: share, amount, rate, time left */
  return g_strdup_printf (_("%s  %s, %s/s%s"), share, amount, rate, left);
}

static void
show_bar (CopyJob *job)
{
  g_autofree char *figures = describe_progress (job);
  g_autofree char *status = ly_progress_dup_status (copy_job_get_progress (job));
  g_autofree char *name = app_text_printable (status != NULL ? status : "");
  guint width = cli_terminal_get_width () - 1;
  guint used = cli_text_get_width (figures);
  g_autofree char *fitted = NULL;
  g_autofree char *line = NULL;

  if (used + 2 + MIN_NAME_WIDTH <= width)
    {
      g_autofree char *short_name = cli_text_fit (name, width - used - 2, TRUE);

      fitted = g_strconcat (figures, "  ", short_name, NULL);
    }
  else
    {
      fitted = cli_text_fit (figures, width, FALSE);
    }

  line = g_strconcat ("\r", fitted, "\033[K", NULL);
  write_stderr (line);
  line_shown = TRUE;
}

static void
show_plain (CopyJob *job)
{
  gint64 now = g_get_monotonic_time ();
  g_autofree char *figures = NULL;

  if (now - last_line < PLAIN_INTERVAL_US)
    return;

  last_line = now;
  figures = describe_progress (job);
  g_printerr ("%s\n", g_strchug (figures));
}

static void
update (CopyJob *job)
{
  if (self->progress == CLI_PROGRESS_BAR)
    show_bar (job);
  else if (self->progress == CLI_PROGRESS_PLAIN)
    show_plain (job);
}

static void
stopping (void)
{
  cli_copy_text_clear ();
  g_printerr (_("Stopping cleanly; once more stops at once.\n"));
}

static void
not_started (const GError *error)
{
  g_autofree char *text = app_text_printable (error->message);

  cli_copy_text_clear ();
  g_printerr (_("lanyard: %s\n"), text);
}

/* In a dry run, from the job's thread. */
static void
on_action (CopyAction  action,
           const char *from,
           const char *to,
           gpointer    user_data)
{
  g_autofree char *to_text = app_text_printable (to);
  g_autofree char *from_text = from != NULL ? app_text_printable (from) : NULL;

  switch (action)
    {
    case COPY_ACTION_CREATE_DIRECTORY:
      /* Translators: a path; the paths in these lines stand one below the other */
      g_print (_("create folder  %s\n"), to_text);
      break;
    case COPY_ACTION_COPY:
      g_print (_("copy           %s → %s\n"), from_text, to_text);
      break;
    case COPY_ACTION_REPLACE:
      g_print (_("replace        %s → %s\n"), from_text, to_text);
      break;
    case COPY_ACTION_LINK:
      g_print (_("link           %s → %s\n"), from_text, to_text);
      break;
    case COPY_ACTION_SKIP:
      g_print (_("skip           %s → %s\n"), from_text, to_text);
      break;
    case COPY_ACTION_DELETE:
      g_print (_("delete         %s\n"), to_text);
      break;
    case COPY_ACTION_ASK:
      /* Translators: what it would ask about, and the path that is taken */
      g_print (_("ask about      %s → %s\n"), from_text, to_text);
      break;
    default:
      break;
    }
}

/* Takes @counted, a number with what it counts. */
static void
append_count (GString *text,
              gint64   count,
              char    *counted)
{
  g_autofree char *owned = counted;

  if (count > 0)
    /* Translators: between the parts of a list, as in “3 files, 1 folder” */
    g_string_append_printf (text, "%s%s", text->len > 0 ? _(", ") : "", owned);
}

static gulong
plural (gint64 count)
{
  return (gulong) MAX (count, 0);
}

static char *
describe_items (const CopyReport *report)
{
  gint64 files = report->counts[COPY_COUNT_FILES];
  gint64 folders = report->counts[COPY_COUNT_DIRECTORIES];
  gint64 links = report->counts[COPY_COUNT_SYMLINKS];
  gint64 hard_links = report->counts[COPY_COUNT_HARDLINKS];
  gint64 others = report->counts[COPY_COUNT_OTHERS];
  GString *text = g_string_new (NULL);

  append_count (text, files,
                g_strdup_printf (ngettext ("%'d file", "%'d files", plural (files)), (int) files));
  append_count (text, folders,
                g_strdup_printf (ngettext ("%'d folder", "%'d folders", plural (folders)),
                                 (int) folders));
  append_count (text, links,
                g_strdup_printf (ngettext ("%'d link", "%'d links", plural (links)), (int) links));
  append_count (text, hard_links,
                g_strdup_printf (ngettext ("%'d hard link", "%'d hard links",
                                           plural (hard_links)), (int) hard_links));
  append_count (text, others,
                g_strdup_printf (ngettext ("%'d special file", "%'d special files",
                                           plural (others)), (int) others));

  if (text->len == 0)
    /* Translators: instead of “3 files, 1 folder” */
    g_string_append (text, _("nothing"));

  return g_string_free (text, FALSE);
}

static void
print_also (const CopyReport *report)
{
  g_autofree char *skipped = cli_text_count ((guint64) report->counts[COPY_COUNT_SKIPPED]);
  g_autofree char *deleted = cli_text_count (report->n_deleted);
  g_autofree char *lost = cli_text_count (report->n_lost);
  g_autofree char *workers = cli_text_count (report->n_workers_lost);

  if (report->counts[COPY_COUNT_SKIPPED] > 0)
    g_print (ngettext ("Skipped %s item.\n", "Skipped %s items.\n",
                       plural (report->counts[COPY_COUNT_SKIPPED])), skipped);

  if (report->n_deleted > 0 && self->request->dry_run)
    g_print (ngettext ("Would delete %s item.\n", "Would delete %s items.\n",
                       plural ((gint64) report->n_deleted)), deleted);
  else if (report->n_deleted > 0)
    g_print (ngettext ("Deleted %s item.\n", "Deleted %s items.\n",
                       plural ((gint64) report->n_deleted)), deleted);

  if (report->n_lost > 0)
    g_print (ngettext ("%s item lost attributes or permissions that the destination cannot hold.\n",
                       "%s items lost attributes or permissions that the destination "
                       "cannot hold.\n",
                       plural ((gint64) report->n_lost)), lost);

  if (report->n_workers_lost > 0)
    g_print (ngettext ("%s worker died and was replaced.\n", "%s workers died and were replaced.\n",
                       plural ((gint64) report->n_workers_lost)), workers);
}

static void
print_summary (const CopyReport *report)
{
  g_autofree char *items = describe_items (report);
  gint64 bytes = MAX (report->counts[COPY_COUNT_BYTES], 0);
  g_autofree char *size = cli_text_size ((guint64) bytes);
  g_autofree char *rate = cli_text_size ((guint64) ((double) bytes /
                                                     MAX (report->seconds, 1e-6)));

  if (self->request->dry_run)
    /* Translators: “3 files, 1 folder”, and bytes */
    g_print (_("Would copy %s (%s).\n"), items, size);
  else
    /* Translators: “3 files, 1 folder”, bytes, time, bytes in a second */
    g_print (_("Copied %s (%s) in %.1f s (%s/s).\n"), items, size, report->seconds, rate);

  print_also (report);
}

static void
print_problems (const CopyReport *report)
{
  g_autofree char *total = cli_text_count (report->n_problems);

  if (report->n_problems == 0)
    return;

  g_printerr (ngettext ("%s item failed:\n", "%s items failed:\n",
                        plural ((gint64) report->n_problems)), total);

  for (guint i = 0; i < report->groups->len; i++)
    {
      const CopyProblemGroup *group = g_ptr_array_index (report->groups, i);
      g_autofree char *count = cli_text_count (group->count);
      g_autofree char *reason = app_text_printable (group->reason);

      /* Translators: the reason, and how many items failed for it */
      g_printerr (_("  %s (%s)\n"), reason, count);

      for (guint j = 0; j < group->paths->len; j++)
        {
          g_autofree char *path = app_text_printable (g_ptr_array_index (group->paths, j));

          g_printerr ("    %s\n", path);
        }

      if (group->count > group->paths->len)
        {
          g_autofree char *rest = cli_text_count (group->count - group->paths->len);

          g_printerr (_("    … and %s more\n"), rest);
        }
    }
}

static void
print_how_to_resume (void)
{
  GString *command = g_string_new ("lanyard copy --resume");
  g_autofree char *text = NULL;

  for (guint i = 0; self->request->sources[i] != NULL; i++)
    {
      g_autofree char *quoted = g_shell_quote (self->request->sources[i]);

      g_string_append_printf (command, " %s", quoted);
    }

  if (self->request->dest != NULL)
    {
      g_autofree char *quoted = g_shell_quote (self->request->dest);

      g_string_append_printf (command, "%s %s", self->request->no_target_directory ? " -T" : "",
                              quoted);
    }

  text = app_text_printable (command->str);
  /* Translators: %s is the command to type */
  g_printerr (_("Stopped before the end. What is there is whole. To do the rest, add --resume "
                "to the same command:\n  %s\n"), text);
  g_string_free (command, TRUE);
}

static void
done (const CopyReport *report)
{
  cli_copy_text_clear ();

  if (self->progress != CLI_PROGRESS_NONE)
    print_summary (report);

  fflush (stdout);
  print_problems (report);

  if (report->interrupted)
    print_how_to_resume ();
}

/* Tells a person, on standard output and standard error. */
void
cli_copy_text_init (CliCopyOutput *output)
{
  self = output;
  began = last_line = g_get_monotonic_time ();

  if (output->progress == CLI_PROGRESS_AUTO)
    output->progress = isatty (STDERR_FILENO) ? CLI_PROGRESS_BAR : CLI_PROGRESS_PLAIN;

  output->observer.action = on_action;
  output->update = update;
  output->stopping = stopping;
  output->not_started = not_started;
  output->done = done;
}
