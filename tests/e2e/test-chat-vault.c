/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "e2e-chat.h"
#include "e2e-terminal.h"
#include "test-desktop.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

/* “lanyard identity --keep-in”, with GNOME's keyring on a bus of our own. */

#define N_KILLS 60
#define STORE "is in the desktop's secret store: "

typedef struct
{
  E2eTemp     *temp;
  TestDesktop *desktop;   /* or NULL */
  E2eChat     *anna;      /* whose key it is; does not run yet */
  char        *path;      /* of its file */
  char        *fingerprint;
} Scene;

/* The fingerprint that is shown, with a newline. */
static char *
get_fingerprint (Scene *self)
{
  g_autoptr (E2eRun) shown = e2e_run ("identity", "--profile", self->anna->profile, NULL);

  e2e_assert_status (shown, 0);
  g_assert_cmpstr (shown->err, ==, "");

  return g_strdup (shown->out);
}

static void
scene_init (Scene    *self,
            gboolean  with_desktop)
{
  self->temp = e2e_temp_new ();
  if (with_desktop)
    {
      self->desktop = test_desktop_new (self->temp->path);
      test_desktop_start_keyring (self->desktop, "keyring");
    }
  self->anna = e2e_chat_new (self->temp, "Anna");
  self->path = g_build_filename (self->anna->profile, "identity", NULL);
  self->fingerprint = get_fingerprint (self);
}

static void
scene_clear (Scene *self)
{
  g_clear_pointer (&self->anna, e2e_chat_free);
  g_clear_pointer (&self->desktop, test_desktop_free);
  g_clear_pointer (&self->temp, e2e_temp_free);
  g_free (self->path);
  g_free (self->fingerprint);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scene, scene_clear)

static E2eRun *
keep_in (Scene      *self,
         const char *place)
{
  return e2e_run ("identity", "--profile", self->anna->profile, "--keep-in", place, NULL);
}

static void
assert_moved (Scene      *self,
              const char *place)
{
  g_autoptr (E2eRun) moved = keep_in (self, place);

  e2e_assert_status (moved, 0);
  g_assert_cmpstr (moved->out, ==, self->fingerprint);
  g_assert_cmpstr (moved->err, ==, "");
}

static void
assert_place (Scene      *self,
              const char *place)
{
  g_autoptr (E2eRun) json = e2e_run ("identity", "--profile", self->anna->profile, "--json", NULL);
  g_autofree char *fingerprint = get_fingerprint (self);
  g_autoptr (GPtrArray) lines = NULL;

  g_assert_cmpstr (fingerprint, ==, self->fingerprint);
  e2e_assert_status (json, 0);
  lines = e2e_json_parse (json);
  g_assert_cmpuint (lines->len, ==, 1);
  g_assert_cmpstr (e2e_json_get_event (lines->pdata[0]), ==, "identity");
  g_assert_cmpstr (e2e_json_get_string (lines->pdata[0], "place"), ==, place);
}

/* Nothing that needs the key starts, and each says why. */
static void
assert_no_key (Scene      *self,
               const char *reason)
{
  const char *profile = self->anna->profile;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  E2eRun *runs[5];

  g_assert_true (g_file_get_contents (self->path, &before, NULL, NULL));
  runs[0] = e2e_run ("identity", "--profile", profile, NULL);
  runs[1] = keep_in (self, "profile");
  runs[2] = keep_in (self, "desktop");
  runs[3] = e2e_run ("send", "--profile", profile, "--bind", "127.0.0.1", "Bert", "x", NULL);
  runs[4] = e2e_run ("chat", "--profile", profile, "--bind", "127.0.0.1", "--json", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    {
      e2e_assert_refused (runs[i], STORE);
      e2e_assert_refused (runs[i], reason);
      g_assert_cmpstr (runs[i]->out, ==, "");
      e2e_run_free (runs[i]);
    }

  g_assert_true (g_file_get_contents (self->path, &after, NULL, NULL));
  g_assert_cmpstr (before, ==, after);
}

/* --- tests --- */

static void
test_both_ways (void)
{
  g_auto (Scene) scene = { NULL };
  g_autofree char *before = NULL;
  g_autofree char *marker = NULL;
  g_autofree char *after = NULL;
  g_autofree char *expected = NULL;

  if (test_desktop_is_lacking ())
    return;

  scene_init (&scene, TRUE);
  assert_place (&scene, "profile");
  g_assert_true (g_file_get_contents (scene.path, &before, NULL, NULL));

  assert_moved (&scene, "desktop");
  assert_place (&scene, "desktop");
  expected = g_strconcat ("lanyard-identity desktop 1\n", scene.fingerprint, NULL);
  g_assert_true (g_file_get_contents (scene.path, &marker, NULL, NULL));
  g_assert_cmpstr (marker, ==, expected);

  assert_moved (&scene, "profile");
  assert_place (&scene, "profile");
  g_assert_true (g_file_get_contents (scene.path, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, before);

  /* It is not in the store any more. */
  g_assert_true (g_file_set_contents_full (scene.path, marker, -1, G_FILE_SET_CONTENTS_CONSISTENT,
                                           0600, NULL));
  assert_no_key (&scene, "it does not have the key");
}

/* A chat runs with it, and goes on when the desktop's session ends. */
static void
test_chat (void)
{
  g_auto (Scene) scene = { NULL };
  g_autoptr (E2eChat) bert = NULL;
  g_autoptr (E2eRun) in_use = NULL;

  if (test_desktop_is_lacking ())
    return;

  scene_init (&scene, TRUE);
  bert = e2e_chat_new (scene.temp, "Bert");
  e2e_chat_start (bert);
  assert_moved (&scene, "desktop");
  e2e_chat_start (scene.anna);
  g_assert_true (g_str_has_prefix (scene.fingerprint, scene.anna->fingerprint));
  assert_place (&scene, "desktop");
  in_use = keep_in (&scene, "profile");
  e2e_assert_refused (in_use, "in use by another program");

  test_desktop_end_bus (scene.desktop);
  e2e_chat_meet (scene.anna, bert);
  e2e_chat_command (scene.anna, "send", "to", "Bert", "text", "still here", NULL);
  e2e_chat_expect (bert, "message", "text", "still here", "from", scene.anna->fingerprint, NULL);
  g_assert_cmpint (e2e_chat_quit (scene.anna), ==, 0);
  g_assert_cmpint (e2e_chat_quit (bert), ==, 0);
}

static void
test_no_key (void)
{
  g_auto (Scene) scene = { NULL };

  if (test_desktop_is_lacking ())
    return;

  scene_init (&scene, TRUE);
  assert_moved (&scene, "desktop");

  test_desktop_end_keyring (scene.desktop);
  assert_no_key (&scene, "it does not answer");
  test_desktop_start_keyring (scene.desktop, "other");
  assert_no_key (&scene, "it does not have the key");
  test_desktop_end_keyring (scene.desktop);
  test_desktop_start_keyring (scene.desktop, "keyring");
  test_desktop_lock_keyring (scene.desktop);
  assert_no_key (&scene, "it is locked");
  test_desktop_end_keyring (scene.desktop);
  test_desktop_start_keyring (scene.desktop, "keyring");
  assert_place (&scene, "desktop");

  test_desktop_end_bus (scene.desktop);
  assert_no_key (&scene, "it does not answer");
}

/* Where there is nowhere to move it to, it stays. */
static void
test_no_store (void)
{
  g_auto (Scene) scene = { NULL };
  g_autoptr (E2eRun) refused = NULL;

  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  scene_init (&scene, FALSE);
  refused = keep_in (&scene, "desktop");
  e2e_assert_refused (refused, HAVE_LIBSECRET ? "store: it does not answer"
                                              : "store: this Lanyard was built without it");
  assert_place (&scene, "profile");
  assert_moved (&scene, "profile");
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
}

static void
assert_on_terminal (Scene      *self,
                    const char *text)
{
  const char *argv[] = {
    e2e_get_lanyard (), "identity", "--profile", self->anna->profile, NULL
  };
  g_auto (E2eTerminal) terminal = { 0 };

  e2e_terminal_start (&terminal, argv, 100);
  g_assert_cmpint (e2e_terminal_wait (&terminal), ==, 0);
  e2e_terminal_await (&terminal, 0, text);
}

static void
test_terminal (void)
{
  g_auto (Scene) scene = { NULL };

  if (test_desktop_is_lacking ())
    return;

  scene_init (&scene, TRUE);
  assert_on_terminal (&scene, "The key is in the profile.");
  assert_moved (&scene, "desktop");
  assert_on_terminal (&scene, "The key is in the desktop's secret store.");
}

static void
test_usage (void)
{
  g_auto (Scene) scene = { NULL };
  g_autoptr (E2eRun) nowhere = NULL;
  g_autoptr (E2eRun) empty = NULL;
  g_autoptr (E2eRun) peer = NULL;

  scene_init (&scene, FALSE);
  nowhere = keep_in (&scene, "the-cloud");
  e2e_assert_status (nowhere, 2);
  g_assert_nonnull (strstr (nowhere->err, "--keep-in"));
  empty = keep_in (&scene, "");
  e2e_assert_status (empty, 2);
  peer = e2e_run ("identity", "--profile", scene.anna->profile, "--keep-in=desktop", "Bert", NULL);
  e2e_assert_status (peer, 2);
  assert_place (&scene, "profile");
}

/* Starts to move it and kills that after @delay. Returns whether it came so far. */
static gboolean
kill_after (Scene      *self,
            const char *place,
            gint64      delay)
{
  const char *argv[] = {
    e2e_get_lanyard (), "identity", "--profile", self->anna->profile, "--keep-in", place, NULL
  };
  g_autoptr (E2eRun) moving = e2e_start_argv (argv, NULL);

  if (e2e_run_wait_until (moving, delay))
    {
      e2e_assert_status (moving, 0);
      return FALSE;
    }

  e2e_run_signal (moving, SIGKILL);
  e2e_run_wait (moving);

  return TRUE;
}

/* At any moment, the key is there, and the same. */
static void
test_killed (void)
{
  static const char * const places[] = { "desktop", "profile" };
  g_auto (Scene) scene = { NULL };
  g_autofree char *rest = NULL;
  gint64 taken;
  guint n_killed = 0;

  if (test_desktop_is_lacking ())
    return;

  scene_init (&scene, TRUE);
  taken = g_get_monotonic_time ();
  assert_moved (&scene, "desktop");
  taken = g_get_monotonic_time () - taken;
  assert_moved (&scene, "profile");

  for (guint i = 0; i < N_KILLS; i++)
    {
      g_autofree char *fingerprint = NULL;

      n_killed += kill_after (&scene, places[i % 2], taken * i / N_KILLS);
      fingerprint = get_fingerprint (&scene);
      g_assert_cmpstr (fingerprint, ==, scene.fingerprint);

      /* Whatever was left, each way can be gone to its end. */
      if (i % 4 == 3)
        assert_moved (&scene, places[i / 4 % 2]);
    }
  g_assert_cmpuint (n_killed, >, N_KILLS / 4);

  rest = g_strconcat (scene.path, ".new", NULL);
  assert_moved (&scene, "profile");
  assert_place (&scene, "profile");
  g_assert_false (g_file_test (rest, G_FILE_TEST_EXISTS));
}

int
main (int    argc,
      char **argv)
{
  e2e_chat_init (&argc, &argv);

  e2e_chat_add ("vault/both-ways", test_both_ways);
  e2e_chat_add ("vault/chat", test_chat);
  e2e_chat_add ("vault/no-key", test_no_key);
  e2e_chat_add ("vault/no-store", test_no_store);
  e2e_chat_add ("vault/terminal", test_terminal);
  e2e_chat_add ("vault/usage", test_usage);
  e2e_chat_add ("vault/killed", test_killed);

  return g_test_run ();
}
