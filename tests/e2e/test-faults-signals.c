/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-judge.h"
#include "e2e-json.h"
#include "e2e-tree.h"
#include "e2e-util.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define MIB (1024 * 1024)

/* A copy that would take most of a minute. */
#define SLOW "--limit-rate=4M"

typedef struct
{
  const char *source;
  const char *target;
  guint64     wanted;  /* bytes that have to be there */
  guint64     found;
} Look;

static char *
make_source (E2eTemp *temp)
{
  char *source = e2e_temp_get (temp, "source");

  e2e_make_tree (source, 6, 20);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("medium-%u", i);

      e2e_make_file (source, name, 2 * MIB);
    }

  e2e_make_file (source, "big", 80 * MIB);

  return source;
}

static void
add_size (const char        *full,
          const char        *path,
          const struct stat *st,
          gpointer           user_data)
{
  ((Look *) user_data)->found += (guint64) st->st_blocks * 512;
}

static guint64
get_size (Look *look)
{
  look->found = 0;
  e2e_visit (look->target, add_size, look);

  return look->found;
}

static gboolean
has_grown (gpointer user_data)
{
  Look *look = user_data;

  return get_size (look) >= look->wanted;
}

/* Starts a slow copy and waits until it is at work. */
static E2eRun *
start_slowly (const char *source,
              const char *target,
              const char *backend)
{
  Look look = { source, target, MIB, 0 };
  E2eRun *run;

  if (e2e_exists (target, ""))
    look.wanted += get_size (&look);

  run = e2e_start ("copy", "-T", SLOW, backend, source, target, NULL);
  g_assert_true (e2e_run_await (run, has_grown, &look));

  return run;
}

/* After an orderly end there is nothing but whole files. */
static void
check_whole (const char        *full,
             const char        *path,
             const struct stat *st,
             gpointer           user_data)
{
  g_autofree char *original = g_build_filename (((Look *) user_data)->source, path, NULL);

  g_assert_null (strstr (path, ".lanyard-part"));
  if (S_ISREG (st->st_mode))
    {
      struct stat from;

      e2e_get_stat (original, "", &from);
      g_assert_cmpuint (st->st_mode, ==, from.st_mode);
      g_assert_cmpint (st->st_mtim.tv_nsec, ==, from.st_mtim.tv_nsec);
      e2e_assert_same_content (original, full);
    }
}

static void
assert_all_whole (const char *source,
                  const char *target)
{
  Look look = { source, target, MIB, 0 };

  e2e_visit (target, check_whole, &look);
}

static void
resume_and_judge (const char *source,
                  const char *target,
                  const char *backend)
{
  g_autoptr (E2eRun) run = e2e_run ("copy", "-T", "--resume", backend, source, target, NULL);

  e2e_assert_status (run, 0);
  e2e_assert_same (source, target);
}

static void
check_orderly_end (const char *backend,
                   int         number,
                   int         status)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = make_source (temp);
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = start_slowly (source, target, backend);

  e2e_run_signal (run, number);
  e2e_assert_status (run, status);
  g_assert_nonnull (strstr (run->err, "--resume"));
  e2e_assert_no_workers ();
  g_assert_cmpuint (e2e_count (target), <, e2e_count (source));
  assert_all_whole (source, target);
  resume_and_judge (source, target, backend);
}

static void
test_interrupt (const char *backend)
{
  check_orderly_end (backend, SIGINT, 130);
}

static void
test_terminate (const char *backend)
{
  check_orderly_end (backend, SIGTERM, 143);
}

/* In the middle of a big file, whose ranges are under way. */
static void
test_interrupt_big (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = NULL;

  e2e_make_file (source, "big", 140 * MIB);
  run = start_slowly (source, target, backend);
  e2e_run_signal (run, SIGINT);

  e2e_assert_status (run, 130);
  g_assert_false (e2e_exists (target, "big"));
  resume_and_judge (source, target, backend);
}

/* While a file is replaced the old one stands, and then stands on. */
static void
test_interrupt_replacing (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = e2e_make_dir (temp->path, "source");
  g_autofree char *target = e2e_make_dir (temp->path, "target");
  g_autofree char *big = NULL;
  g_autofree char *medium = NULL;
  g_autoptr (E2eRun) run = NULL;

  e2e_make_file (source, "big", 70 * MIB);
  e2e_make_file (source, "medium", 60 * MIB);
  e2e_make_text (target, "big", "old");
  e2e_make_text (target, "medium", "old");

  run = start_slowly (source, target, backend);
  e2e_run_signal (run, SIGINT);

  e2e_assert_status (run, 130);
  big = e2e_get_text (target, "big");
  medium = e2e_get_text (target, "medium");
  g_assert_cmpstr (big, ==, "old");
  g_assert_cmpstr (medium, ==, "old");
  g_assert_cmpuint (e2e_count (target), ==, 2);
  resume_and_judge (source, target, backend);
}

/* The second time ends it at once, whatever is left behind. */
static void
test_interrupt_twice (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = make_source (temp);
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = start_slowly (source, target, backend);

  e2e_run_signal (run, SIGINT);
  kill (run->pid, SIGINT);
  e2e_assert_status (run, 130);
  g_assert_nonnull (strstr (run->err, "--resume"));
  e2e_assert_no_workers ();
  resume_and_judge (source, target, backend);
}

/* Stopped, nothing moves; and then it goes on. */
static void
test_stop_and_continue (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = make_source (temp);
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = e2e_start ("copy", "-T", "--limit-rate=90M", backend, source, target,
                                      NULL);
  Look look = { source, target, MIB, 0 };

  g_assert_true (e2e_run_await (run, has_grown, &look));
  e2e_run_signal (run, SIGTSTP);
  e2e_run_wait_stopped (run);
  e2e_assert_idle (target);

  look.wanted = get_size (&look) + 1;
  e2e_run_signal (run, SIGCONT);
  g_assert_true (e2e_run_await (run, has_grown, &look));
  e2e_assert_status (run, 0);
  e2e_assert_same (source, target);
}

/* Who is stopped can be ended. */
static void
test_stop_and_interrupt (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = make_source (temp);
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = start_slowly (source, target, backend);

  e2e_run_signal (run, SIGTSTP);
  e2e_run_wait_stopped (run);
  e2e_run_signal (run, SIGINT);
  e2e_run_signal (run, SIGCONT);
  e2e_assert_status (run, 130);
  assert_all_whole (source, target);
}

/* A hang-up, as when a terminal is closed, is no reason for leftovers. */
static void
test_hang_up (const char *backend)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = make_source (temp);
  g_autofree char *target = e2e_temp_get (temp, "target");
  g_autoptr (E2eRun) run = start_slowly (source, target, backend);

  e2e_run_signal (run, SIGHUP);
  e2e_run_wait (run);
  g_assert_cmpint (run->status, !=, 0);
  assert_all_whole (source, target);
}

static const char *
find_command (const char *text)
{
  const char *command = strstr (text, "lanyard copy ");

  g_assert_nonnull (command);

  return command;
}

/* The command that is named does finish the job, wherever the target is. */
static void
check_advice (const char *backend,
              gboolean    target_exists,
              const char *dest,
              const char *copy_name)
{
  g_autoptr (E2eTemp) temp = e2e_temp_new_in_memory ();
  g_autofree char *source = make_source (temp);
  g_autofree char *copy = e2e_temp_get (temp, copy_name);
  g_autofree char *bin = e2e_make_dir (temp->path, "bin");
  g_autofree char *path = g_strconcat (bin, ":", g_getenv ("PATH"), NULL);
  g_autofree char *assignment = g_strconcat ("PATH=", path, NULL);
  const char *argv[] = { e2e_get_lanyard (), "copy", SLOW, backend, "source", dest, NULL };
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (E2eRun) again = NULL;
  g_auto (GStrv) lines = NULL;
  Look look = { source, copy, MIB, 0 };
  const char *shell[] = { "env", assignment, "sh", "-c", NULL, NULL };

  e2e_make_link (bin, "lanyard", e2e_get_lanyard ());
  if (target_exists)
    g_free (e2e_make_dir (temp->path, dest));

  run = e2e_start_argv (argv, temp->path);
  g_assert_true (e2e_run_await (run, has_grown, &look));
  e2e_run_signal (run, SIGINT);
  e2e_assert_status (run, 130);

  lines = g_strsplit (find_command (run->err), "\n", 2);
  shell[4] = lines[0];
  again = e2e_start_argv (shell, temp->path);
  e2e_assert_status (again, 0);
  e2e_assert_same (source, copy);
  g_assert_false (e2e_exists (copy, "source"));
}

static void
test_advice_into (const char *backend)
{
  check_advice (backend, TRUE, "it's here", "it's here/source");
}

static void
test_advice_as (const char *backend)
{
  check_advice (backend, FALSE, "it's new", "it's new");
}

static void
test_advice_beside (const char *backend)
{
  check_advice (backend, FALSE, NULL, "source (copy)");
}

int
main (int    argc,
      char **argv)
{
  e2e_init (&argc, &argv);

  e2e_add ("faults/interrupt", test_interrupt);
  e2e_add ("faults/terminate", test_terminate);
  e2e_add ("faults/interrupt-big", test_interrupt_big);
  e2e_add ("faults/interrupt-replacing", test_interrupt_replacing);
  e2e_add ("faults/interrupt-twice", test_interrupt_twice);
  e2e_add ("faults/stop-and-continue", test_stop_and_continue);
  e2e_add ("faults/stop-and-interrupt", test_stop_and_interrupt);
  e2e_add ("faults/hang-up", test_hang_up);
  e2e_add ("faults/advice-into", test_advice_into);
  e2e_add ("faults/advice-as", test_advice_as);
  e2e_add ("faults/advice-beside", test_advice_beside);

  return g_test_run ();
}
