/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-engine.h"
#include "chat-identity.h"
#include "chat-vault.h"
#include "test-copy-util.h"
#include "test-desktop.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* A key that goes from the profile to the desktop's secret store and back. */

static TestDesktop *desktop;   /* or NULL: what needs one is skipped */

typedef struct
{
  TestFolder   *profile;
  char         *path;
  ChatIdentity *identity;      /* as it was made, in the profile */
  char         *fingerprint;
  char         *text;          /* of its file */
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  name)
{
  g_autoptr (GError) error = NULL;

  fixture->profile = test_folder_new ();
  fixture->path = test_folder_get (fixture->profile, CHAT_IDENTITY_FILE);
  fixture->identity = chat_identity_open (fixture->profile->path, &error);
  g_assert_no_error (error);
  fixture->fingerprint = chat_key_get_fingerprint (chat_identity_get_public (fixture->identity));
  g_assert_true (g_file_get_contents (fixture->path, &fixture->text, NULL, NULL));

  if (desktop != NULL)
    test_desktop_start_keyring (desktop, name);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  name)
{
  if (desktop != NULL)
    test_desktop_end_keyring (desktop);
  chat_identity_free (fixture->identity);
  test_folder_free (fixture->profile);
  g_free (fixture->fingerprint);
  g_free (fixture->path);
  g_free (fixture->text);
}

/* Opening it gives the same key as ever, from where it should be. */
static void
assert_in (Fixture           *fixture,
           ChatIdentityPlace  place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatIdentity) again = chat_identity_open (fixture->profile->path, &error);
  g_autofree char *files = test_folder_list (fixture->profile, "");
  struct stat st;

  g_assert_no_error (error);
  g_assert_cmpint (chat_identity_get_place (again), ==, place);
  g_assert_cmpmem (chat_identity_get_key_pair (again), sizeof (ChatNoiseKeyPair),
                   chat_identity_get_key_pair (fixture->identity), sizeof (ChatNoiseKeyPair));
  test_folder_stat (fixture->profile, CHAT_IDENTITY_FILE, &st);
  g_assert_cmpint (st.st_mode, ==, S_IFREG | 0600);
  g_assert_null (strstr (files, ".new"));
}

static void
move (Fixture           *fixture,
      ChatIdentityPlace  place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatIdentity) moved = chat_identity_keep_in (fixture->profile->path, place, &error);

  g_assert_no_error (error);
  g_assert_cmpint (chat_identity_get_place (moved), ==, place);
  g_assert_cmpmem (chat_identity_get_key_pair (moved), sizeof (ChatNoiseKeyPair),
                   chat_identity_get_key_pair (fixture->identity), sizeof (ChatNoiseKeyPair));
  assert_in (fixture, place);
}

static void
assert_marked (Fixture *fixture)
{
  g_autofree char *expected = g_strdup_printf ("lanyard-identity desktop 1\n%s\n",
                                               fixture->fingerprint);

  test_folder_assert_text (fixture->profile, CHAT_IDENTITY_FILE, expected);
}

static void
assert_failed (GError     **error,
               GQuark       domain,
               int          code,
               const char  *pattern)
{
  g_assert_error (*error, domain, code);
  if (!g_pattern_match_simple (pattern, (*error)->message))
    g_error ("“%s” is not like “%s”", (*error)->message, pattern);
  g_clear_error (error);
}

/* The key cannot be had, that is said, and nothing is made or moved in its stead. */
static void
assert_refused (Fixture    *fixture,
                GQuark      domain,
                int         code,
                const char *reason)
{
  static const ChatIdentityPlace places[] = { CHAT_IDENTITY_IN_PROFILE, CHAT_IDENTITY_IN_DESKTOP };
  g_autofree char *opening = g_strdup_printf ("opening the identity “%s”: the key of this profile "
                                              "is in the desktop's secret store: %s",
                                              fixture->path, reason);
  g_autofree char *moving = g_strdup_printf ("moving the identity “%s”: the key of this profile "
                                             "is in the desktop's secret store: %s",
                                             fixture->path, reason);
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_identity_open (fixture->profile->path, &error));
  assert_failed (&error, domain, code, opening);

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_assert_null (chat_identity_keep_in (fixture->profile->path, places[i], &error));
      assert_failed (&error, domain, code, moving);
    }

  assert_marked (fixture);
}

static void
test_moved (Fixture       *fixture,
            gconstpointer  name)
{
  g_autoptr (GError) error = NULL;
  char text[10];
  gsize length;

  if (test_desktop_is_lacking ())
    return;

  for (guint i = 0; i < 2; i++)
    {
      move (fixture, CHAT_IDENTITY_IN_DESKTOP);
      assert_marked (fixture);
      move (fixture, CHAT_IDENTITY_IN_DESKTOP);

      move (fixture, CHAT_IDENTITY_IN_PROFILE);
      test_folder_assert_text (fixture->profile, CHAT_IDENTITY_FILE, fixture->text);
      g_assert_false (chat_vault_read (fixture->fingerprint, text, sizeof text, &length,
                                       CHAT_VAULT_PATIENCE, &error));
      assert_failed (&error, CHAT_VAULT_ERROR, CHAT_VAULT_ERROR_MISSING, "*");
      move (fixture, CHAT_IDENTITY_IN_PROFILE);
    }
}

/* One that is made there was never on the disk. */
static void
test_made_there (Fixture       *fixture,
                 gconstpointer  name)
{
  g_autoptr (GError) error = NULL;

  if (test_desktop_is_lacking ())
    return;

  g_assert_no_errno (g_remove (fixture->path));
  chat_identity_free (fixture->identity);
  fixture->identity = chat_identity_keep_in (fixture->profile->path, CHAT_IDENTITY_IN_DESKTOP,
                                             &error);
  g_assert_no_error (error);
  g_free (fixture->fingerprint);
  fixture->fingerprint = chat_key_get_fingerprint (chat_identity_get_public (fixture->identity));
  assert_in (fixture, CHAT_IDENTITY_IN_DESKTOP);
  assert_marked (fixture);
}

/* Who had the old file open finds zeros; but what else is linked to it is not ours. */
static void
test_overwritten (Fixture       *fixture,
                  gconstpointer  name)
{
  char bytes[1000] = "";
  gssize size;
  int fd;

  if (test_desktop_is_lacking ())
    return;

  g_assert_no_errno (g_chmod (fixture->path, 0400));
  fd = g_open (fixture->path, O_RDONLY | O_CLOEXEC, 0);
  g_assert_no_errno (fd);
  move (fixture, CHAT_IDENTITY_IN_DESKTOP);
  size = read (fd, bytes, sizeof bytes);
  g_assert_cmpint (size, ==, (gssize) strlen (fixture->text));
  for (gssize i = 0; i < size; i++)
    g_assert_cmpint (bytes[i], ==, 0);
  close (fd);

  move (fixture, CHAT_IDENTITY_IN_PROFILE);
  test_folder_hard_link (fixture->profile, "backup", CHAT_IDENTITY_FILE);
  move (fixture, CHAT_IDENTITY_IN_DESKTOP);
  test_folder_assert_text (fixture->profile, "backup", fixture->text);
}

static void
put (Fixture    *fixture,
     const char *text)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = chat_vault_write (fixture->fingerprint, "A label", text, strlen (text),
                                  CHAT_VAULT_PATIENCE, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

static void
test_wrong (Fixture       *fixture,
            gconstpointer  name)
{
  g_autoptr (TestFolder) other = test_folder_new ();
  g_autofree char *other_path = test_folder_get (other, CHAT_IDENTITY_FILE);
  g_autofree char *longer = g_strconcat (fixture->text, "\n", NULL);
  g_autofree char *text = NULL;
  const char *texts[] = { "", "x", longer };

  if (test_desktop_is_lacking ())
    return;

  chat_identity_free (chat_identity_open (other->path, NULL));
  g_assert_true (g_file_get_contents (other_path, &text, NULL, NULL));

  move (fixture, CHAT_IDENTITY_IN_DESKTOP);
  put (fixture, text);
  assert_refused (fixture, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_DAMAGED,
                  "what it has is another key");
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      put (fixture, texts[i]);
      assert_refused (fixture, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_DAMAGED,
                      "it is damaged, or not an identity");
    }

  put (fixture, fixture->text);
  assert_in (fixture, CHAT_IDENTITY_IN_DESKTOP);
}

static void
test_missing (Fixture       *fixture,
              gconstpointer  name)
{
  if (test_desktop_is_lacking ())
    return;

  move (fixture, CHAT_IDENTITY_IN_DESKTOP);
  test_desktop_end_keyring (desktop);
  assert_refused (fixture, CHAT_VAULT_ERROR, CHAT_VAULT_ERROR_UNAVAILABLE, "it does not answer: *");
  test_desktop_start_keyring (desktop, "another");
  assert_refused (fixture, CHAT_VAULT_ERROR, CHAT_VAULT_ERROR_MISSING, "it does not have the key");
  test_desktop_end_keyring (desktop);
  test_desktop_start_keyring (desktop, name);
  test_desktop_lock_keyring (desktop);
  assert_refused (fixture, CHAT_VAULT_ERROR, CHAT_VAULT_ERROR_LOCKED, "it is locked");
  test_desktop_end_keyring (desktop);
  test_desktop_start_keyring (desktop, name);
  assert_in (fixture, CHAT_IDENTITY_IN_DESKTOP);
}

/* What a move leaves that was cut short, the next one removes. */
static void
test_left (Fixture       *fixture,
           gconstpointer  name)
{
  g_autofree char *rest = g_strconcat (fixture->path, ".new", NULL);
  g_autoptr (GError) error = NULL;
  char text[10];
  gsize length;

  if (test_desktop_is_lacking ())
    return;

  put (fixture, fixture->text);
  test_desktop_lock_keyring (desktop);
  g_assert_null (chat_identity_keep_in (fixture->profile->path, CHAT_IDENTITY_IN_PROFILE, &error));
  assert_failed (&error, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_LEFT,
                 "*: the key is in the profile, but a copy is left in the desktop's secret store: "
                 "it is locked");
  assert_in (fixture, CHAT_IDENTITY_IN_PROFILE);

  test_desktop_end_keyring (desktop);
  test_desktop_start_keyring (desktop, name);
  test_folder_write (fixture->profile, CHAT_IDENTITY_FILE ".new", fixture->text);
  move (fixture, CHAT_IDENTITY_IN_PROFILE);
  g_assert_false (chat_vault_read (fixture->fingerprint, text, sizeof text, &length,
                                   CHAT_VAULT_PATIENCE, &error));
  assert_failed (&error, CHAT_VAULT_ERROR, CHAT_VAULT_ERROR_MISSING, "*");

  test_folder_write (fixture->profile, CHAT_IDENTITY_FILE ".new", fixture->text);
  chat_identity_tidy (fixture->profile->path);
  assert_in (fixture, CHAT_IDENTITY_IN_PROFILE);
}

/* Where the key is, is told by @marker; with another byte @i in it, by nothing, unless
 * that makes it tell of another key. In no case is it taken for leave to make one. */
static void
assert_marker_matters (Fixture    *fixture,
                       char       *marker,
                       gsize       i,
                       int         code,
                       const char *reason)
{
  gsize length = strlen (marker);
  gsize begin = strlen ("lanyard-identity desktop 1\n");
  gboolean whole = i == length;
  gboolean is_damaged;
  g_autoptr (GError) error = NULL;

  marker[i] ^= whole ? 0 : 1;
  is_damaged = i < begin || i == length - 1 || (!whole && !g_ascii_isxdigit (marker[i]));
  g_file_set_contents_full (fixture->path, marker, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT,
                            0600, &error);
  g_assert_no_error (error);

  g_assert_null (chat_identity_open (fixture->profile->path, &error));
  if (is_damaged)
    assert_failed (&error, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_DAMAGED, "*");
  else
    assert_failed (&error, CHAT_VAULT_ERROR, code, reason);
  test_folder_assert_text (fixture->profile, CHAT_IDENTITY_FILE, marker);
  marker[i] ^= whole ? 0 : 1;
}

/* Without a store, the key stays where it is, and that it should is no error. */
static void
test_no_store (Fixture       *fixture,
               gconstpointer  name)
{
  int code = HAVE_LIBSECRET ? CHAT_VAULT_ERROR_UNAVAILABLE : CHAT_VAULT_ERROR_NOT_BUILT;
  const char *reason = HAVE_LIBSECRET ? "*: it does not answer: *"
                                      : "*: this Lanyard was built without it";
  g_autofree char *marker = g_strdup_printf ("lanyard-identity desktop 1\n%s\n",
                                             fixture->fingerprint);
  g_autoptr (GError) error = NULL;

  if (desktop != NULL)
    test_desktop_end_keyring (desktop);

  g_assert_null (chat_identity_keep_in (fixture->profile->path, CHAT_IDENTITY_IN_DESKTOP, &error));
  assert_failed (&error, CHAT_VAULT_ERROR, code, reason);
  test_folder_assert_text (fixture->profile, CHAT_IDENTITY_FILE, fixture->text);
  move (fixture, CHAT_IDENTITY_IN_PROFILE);

  for (gsize i = 0; i <= strlen (marker); i++)
    assert_marker_matters (fixture, marker, i, code, reason);
}

static void
on_opened (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
on_tick (gpointer user_data)
{
  int *ticks = user_data;

  /* By now, a window would have been drawn a few times. */
  if (++*ticks == 20)
    g_subprocess_send_signal (desktop->keyring, SIGCONT);

  return G_SOURCE_CONTINUE;
}

/* A store that keeps us waiting does not keep the main context waiting. */
static void
test_engine (Fixture       *fixture,
             gconstpointer  name)
{
  ChatEngineOptions options = {
    .profile = fixture->profile->path, .bind = "127.0.0.1", .any_port = TRUE, .no_discovery = TRUE,
  };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ChatEngine *engine;
  int ticks = 0;
  guint timer;

  if (test_desktop_is_lacking ())
    return;

  move (fixture, CHAT_IDENTITY_IN_DESKTOP);
  g_subprocess_send_signal (desktop->keyring, SIGSTOP);
  timer = g_timeout_add (10, on_tick, &ticks);
  chat_engine_new_async (&options, NULL, on_opened, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
  g_assert_cmpint (ticks, >=, 20);

  engine = chat_engine_new_finish (result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (chat_engine_get_fingerprint (engine), ==, fixture->fingerprint);
  g_assert_finalize_object (engine);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (TestFolder) folder = NULL;
  int status;

  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  g_test_init (&argc, &argv, NULL);
  folder = test_folder_new ();
  if (test_desktop_find_missing () == NULL)
    desktop = test_desktop_new (folder->path);
  else
    g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);

#define ADD(name, func) \
  g_test_add ("/chat/identity-place/" name, Fixture, name, set_up, func, tear_down)
  ADD ("moved", test_moved);
  ADD ("made-there", test_made_there);
  ADD ("overwritten", test_overwritten);
  ADD ("wrong", test_wrong);
  ADD ("missing", test_missing);
  ADD ("left", test_left);
  ADD ("engine", test_engine);
  ADD ("no-store", test_no_store);
#undef ADD

  status = g_test_run ();
  g_clear_pointer (&desktop, test_desktop_free);
  test_assert_no_children ();

  return status;
}
