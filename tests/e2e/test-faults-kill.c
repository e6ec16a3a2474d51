/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-judge.h"
#include "e2e-json.h"
#include "e2e-tree.h"
#include "e2e-util.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define MIB (1024 * 1024)

#define ROUNDS      4
#define SLOW_ROUNDS 40

static guint
count_rounds (void)
{
  return g_test_slow () ? SLOW_ROUNDS : ROUNDS;
}

/* A tree that takes long enough for something to happen in between. */
static char *
make_source (E2eTemp *temp)
{
  char *source = e2e_temp_get (temp, "source");

  e2e_make_tree (source, 12, 120);
  e2e_make_file (source, "big", 100 * MIB);
  e2e_make_file (source, "dir-3/big hole", 2 * MIB);
  e2e_make_hole (source, "dir-3/big hole", 2 * MIB, 160 * MIB);
  e2e_set_time (source, "", 1234567890, 123456789);

  return source;
}

/* How long an undisturbed copy takes. */
static gint64
measure (const char *source,
         const char *target,
         const char *backend)
{
  gint64 began = g_get_monotonic_time ();
  g_autoptr (E2eRun) run = e2e_run ("copy", "-T", backend, source, target, NULL);
  gint64 duration = g_get_monotonic_time () - began;

  e2e_assert_status (run, 0);
  e2e_remove (target);

  return duration;
}

static gint64
random_moment (gint64 duration)
{
  return (gint64) (g_test_rand_double () * (double) duration);
}

static gboolean
has_workers (gpointer user_data)
{
  g_autoptr (GArray) workers = e2e_run_list_workers (user_data);

  return workers->len >= 2;
}

/* Kills @n workers at once, some time after they are there; how many it were. */
static guint
kill_workers (E2eRun *run,
              guint   n,
              gint64  moment)
{
  g_autoptr (GArray) workers = NULL;
  guint killed = 0;

  if (!e2e_run_await (run, has_workers, run) || e2e_run_wait_until (run, moment))
    return 0;

  workers = e2e_run_list_workers (run);
  for (guint i = 0; i < MIN (n, workers->len); i++)
    killed += kill (g_array_index (workers, int, i), SIGKILL) == 0;

  return killed;
}

static void
test_workers (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = make_source (temp);
  g_autofree char *target = e2e_temp_get (temp, "target");
  gint64 duration = measure (source, target, backend);
  gint64 lost = 0;

  for (guint round = 0; round < count_rounds (); round++)
    {
      g_autoptr (E2eRun) run = e2e_start ("copy", "-T", "--json", "-j", "2", backend, source,
                                          target, NULL);
      g_autoptr (GPtrArray) events = NULL;
      guint killed = kill_workers (run, 1 + (round & 1), random_moment (duration));

      e2e_assert_status (run, 0);
      events = e2e_json_parse (run);
      g_assert_cmpint (e2e_json_count (events, "errors"), ==, 0);
      g_assert_cmpint (e2e_json_count (events, "workers_lost"), <=, killed);
      lost += e2e_json_count (events, "workers_lost");
      e2e_assert_same (source, target);
      e2e_remove (target);
    }

  g_test_message ("%d workers were lost", (int) lost);
}

/* The same where everything is replaced, and read back. */
static void
test_workers_replacing (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = make_source (temp);
  g_autofree char *target = e2e_temp_get (temp, "target");
  gint64 duration = measure (source, target, backend);

  for (guint round = 0; round < count_rounds (); round++)
    {
      g_autoptr (E2eRun) run = NULL;

      if (round == 0)
        {
          e2e_make_tree (target, 12, 120);
          e2e_make_text (target, "dir-1/sub-1/file-7", "something else");
        }

      run = e2e_start ("copy", "-T", "--verify", backend, source, target, NULL);
      kill_workers (run, 1, random_moment (2 * duration));
      e2e_assert_status (run, 0);
      e2e_assert_same (source, target);
    }
}

typedef struct
{
  const char *source;
  GHashTable *complete;  /* path to what must not change */
  gboolean    may_be_old;
  guint       n_parts;
} Leftovers;

static char *
get_identity (const struct stat *st)
{
  /* One more hard link changes the file, but does not copy it. */
  if (st->st_nlink > 1)
    return g_strdup_printf ("inode %lu", (gulong) st->st_ino);

  return g_strdup_printf ("inode %lu, changed at %ld.%09ld", (gulong) st->st_ino,
                          (long) st->st_ctim.tv_sec, st->st_ctim.tv_nsec);
}

/* What looks whole must be whole. */
static void
look_at_leftover (const char        *full,
                  const char        *path,
                  const struct stat *st,
                  gpointer           user_data)
{
  Leftovers *self = user_data;
  g_autofree char *original = g_build_filename (self->source, path, NULL);
  struct stat from;

  if (strstr (path, ".lanyard-part-") != NULL)
    {
      self->n_parts++;
      return;
    }

  /* What nobody may read will not be taken for whole. */
  if (!S_ISREG (st->st_mode) || (st->st_mode & 0444) == 0 || lstat (original, &from) != 0)
    return;

  if (from.st_mtim.tv_sec != st->st_mtim.tv_sec || from.st_mtim.tv_nsec != st->st_mtim.tv_nsec ||
      from.st_size != st->st_size)
    {
      if (!self->may_be_old)
        g_error ("%s looks whole, but is not", path);
      return;
    }

  e2e_assert_same_content (original, full);
  /* One more name would be a change as well. */
  if (st->st_nlink == 1 && from.st_nlink == 1)
    g_hash_table_insert (self->complete, g_strdup (path), get_identity (st));
}

/* Kills the whole job at @moment, and looks at what it leaves. */
static GHashTable *
kill_job (const char *source,
          const char *target,
          const char *backend,
          gint64      moment,
          gboolean    replacing)
{
  Leftovers leftovers = { .source = source, .may_be_old = replacing };
  g_autoptr (E2eRun) run = e2e_start ("copy", "-T", backend, source, target, NULL);

  if (!e2e_run_wait_until (run, moment))
    e2e_run_signal (run, SIGKILL);
  e2e_run_wait (run);
  e2e_assert_no_workers ();

  leftovers.complete = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  e2e_visit (target, look_at_leftover, &leftovers);

  return leftovers.complete;
}

static void
resume_and_judge (const char *source,
                  const char *target,
                  const char *backend,
                  GHashTable *complete)
{
  g_autoptr (E2eRun) run = e2e_run ("copy", "-T", "--resume", backend, source, target, NULL);
  GHashTableIter iter;
  const char *path;
  const char *before;

  e2e_assert_status (run, 0);
  e2e_assert_same (source, target);

  g_hash_table_iter_init (&iter, complete);
  while (g_hash_table_iter_next (&iter, (gpointer *) &path, (gpointer *) &before))
    {
      g_autofree char *now = NULL;
      struct stat st;

      e2e_get_stat (target, path, &st);
      now = get_identity (&st);
      if (!g_str_has_prefix (before, now))
        g_error ("%s was complete and is copied again: %s before, %s now", path, before, now);
    }
}

static void
test_job (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = make_source (temp);
  g_autofree char *target = e2e_temp_get (temp, "target");
  gint64 duration = measure (source, target, backend);

  for (guint round = 0; round < count_rounds (); round++)
    {
      g_autoptr (GHashTable) complete = kill_job (source, target, backend,
                                                  random_moment (duration), FALSE);

      g_test_message ("%u files were complete", g_hash_table_size (complete));
      resume_and_judge (source, target, backend, complete);
      e2e_remove (target);
    }
}

static void
touch (const char        *full,
       const char        *path,
       const struct stat *st,
       gpointer           user_data)
{
  if (S_ISREG (st->st_mode))
    e2e_set_time (full, "", 1000000000, 1);
}

/* Killed while it replaces: every file is the old one or the new one, and the
 * parts that were left are gone in the end. */
static void
test_job_replacing (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = make_source (temp);
  g_autofree char *target = e2e_temp_get (temp, "target");
  gint64 duration = measure (source, target, backend);

  for (guint round = 0; round < count_rounds (); round++)
    {
      g_autoptr (GHashTable) complete = NULL;

      e2e_make_tree (target, 12, 120);
      e2e_make_file (target, "big", 1000);
      e2e_visit (target, touch, NULL);

      complete = kill_job (source, target, backend, random_moment (2 * duration), TRUE);
      resume_and_judge (source, target, backend, complete);
      e2e_remove (target);
    }
}

static void
note_all (const char        *full,
          const char        *path,
          const struct stat *st,
          gpointer           user_data)
{
  if (!S_ISDIR (st->st_mode))
    g_hash_table_insert (user_data, g_strdup (path), get_identity (st));
}

/* Where everything is complete, hard links too, nothing is copied. */
static void
test_nothing_left (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new ();
  g_autofree char *source = e2e_temp_get (temp, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (GHashTable) complete = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                           g_free);
  g_autoptr (E2eRun) run = NULL;

  e2e_make_tree (source, 3, 20);
  e2e_make_hole (source, "big", 0, 70 * MIB);
  run = e2e_run ("copy", "-T", backend, source, target, NULL);
  e2e_assert_status (run, 0);

  e2e_visit (target, note_all, complete);
  resume_and_judge (source, target, backend, complete);
}

/* Killed again and again, it still comes to its end. */
static void
test_job_repeatedly (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = make_source (temp);
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = NULL;
  gint64 duration = measure (source, target, backend);

  for (guint round = 0; round < 5; round++)
    {
      g_autoptr (E2eRun) killed = e2e_start ("copy", "-T", "--resume", backend, source, target,
                                             NULL);

      if (!e2e_run_wait_until (killed, random_moment (duration)))
        e2e_run_signal (killed, SIGKILL);
      e2e_run_wait (killed);
      e2e_assert_no_workers ();
    }

  run = e2e_run ("copy", "-T", "--resume", backend, source, target, NULL);
  e2e_assert_status (run, 0);
  e2e_assert_same (source, target);
}

/* A worker that hangs is as good as dead. */
static void
test_hung_worker (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = make_source (temp);
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (GArray) workers = NULL;

  if (!g_test_slow ())
    {
      g_test_skip ("waits until a worker is taken for hung");
      return;
    }

  run = e2e_start ("copy", "-j", "2", backend, source, target, NULL);
  g_assert_true (e2e_run_await (run, has_workers, run));
  workers = e2e_run_list_workers (run);
  g_assert_no_errno (kill (g_array_index (workers, int, 0), SIGSTOP));

  e2e_assert_status (run, 0);
  e2e_assert_same (source, target);
}

int
main (int    argc,
      char **argv)
{
  e2e_init (&argc, &argv);

  e2e_add_for ("faults/workers-killed", test_workers, "--backend=processes");
  e2e_add_for ("faults/workers-killed-replacing", test_workers_replacing, "--backend=processes");
  e2e_add ("faults/job-killed", test_job);
  e2e_add ("faults/job-killed-replacing", test_job_replacing);
  e2e_add ("faults/nothing-left", test_nothing_left);
  e2e_add ("faults/job-killed-repeatedly", test_job_repeatedly);
  e2e_add_for ("faults/hung-worker", test_hung_worker, "--backend=processes");

  return g_test_run ();
}
