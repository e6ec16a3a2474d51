/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store-util.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

static void
assert_refused (const char *path,
                int         code,
                const char *pattern)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_store_open (path, &error));
  g_assert_error (error, CHAT_STORE_ERROR, code);
  if (!g_pattern_match_simple (pattern, error->message))
    g_error ("“%s” is not like “%s”", error->message, pattern);
}

static void
execute (const char *path,
         const char *sql)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static GBytes *
read_bytes (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *data;
  gsize size;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);

  return g_bytes_new_take (data, size);
}

static void
write_bytes (const char *path,
             GBytes     *bytes)
{
  g_autoptr (GError) error = NULL;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  g_file_set_contents_full (path, data, (gssize) size, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                            &error);
  g_assert_no_error (error);
}

/* A history of 2000 times @text, in one file without a log. */
static char *
make_history (TestFolder *folder,
              const char *text)
{
  g_autofree char *path = test_folder_get (folder, "history.db");
  ChatStore *store = test_open_store (path);
  gint64 contact = test_meet (store, 1, "Anna");
  gboolean more = TRUE;

  g_assert_true (chat_store_begin (store, NULL));
  for (guint i = 1; i <= 2000; i++)
    test_receive (store, contact, i, text);
  g_assert_true (chat_store_commit (store, NULL));
  while (more)
    g_assert_true (chat_store_tidy (store, &more, NULL));
  g_assert_finalize_object (store);
  g_assert_false (test_folder_has (folder, "history.db-wal"));

  return g_steal_pointer (&path);
}

static void
test_created (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_folder_get (folder, "history.db");
  mode_t mask = umask (0);
  ChatStore *store = test_open_store (path);
  struct stat st;

  test_meet (store, 1, "Anna");
  umask (mask);
  test_folder_stat (folder, "history.db", &st);
  g_assert_cmpint (st.st_mode & 07777, ==, 0600);
  test_folder_stat (folder, "history.db-wal", &st);
  g_assert_cmpint (st.st_mode & 07777, ==, 0600);
  g_assert_finalize_object (store);
  g_assert_cmpint (test_count (path, "PRAGMA user_version"), ==, 2);
}

static void
test_not_usable (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *directory = test_folder_get (folder, "directory");
  g_autofree char *link = test_folder_get (folder, "link");
  g_autofree char *missing = test_folder_get (folder, "missing/history.db");
  g_autofree char *closed = test_folder_get (folder, "closed");

  test_folder_make_dir (folder, "directory");
  assert_refused (directory, CHAT_STORE_ERROR_ACCESS, "cannot open the history “*/directory”: *");

  test_folder_write (folder, "target", "mine");
  test_folder_make_link (folder, "link", "target");
  assert_refused (link, CHAT_STORE_ERROR_ACCESS, "cannot open the history “*/link”: *");
  test_folder_assert_text (folder, "target", "mine");

  assert_refused (missing, CHAT_STORE_ERROR_FAILED, "*: No such file or directory");

  test_folder_write (folder, "closed", "");
  test_folder_set_mode (folder, "closed", 0400);
  test_become_nobody ();
  assert_refused (closed, CHAT_STORE_ERROR_ACCESS, "*/closed”: Permission denied");
  test_become_self ();
}

/* The file is as it was, under the name that is told, and the new one works. */
static void
assert_kept (TestFolder *folder,
             const char *path,
             GBytes     *damaged)
{
  ChatStore *store = test_open_store (path);
  g_autofree char *kept_as = g_strdup (chat_store_get_kept_as (store));
  g_autoptr (GPtrArray) contacts = chat_store_list_contacts (store, NULL);
  g_autofree char *pattern = test_folder_get (folder, "history-damaged-20*-*.db");
  g_autoptr (GBytes) kept = NULL;

  g_assert_nonnull (kept_as);
  g_assert_true (g_pattern_match_simple (pattern, kept_as));
  kept = read_bytes (kept_as);
  g_assert_true (g_bytes_equal (kept, damaged));
  g_assert_cmpuint (contacts->len, ==, 0);
  g_assert_cmpint (test_receive (store, test_meet (store, 1, "Anna"), 1, "new"), !=, 0);
  g_assert_finalize_object (store);

  store = test_open_store (path);
  g_assert_null (chat_store_get_kept_as (store));
  g_assert_finalize_object (store);
  g_assert_no_errno (g_unlink (kept_as));
}

static void
test_damaged (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = make_history (folder, "some text that takes its place");
  g_autoptr (GBytes) good = read_bytes (path);
  gsize size = g_bytes_get_size (good);
  /* Where bytes are overwritten, how many, and where the file ends. */
  const struct { gsize at; gsize length; gsize end; } cases[] = {
    { 0, 0, 1 }, { 0, 0, 50 }, { 0, 16, size }, { 0, size, size }, { 100, 8092, size },
    { 8192, 8192, size }, { 8192, size - 8192, size }, { size - 8192, 8192, size },
    { 0, 0, size / 2 }, { 0, 0, 8192 }, { 0, 0, size - 100 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *data = g_memdup2 (g_bytes_get_data (good, NULL), size);
      g_autoptr (GBytes) damaged = NULL;

      memset (data + cases[i].at, 0xa5, cases[i].length);
      damaged = g_bytes_new (data, cases[i].end);
      write_bytes (path, damaged);
      g_test_message ("case %u", i);
      assert_kept (folder, path, damaged);
    }
}

/* Two in a second do not get into each other's way. */
static void
test_damaged_twice (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_folder_get (folder, "history.db");
  g_auto (GStrv) kept = g_new0 (char *, 4);

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("damage %u", i);
      g_autofree char *found = NULL;
      g_autoptr (ChatStore) store = NULL;

      g_unlink (path);
      test_folder_write (folder, "history.db", text);
      store = test_open_store (path);
      kept[i] = g_strdup (chat_store_get_kept_as (store));
      g_assert_true (g_file_get_contents (kept[i], &found, NULL, NULL));
      g_assert_cmpstr (found, ==, text);
    }

  g_assert_cmpstr (kept[0], !=, kept[1]);
  g_assert_true (g_file_test (kept[0], G_FILE_TEST_EXISTS));
}

/* The database of somebody else is not ours to write to. */
static void
test_foreign (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_folder_get (folder, "history.db");
  g_autoptr (GBytes) foreign = NULL;

  execute (path, "CREATE TABLE songs (name TEXT); INSERT INTO songs VALUES ('one')");
  foreign = read_bytes (path);
  assert_kept (folder, path, foreign);
}

/* Damage that shows only later: the file is too large to be looked through when it
 * is opened. */
static void
test_damaged_while_open (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *text = g_strnfill (10000, 'x');
  g_autofree char *path = make_history (folder, text);
  g_autofree char *note = g_strconcat (path, "-suspect", NULL);
  ChatStore *store = test_open_store (path);
  g_autoptr (GPtrArray) messages = NULL;
  g_autofree char *rubbish = g_malloc (8192);
  g_autoptr (GError) error = NULL;
  FILE *file = fopen (path, "r+e");
  struct stat st;

  test_folder_stat (folder, "history.db", &st);
  memset (rubbish, 0xa5, 8192);
  for (long at = 8192; at < st.st_size; at += 8192)
    {
      g_assert_no_errno (fseek (file, at, SEEK_SET));
      g_assert_cmpuint (fwrite (rubbish, 8192, 1, file), ==, 1);
    }
  g_assert_no_errno (fclose (file));

  /* What was read when it was opened is in memory; this was not. */
  messages = chat_store_get_before (store, 1, 0, 1000, &error);
  g_assert_null (messages);
  g_assert_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_DAMAGED);
  g_assert_true (g_pattern_match_simple ("cannot read the history: the history “*” is damaged",
                                         error->message));
  g_assert_true (g_file_test (note, G_FILE_TEST_EXISTS));
  g_clear_error (&error);

  g_assert_true (chat_store_set_aside (store, &error));
  g_assert_no_error (error);
  g_assert_nonnull (chat_store_get_kept_as (store));
  g_assert_true (g_file_test (chat_store_get_kept_as (store), G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (note, G_FILE_TEST_EXISTS));
  g_assert_cmpint (test_receive (store, test_meet (store, 1, "Anna"), 1, "new"), !=, 0);
  g_assert_finalize_object (store);
}

/* One of an earlier version is brought to this one, and what is in it stays. */
static void
test_older (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = make_history (folder, "some text that takes its place");
  g_autoptr (GPtrArray) found = NULL;
  ChatStore *store;

  execute (path, "DROP TABLE piece; DROP TABLE piece_word; DROP TABLE forgotten; DROP TABLE gone;"
                 "INSERT INTO word (word, rank) VALUES ('automerge', 4); PRAGMA user_version = 1");
  store = test_open_store (path);
  g_assert_null (chat_store_get_kept_as (store));
  found = chat_store_search (store, 0, "takes place", 0, 3000, NULL);
  g_assert_cmpuint (found->len, ==, 2000);
  g_assert_finalize_object (store);
  g_assert_cmpint (test_count (path, "PRAGMA user_version"), ==, 2);
  g_assert_cmpint (test_count (path, "SELECT count(*) FROM gone"), ==, 0);
}

/* It is not touched, whatever it looks like. */
static void
test_newer (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = make_history (folder, "some text that takes its place");
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;

  execute (path, "PRAGMA user_version = 99; DROP TABLE message");
  before = read_bytes (path);
  assert_refused (path, CHAT_STORE_ERROR_NEWER,
                  "cannot open the history “*/history.db”: a newer version of Lanyard made it "
                  "(99, known are up to 2)");
  after = read_bytes (path);
  g_assert_true (g_bytes_equal (before, after));
}

/* A full disk costs what was not acknowledged, and nothing else. */
static void
test_full (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_folder_get (folder, "small/history.db");
  g_autofree char *text = g_strnfill (50000, 'x');
  g_autoptr (GError) error = NULL;
  ChatSequences sequences;
  ChatStore *store;
  gint64 contact;
  guint n_stored = 0;

  if (!test_folder_mount (folder, "small", "size=2m"))
    {
      g_test_skip ("no file system can be mounted");
      return;
    }

  store = test_open_store (path);
  contact = test_meet (store, 1, "Anna");
  while (error == NULL)
    {
      g_autoptr (ChatMessage) message = chat_message_new_text (contact, 1, text);

      n_stored += chat_store_queue (store, message, &error);
      g_assert_cmpuint (n_stored, <, 100);
    }

  g_assert_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_FULL);
  g_assert_cmpstr (error->message, ==, "cannot change the history: the disk is full");
  g_clear_error (&error);
  g_assert_cmpuint (n_stored, >, 5);
  g_assert_true (chat_store_get_sequences (store, contact, &sequences, NULL));
  g_assert_cmpuint (sequences.next, ==, n_stored + 1);

  /* A batch says so at its end. */
  g_assert_true (chat_store_begin (store, NULL));
  while (TRUE)
    {
      g_autoptr (ChatMessage) message = chat_message_new_text (contact, 1, text);

      if (!chat_store_queue (store, message, NULL))
        break;
      n_stored++;
      if (n_stored > 200)
        break;
    }
  g_assert_false (chat_store_commit (store, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_finalize_object (store);

  store = test_open_store (path);
  g_assert_null (chat_store_get_kept_as (store));
  g_assert_true (chat_store_get_sequences (store, contact, &sequences, NULL));
  g_assert_cmpuint (sequences.next, >, 5);
  g_assert_cmpint (test_count (path, "SELECT count(*) FROM message"), ==,
                   (gint64) sequences.next - 1);
  g_assert_finalize_object (store);
}

static void
test_busy (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  g_autoptr (ChatMessage) message = chat_message_new_text (test->contact, 1, "text");
  g_autoptr (GError) error = NULL;
  sqlite3 *other;

  g_assert_cmpint (sqlite3_open (test->path, &other), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (other, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_false (chat_store_queue (test->store, message, &error));
  g_assert_error (error, CHAT_STORE_ERROR, CHAT_STORE_ERROR_BUSY);
  g_assert_cmpint (sqlite3_close (other), ==, SQLITE_OK);
  g_clear_error (&error);

  g_assert_true (chat_store_queue (test->store, message, &error));
  g_assert_no_error (error);
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("LC_ALL", "C", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/store/file/created", test_created);
  g_test_add_func ("/chat/store/file/not-usable", test_not_usable);
  g_test_add_func ("/chat/store/file/damaged", test_damaged);
  g_test_add_func ("/chat/store/file/damaged-twice", test_damaged_twice);
  g_test_add_func ("/chat/store/file/foreign", test_foreign);
  g_test_add_func ("/chat/store/file/damaged-while-open", test_damaged_while_open);
  g_test_add_func ("/chat/store/file/older", test_older);
  g_test_add_func ("/chat/store/file/newer", test_newer);
  g_test_add_func ("/chat/store/file/full", test_full);
  g_test_add_func ("/chat/store/file/busy", test_busy);

  return g_test_run ();
}
