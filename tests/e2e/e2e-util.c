/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-util.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* A test that fails ends at once, and yet leaves nothing behind. */
static void
on_failure (int number)
{
  e2e_temp_clean_up ();
  signal (number, SIG_DFL);
  raise (number);
}

/* With mounts of our own, so that none is left behind. */
static void
separate_mounts (void)
{
  if (geteuid () == 0 && unshare (CLONE_NEWNS) == 0)
    mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

void
e2e_init (int    *argc,
          char ***argv)
{
  g_test_init (argc, argv, NULL);

  /* Messages are compared, and names are bytes. */
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  g_unsetenv ("LANGUAGE");
  umask (022);

  /* Workers whose job dies become ours, so that we see whether they end. */
  prctl (PR_SET_CHILD_SUBREAPER, 1);

  separate_mounts ();
  if (g_getenv ("LANYARD_E2E_KEEP") == NULL)
    {
      signal (SIGABRT, on_failure);
      signal (SIGTRAP, on_failure);
      signal (SIGTERM, on_failure);
    }
}

typedef struct
{
  E2eFunc     func;
  const char *backend;
} Test;

static void
run_test (gconstpointer data)
{
  const Test *test = data;

  test->func (test->backend);
  e2e_assert_no_workers ();
}

void
e2e_add_for (const char *name,
             E2eFunc     func,
             const char *backend)
{
  const char *equals = strchr (backend, '=');
  g_autofree char *path = g_strdup_printf ("/e2e/%s/%s", name, equals + 1);
  Test *test = g_new (Test, 1);

  *test = (Test) { func, backend };
  g_test_add_data_func_full (path, test, run_test, g_free);
}

void
e2e_add (const char *name,
         E2eFunc     func)
{
  e2e_add_for (name, func, "--backend=processes");
  e2e_add_for (name, func, "--backend=threads");
  e2e_add_for (name, func, "--backend=async");
}

gboolean
e2e_lacks_tool (const char *program)
{
  g_autofree char *path = g_find_program_in_path (program);
  g_autofree char *reason = g_strdup_printf ("%s is not installed", program);

  if (path == NULL)
    g_test_skip (reason);

  return path == NULL;
}

gboolean
e2e_lacks_root (void)
{
  if (geteuid () != 0)
    g_test_skip ("only root may do this");

  return geteuid () != 0;
}

gboolean
e2e_lacks_mount (void)
{
  g_autoptr (E2eTemp) temp = NULL;
  gboolean mounted;

  if (e2e_lacks_root ())
    return TRUE;

  temp = e2e_temp_new ();
  mounted = mount ("tmpfs", temp->path, "tmpfs", 0, "size=64k") == 0;
  if (mounted)
    umount2 (temp->path, MNT_DETACH);
  else
    g_test_skip ("not allowed to mount");

  return !mounted;
}

/* Whether the command can be run by somebody without any rights. */
gboolean
e2e_lacks_nobody (void)
{
  g_autoptr (E2eRun) run = NULL;

  if (e2e_lacks_root () || e2e_lacks_tool ("setpriv"))
    return TRUE;

  run = e2e_run_as_nobody ("--version", NULL);
  if (run->status != 0)
    g_test_skip ("somebody without rights cannot run the command where it is");

  return run->status != 0;
}
