/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-copy"

#include "cli-copy-output.h"
#include "cli-json.h"

#include <string.h>

#define PROGRESS_INTERVAL_US (G_USEC_PER_SEC / 2)

static const CliCopyOutput *self;
static gint64 last_progress;

/* Atomic: the job's thread says “start”, and before that there is no progress to tell. */
static int has_started;

/* One object a line, see the command's contract in lanyard-copy(1). */

static void
on_started (guint       n_workers,
            const char *target,
            gpointer    user_data)
{
  g_autoptr (JsonBuilder) event = cli_json_begin ("start");

  json_builder_set_member_name (event, "sources");
  json_builder_begin_array (event);
  for (guint i = 0; self->request->sources[i] != NULL; i++)
    {
      g_autofree char *source = g_utf8_make_valid (self->request->sources[i], -1);

      json_builder_add_string_value (event, source);
    }
  json_builder_end_array (event);

  cli_json_add_bytes (event, "target", target);
  cli_json_add_int (event, "workers", n_workers);
  cli_json_add_bool (event, "dry_run", self->request->dry_run);
  cli_json_print (event);
  g_atomic_int_set (&has_started, TRUE);
}

static void
on_problem (const char *path,
            const char *reason,
            gpointer    user_data)
{
  g_autoptr (JsonBuilder) event = cli_json_begin ("error");

  cli_json_add_bytes (event, "path", path);
  cli_json_add_bytes (event, "message", reason);
  cli_json_print (event);
}

static void
on_action (CopyAction  action,
           const char *from,
           const char *to,
           gpointer    user_data)
{
  static const char * const names[] = {
    [COPY_ACTION_CREATE_DIRECTORY] = "create-directory",
    [COPY_ACTION_COPY] = "copy",
    [COPY_ACTION_REPLACE] = "replace",
    [COPY_ACTION_LINK] = "link",
    [COPY_ACTION_SKIP] = "skip",
    [COPY_ACTION_DELETE] = "delete",
    [COPY_ACTION_ASK] = "ask",
  };
  g_autoptr (JsonBuilder) event = cli_json_begin ("action");

  cli_json_add_bytes (event, "action", names[action]);
  if (from != NULL)
    cli_json_add_bytes (event, "from", from);
  cli_json_add_bytes (event, "to", to);
  cli_json_print (event);
}

static void
update (CopyJob *job)
{
  LyProgress *progress = copy_job_get_progress (job);
  g_autofree char *status = NULL;
  g_autoptr (JsonBuilder) event = NULL;
  gint64 now = g_get_monotonic_time ();
  gint64 eta;

  if (!g_atomic_int_get (&has_started) || self->progress == CLI_PROGRESS_NONE ||
      now - last_progress < PROGRESS_INTERVAL_US)
    return;

  last_progress = now;
  event = cli_json_begin ("progress");
  cli_json_add_int (event, "bytes", ly_progress_get (progress, COPY_COUNT_BYTES));
  cli_json_add_int (event, "bytes_total", ly_progress_get_total (progress, COPY_COUNT_BYTES));
  cli_json_add_int (event, "items", ly_progress_get (progress, COPY_COUNT_ITEMS));
  cli_json_add_int (event, "items_total", ly_progress_get_total (progress, COPY_COUNT_ITEMS));
  cli_json_add_int (event, "files", ly_progress_get (progress, COPY_COUNT_FILES));
  cli_json_add_bool (event, "counted", ly_progress_get (progress, COPY_COUNT_SCANNED) > 0);
  cli_json_add_bool (event, "paused", copy_job_is_paused (job));
  cli_json_add_int (event, "bytes_per_second",
                    (gint64) ly_progress_get_rate (progress, COPY_COUNT_BYTES));

  eta = ly_progress_get_eta (progress, COPY_COUNT_BYTES);
  if (eta >= 0)
    cli_json_add_double (event, "seconds_left", (double) eta / G_USEC_PER_SEC);

  status = ly_progress_dup_status (progress);
  if (status != NULL)
    cli_json_add_bytes (event, "current", status);

  cli_json_print (event);
}

static void
stopping (void)
{
}

static void
not_started (const GError *error)
{
  g_autoptr (JsonBuilder) event = cli_json_begin ("error");

  cli_json_add_bytes (event, "message", error->message);
  cli_json_print (event);
}

static void
done (const CopyReport *report)
{
  g_autoptr (JsonBuilder) event = cli_json_begin ("done");

  cli_json_add_int (event, "files", report->counts[COPY_COUNT_FILES]);
  cli_json_add_int (event, "directories", report->counts[COPY_COUNT_DIRECTORIES]);
  cli_json_add_int (event, "symlinks", report->counts[COPY_COUNT_SYMLINKS]);
  cli_json_add_int (event, "hardlinks", report->counts[COPY_COUNT_HARDLINKS]);
  cli_json_add_int (event, "others", report->counts[COPY_COUNT_OTHERS]);
  cli_json_add_int (event, "bytes", report->counts[COPY_COUNT_BYTES]);
  cli_json_add_int (event, "skipped", report->counts[COPY_COUNT_SKIPPED]);
  cli_json_add_int (event, "deleted", (gint64) report->n_deleted);
  cli_json_add_int (event, "lost_metadata", (gint64) report->n_lost);
  cli_json_add_int (event, "workers_lost", (gint64) report->n_workers_lost);
  cli_json_add_int (event, "errors", (gint64) report->n_problems);
  cli_json_add_double (event, "seconds", report->seconds);
  cli_json_add_bool (event, "interrupted", report->interrupted);
  cli_json_print (event);
}

/* Tells a program, in lines of JSON on standard output. */
void
cli_copy_json_init (CliCopyOutput *output)
{
  self = output;
  output->observer.started = on_started;
  output->observer.problem = on_problem;
  output->observer.action = on_action;
  output->update = update;
  output->stopping = stopping;
  output->not_started = not_started;
  output->done = done;
}
