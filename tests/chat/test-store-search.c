/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store-util.h"

#include <string.h>

static void
index_all (TestStore *test)
{
  g_autoptr (GError) error = NULL;
  gboolean more = TRUE;

  while (more)
    {
      chat_store_tidy (test->store, &more, &error);
      g_assert_no_error (error);
    }
}

static void
assert_found (TestStore  *test,
              gint64      conversation,
              const char *query,
              const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autofree char *texts = NULL;

  found = chat_store_search (test->store, conversation, query, 0, 100, &error);
  g_assert_no_error (error);
  texts = test_join_texts (found);
  g_assert_cmpstr (texts, ==, expected);
}

/* The same is found whether it is indexed yet or not. */
static void
test_found (void)
{
  static const struct { const char *query; const char *texts; } cases[] = {
    { "", "" }, { "  \"'*();--", "" },
    { "hello", "HELLO,again Hello" }, { "hel", "HELLO,again Hello" }, { "h", "HELLO,again Hello" },
    { "again hello", "HELLO,again" }, { "ello", "" },
    { "cafe", "Café" }, { "天气", "今天天气很好" }, { "天", "今天天气很好 昨天" },
    { "很好", "今天天气很好" }, { "天好", "" }, { "昨天", "昨天" }, { "好", "今天天气很好" },
    { "NOT", "not" }, { "\"no", "not" }, { "hello OR again", "" },
  };
  g_autoptr (TestStore) test = test_store_new ();
  static const char * const texts[] = { "Hello", "昨天", "not", "Café", "今天天气很好", "HELLO,again" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    test_receive (test->store, test->contact, i + 1, texts[i]);

  for (guint indexed = 0; indexed < 2; indexed++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        assert_found (test, 0, cases[i].query, cases[i].texts);
      index_all (test);
      test_store_restart (test);
    }

  g_assert_cmpint (test_count (test->path, "SELECT value FROM mark WHERE name = 'indexed'"), ==, 6);
}

static void
test_conversations (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  gint64 other = test_meet (test->store, 2, "Bert");
  gint64 elsewhere = chat_store_get_conversation (test->store, other, NULL);

  test_receive (test->store, test->contact, 1, "here");
  test_receive (test->store, other, 1, "here,too");

  for (guint indexed = 0; indexed < 2; indexed++)
    {
      assert_found (test, 0, "here", "here,too here");
      assert_found (test, test->conversation, "here", "here");
      assert_found (test, elsewhere, "here", "here,too");
      assert_found (test, elsewhere, "h", "here,too");
      index_all (test);
    }
}

/* Page by page, over what is indexed and what is not, the newest first. */
static void
test_pages (void)
{
  static const char * const queries[] = { "word", "w", "wor" };
  g_autoptr (TestStore) test = test_store_new ();

  g_assert_true (chat_store_begin (test->store, NULL));
  for (guint i = 1; i <= 300; i++)
    test_receive (test->store, test->contact, i, i % 3 == 0 ? "word" : "other");
  g_assert_true (chat_store_commit (test->store, NULL));
  index_all (test);
  for (guint i = 301; i <= 450; i++)
    test_receive (test->store, test->contact, i, i % 3 == 0 ? "word" : "other");

  for (guint q = 0; q < G_N_ELEMENTS (queries); q++)
    {
      gint64 before = 0;
      guint n_found = 0;
      guint expected = 450;

      while (TRUE)
        {
          g_autoptr (GPtrArray) page = chat_store_search (test->store, 0, queries[q], before, 7,
                                                          NULL);

          for (guint i = 0; i < page->len; i++, expected -= 3)
            g_assert_cmpuint (((ChatMessage *) page->pdata[i])->sequence, ==, expected);
          n_found += page->len;
          if (page->len < 7)
            break;
          before = ((ChatMessage *) page->pdata[6])->id;
        }

      g_assert_cmpuint (n_found, ==, 150);
    }
}

/* What was removed is not found, whether it had been indexed or not. */
static void
test_removed (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  gint64 first = test_receive (test->store, test->contact, 1, "word,first");
  gint64 second;

  index_all (test);
  second = test_receive (test->store, test->contact, 2, "word,second");
  test_receive (test->store, test->contact, 3, "word,third");
  g_assert_true (chat_store_remove (test->store, first, NULL));
  g_assert_true (chat_store_remove (test->store, second, NULL));
  assert_found (test, 0, "word", "word,third");
  index_all (test);
  assert_found (test, 0, "word", "word,third");
  g_assert_cmpint (test_count (test->path, "SELECT count(*) FROM word WHERE word MATCH 'word'"), ==,
                   1);
}

/* The index keeps up with who never rests. */
static void
test_flood (void)
{
  g_autoptr (TestStore) test = test_store_new ();

  g_assert_true (chat_store_begin (test->store, NULL));
  test_receive (test->store, test->contact, 1, "needle");
  for (guint i = 2; i <= 200300; i++)
    test_receive (test->store, test->contact, i, "hay");
  assert_found (test, 0, "needle", "needle");
  g_assert_true (chat_store_commit (test->store, NULL));

  g_assert_cmpint (test_count (test->path, "SELECT value FROM mark WHERE name = 'indexed'"), ==,
                   300);
  assert_found (test, 0, "needle", "needle");
  assert_found (test, 0, "ne", "needle");
  assert_found (test, 0, "nee", "needle");
}

#define N_NEEDLES 50

/* A text of many pieces, in two scripts: a word, then a thousand bytes without one. */
static char *
make_long_text (void)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < N_NEEDLES; i++)
    {
      g_string_append_printf (text, "needle%u ", i);
      for (gunichar j = 0; j < 330; j++)
        g_string_append_unichar (text, 0x4e00 + i * 330 + j);
      g_string_append_c (text, ' ');
    }

  return g_string_free (text, FALSE);
}

static guint
count_found (TestStore  *test,
             const char *query)
{
  g_autoptr (GPtrArray) found = chat_store_search (test->store, 0, query, 0, 100, NULL);

  return found->len;
}

/* Tidies up, and tells how many pieces there are in the end: one more or less at a time. */
static gint64
tidy_pieces (TestStore *test,
             gint64     n_pieces)
{
  gboolean more = TRUE;

  while (more)
    {
      gint64 n;

      g_assert_true (chat_store_tidy (test->store, &more, NULL));
      n = test_count (test->path, "SELECT count(*) FROM piece");
      g_assert_cmpint (ABS (n - n_pieces), <=, 1);
      n_pieces = n;
    }

  return n_pieces;
}

/* A long text holds up nothing: it is indexed, and removed, by pieces; and all of it is found. */
static void
test_long (void)
{
  g_autoptr (TestStore) test = test_store_new ();
  g_autofree char *text = make_long_text ();
  gint64 id = test_receive (test->store, test->contact, 1, text);
  gint64 n_pieces;

  test_receive (test->store, test->contact, 2, "needle7 needle49");
  n_pieces = tidy_pieces (test, 0);
  g_assert_cmpint (n_pieces, >=, (gint64) strlen (text) / 4096);

  for (guint i = 0; i < N_NEEDLES; i++)
    {
      g_autofree char *word = g_strdup_printf ("needle%u", i);

      g_assert_cmpuint (count_found (test, word), ==, i == 7 || i == 4 || i == 49 ? 2 : 1);
      for (gunichar j = 0; j < 328; j++)
        {
          gunichar c = 0x4e00 + i * 330 + j;
          g_autofree char *part = g_ucs4_to_utf8 ((gunichar[]) { c, c + 1, c + 2 }, 3, NULL, NULL,
                                                  NULL);

          g_assert_cmpuint (count_found (test, part), ==, 1);
        }
    }
  g_assert_cmpuint (count_found (test, "nee"), ==, 2);
  g_assert_cmpuint (count_found (test, "eedle"), ==, 0);

  g_assert_true (chat_store_remove (test->store, id, NULL));
  g_assert_cmpuint (count_found (test, "needle7"), ==, 1);
  test_store_restart (test);
  g_assert_cmpint (tidy_pieces (test, n_pieces), ==, 0);
  g_assert_cmpint (test_count (test->path, "SELECT count(*) FROM forgotten"), ==, 0);
  g_assert_cmpint (test_count (test->path, "SELECT count(*) FROM piece_word"
                               " WHERE piece_word MATCH 'needle7'"), ==, 0);
  assert_found (test, 0, "needle49", "needle7 needle49");
}

/* What a batch indexed is not, after all. */
static void
test_rolled_back (void)
{
  g_autoptr (TestStore) test = test_store_new ();

  test_receive (test->store, test->contact, 1, "needle");
  index_all (test);
  g_assert_true (chat_store_begin (test->store, NULL));
  test_receive (test->store, test->contact, 2, "needle,lost");
  assert_found (test, 0, "needle", "needle,lost needle");
  chat_store_roll_back (test->store);
  assert_found (test, 0, "needle", "needle");
  test_receive (test->store, test->contact, 2, "needle,again");
  index_all (test);
  assert_found (test, 0, "needle", "needle,again needle");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/store/search/found", test_found);
  g_test_add_func ("/chat/store/search/conversations", test_conversations);
  g_test_add_func ("/chat/store/search/pages", test_pages);
  g_test_add_func ("/chat/store/search/removed", test_removed);
  g_test_add_func ("/chat/store/search/flood", test_flood);
  g_test_add_func ("/chat/store/search/long", test_long);
  g_test_add_func ("/chat/store/search/rolled-back", test_rolled_back);

  return g_test_run ();
}
