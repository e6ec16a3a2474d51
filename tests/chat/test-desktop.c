/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-desktop.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>

/* Nothing is started by the bus itself: a keyring that is not there stays away, and the
 * user's own is never touched. */
#define BUS_CONFIG \
  "<busconfig><type>session</type><listen>unix:tmpdir=%s</listen>" \
  "<policy context='default'><allow send_destination='*' eavesdrop='true'/>" \
  "<allow eavesdrop='true'/><allow own='*'/></policy></busconfig>"

const char *
test_desktop_find_missing (void)
{
  static const char * const programs[] = { "dbus-daemon", "gnome-keyring-daemon", "gdbus" };
  const char *missing = HAVE_LIBSECRET ? NULL : "libsecret";

  for (guint i = 0; missing == NULL && i < G_N_ELEMENTS (programs); i++)
    {
      g_autofree char *path = g_find_program_in_path (programs[i]);

      if (path == NULL)
        missing = programs[i];
    }

  return missing;
}

gboolean
test_desktop_is_lacking (void)
{
  const char *missing = test_desktop_find_missing ();
  g_autofree char *reason = g_strdup_printf ("there is no %s", missing);

  if (missing != NULL)
    g_test_skip (reason);

  return missing != NULL;
}

static void
set_up_child (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocessLauncher *
new_launcher (GSubprocessFlags flags)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (flags);

  g_subprocess_launcher_set_child_setup (launcher, set_up_child, NULL, NULL);

  return launcher;
}

/* Starts a bus. @folder is for all that belongs to this, and removed by the caller. */
TestDesktop *
test_desktop_new (const char *folder)
{
  g_autoptr (GSubprocessLauncher) launcher = new_launcher (G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                                           G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  TestDesktop *self = g_new0 (TestDesktop, 1);
  g_autofree char *path = g_build_filename (folder, "bus.conf", NULL);
  g_autofree char *option = g_strconcat ("--config-file=", path, NULL);
  g_autofree char *config = g_strdup_printf (BUS_CONFIG, folder);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;

  self->folder = g_strdup (folder);
  g_file_set_contents (path, config, -1, &error);
  g_assert_no_error (error);

  self->bus = g_subprocess_launcher_spawn (launcher, &error, "dbus-daemon", option, "--nofork",
                                           "--print-address", NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->bus));
  address = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (address);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", address, TRUE);

  return self;
}

static void
end (GSubprocess **process)
{
  g_autoptr (GError) error = NULL;

  if (*process == NULL)
    return;

  g_subprocess_force_exit (*process);
  g_subprocess_wait (*process, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (process);
}

void
test_desktop_end_keyring (TestDesktop *self)
{
  end (&self->keyring);
}

void
test_desktop_end_bus (TestDesktop *self)
{
  end (&self->keyring);
  end (&self->bus);
}

void
test_desktop_free (TestDesktop *self)
{
  test_desktop_end_bus (self);
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  g_free (self->folder);
  g_free (self);
}

static void
run_gdbus (const char * const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) gdbus = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE,
                                                     &error);

  g_assert_no_error (error);
  g_subprocess_wait_check (gdbus, NULL, &error);
  g_assert_no_error (error);
}

void
test_desktop_start_keyring (TestDesktop *self,
                            const char  *name)
{
  g_autoptr (GSubprocessLauncher) launcher = new_launcher (G_SUBPROCESS_FLAGS_STDIN_PIPE |
                                                           G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                                           G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  static const char * const wait[] = {
    "gdbus", "wait", "--session", "--timeout", "60", "org.freedesktop.secrets", NULL
  };
  static const char * const places[] = { "HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR" };
  g_autofree char *home = g_build_filename (self->folder, name, NULL);
  g_autofree char *control = g_strdup_printf ("--control-directory=%s/control", home);
  GOutputStream *password;
  g_autoptr (GError) error = NULL;

  g_assert_null (self->keyring);
  g_assert_no_errno (g_mkdir_with_parents (home, 0700));
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    g_subprocess_launcher_setenv (launcher, places[i], home, TRUE);
  g_subprocess_launcher_unsetenv (launcher, "GNOME_KEYRING_CONTROL");
  g_subprocess_launcher_unsetenv (launcher, "DISPLAY");

  self->keyring = g_subprocess_launcher_spawn (launcher, &error, "gnome-keyring-daemon",
                                               "--foreground", "--unlock", "--components=secrets",
                                               control, NULL);
  g_assert_no_error (error);

  password = g_subprocess_get_stdin_pipe (self->keyring);
  g_output_stream_write_all (password, "horse\n", 6, NULL, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (password, NULL, &error);
  g_assert_no_error (error);

  run_gdbus (wait);
}

/* Its password would have to be typed again. */
void
test_desktop_lock_keyring (TestDesktop *self)
{
  static const char * const lock[] = {
    "gdbus", "call", "--session", "--dest", "org.freedesktop.secrets",
    "--object-path", "/org/freedesktop/secrets", "--method", "org.freedesktop.Secret.Service.Lock",
    "['/org/freedesktop/secrets/collection/login']", NULL
  };

  run_gdbus (lock);
}
