/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-engine.h"
#include "chat-vault.h"
#include "test-copy-util.h"
#include "test-desktop.h"

#include <signal.h>

/* A key that is moved while it is used. */

static void
keep_result (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
await (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static ChatEngineOptions
get_options (TestFolder *profile)
{
  return (ChatEngineOptions) { .profile = profile->path, .bind = "127.0.0.1", .any_port = TRUE,
                               .no_discovery = TRUE };
}

static ChatEngine *
open_engine (TestFolder *profile)
{
  ChatEngineOptions options = get_options (profile);
  g_autoptr (GError) error = NULL;
  ChatEngine *engine = chat_engine_new (&options, &error);

  g_assert_no_error (error);

  return engine;
}

static void
move (ChatEngine        *engine,
      ChatIdentityPlace  place)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_engine_move_key_async (engine, place, keep_result, &result);
  await (&result);
  g_assert_true (chat_engine_move_key_finish (result, &error));
  g_assert_no_error (error);
  g_assert_cmpint (chat_engine_get_key_place (engine), ==, place);
}

/* Who begins anew meanwhile waits, and finds the key where it is then. */
static void
test_moved (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestFolder) profile = test_folder_new ();
  g_autoptr (TestDesktop) desktop = NULL;
  ChatEngineOptions options = get_options (profile);
  g_autoptr (GAsyncResult) moved = NULL;
  g_autoptr (GAsyncResult) opened = NULL;
  g_autofree char *fingerprint = NULL;
  g_autoptr (GError) error = NULL;
  ChatEngine *engine;

  if (test_desktop_is_lacking ())
    return;

  desktop = test_desktop_new (folder->path);
  test_desktop_start_keyring (desktop, "moved");
  engine = open_engine (profile);
  fingerprint = g_strdup (chat_engine_get_fingerprint (engine));
  g_assert_cmpint (chat_engine_get_key_place (engine), ==, CHAT_IDENTITY_IN_PROFILE);
  move (engine, CHAT_IDENTITY_IN_DESKTOP);
  move (engine, CHAT_IDENTITY_IN_PROFILE);

  g_subprocess_send_signal (desktop->keyring, SIGSTOP);
  chat_engine_move_key_async (engine, CHAT_IDENTITY_IN_DESKTOP, keep_result, &moved);
  g_assert_finalize_object (engine);
  chat_engine_new_async (&options, NULL, keep_result, &opened);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (moved == NULL && opened == NULL);
  g_subprocess_send_signal (desktop->keyring, SIGCONT);
  await (&moved);
  await (&opened);

  g_assert_true (chat_engine_move_key_finish (moved, &error));
  engine = chat_engine_new_finish (opened, &error);
  g_assert_no_error (error);
  g_assert_cmpint (chat_engine_get_key_place (engine), ==, CHAT_IDENTITY_IN_DESKTOP);
  g_assert_cmpstr (chat_engine_get_fingerprint (engine), ==, fingerprint);
  g_assert_finalize_object (engine);
}

/* Without a store the key stays where it is, and why is told before it is tried. */
static void
test_no_store (void)
{
  g_autoptr (TestFolder) profile = test_folder_new ();
  g_autoptr (GAsyncResult) looked = NULL;
  g_autoptr (GAsyncResult) moved = NULL;
  g_autoptr (GError) error = NULL;
  ChatEngine *engine;

  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  engine = open_engine (profile);
  chat_engine_look_for_vault_async (engine, keep_result, &looked);
  chat_engine_move_key_async (engine, CHAT_IDENTITY_IN_DESKTOP, keep_result, &moved);
  await (&looked);
  await (&moved);

  g_assert_false (chat_engine_look_for_vault_finish (looked, &error));
  g_assert_cmpuint (error->domain, ==, CHAT_VAULT_ERROR);
  g_clear_error (&error);
  g_assert_false (chat_engine_move_key_finish (moved, &error));
  g_assert_cmpuint (error->domain, ==, CHAT_VAULT_ERROR);
  g_assert_cmpint (chat_engine_get_key_place (engine), ==, CHAT_IDENTITY_IN_PROFILE);
  g_assert_finalize_object (engine);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/engine-key/moved", test_moved);
  g_test_add_func ("/chat/engine-key/no-store", test_no_store);

  status = g_test_run ();
  test_assert_no_children ();

  return status;
}
