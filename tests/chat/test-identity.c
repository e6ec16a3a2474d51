/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-identity.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char *directory;
  char *path;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = g_dir_make_tmp ("identity-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->directory, CHAT_IDENTITY_FILE, NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_remove (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
  g_free (fixture->directory);
  g_free (fixture->path);
}

static ChatIdentity *
open_well (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  ChatIdentity *identity = chat_identity_open (fixture->directory, &error);

  g_assert_no_error (error);
  g_assert_nonnull (identity);

  return identity;
}

static void
assert_refused (Fixture           *fixture,
                ChatIdentityError  code,
                const char        *reason)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *expected = NULL;

  expected = g_strdup_printf ("opening the identity “%s”: %s", fixture->path, reason);
  g_assert_null (chat_identity_open (fixture->directory, &error));
  g_assert_error (error, CHAT_IDENTITY_ERROR, (int) code);
  g_assert_cmpstr (error->message, ==, expected);
}

static void
test_made_once (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (ChatIdentity) first = open_well (fixture);
  g_autoptr (ChatIdentity) again = open_well (fixture);
  g_autoptr (GDir) directory = g_dir_open (fixture->directory, 0, NULL);
  struct stat status;

  g_assert_cmpmem (chat_identity_get_public (first), CHAT_KEY_SIZE,
                   chat_identity_get_public (again), CHAT_KEY_SIZE);
  g_assert_cmpmem (chat_identity_get_key_pair (first), sizeof (ChatNoiseKeyPair),
                   chat_identity_get_key_pair (again), sizeof (ChatNoiseKeyPair));

  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode, ==, S_IFREG | 0600);
  g_assert_cmpint (status.st_nlink, ==, 1);
  g_assert_cmpstr (g_dir_read_name (directory), ==, CHAT_IDENTITY_FILE);
  g_assert_null (g_dir_read_name (directory));
}

static void
test_mode (Fixture       *fixture,
           gconstpointer  data)
{
  static const int modes[] = { 0640, 0604, 0660, 0601, 0700, 04600 };

  chat_identity_free (open_well (fixture));
  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_assert_cmpint (g_chmod (fixture->path, modes[i]), ==, 0);
      assert_refused (fixture, CHAT_IDENTITY_ERROR_UNSAFE, "others may read or change it; "
                      "if nobody did, set its mode to 0600");
    }

  g_assert_cmpint (g_chmod (fixture->path, 0400), ==, 0);
  chat_identity_free (open_well (fixture));
}

static void
write_file (Fixture    *fixture,
            const char *text,
            gsize       length)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (fixture->path, text, length, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                            &error);
  g_assert_no_error (error);
}

/* Each byte matters, and a damaged file is left as it is. */
static void
test_damaged (Fixture       *fixture,
              gconstpointer  data)
{
  const char *reason = "it is damaged, or not an identity";
  g_autofree char *text = NULL;
  g_autofree char *after = NULL;
  gsize length, length_after;

  chat_identity_free (open_well (fixture));
  g_assert_true (g_file_get_contents (fixture->path, &text, &length, NULL));

  for (gsize i = 0; i < length; i++)
    {
      text[i] ^= 1;
      write_file (fixture, text, length);
      assert_refused (fixture, CHAT_IDENTITY_ERROR_DAMAGED, reason);
      text[i] ^= 1;
      write_file (fixture, text, i);
      assert_refused (fixture, CHAT_IDENTITY_ERROR_DAMAGED, reason);
    }

  /* With the NUL after the text, it is too long. */
  write_file (fixture, text, length + 1);
  assert_refused (fixture, CHAT_IDENTITY_ERROR_DAMAGED, reason);
  g_assert_true (g_file_get_contents (fixture->path, &after, &length_after, NULL));
  g_assert_cmpmem (after, length_after, text, length + 1);

  write_file (fixture, text, length);
  chat_identity_free (open_well (fixture));
}

static void
test_not_a_file (Fixture       *fixture,
                 gconstpointer  data)
{
  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  assert_refused (fixture, CHAT_IDENTITY_ERROR_UNSAFE, "it is not a regular file");
  g_assert_cmpint (g_remove (fixture->path), ==, 0);

  g_assert_cmpint (symlink ("/dev/null", fixture->path), ==, 0);
  assert_refused (fixture, CHAT_IDENTITY_ERROR_FAILED, g_strerror (ELOOP));
  g_assert_cmpint (g_remove (fixture->path), ==, 0);

  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  assert_refused (fixture, CHAT_IDENTITY_ERROR_UNSAFE, "it is not a regular file");
}

static void
test_no_directory (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *nowhere = g_build_filename (fixture->directory, "nowhere", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_identity_open (nowhere, &error));
  g_assert_error (error, CHAT_IDENTITY_ERROR, CHAT_IDENTITY_ERROR_FAILED);
}

/* What an interrupted first start left is not taken for the key. */
static void
test_interrupted (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *rest = g_strconcat (fixture->path, ".new", NULL);

  g_assert_true (g_file_set_contents (rest, "lanyard", -1, NULL));
  chat_identity_free (open_well (fixture));
  chat_identity_free (open_well (fixture));
  g_assert_false (g_file_test (rest, G_FILE_TEST_EXISTS));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/chat/identity/made-once", test_made_once);
  ADD ("/chat/identity/mode", test_mode);
  ADD ("/chat/identity/damaged", test_damaged);
  ADD ("/chat/identity/not-a-file", test_not_a_file);
  ADD ("/chat/identity/no-directory", test_no_directory);
  ADD ("/chat/identity/interrupted", test_interrupted);
#undef ADD

  return g_test_run ();
}
