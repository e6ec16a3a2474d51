/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "chat-words.h"

static void
test_append (void)
{
  static const struct { const char *text; const char *words; } cases[] = {
    { "", "" },
    { " \t\n…!?", "" },
    { "Hello, World-42!", " hello world 42" },
    { "Café ÉCOLE cafe\xcc\x81", " cafe ecole cafe" },
    { "ＡＢＣ", " abc" },
    { "ПРИВЕТ Ёж", " привет еж" },
    { "안녕하세요", " 안녕하세요" },
    { "你好吗", " 你好 好吗 吗" },
    { "好", " 好" },
    { "用GTK写，好", " 用 gtk 写 好" },
    { "ok😀", " ok 😀" },
    { "\xcc\x81", "" },
    { "ab\xee\x80\x80" "7", " ab 7" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) words = g_string_new (NULL);

      chat_words_append (words, cases[i].text);
      g_assert_cmpstr (words->str, ==, cases[i].words);
    }
}

/* A text without any space is no word of its length. */
static void
test_long (void)
{
  g_autofree char *text = g_strnfill (100000, 'x');
  g_autoptr (GString) words = g_string_new (NULL);

  chat_words_append (words, text);
  g_assert_cmpuint (words->len, ==, 33);
}

static void
test_match (void)
{
  static const struct { const char *query; const char *match; gboolean is_short; } cases[] = {
    { "", "", FALSE },
    { "\"*", "", FALSE },
    { "Hell worl", "\"hell\"* \"worl\"*", FALSE },
    { "the", "\"the\"*", TRUE },
    { "he", "\"he\"*", FALSE },
    { "a OR NOT \"b\"", "\"a\"* \"or\"* \"not\"* \"b\"*", TRUE },
    { "好", "\"好\"*", FALSE },
    { "你好", "\"你好\"", FALSE },
    { "你好吗", "\"你好 好吗\"", FALSE },
    { "你好 gtk", "\"你好\" \"gtk\"*", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) needles = chat_words_parse (cases[i].query);
      g_autofree char *match = chat_words_to_match ((const char * const *) needles);

      g_assert_cmpstr (match, ==, cases[i].match);
      g_assert_cmpint (chat_words_are_short ((const char * const *) needles), ==,
                       cases[i].is_short);
    }
}

static void
test_are_in (void)
{
  static const struct { const char *text; const char *query; gboolean found; } cases[] = {
    { "Hello World", "wor", TRUE },
    { "Hello World", "hello WORLD", TRUE },
    { "Hello World", "orld", FALSE },
    { "Hello World", "hello wide", FALSE },
    { "今天天气很好", "天气", TRUE },
    { "今天天气很好", "天天气", TRUE },
    { "今天天气很好", "好", TRUE },
    { "今天天气很好", "今", TRUE },
    { "今天天气很好", "天好", FALSE },
    { "今天，天气", "天天", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) needles = chat_words_parse (cases[i].query);
      g_autoptr (GString) words = g_string_new (NULL);

      chat_words_append (words, cases[i].text);
      g_assert_cmpint (chat_words_are_in ((const char * const *) needles, words->str), ==,
                       cases[i].found);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chat/words/append", test_append);
  g_test_add_func ("/chat/words/long", test_long);
  g_test_add_func ("/chat/words/match", test_match);
  g_test_add_func ("/chat/words/are-in", test_are_in);

  return g_test_run ();
}
