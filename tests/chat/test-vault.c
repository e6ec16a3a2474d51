/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-vault.h"
#include "test-copy-util.h"
#include "test-desktop.h"

#include <signal.h>
#include <string.h>

/* The secret store itself: GNOME's keyring on a bus of our own. */

#define PATIENCE 60000

static TestDesktop *desktop;   /* or NULL: what needs one is skipped */

/* Each test has a keyring that is empty. */
static void
set_up (int           *fixture,
        gconstpointer  name)
{
  if (!test_desktop_is_lacking ())
    test_desktop_start_keyring (desktop, name);
}

static void
tear_down (int           *fixture,
           gconstpointer  name)
{
  if (desktop != NULL)
    test_desktop_end_keyring (desktop);
}

static void
write_text (const char *name,
            const char *text)
{
  g_autoptr (GError) error = NULL;

  gboolean ok = chat_vault_write (name, "A label", text, strlen (text), PATIENCE, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

static void
assert_text (const char *name,
             const char *text)
{
  g_autoptr (GError) error = NULL;
  char read[100];
  gsize length;

  g_assert_true (chat_vault_read (name, read, sizeof read, &length, PATIENCE, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (read, length, text, strlen (text));
}

static void
assert_failed (GError        **error,
               ChatVaultError  code,
               const char     *pattern)
{
  g_assert_error (*error, CHAT_VAULT_ERROR, (int) code);
  if (!g_pattern_match_simple (pattern, (*error)->message))
    g_error ("“%s” is not like “%s”", (*error)->message, pattern);
  g_clear_error (error);
}

/* All three say so, within @patience or a little more. */
static void
assert_refused (guint           patience,
                ChatVaultError  code,
                const char     *pattern)
{
  g_autoptr (GError) error = NULL;
  char text[10];
  gsize length;

  g_assert_false (chat_vault_read ("one", text, sizeof text, &length, patience, &error));
  assert_failed (&error, code, pattern);
  g_assert_false (chat_vault_write ("one", "A label", "text", 4, patience, &error));
  assert_failed (&error, code, pattern);
  g_assert_false (chat_vault_remove ("one", patience, &error));
  assert_failed (&error, code, pattern);
}

static void
assert_missing (const char *name)
{
  g_autoptr (GError) error = NULL;
  char text[10];
  gsize length;

  g_assert_false (chat_vault_read (name, text, sizeof text, &length, PATIENCE, &error));
  assert_failed (&error, CHAT_VAULT_ERROR_MISSING, "it does not have the key");
}

static void
test_kept (int           *fixture,
           gconstpointer  name)
{
  g_autoptr (GError) error = NULL;

  if (desktop == NULL)
    return;

  assert_missing ("one");
  write_text ("one", "first");
  write_text ("other", "second");
  assert_text ("one", "first");
  write_text ("one", "");
  assert_text ("one", "");
  write_text ("one", "replaced");
  assert_text ("one", "replaced");
  assert_text ("other", "second");

  /* It is not only in the memory of the service. */
  test_desktop_end_keyring (desktop);
  test_desktop_start_keyring (desktop, name);
  assert_text ("one", "replaced");

  g_assert_true (chat_vault_remove ("one", PATIENCE, &error));
  g_assert_no_error (error);
  assert_missing ("one");
  assert_text ("other", "second");

  /* There is nothing wrong with removing nothing. */
  g_assert_true (chat_vault_remove ("one", PATIENCE, &error));
  g_assert_no_error (error);
}

/* Of a text that is too long, the length tells. */
static void
test_too_long (int           *fixture,
               gconstpointer  name)
{
  g_autoptr (GError) error = NULL;
  char text[5] = "....";
  gsize length;

  if (desktop == NULL)
    return;

  write_text ("one", "a long text");
  g_assert_true (chat_vault_read ("one", text, 4, &length, PATIENCE, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (length, ==, strlen ("a long text"));
  g_assert_cmpstr (text, ==, "a lo");
}

static void
test_absent (int           *fixture,
             gconstpointer  name)
{
  if (desktop == NULL)
    return;

  write_text ("one", "first");
  test_desktop_end_keyring (desktop);
  assert_refused (PATIENCE, CHAT_VAULT_ERROR_UNAVAILABLE, "it does not answer: *");

  /* The end of the bus is not ours either. */
  test_desktop_end_bus (desktop);
  assert_refused (PATIENCE, CHAT_VAULT_ERROR_UNAVAILABLE, "it does not answer: *");
}

/* A service that hangs does not hang us. */
static void
test_patience (int           *fixture,
               gconstpointer  name)
{
  gint64 begun, taken;

  if (desktop == NULL)
    return;

  write_text ("one", "first");
  g_subprocess_send_signal (desktop->keyring, SIGSTOP);
  begun = g_get_monotonic_time ();
  assert_refused (300, CHAT_VAULT_ERROR_UNAVAILABLE, "it did not answer within 1 second");
  taken = g_get_monotonic_time () - begun;
  g_subprocess_send_signal (desktop->keyring, SIGCONT);

  g_assert_cmpint (taken, >=, 3 * 300000);
  g_assert_cmpint (taken, <, 20 * G_USEC_PER_SEC);
}

/* There is nobody here who could be asked for the password. */
static void
test_locked (int           *fixture,
             gconstpointer  name)
{
  if (desktop == NULL)
    return;

  write_text ("one", "first");
  test_desktop_lock_keyring (desktop);
  assert_refused (PATIENCE, CHAT_VAULT_ERROR_LOCKED, "it is locked");

  test_desktop_end_keyring (desktop);
  test_desktop_start_keyring (desktop, name);
  assert_text ("one", "first");
}

static void
test_not_built (void)
{
  assert_refused (0, CHAT_VAULT_ERROR_NOT_BUILT, "this Lanyard was built without it");
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (TestFolder) folder = NULL;
  int status;

  g_setenv ("LC_ALL", "C", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (chat_vault_is_built (), ==, HAVE_LIBSECRET);
  folder = test_folder_new ();
  if (test_desktop_find_missing () == NULL)
    desktop = test_desktop_new (folder->path);

#define ADD(name, func) g_test_add ("/chat/vault/" name, int, name, set_up, func, tear_down)
  ADD ("kept", test_kept);
  ADD ("too-long", test_too_long);
  ADD ("patience", test_patience);
  ADD ("locked", test_locked);
  ADD ("absent", test_absent);
#undef ADD
  if (!HAVE_LIBSECRET)
    g_test_add_func ("/chat/vault/not-built", test_not_built);

  status = g_test_run ();
  g_clear_pointer (&desktop, test_desktop_free);
  test_assert_no_children ();

  return status;
}
