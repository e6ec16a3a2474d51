/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "cli-copy"

#include "app-text.h"
#include "cli.h"
#include "cli-copy-ask.h"
#include "cli-copy-output.h"
#include "cli-terminal.h"
#include "cli-text.h"
#include "copy-tasks.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_WORKERS 256

/* Some programs send a signal both to a process and to its group: what comes
 * together is one wish and not two. */
#define SAME_WISH_US (G_USEC_PER_SEC / 5)

/* What the command line says. */
typedef struct
{
  CopyRequest  request;
  CliProgress  progress;
  gboolean     json;
  char       **operands;
  const char  *worker_argv[3];
} Arguments;

/* The job while it runs, on the main context. */
typedef struct
{
  CliCopyOutput  output;
  CopyJob       *job;
  GMainLoop     *loop;
  gboolean       started;
  GError        *error;
  int            ended_by;      /* the signal that asked to end, or 0 ... */
  gint64         ended_at;      /* ... and when */
  gboolean       paused_by_key;
} Session;

/* Finds @value in a list of words; its place there goes to @choice. */
static gboolean
choose (const char          *option,
        const char          *value,
        const char * const  *words,
        guint               *choice,
        GError             **error)
{
  g_autofree char *list = g_strjoinv (", ", (char **) words);

  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_equal (value, words[i]))
      {
        *choice = i;
        return TRUE;
      }

  /* Translators: an option, its value, and a list of those it can have */
  return cli_usage_error (error, _("%s: “%s” is none of %s"), option, value, list);
}

static gboolean
on_conflict (const char  *option,
             const char  *value,
             gpointer     data,
             GError     **error)
{
  /* In the order of CopyConflict */
  static const char * const words[] = { "overwrite", "skip", "rename", "newer", "fail", "ask",
                                        NULL };
  Arguments *arguments = data;
  guint choice = 0;

  if (!choose (option, value, words, &choice, error))
    return FALSE;

  arguments->request.options.conflict = (CopyConflict) choice;

  return TRUE;
}

static gboolean
on_update (const char  *option,
           const char  *value,
           gpointer     data,
           GError     **error)
{
  ((Arguments *) data)->request.options.conflict = COPY_CONFLICT_NEWER;

  return TRUE;
}

static gboolean
on_backend (const char  *option,
            const char  *value,
            gpointer     data,
            GError     **error)
{
  /* In the order of CopyBackend, whose first is the choice of none */
  static const char * const words[] = { "processes", "threads", "async", NULL };
  Arguments *arguments = data;
  guint choice = 0;

  if (!choose (option, value, words, &choice, error))
    return FALSE;

  arguments->request.backend = (CopyBackend) (COPY_BACKEND_PROCESSES + choice);

  return TRUE;
}

static gboolean
on_progress (const char  *option,
             const char  *value,
             gpointer     data,
             GError     **error)
{
  /* In the order of CliProgress */
  static const char * const words[] = { "auto", "bar", "plain", "none", NULL };
  Arguments *arguments = data;
  guint choice = 0;

  if (!choose (option, value, words, &choice, error))
    return FALSE;

  arguments->progress = (CliProgress) choice;

  return TRUE;
}

static gboolean
on_rate (const char  *option,
         const char  *value,
         gpointer     data,
         GError     **error)
{
  Arguments *arguments = data;

  if (cli_text_parse_size (value, &arguments->request.options.rate_limit) &&
      arguments->request.options.rate_limit > 0)
    return TRUE;

  return cli_usage_error (error, _("%s: “%s” is not a number of bytes such as 500K, 10M or 1G"),
                          option, value);
}

static gboolean
on_jobs (const char  *option,
         const char  *value,
         gpointer     data,
         GError     **error)
{
  Arguments *arguments = data;
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 1, MAX_WORKERS, &number, NULL))
    return cli_usage_error (error, _("%s: “%s” is not a number from 1 to %d"), option, value,
                            MAX_WORKERS);

  arguments->request.n_workers = (guint) number;

  return TRUE;
}

static gboolean
on_filter (const char  *option,
           const char  *value,
           gpointer     data,
           GError     **error)
{
  Arguments *arguments = data;

  return copy_filter_add (arguments->request.filter, value, g_str_equal (option, "--exclude"),
                          error);
}

static gboolean
parse (Arguments   *arguments,
       int          argc,
       char       **argv,
       GError     **error)
{
  CopyRequest *request = &arguments->request;
  CopyOptions *options = &request->options;
  const GOptionEntry entries[] = {
    { "jobs", 'j', 0, G_OPTION_ARG_CALLBACK, on_jobs,
      N_("Copy with N workers (default: one for each processor)"), N_("N") },
    { "backend", 0, 0, G_OPTION_ARG_CALLBACK, on_backend,
      N_("Run the workers as processes, threads or async (all in one event loop)"), N_("BACKEND") },
    { "no-target-directory", 'T', 0, G_OPTION_ARG_NONE, &request->no_target_directory,
      N_("Copy as DEST, never into it"), NULL },
    { "conflict", 0, 0, G_OPTION_ARG_CALLBACK, on_conflict,
      N_("What to do when a name is taken: overwrite (default), skip, rename, newer, fail "
         "or ask"),
      N_("POLICY") },
    { "update", 'u', G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, on_update,
      N_("Replace only what is older, as --conflict=newer"), NULL },
    { "resume", 0, 0, G_OPTION_ARG_NONE, &options->resume,
      N_("Go on with a copy that was interrupted"), NULL },
    { "verify", 0, 0, G_OPTION_ARG_NONE, &options->verify,
      N_("Read back and compare everything that was written"), NULL },
    { "fsync", 0, 0, G_OPTION_ARG_NONE, &options->fsync,
      N_("Make everything durable before saying that it is done"), NULL },
    { "delete", 0, 0, G_OPTION_ARG_NONE, &request->mirror,
      N_("Delete from the destination what the source does not have"), NULL },
    { "exclude", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, on_filter,
      N_("Leave out what matches; of several patterns the last that matches decides"),
      N_("GLOB") },
    { "include", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, on_filter,
      N_("Do not leave out what matches"), N_("GLOB") },
    { "one-file-system", 'x', 0, G_OPTION_ARG_NONE, &request->one_file_system,
      N_("Do not go into other file systems"), NULL },
    { "limit-rate", 0, 0, G_OPTION_ARG_CALLBACK, on_rate,
      N_("Copy at most so many bytes a second"), N_("BYTES") },
    { "dry-run", 'n', 0, G_OPTION_ARG_NONE, &request->dry_run,
      N_("Say what would be done, and change nothing"), NULL },
    { "progress", 0, 0, G_OPTION_ARG_CALLBACK, on_progress,
      N_("How to show progress: bar, plain, none or auto (default)"), N_("HOW") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &arguments->json,
      N_("Write events as lines of JSON on standard output"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments->operands, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("SOURCE… DEST"));
  GOptionGroup *group = g_option_group_new ("copy", "", "", arguments, NULL);

  g_option_group_add_entries (group, entries);
  g_option_group_set_translation_domain (group, GETTEXT_PACKAGE);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_main_group (context, group);
  g_option_context_set_summary (context,
    _("Copies files and folders with everything that belongs to them, into DEST if that is\n"
      "a folder, else as DEST. With one SOURCE alone, makes a copy beside it."));
  g_option_context_set_description (context,
    _("While it runs, p pauses and goes on. Ctrl+C stops cleanly, twice at once.\n"
      "Exit status: 0 all copied, 1 some items failed, 2 wrong usage, 3 could not start\n"
      "and changed nothing, 130 or 143 interrupted, to be resumed with --resume."));

  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;

  /* GOption leaves a "--" in place where no option follows it. */
  return TRUE;
}

/* Sorts the operands and says what does not go together. */
static gboolean
check (Arguments  *arguments,
       GError    **error)
{
  CopyRequest *request = &arguments->request;
  guint n = arguments->operands != NULL ? g_strv_length (arguments->operands) : 0;

  if (n == 0)
    return cli_usage_error (error, _("nothing to copy was named"));

  if (n > 1)
    {
      request->dest = arguments->operands[n - 1];
      request->sources = (const char * const *) arguments->operands;
    }
  else
    {
      request->sources = (const char * const *) arguments->operands;
    }

  if (request->no_target_directory && n != 2)
    return cli_usage_error (error, _("-T needs one source and one destination"));

  if (request->mirror && request->options.conflict == COPY_CONFLICT_RENAME)
    return cli_usage_error (error, _("--delete and --conflict=rename do not go together: the one "
                                     "would delete what the other keeps"));

  if (request->options.conflict == COPY_CONFLICT_ASK && !request->dry_run &&
      (arguments->json || !cli_copy_ask_can ()))
    return cli_usage_error (error, _("--conflict=ask needs a terminal"));

  if (request->mirror && n == 1)
    return cli_usage_error (error, _("--delete needs a destination"));

  return TRUE;
}

static gboolean
on_job_ended (gpointer data)
{
  Session *self = data;

  g_main_loop_quit (self->loop);

  return G_SOURCE_REMOVE;
}

static gpointer
run_job (gpointer data)
{
  Session *self = data;

  self->started = copy_job_run (self->job, &self->error);

  /* Always on the main context, which may not have begun to run yet. */
  g_idle_add_full (G_PRIORITY_DEFAULT, on_job_ended, self, NULL);

  return NULL;
}

static gboolean
on_asked (gpointer data)
{
  Session *self = data;

  cli_copy_ask_update (self->job);

  return G_SOURCE_REMOVE;
}

/* In the job's thread. */
static void
on_question (CopyQuestion *question,
             gpointer      user_data)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, on_asked, user_data, NULL);
}

static void
on_changed (LyProgress *progress,
            Session    *self)
{
  self->output.update (self->job);
}

/* The second time somebody asks: workers end with this process, and what they
 * leave is seen to be unfinished. */
G_NORETURN static void
stop_at_once (int signal)
{
  cli_keys_unwatch ();
  cli_copy_text_clear ();
  g_printerr (_("Stopped at once. To go on, run the same command with --resume.\n"));
  _exit (128 + signal);
}

static void
on_signal (int      number,
           gpointer user_data)
{
  Session *self = user_data;

  switch (number)
    {
    case SIGTSTP:
      copy_job_pause (self->job);
      cli_copy_text_clear ();
      cli_keys_suspend ();
      cli_signals_stop_self ();
      /* It was continued, whichever thread is told so. */
      G_GNUC_FALLTHROUGH;

    case SIGCONT:
      cli_keys_resume ();
      if (!self->paused_by_key)
        copy_job_resume (self->job);
      break;

    default:
      if (self->ended_by != 0 && g_get_monotonic_time () - self->ended_at > SAME_WISH_US)
        stop_at_once (number);
      if (self->ended_by != 0)
        break;
      self->ended_by = number;
      self->ended_at = g_get_monotonic_time ();
      self->output.stopping ();
      copy_job_cancel (self->job);
      break;
    }
}

static void
on_key (char     key,
        gpointer user_data)
{
  Session *self = user_data;

  if (cli_copy_ask_key (self->job, key) || (key != 'p' && key != 'P'))
    return;

  self->paused_by_key = !self->paused_by_key;
  if (self->paused_by_key)
    copy_job_pause (self->job);
  else
    copy_job_resume (self->job);

  self->output.update (self->job);
}

static int
exit_status (Session *self)
{
  const CopyReport *report = copy_job_get_report (self->job);

  if (!self->started)
    return CLI_EXIT_NOT_STARTED;
  if (report->interrupted)
    return self->ended_by == SIGTERM || self->ended_by == SIGHUP ? CLI_EXIT_TERMINATED
           : CLI_EXIT_INTERRUPTED;

  return report->n_problems > 0 ? CLI_EXIT_INCOMPLETE : CLI_EXIT_OK;
}

static int
run (Arguments *arguments)
{
  Session self = { .output = { .request = &arguments->request, .progress = arguments->progress } };
  GThread *thread;
  int status;

  if (arguments->json)
    cli_copy_json_init (&self.output);
  else
    cli_copy_text_init (&self.output);

  self.output.observer.conflict = on_question;
  self.loop = g_main_loop_new (NULL, FALSE);
  self.job = copy_job_new (&arguments->request, &self.output.observer, &self);
  g_signal_connect (copy_job_get_progress (self.job), "changed", G_CALLBACK (on_changed), &self);
  cli_signals_watch (on_signal, &self);
  if (!arguments->json && (self.output.progress == CLI_PROGRESS_BAR ||
                           arguments->request.options.conflict == COPY_CONFLICT_ASK))
    cli_keys_watch (on_key, &self);

  thread = g_thread_new ("job", run_job, &self);
  g_main_loop_run (self.loop);
  g_thread_join (thread);

  cli_keys_unwatch ();
  cli_signals_unwatch ();
  cli_copy_ask_clear ();
  g_signal_handlers_disconnect_by_data (copy_job_get_progress (self.job), &self);

  if (self.started)
    self.output.done (copy_job_get_report (self.job));
  else
    self.output.not_started (self.error);

  status = exit_status (&self);
  g_clear_error (&self.error);
  g_object_unref (self.job);
  g_main_loop_unref (self.loop);

  return status;
}

int
cli_copy (int    argc,
          char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CopyFilter) filter = copy_filter_new ();
  Arguments arguments = { .request = { .filter = filter } };
  int status = CLI_EXIT_USAGE;

  g_set_prgname ("lanyard copy");
  copy_tasks_register ();
  arguments.worker_argv[0] = cli_get_program ();
  arguments.worker_argv[1] = "worker";
  if (arguments.worker_argv[0] != NULL)
    arguments.request.worker_argv = arguments.worker_argv;

  if (!parse (&arguments, argc, argv, &error) || !check (&arguments, &error))
    {
      g_autofree char *text = app_text_printable (error->message);

      g_printerr (_("lanyard copy: %s\n“lanyard copy --help” tells more.\n"), text);
    }
  else
    {
      g_autofree char *dest = g_strdup (arguments.request.dest);
      guint n = g_strv_length (arguments.operands);

      /* The list of sources ends where the target was. */
      if (n > 1)
        g_clear_pointer (&arguments.operands[n - 1], g_free);
      if (dest != NULL)
        arguments.request.dest = dest;

      status = run (&arguments);
    }

  g_strfreev (arguments.operands);

  return status;
}
