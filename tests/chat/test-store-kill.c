/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store-util.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A program that stores is killed at any moment. What it had acknowledged is
 * there, once, and nothing is half. */

#define N_KILLS 25

static const char *self_path;

/* Stores the messages 1, 2, … of a peer that repeats the last ones after each
 * restart, answers each of them, and tells how far it is. */
static int
write_for_ever (const char *path)
{
  g_autoptr (ChatStore) store = test_open_store (path);
  gint64 contact = test_meet (store, 1, "Anna");
  ChatSequences sequences;
  guint64 next;
  gboolean more;

  g_assert_true (chat_store_get_sequences (store, contact, &sequences, NULL));
  next = sequences.stored > 20 ? sequences.stored - 20 : 1;

  while (TRUE)
    {
      g_assert_true (chat_store_begin (store, NULL));

      for (guint i = 0; i < 1 + next % 30; i++, next++)
        {
          g_autofree char *text = g_strdup_printf ("message %" G_GUINT64_FORMAT, next);

          if (test_receive (store, contact, next, text) != 0)
            chat_message_unref (test_queue (store, contact, text));
        }

      g_assert_true (chat_store_commit (store, NULL));
      if (next % 3 == 0)
        g_assert_true (chat_store_tidy (store, &more, NULL));

      if (printf ("%" G_GUINT64_FORMAT "\n", next - 1) < 0 || fflush (stdout) != 0)
        return EXIT_FAILURE;
    }
}

/* Lets the writer run for @n_steps and kills it; returns what it last told. */
static guint64
run_and_kill (const char *path,
              guint       n_steps)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) writer = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  guint64 told = 0;

  writer = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, self_path, "--write", path,
                             NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (writer));

  for (guint i = 0; i < n_steps; i++)
    {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_nonnull (line);
      told = g_ascii_strtoull (line, NULL, 10);
    }

  g_subprocess_force_exit (writer);

  /* It told more while it was killed. */
  while (TRUE)
    {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, &error);

      g_assert_no_error (error);
      if (line == NULL)
        break;
      told = g_ascii_strtoull (line, NULL, 10);
    }

  g_subprocess_wait (writer, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_signaled (writer));

  return told;
}

static void
assert_whole (const char *path,
              guint64     told)
{
  ChatStore *store = test_open_store (path);
  gint64 contact = test_meet (store, 1, "Anna");
  g_autoptr (GPtrArray) outbox = NULL;
  g_autoptr (GPtrArray) history = NULL;
  ChatSequences sequences;

  g_assert_null (chat_store_get_kept_as (store));
  g_assert_true (chat_store_get_sequences (store, contact, &sequences, NULL));
  g_assert_cmpuint (sequences.stored, >=, told);
  g_assert_cmpuint (sequences.next, ==, sequences.stored + 1);

  outbox = chat_store_get_outbox (store, contact, 0, G_MAXINT, NULL);
  g_assert_cmpuint (outbox->len, ==, sequences.stored);
  history = chat_store_get_after (store, chat_store_get_conversation (store, contact, NULL), 0,
                                  G_MAXINT, NULL);
  g_assert_cmpuint (history->len, ==, 2 * sequences.stored);

  for (guint i = 0; i < history->len; i++)
    {
      const ChatMessage *message = history->pdata[i];
      g_autofree char *text = g_strdup_printf ("message %u", 1 + i / 2);

      g_assert_cmpuint (message->sequence, ==, 1 + i / 2);
      g_assert_cmpint (message->outgoing, ==, i % 2);
      g_assert_cmpstr (message->text, ==, text);
    }

  g_assert_finalize_object (store);
  g_assert_cmpint (test_count (path, "SELECT count(*) FROM pragma_integrity_check"
                               " WHERE integrity_check = 'ok'"), ==, 1);
}

static void
test_kill (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_folder_get (folder, "history.db");

  for (guint i = 0; i < N_KILLS; i++)
    assert_whole (path, run_and_kill (path, (guint) g_test_rand_int_range (0, 12)));
}

/* The words that were indexed are those of the messages that are there. */
static void
test_kill_index (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_folder_get (folder, "history.db");
  gboolean more = TRUE;
  ChatSequences sequences;
  ChatStore *store;
  gint64 contact;

  for (guint i = 0; i < 5; i++)
    run_and_kill (path, 10);

  store = test_open_store (path);
  contact = test_meet (store, 1, "Anna");
  while (more)
    g_assert_true (chat_store_tidy (store, &more, NULL));
  g_assert_true (chat_store_get_sequences (store, contact, &sequences, NULL));

  for (guint64 i = 1; i <= sequences.stored; i += 7)
    {
      g_autofree char *query = g_strdup_printf ("message %" G_GUINT64_FORMAT, i);
      g_autoptr (GPtrArray) found = chat_store_search (store, 0, query, 0, 100000, NULL);
      guint n_same = 0;

      for (guint j = 0; j < found->len; j++)
        n_same += g_str_equal (((ChatMessage *) found->pdata[j])->text, query);
      g_assert_cmpuint (n_same, ==, 2);
    }

  g_assert_finalize_object (store);
}

int
main (int    argc,
      char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--write") == 0)
    return write_for_ever (argv[2]);

  self_path = argv[0];
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/store/kill/messages", test_kill);
  g_test_add_func ("/chat/store/kill/index", test_kill_index);

  return g_test_run ();
}
