/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-temp.h"

#include "e2e-run.h"

#include <glib/gstdio.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_TEMPS 8

/* What is to be removed even if a test fails. */
static char *temps[MAX_TEMPS];
static char *mounts[MAX_TEMPS];

static void
remember (char **list,
          char  *path)
{
  for (guint i = 0; i < MAX_TEMPS; i++)
    if (list[i] == NULL)
      {
        list[i] = path;
        return;
      }
}

static void
unmount_all (void)
{
  for (guint i = 0; i < MAX_TEMPS; i++)
    if (mounts[i] != NULL)
      umount2 (mounts[i], MNT_DETACH);
}

/* Only calls that a signal handler may make. */
void
e2e_temp_clean_up (void)
{
  unmount_all ();

  for (guint i = 0; i < MAX_TEMPS; i++)
    if (temps[i] != NULL)
      {
        pid_t pid = fork ();

        if (pid == 0)
          {
            execl ("/bin/rm", "rm", "-rf", "--one-file-system", temps[i], NULL);
            _exit (1);
          }

        waitpid (pid, NULL, 0);
      }
}

static E2eTemp *
temp_new_below (const char *parent)
{
  E2eTemp *self = g_new0 (E2eTemp, 1);

  self->path = g_build_filename (parent, "lanyard-e2e-XXXXXX", NULL);
  g_assert_nonnull (g_mkdtemp_full (self->path, 0755));
  remember (temps, self->path);

  return self;
}

/* On a disk, or wherever LANYARD_E2E_DIR says. */
E2eTemp *
e2e_temp_new (void)
{
  const char *parent = g_getenv ("LANYARD_E2E_DIR");

  return temp_new_below (parent != NULL ? parent : "/var/tmp");
}

/* On a file system in memory, if there is one. */
E2eTemp *
e2e_temp_new_in_memory (void)
{
  return g_access ("/dev/shm", W_OK) == 0 ? temp_new_below ("/dev/shm") : e2e_temp_new ();
}

/* Removes a tree however deep and whatever its permissions are. */
void
e2e_remove (const char *path)
{
  if (geteuid () != 0)
    e2e_run_free (e2e_run_tool ("chmod", "-R", "u+rwx", path, NULL));

  e2e_do ("rm", "-rf", path, NULL);
}

void
e2e_temp_free (E2eTemp *self)
{
  for (guint i = 0; i < MAX_TEMPS; i++)
    if (mounts[i] != NULL && g_str_has_prefix (mounts[i], self->path))
      {
        umount2 (mounts[i], MNT_DETACH);
        g_clear_pointer (&mounts[i], g_free);
      }

  e2e_remove (self->path);

  for (guint i = 0; i < MAX_TEMPS; i++)
    if (temps[i] == self->path)
      temps[i] = NULL;

  g_free (self->path);
  g_free (self);
}

/* The path of a name in it. */
char *
e2e_temp_get (E2eTemp    *self,
              const char *name)
{
  return g_build_filename (self->path, name, NULL);
}

/* Mounts an empty file system in memory on a new directory. */
char *
e2e_temp_mount (E2eTemp    *self,
                const char *name,
                const char *options)
{
  char *path = e2e_temp_get (self, name);

  g_assert_no_errno (g_mkdir (path, 0755));
  g_assert_no_errno (mount ("tmpfs", path, "tmpfs", 0, options));
  remember (mounts, g_strdup (path));

  return path;
}
