/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-profile.h"
#include "test-copy-util.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static const char *self_path;

static ChatProfile *
open_profile (const char *path)
{
  g_autoptr (GError) error = NULL;
  ChatProfile *profile = chat_profile_open (path, &error);

  g_assert_no_error (error);
  g_assert_true (CHAT_IS_PROFILE (profile));

  return profile;
}

static void
assert_refused (const char *path,
                int         code,
                const char *pattern)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_profile_open (path, &error));
  g_assert_error (error, CHAT_PROFILE_ERROR, code);
  if (!g_pattern_match_simple (pattern, error->message))
    g_error ("“%s” is not like “%s”", error->message, pattern);
}

/* Nobody else may look into what is created, whatever the umask allows. */
static void
test_created (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_folder_get (folder, "deep/down/profile");
  mode_t mask = umask (0);
  ChatProfile *profile = open_profile (path);
  struct stat st;

  umask (mask);
  test_folder_stat (folder, "deep/down/profile", &st);
  g_assert_cmpint (st.st_mode & 07777, ==, 0700);
  test_folder_stat (folder, "deep/down/profile/lock", &st);
  g_assert_cmpint (st.st_mode & 07777, ==, 0600);
  g_assert_cmpstr (chat_profile_get_path (profile), ==, path);
  g_assert_finalize_object (profile);
}

static void
test_default (void)
{
  ChatProfile *profile = open_profile (NULL);
  g_autofree char *path = g_build_filename (g_getenv ("XDG_DATA_HOME"), "lanyard", NULL);

  g_assert_cmpstr (chat_profile_get_path (profile), ==, path);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_DIR));
  g_assert_finalize_object (profile);
}

/* A path that is relative means the same after the program has moved. */
static void
test_relative (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *before = g_get_current_dir ();
  g_autofree char *path = test_folder_get (folder, "profile");
  ChatProfile *profile;

  g_assert_no_errno (g_chdir (folder->path));
  profile = open_profile ("profile");
  g_assert_no_errno (g_chdir (before));

  g_assert_cmpstr (chat_profile_get_path (profile), ==, path);
  g_assert_finalize_object (profile);
}

static void
test_build_path (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  ChatProfile *profile = open_profile (folder->path);
  g_autofree char *expected = test_folder_get (folder, "history.db");
  g_autofree char *path = chat_profile_build_path (profile, "history.db");

  g_assert_cmpstr (path, ==, expected);

  for (guint i = 0; i < 4; i++)
    {
      static const char * const names[] = { "", "..", "a/b", "/etc/passwd" };

      g_test_expect_message ("chat-profile", G_LOG_LEVEL_CRITICAL, "*assertion*");
      g_assert_null (chat_profile_build_path (profile, names[i]));
      g_test_assert_expected_messages ();
    }

  g_assert_finalize_object (profile);
}

static void
test_unsafe (void)
{
  static const struct { mode_t mode; gboolean safe; } cases[] = {
    { 0700, TRUE }, { 0755, TRUE }, { 0770, FALSE }, { 0702, FALSE }, { 01777, FALSE },
  };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_folder_get (folder, "profile");

  test_folder_make_dir (folder, "profile");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      test_folder_set_mode (folder, "profile", cases[i].mode);

      if (cases[i].safe)
        g_object_unref (open_profile (path));
      else
        assert_refused (path, CHAT_PROFILE_ERROR_UNSAFE,
                        "*“*/profile”: other users can write to it");
    }
}

static void
test_unsafe_owner (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();

  if (geteuid () != 0)
    {
      g_test_skip ("only the super-user can give a directory away");
      return;
    }

  g_assert_no_errno (chown (folder->path, 65534, 65534));
  assert_refused (folder->path, CHAT_PROFILE_ERROR_UNSAFE, "*: it belongs to another user");
  g_assert_false (test_folder_has (folder, "lock"));
}

static void
test_not_usable (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *file = test_folder_get (folder, "file");
  g_autofree char *below = test_folder_get (folder, "file/below");
  g_autofree char *linked = test_folder_get (folder, "linked");
  g_autofree char *closed = test_folder_get (folder, "closed/profile");

  test_folder_write (folder, "file", "mine");
  assert_refused (file, CHAT_PROFILE_ERROR_FAILED, "*/file”: Not a directory");
  assert_refused (below, CHAT_PROFILE_ERROR_FAILED, "*/file/below”: *");
  test_folder_assert_text (folder, "file", "mine");

  /* A link in the place of the lock could make us empty a file elsewhere. */
  test_folder_make_dir (folder, "linked");
  test_folder_make_link (folder, "linked/lock", "../file");
  assert_refused (linked, CHAT_PROFILE_ERROR_FAILED, "*/linked”: *");
  test_folder_assert_text (folder, "file", "mine");

  test_folder_make_dir (folder, "closed");
  test_become_nobody ();
  assert_refused (closed, CHAT_PROFILE_ERROR_FAILED, "*/closed/profile”: Permission denied");
  test_become_self ();
}

/* Twice in one program is as bad as in two. */
static void
test_twice (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  ChatProfile *profile = open_profile (folder->path);
  g_autofree char *pattern = g_strdup_printf ("*“%s” is in use by another program (process %d)",
                                              folder->path, (int) getpid ());

  assert_refused (folder->path, CHAT_PROFILE_ERROR_IN_USE, pattern);
  g_assert_finalize_object (profile);

  profile = open_profile (folder->path);
  g_assert_finalize_object (profile);
}

/* The number is a courtesy; what else stands there is not taken for one. */
static void
test_unknown_holder (void)
{
  static const char * const texts[] = { "", "-1\n", "0\n", "dog", "99999999999999999999\n" };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_folder_get (folder, "lock");
  FILE *file;

  test_folder_write (folder, "lock", "");
  file = fopen (path, "r+e");
  g_assert_nonnull (file);
  g_assert_no_errno (flock (fileno (file), LOCK_EX));

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_no_errno (ftruncate (fileno (file), 0));
      g_assert_cmpint (pwrite (fileno (file), texts[i], strlen (texts[i]), 0), ==,
                       (int) strlen (texts[i]));
      assert_refused (folder->path, CHAT_PROFILE_ERROR_IN_USE, "*is in use by another program");
    }

  fclose (file);
}

/* Another process that has the profile, until its end. */
static GSubprocess *
start_holder (const char *path)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *holder;
  char answer[5] = "";
  gsize size;

  holder = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                             self_path, "--hold", path, NULL);
  g_assert_no_error (error);
  g_input_stream_read_all (g_subprocess_get_stdout_pipe (holder), answer, 4, &size, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (answer, ==, "held");

  return holder;
}

static int
hold (const char *path)
{
  g_autoptr (ChatProfile) profile = open_profile (path);

  fputs ("held", stdout);
  fflush (stdout);

  /* Until whoever started this has gone, too. */
  while (getchar () != EOF)
    ;

  return 0;
}

static void
test_two_programs (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GSubprocess) holder = start_holder (folder->path);
  g_autofree char *pattern = g_strdup_printf ("*is in use by another program (process %s)",
                                              g_subprocess_get_identifier (holder));
  g_autoptr (GError) error = NULL;
  ChatProfile *profile;

  assert_refused (folder->path, CHAT_PROFILE_ERROR_IN_USE, pattern);

  /* However it ends. */
  g_subprocess_force_exit (holder);
  g_subprocess_wait (holder, NULL, &error);
  g_assert_no_error (error);

  profile = open_profile (folder->path);
  g_assert_finalize_object (profile);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (TestFolder) data = NULL;

  if (argc == 3 && strcmp (argv[1], "--hold") == 0)
    return hold (argv[2]);

  data = test_folder_new ();
  g_setenv ("XDG_DATA_HOME", data->path, TRUE);
  g_setenv ("LC_ALL", "C", TRUE);
  self_path = argv[0];
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/profile/created", test_created);
  g_test_add_func ("/chat/profile/default", test_default);
  g_test_add_func ("/chat/profile/relative", test_relative);
  g_test_add_func ("/chat/profile/build-path", test_build_path);
  g_test_add_func ("/chat/profile/unsafe", test_unsafe);
  g_test_add_func ("/chat/profile/unsafe-owner", test_unsafe_owner);
  g_test_add_func ("/chat/profile/not-usable", test_not_usable);
  g_test_add_func ("/chat/profile/twice", test_twice);
  g_test_add_func ("/chat/profile/unknown-holder", test_unknown_holder);
  g_test_add_func ("/chat/profile/two-programs", test_two_programs);

  return g_test_run ();
}
