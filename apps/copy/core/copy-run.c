/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#define G_LOG_DOMAIN "copy-run"

#include "copy-run.h"

#include "copy-cache.h"
#include "copy-conflict.h"
#include "copy-dry-run.h"
#include "copy-error.h"
#include "copy-flow.h"
#include "copy-mirror.h"
#include "copy-name.h"
#include "copy-results.h"
#include "copy-roots.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <unistd.h>

/* How long the scan may take before copying begins: enough to know all of a
 * small job, not enough to be noticed. */
#define HEAD_START_US (15 * 1000)

/* The same where little space is left: to be told before anything is changed is worth it. */
#define TIGHT_SCAN_US G_USEC_PER_SEC

/* After this long the job is taken to be worth worker processes, and they start
 * while the scan goes on. */
#define TINY_SCAN_US (2 * 1000)

/* A job up to this size is done before a worker process would have started. */
#define SMALL_ITEMS 64
#define SMALL_BYTES (8 * 1024 * 1024)

/* Tasks under way for each worker: what it runs, what it was sent ahead, and
 * what is there when it asks for more. */
#define TASKS_PER_WORKER 6

/* Events beside those of tasks: two of the scan at a time, and an answer. */
#define OTHER_EVENTS 4

/* A wish to cancel is noticed after this long at most, if nothing happens. */
#define WAIT_US (G_USEC_PER_SEC / 10)

void
copy_run_problem (CopyRun    *run,
                  const char *path,
                  const char *reason)
{
  copy_report_add_problem (run->report, path, reason);

  if (run->observer->problem != NULL)
    run->observer->problem (path, reason, run->user_data);
}

/* The path of an item as the user would write it. */
char *
copy_run_name_item (CopyRun    *run,
                    guint       source,
                    const char *path)
{
  return copy_source_spec_name_item (g_ptr_array_index (run->trip->sources, source), path);
}

gboolean
copy_run_is_cancelled (CopyRun *run)
{
  return g_cancellable_is_cancelled (run->cancellable);
}

static guint
count_workers (CopyRun *run)
{
  /* A copy that is to be slow needs no second worker, and one alone can keep
   * to the limit. */
  if (run->request->options.rate_limit > 0)
    return 1;

  return run->request->n_workers > 0 ? run->request->n_workers : g_get_num_processors ();
}

static gboolean
is_small (CopyRun *run)
{
  return copy_scan_is_done (run->scan) &&
         ly_progress_get_total (run->progress, COPY_COUNT_ITEMS) <= SMALL_ITEMS &&
         ly_progress_get_total (run->progress, COPY_COUNT_BYTES) <= SMALL_BYTES;
}

static CopyBackend
choose_backend (CopyRun *run)
{
  CopyBackend backend = run->request->backend;

  if (backend == COPY_BACKEND_AUTO)
    backend = is_small (run) ? COPY_BACKEND_THREADS : COPY_BACKEND_PROCESSES;

  /* Not every program that copies has a worker's command. */
  if (backend == COPY_BACKEND_PROCESSES && run->request->worker_argv == NULL)
    backend = COPY_BACKEND_THREADS;

  return backend;
}

/* In a thread of the executor. */
static void
on_report (LyExecutor *executor,
           GVariant   *message,
           gpointer    workers)
{
  copy_workers_take (workers, message);
}

static void
make_executor (CopyRun *run,
               guint    n_workers)
{
  switch (choose_backend (run))
    {
    case COPY_BACKEND_THREADS:
      run->executor = ly_thread_executor_new (n_workers, run->window);
      break;

    case COPY_BACKEND_ASYNC:
      run->executor = ly_async_executor_new (n_workers, run->window);
      break;

    default:
      run->executor = ly_process_executor_new (n_workers, run->window, run->request->worker_argv);
      ly_process_executor_prestart (LY_PROCESS_EXECUTOR (run->executor));
      break;
    }

  ly_executor_set_progress (run->executor, run->progress);
  copy_workers_reset (run->workers, n_workers);
  ly_executor_set_report_func (run->executor, on_report, run->workers);
}

/* Waits until the scan is done or its time is over. */
static void
wait_for_scan (CopyRun *run,
               gint64   time_us)
{
  gint64 end = g_get_monotonic_time () + time_us;
  gint64 left;

  while (!copy_scan_is_done (run->scan) && (left = end - g_get_monotonic_time ()) > 0)
    {
      g_autoptr (CopyEvent) event = ly_queue_get_timed (run->events, left, NULL);

      /* Only the scan speaks so far; what it says is looked at later. */
      if (event == NULL)
        break;
    }
}

static void
handle_event (CopyRun   *run,
              CopyEvent *event)
{
  if (event->type == COPY_EVENT_ANSWER)
    copy_conflict_take_answers (run);
  if (event->type != COPY_EVENT_TASK)
    return;

  run->in_flight--;
  copy_results_take (run, event->task, event->result, event->error);
}

/* Takes plan as long as there is room for what it may bring. Returns FALSE
 * once all of it has been taken. */
static gboolean
take_plan (CopyRun *run)
{
  while (run->in_flight < run->window && !copy_conflict_is_full (run))
    {
      gboolean was_done = copy_scan_is_done (run->scan);
      CopyPlanItem *item = copy_scan_try_get (run->scan);

      if (item == NULL)
        return !was_done;

      copy_flow_take_plan (run, item);
      copy_flow_submit (run, FALSE);
    }

  return TRUE;
}

/* The job's thread spends its life here: it keeps the workers busy with what
 * the scan finds until both have come to their end. */
static void
loop (CopyRun *run)
{
  gboolean more_plan = TRUE;

  while (TRUE)
    {
      g_autoptr (CopyEvent) event = NULL;
      gboolean cancelled = copy_run_is_cancelled (run);

      run->report->interrupted |= cancelled;
      if (cancelled)
        copy_conflict_abandon (run);
      if (more_plan)
        more_plan = !cancelled && take_plan (run);

      /* Idle workers take what there is, however little. */
      copy_flow_submit (run, !more_plan || run->in_flight == 0);

      if (run->in_flight == 0 && !more_plan && !copy_flow_submit (run, TRUE) &&
          !copy_conflict_is_pending (run))
        return;

      event = ly_queue_get_timed (run->events, WAIT_US, NULL);
      for (; event != NULL; event = ly_queue_try_get (run->events, NULL))
        {
          handle_event (run, event);
          g_clear_pointer (&event, copy_event_free);
        }
    }
}

static void
make_durable (CopyRun *run)
{
  int fd = copy_dir_open_self (run->to_root);

  if (copy_cache_sync_all (fd) != 0)
    {
      g_autoptr (GError) error = NULL;

      copy_error_set (&error, errno, _("cannot write to the disk"));
      copy_run_problem (run, run->trip->to_root, error->message);
    }

  close (fd);
}

/* A copy that is not where it was to go is none, even if all of it was written. */
static void
check_target (CopyRun *run)
{
  struct stat held;
  struct stat found;

  if (copy_dir_stat_self (run->to_root, &held) == 0 && stat (run->trip->to_root, &found) == 0 &&
      held.st_dev == found.st_dev && held.st_ino == found.st_ino)
    return;

  copy_run_problem (run, run->trip->to_root,
                    _("the destination was removed, renamed or unmounted during the copy"));
}

/* Gives all that the progress counts to the report. */
static void
fill_report (CopyRun *run,
             gint64   began)
{
  LyExecutorStats stats = { 0 };

  for (guint i = 0; i < COPY_N_COUNTERS; i++)
    run->report->counts[i] = ly_progress_get (run->progress, i);

  if (run->executor != NULL)
    ly_executor_get_stats (run->executor, &stats);

  run->report->n_workers_lost = stats.workers_lost;
  run->report->seconds = (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC;
}

static void
copy_all (CopyRun *run,
          void   (*publish) (LyExecutor *executor, gpointer job),
          gpointer job)
{
  publish (run->executor, job);
  copy_asks_open (run->asks, run->events);
  loop (run);
  copy_conflict_abandon (run);

  ly_executor_close (run->executor);
  ly_executor_join (run->executor, -1);
  copy_roots_forget (run->job_id);

  if (run->request->mirror && !run->report->interrupted)
    copy_mirror (run, FALSE);
  if (run->request->options.fsync)
    make_durable (run);
  check_target (run);
}

static void
note_places (CopyRun *run)
{
  run->report->target = g_strdup (run->trip->to_root);

  for (guint i = 0; i < run->trip->sources->len; i++)
    {
      CopySourceSpec *source = g_ptr_array_index (run->trip->sources, i);
      g_autofree char *from = copy_source_spec_name_item (source, source->name);
      g_autofree char *to = copy_name_join (run->trip->to_root, source->to_name);

      copy_report_add_place (run->report, from, to);
    }
}

void
copy_run_clear (CopyRun *run)
{
  copy_flow_abandon (run);
  g_queue_clear_full (&run->aside, (GDestroyNotify) copy_piece_free);
  g_clear_pointer (&run->asked, g_hash_table_unref);
  g_clear_pointer (&run->scan, copy_scan_free);
  g_clear_object (&run->executor);
  g_clear_object (&run->events);
  g_clear_pointer (&run->made_dirs, copy_made_dirs_free);
  g_clear_pointer (&run->to_root, copy_dir_unref);
  g_clear_pointer (&run->trip, copy_trip_free);
  g_clear_pointer (&run->sealable, g_ptr_array_unref);
  g_clear_pointer (&run->job_id, g_free);
}

/* Runs the job whose wishes are in @run to its end. @publish gets the executor
 * as soon as there is one, so that @job can pause it. FALSE with @error set if
 * nothing was begun. */
gboolean
copy_run (CopyRun      *run,
          void        (*publish) (LyExecutor *executor,
                                  gpointer    job),
          gpointer      job,
          GError      **error)
{
  gint64 began = g_get_monotonic_time ();
  guint n_workers = count_workers (run);

  run->job_id = g_strdup_printf ("%08x", g_random_int ());
  run->window = n_workers * TASKS_PER_WORKER;
  copy_conflict_init (run);
  run->sealable = g_ptr_array_new_with_free_func ((GDestroyNotify) copy_node_unref);
  run->events = ly_queue_new (run->window + OTHER_EVENTS, (GDestroyNotify) copy_event_free);

  run->trip = copy_trip_new (run->request, error);
  if (run->trip == NULL)
    return FALSE;

  note_places (run);
  run->to_root = copy_dir_open (run->trip->to_root);
  if (run->to_root == NULL)
    {
      copy_error_set (error, errno, run->trip->to_root);
      return FALSE;
    }

  run->made_dirs = copy_made_dirs_new (run->to_root);
  run->scan = copy_scan_new (run->trip->sources, run->request->filter,
                             run->request->one_file_system, run->progress, run->events);
  if (run->request->only != NULL)
    copy_scan_select (run->scan, run->request->only, run->to_root);
  copy_scan_start (run->scan);
  wait_for_scan (run, TINY_SCAN_US);
  if (!run->request->dry_run)
    make_executor (run, n_workers);
  wait_for_scan (run, !run->request->dry_run && copy_trip_is_tight (run->trip) ? TIGHT_SCAN_US
                                                                               : HEAD_START_US);

  if (copy_scan_is_done (run->scan) && !run->request->dry_run &&
      !copy_trip_check_space (run->trip, run->scan, error))
    return FALSE;

  if (run->observer->started != NULL)
    run->observer->started (n_workers, run->trip->to_root, run->user_data);

  if (run->request->dry_run)
    copy_dry_run (run);
  else
    copy_all (run, publish, job);

  fill_report (run, began);

  return TRUE;
}
