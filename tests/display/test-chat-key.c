/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "display.h"

#include "chat-key-row.h"
#include "chat-preferences.h"
#include "test-desktop.h"

#include <signal.h>

/* The key that goes to the desktop's secret store and back, in the preferences. The keyring is
 * GNOME's own, on the test's bus, with its files in a folder. */

typedef struct
{
  char           *profile;
  TestDesktop     desktop;    /* without a bus: there is one */
  GtkApplication *application;
  GtkWindow      *window;
  GtkWidget      *row;
} Test;

static char *
make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("keyXXXXXX", &error);

  g_assert_no_error (error);

  return path;
}

static void
run (DisplayBody body,
     gboolean    has_keyring)
{
  Test test = { .profile = make_folder () };
  const char *arguments[] = { "--profile", test.profile, "--name", "Ada", "--bind", "127.0.0.1",
                              "--port", "0", "--no-discovery", NULL };

  test.desktop.folder = make_folder ();
  if (has_keyring)
    test_desktop_start_keyring (&test.desktop, "keyring");
  display_run (GTK_APPLICATION (chat_application_new ()), arguments, body, &test);
  test_desktop_end_keyring (&test.desktop);
  g_free (test.desktop.folder);
  g_free (test.profile);
}

static ChatEngine *
get_engine (Test *test)
{
  return chat_application_get_engine (CHAT_APPLICATION (test->application));
}

static gboolean
has_engine (gpointer user_data)
{
  return get_engine (user_data) != NULL;
}

static void
open_row (Test           *test,
          GtkApplication *application)
{
  test->application = application;
  display_await (has_engine, test, "the chat begins");
  test->window = chat_preferences_new (NULL, CHAT_APPLICATION (application));
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (test->window), "privacy");
  gtk_window_present (test->window);
  test->row = display_get (test->window, CHAT_TYPE_KEY_ROW, NULL);
}

static gboolean
can_be_used (gpointer user_data)
{
  return gtk_widget_is_sensitive (((Test *) user_data)->row);
}

static gboolean
is_on (Test *test)
{
  return gtk_switch_get_active (GTK_SWITCH (display_get (test->row, GTK_TYPE_SWITCH, NULL)));
}

/* As one comes to it by the keyboard. */
static void
toggle (Test *test)
{
  display_await (can_be_used, test, "the key can be moved");
  g_assert_true (gtk_widget_grab_focus (test->row));
  display_settle ();
  display_press ("Return");
}

/* What the file says, which is the only truth about it. */
static void
assert_file (Test       *test,
             const char *begin)
{
  g_autofree char *path = g_build_filename (test->profile, CHAT_IDENTITY_FILE, NULL);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text, begin));
}

static gboolean
is_in_desktop (gpointer user_data)
{
  return chat_engine_get_key_place (get_engine (user_data)) == CHAT_IDENTITY_IN_DESKTOP;
}

static gboolean
is_in_profile (gpointer user_data)
{
  return !is_in_desktop (user_data);
}

static gboolean
is_null (gpointer user_data)
{
  return *(gpointer *) user_data == NULL;
}

static void
begin_anew (Test *test)
{
  gpointer old = get_engine (test);

  g_object_add_weak_pointer (G_OBJECT (old), &old);
  chat_application_restart_engine (CHAT_APPLICATION (test->application));
  display_await (is_null, &old, "the chat ends");
  display_await (has_engine, test, "the chat begins anew");
}

static void
move_key (GtkApplication *application,
          gpointer        user_data)
{
  Test *test = user_data;
  g_autofree char *fingerprint = NULL;

  open_row (test, application);
  fingerprint = g_strdup (chat_engine_get_fingerprint (get_engine (test)));
  display_await (can_be_used, test, "the key can be moved");
  g_assert_false (is_on (test));
  assert_file (test, "lanyard-identity 1\n");

  toggle (test);
  display_await (is_in_desktop, test, "the key is in the desktop's secret store");
  assert_file (test, "lanyard-identity desktop 1\n");
  g_assert_true (is_on (test));

  /* It is still the same when the chat begins anew. */
  begin_anew (test);
  g_assert_cmpstr (chat_engine_get_fingerprint (get_engine (test)), ==, fingerprint);

  toggle (test);
  display_await (is_in_profile, test, "the key is in the profile");
  assert_file (test, "lanyard-identity 1\n");
  g_assert_false (is_on (test));
  gtk_window_destroy (test->window);
}

static void
fail_to_move (GtkApplication *application,
              gpointer        user_data)
{
  Test *test = user_data;
  GtkWindow *dialog;

  open_row (test, application);
  display_await (can_be_used, test, "the key can be moved");
  test_desktop_end_keyring (&test->desktop);

  toggle (test);
  dialog = display_get_window (ADW_TYPE_MESSAGE_DIALOG);
  display_await_text (dialog, "The Key Was Not Moved");
  display_await_text (dialog, "the desktop's secret store");
  display_press ("Escape");
  display_await (can_be_used, test, "the row is as before");
  g_assert_false (is_on (test));
  assert_file (test, "lanyard-identity 1\n");
  gtk_window_destroy (test->window);
}

/* A store that does not answer keeps nothing but the row waiting, and that not for long if
 * nobody looks at it any more. */
static void
close_early (GtkApplication *application,
             gpointer        user_data)
{
  Test *test = user_data;

  test->application = application;
  display_await (has_engine, test, "the chat begins");
  g_subprocess_send_signal (test->desktop.keyring, SIGSTOP);
  open_row (test, application);
  gtk_window_destroy (test->window);
  begin_anew (test);
  g_subprocess_send_signal (test->desktop.keyring, SIGCONT);
}

static void
have_no_store (GtkApplication *application,
               gpointer        user_data)
{
  Test *test = user_data;

  open_row (test, application);
  display_await_text (test->window, "The desktop's secret store cannot be used");
  g_assert_false (can_be_used (test));
  g_assert_false (is_on (test));
  gtk_window_destroy (test->window);
}

static void
test_moved (void)
{
  if (!test_desktop_is_lacking ())
    run (move_key, TRUE);
}

static void
test_failed (void)
{
  if (!test_desktop_is_lacking ())
    run (fail_to_move, TRUE);
}

static void
test_closed (void)
{
  if (!test_desktop_is_lacking ())
    run (close_early, TRUE);
}

static void
test_no_store (void)
{
  run (have_no_store, FALSE);
}

int
main (int    argc,
      char **argv)
{
  display_init (&argc, &argv);

  g_test_add_func ("/display/chat-key/moved", test_moved);
  g_test_add_func ("/display/chat-key/failed", test_failed);
  g_test_add_func ("/display/chat-key/closed", test_closed);
  g_test_add_func ("/display/chat-key/no-store", test_no_store);

  return g_test_run ();
}
